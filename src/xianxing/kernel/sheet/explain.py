"""What a template says about its columns: kinds in words, choices, an example."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.kinds import (
    Area,
    Choice,
    CreditCode,
    Day,
    Kind,
    LongText,
    Measured,
    Percent,
    Phone,
    Point,
    Shape,
    Whole,
    YesNo,
)
from xianxing.kernel.register import Column, Reference, Register
from xianxing.kernel.sheet.cells import References

__all__ = ["LIST_LIMIT", "columns_to_fill", "describe", "example", "lists", "note_lines"]

LIST_LIMIT = 500

_KINDS: tuple[tuple[type[Kind], Label], ...] = (
    (CreditCode, gettext_lazy("unified social credit code, 18 characters")),
    (Phone, gettext_lazy("a telephone number")),
    (LongText, gettext_lazy("text, several lines")),
    (Point, gettext_lazy("longitude and latitude in degrees (CGCS2000); another system is named before them")),
    (Shape, gettext_lazy("an outline as GeoJSON or WKT (CGCS2000)")),
    (YesNo, gettext_lazy("yes or no")),
    (Day, gettext_lazy("a day such as 2017-05-17")),
    (Percent, gettext_lazy("a share in percent")),
    (Area, gettext_lazy("an area; another unit may stand behind the number")),
    (Measured, gettext_lazy("an amount; another unit may stand behind the number")),
    (Whole, gettext_lazy("a whole number")),
    (Choice, gettext_lazy("one of the list")),
    (Reference, gettext_lazy("code or exact name of an entry in %(register)s")),
)


def columns_to_fill(register: Register, may_write: Iterable[str]) -> list[Column]:
    """The columns of a template: those the caller may fill in when creating, the key first."""
    names = dict.fromkeys((register.key, *register.fields))
    allowed = set(may_write)
    return [register.fields[name] for name in names if name in allowed]


def lists(columns: Sequence[Column], context: Context) -> dict[str, list[str]]:
    """The drop-down of each column that has one: choices, yes and no, references where there are not too many."""
    found: dict[str, list[str]] = {}
    for column in columns:
        kind = column.kind
        if isinstance(kind, Choice):
            found[column.name] = kind.labels()
        elif isinstance(kind, YesNo):
            found[column.name] = [kind.print(True), kind.print(False)]
        elif isinstance(kind, Reference):
            found[column.name] = _entries(column, kind, context)
    return {name: texts for name, texts in found.items() if texts}


def _entries(column: Column, kind: Reference, context: Context) -> list[str]:
    register = kind.register
    entries = register.model._default_manager.filter(register.known_to(context), deleted_at=None).order_by("id")
    ids = list(entries.values_list("pk", flat=True)[: LIST_LIMIT + 1])
    if len(ids) > LIST_LIMIT:
        return []
    names = References(context)
    names.learn(column, ids)
    return [names.text(column, pk) or "" for pk in ids]


def describe(column: Column, choices: Sequence[str] | None) -> str:
    """A column in words: whether it must be filled in, what it takes, its unit, its choices."""
    kind = column.kind
    words = next((label for known, label in _KINDS if isinstance(kind, known)), gettext_lazy("text"))
    params: Mapping[str, object] = {"register": kind.register.label} if isinstance(kind, Reference) else {}
    lines = [_("Required") if column.required else _("Optional"), str(words) % params if params else str(words)]
    if kind.unit:
        lines.append(_("Unit: %(unit)s") % {"unit": kind.unit})
    if choices and not isinstance(kind, Reference):
        lines.append(_("One of: %(choices)s") % {"choices": _(", ").join(choices)})
    if column.help:
        lines.append(str(column.help))
    return "\n".join(lines)


def example(column: Column, choices: Sequence[str], context: Context) -> str:
    """An example of a column's value, as text."""
    if choices:
        return choices[0]
    match column.kind:
        case CreditCode():
            return "91371400MA3CXXXXX0"
        case Phone():
            return "0534-2550000"
        case Day():
            return context.business_date.isoformat()
        case Point():
            return "116.3512, 37.4463"
        case Shape():
            return ""
        case Percent():
            return "50"
        case Measured():
            return "1200"
        case Whole():
            return "1"
        case Reference():
            return ""
    return _("Example")


def note_lines() -> list[str]:
    """How a sheet is read."""
    return [
        _("A row without a code, or with a new one, becomes a new entry; a row with a known code changes that entry."),
        _("Columns may be moved or left out; what is left out stays as it is."),
        _("An empty cell empties the value. Masked values (**) and empty personal data are left alone."),
        _("The example row is not imported."),
        _("Heads are read in Chinese and English; another unit in the head, such as 亿元, is honoured."),
        _("In a register with stages, another stage asks for the move there."),
    ]
