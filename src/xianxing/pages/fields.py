"""From a column to the field of a form, and back from what the form sent to the raw value its kind parses."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Choice, Choices, Day, LongText, Money, Point, Shape, YesNo
from xianxing.kernel.register import Column, Reference, Register
from xianxing.pages.sentences import reference_text
from xianxing.pages.words import capital

__all__ = ["control", "posted", "reference_labels", "retyped", "sent_marks", "typed_values"]

SENT = "sent."


def control(
    column: Column,
    value: str,
    *,
    prefix: str = "",
    required: bool | None = None,
    text: str = "",
    errors: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """A field as the form components take it. ``value`` is what was typed, or the stored value as one would type it.

    ``text`` is the name shown for a reference whose value is its key.
    """
    kind = column.kind
    found: dict[str, Any] = {
        "name": column.name,
        "id": f"{prefix}{column.name}",
        "label": capital(column.label),
        "value": value,
        "required": column.required if required is None else required,
        "help": str(column.help) or None,
        "unit": str(kind.unit) or None,
        "kind": "text",
        "errors": errors or [],
    }
    match kind:
        case Choices():
            found |= {"kind": "checks", "choices": _options(kind), "value": [part for part in value.split(",") if part]}
        case Choice():
            found |= {"kind": "choice", "choices": _options(kind)}
        case YesNo():
            found |= {
                "kind": "choice",
                "choices": [{"value": w, "label": kind.print(w == "yes")} for w in ("yes", "no")],
            }
        case Reference():
            found |= {
                "kind": "reference",
                "search_url": f"/r/{kind.register.code}/options/",
                "text": text or ("" if value.startswith("#") else value),
            }
        case Day():
            found |= {"kind": "day"}
        case LongText():
            found |= {"kind": "textarea"}
        case Point() | Shape():
            types = kind.types if isinstance(kind, Shape) else ("Point",)
            picker = {"points": "Point" in types, "outlines": "Polygon" in types}
            found |= {"kind": "place", "placeholder": "116.3512, 37.4463" if "Point" in types else None}
            found |= {"picker": picker if any(picker.values()) else None, "wide": True}
        case Money():
            found |= {"kind": "money", "placeholder": _("e.g. 3500, or 0.35亿")}
        case _ if kind.numeric:
            found |= {"kind": "number"}
    return found


def _options(kind: Choice) -> list[dict[str, str]]:
    return [{"value": code, "label": capital(label)} for code, label in kind.options]


def sent_marks(columns: Iterable[Column]) -> list[dict[str, str]]:
    """Hidden fields that tell boxes all left empty from boxes the form did not show."""
    return [{"name": SENT + c.name, "kind": "hidden", "value": "1"} for c in columns if isinstance(c.kind, Choices)]


def typed_values(register: Register, row: Row, names: Iterable[str]) -> dict[str, str]:
    """The stored values as a form shows them for editing."""
    found = {}
    for name in names:
        value = row.values.get(name)
        column = register.fields[name]
        if value is None or value == "":
            found[name] = ""
        elif name in row.masked or not isinstance(column.kind, Reference):
            found[name] = column.kind.typed(value) if name not in row.masked else str(value)
        else:
            found[name] = f"#{value}"
    return found


def posted(data: QueryDict, columns: Iterable[Column]) -> dict[str, str]:
    """What a form sent for these columns, word for word; columns it did not send are absent."""
    found = {}
    for column in columns:
        name = column.name
        if isinstance(column.kind, Reference):
            if name in data or f"{name}_text" in data:
                found[name] = _reference(data, name)
        elif isinstance(column.kind, Choices):
            if name in data or SENT + name in data:
                found[name] = ",".join(str(code) for code in data.getlist(name))
        elif name in data:
            found[name] = data.get(name, "")
    return found


def _reference(data: QueryDict, name: str) -> str:
    """The chosen key; or what was typed where nothing was chosen or the text was emptied."""
    key, text = data.get(name, "").strip(), data.get(f"{name}_text", "").strip()
    if f"{name}_text" in data and not text:
        return ""
    return key or text


def retyped(
    columns: Mapping[str, Column], context: Context, data: QueryDict, values: Mapping[str, str]
) -> dict[str, str]:
    """Without scripts a chosen key stays although other words were typed over it: the words count then."""
    found = dict(values)
    for name, value in values.items():
        kind = columns[name].kind
        text = data.get(f"{name}_text", "").strip()
        chosen = isinstance(kind, Reference) and value.startswith("#") and value[1:].isdigit()
        if text and chosen and isinstance(kind, Reference) and reference_text(context, kind, int(value[1:])) != text:
            found[name] = text
    return found


def reference_labels(columns: Mapping[str, Column], context: Context, values: Mapping[str, str]) -> dict[str, str]:
    """The names shown for reference fields whose value is a key."""
    found = {}
    for name, value in values.items():
        kind = columns[name].kind
        if isinstance(kind, Reference) and value.startswith("#") and value[1:].isdigit():
            found[name] = reference_text(context, kind, int(value[1:]))
    return found
