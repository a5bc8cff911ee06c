"""Making a token and reading one: the secret is shown once, the store keeps its digest."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.api.registers import ISSUER, TOKENS
from xianxing.kernel import clock, gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context, Seat
from xianxing.kernel.register import REGISTRY, find
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import business_date, context_for

__all__ = ["LONGEST", "issue", "whoever_bears"]

LONGEST = timedelta(days=366)
PREFIX = "xx_"

NOT_YOUR_POST = Problem(
    "not_your_post", _("A token is made by a person, for a post that person holds"), _("Choose one of your own posts")
)
BAD_EXPIRY = Problem(
    "bad_expiry",
    _("A token ends between tomorrow and a year from now"),
    _("Choose a day until %(last)s"),
)


BAD_REGISTER = Problem("bad_scope", _("There is no register “%(value)s” to open"), _("Name registers by their codes"))
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


def issue(
    context: Context, label: str, post: str, expires_on: date, *, only: Sequence[str] = (), reads: bool = False
) -> tuple[Outcome, str]:
    """Make a token for one of the caller's own posts, if wanted for some registers only, or for reading only.

    Returns the outcome and, when done, the secret, which nobody sees again.
    """
    seat = next((s for s in context.seats if s.code == post and s.on_behalf_of is None), None)
    if seat is None or context.actor is None:
        return Outcome("blocked", blockers=(Blocker(NOT_YOUR_POST, field="post", value=post),)), ""
    today = clock.local_today()
    if not today < expires_on <= today + LONGEST:
        blocker = Blocker(BAD_EXPIRY, "expires_on", value=str(expires_on), params={"last": today + LONGEST})
        return Outcome("blocked", blockers=(blocker,)), ""
    for code in only:
        if code not in REGISTRY:
            return Outcome("blocked", blockers=(Blocker(BAD_REGISTER, "only", value=code),)), ""
    secret = PREFIX + secrets.token_urlsafe(32)
    fields = {"label": label, "post": seat.post, "digest": _digest(secret), "expires_on": expires_on}
    fields |= {"only": " ".join(dict.fromkeys(only)), "reads": reads}
    outcome = act(TOKENS, _as_issuer(context), [Change("create", fields=fields)], name="issue token")
    return outcome, secret if outcome.done else ""


def _as_issuer(context: Context) -> Context:
    """The same caller, with the one right that nobody has otherwise."""
    desk = Seat(0, ISSUER, ISSUER, 0, frozenset(), frozenset({ISSUER}))
    return replace(context, seats=(*context.seats, desk))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def whoever_bears(secret: str, method: str, path: str) -> Context | None:
    """The context of a bearer, with the rights of the token's post alone; None when the token does not hold any more,
    or not for this request: ``path`` begins with the register (after ``/api/``).

    It holds until its day, while it is not revoked and its person still has the post on the business date.
    """
    system = Context.system(business_date(), "api")
    rows: Any = gate.rows(TOKENS, system)
    found = rows.filter(digest=_digest(secret), expires_on__gt=clock.local_today())
    taken = found.values_list("person_id", "post__code", "only", "reads").first()
    if taken is None or not _opens(taken[2].split(), taken[3], method, path.partition("/")):
        return None
    person = gate.rows(find("person"), system).filter(pk=taken[0]).first()
    if not isinstance(person, Person) or not person.is_active:
        return None
    context = context_for(person, "api", seat=taken[1])
    if context.seat is None or context.seat.code != taken[1]:
        return None
    return replace(context, seats=(context.seat,))


def _opens(only: Sequence[str], reads: bool, method: str, asked: tuple[str, str, str]) -> bool:
    """Whether a token's scope reaches a request. A token with a scope never makes another one."""
    register, _slash, rest = asked
    if (only or reads) and (register, rest) == ("token", "issue"):
        return False
    return (not only or register in only) and (not reads or method in SAFE)
