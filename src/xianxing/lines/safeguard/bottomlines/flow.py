"""The course of a warning. No document prescribes its days: they are the zone's own."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.flow.flow import Flow, Limit, Move, Proof, Stage, Status
from xianxing.lines.safeguard.bottomlines.models import BEGUN, CLOSED, DISMISSED
from xianxing.lines.safeguard.vocabulary import HEADS, WORKERS

__all__ = ["WARNING"]

WARNING = Flow(
    stages=(
        Stage(BEGUN, _("warning opened"), stamps="opened_on", own=True,
              limits=(Limit("confirm", _("confirm or dismiss the warning"), 1, own=True,
                            parameter="bottom.confirm_days"),)),
        Stage("confirmed", _("confirmed"), needs=("finding",), stamps="confirmed_on", own=True,
              limits=(Limit("handle", _("handle the warning"), 10, own=True, parameter="bottom.handle_days"),)),
        Stage("handled", _("handled"), needs=("measures",), stamps="handled_on", own=True,
              limits=(Limit("close", _("prove and close the warning"), 5, own=True, parameter="bottom.close_days"),)),
        Stage(CLOSED, _("closed"), proofs=(Proof("handling", _("proof that it was handled"), own=True),),
              stamps="closed_on", own=True),
    ),
    moves=(
        Move("confirm", _("confirm the warning"), (BEGUN,), "confirmed", (*WORKERS, "leader")),
        Move("handle", _("report it handled"), ("confirmed",), "handled", WORKERS),
        Move("close", _("close the warning"), ("handled",), CLOSED, HEADS),
        Move("return", _("send back to be handled"), ("handled",), "confirmed", HEADS, needs_reason=True),
    ),
    statuses=(Status(DISMISSED, _("dismissed"), ends=True),),
    in_turn=True,
)  # fmt: skip
