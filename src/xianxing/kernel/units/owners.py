"""No task comes to a post or unit that exists no longer: asked of every batch that names one, or reopens a case."""

from collections.abc import Sequence
from functools import cache

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register
from xianxing.kernel.units.duties import owning_fields
from xianxing.kernel.units.models import Post, Unit
from xianxing.kernel.units.names import Named

__all__ = ["block_closed_owners"]

CLOSED_OWNER = Problem(
    "closed_owner", _("%(label)s “%(value)s” exists no longer"), _("Choose a post or unit that exists")
)


@cache
def _fields(register: str) -> tuple[tuple[type[Post | Unit], tuple[str, ...]], ...]:
    """Per model, the fields of a register through which posts and units answer for its records."""
    found = ((model, tuple(f for r, f in owning_fields(model) if r.code == register)) for model in (Post, Unit))
    return tuple((model, names) for model, names in found if names)


def block_closed_owners(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Refuse drafts that give a record to a closed post or unit: at most two small queries a batch."""
    for model, names in _fields(register.code):
        asked = [(draft, name) for draft in drafts for name in names if _asks(register, draft, name)]
        if not asked:
            continue
        closed = model.objects.filter(closed_on__lte=context.business_date)
        gone = {pk: Named(name, name_en) for pk, name, name_en in closed.values_list("pk", "name", "name_en")}
        for draft, name in asked if gone else ():
            if (owner := draft.result.get(name)) in gone:
                column = register.fields.get(name)
                label = column.label if column else name
                draft.block(Blocker(CLOSED_OWNER, name, label, params={"value": gone[owner]}))


def _asks(register: Register, draft: Draft, name: str) -> bool:
    """Whether a change gives the record to somebody: it names the field anew, or brings the record back to life."""
    verb = draft.change.verb
    if verb == "status":
        return register.flow is not None and not register.flow.ended(draft.change.to)
    return verb == "restore" or (verb in {"create", "edit", "move"} and name in draft.changed)
