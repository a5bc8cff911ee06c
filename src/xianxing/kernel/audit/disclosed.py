"""What the audit kept sealed, as one reader may see it: what is clear on the record is clear in its story."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.personal import MASK
from xianxing.kernel.personal import readings
from xianxing.kernel.personal.ciphers import is_sealed
from xianxing.kernel.personal.disclosure import LOST
from xianxing.kernel.personal.seal import Lost, open_all
from xianxing.kernel.register import REGISTRY, Reference, concealed_records

__all__ = ["Told", "disclose"]


class Told(NamedTuple):
    """What one item says of one record: values before and after, as recorded."""

    register: str
    record: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def disclose(context: Context, items: Sequence[Told]) -> list[Told]:
    """The items with what is sealed opened where it may be read, else masked. One read per register and of the keys.

    References to records that are concealed from the reader are left out.
    """
    items = _without_concealed(context, items)
    concerned: dict[str, set[int]] = {}
    for item in items:
        if any(map(is_sealed, (*item.before.values(), *item.after.values()))):
            concerned.setdefault(item.register, set()).add(item.record)
    if not concerned:
        return list(items)
    clear = {
        code: gate.clear_columns(REGISTRY[code], context, sorted(ids)) if code in REGISTRY else {}
        for code, ids in concerned.items()
    }
    opened = open_all(value for item in items for value in (*item.before.values(), *item.after.values())
                      if is_sealed(value))  # fmt: skip
    read: dict[str, tuple[set[str], set[int]]] = {}
    found = []
    for item in items:
        names = clear.get(item.register, {}).get(item.record, frozenset())
        before, after = (_turned(values, names, opened) for values in (item.before, item.after))
        shown = {n for values in (item.before, item.after) for n, v in values.items() if n in names and is_sealed(v)}
        if shown:
            fields, records = read.setdefault(item.register, (set(), set()))
            fields |= shown
            records.add(item.record)
        found.append(Told(item.register, item.record, before, after))
    for code, (fields, records) in read.items():
        readings.note(context, code, fields, records)
    return found


def _turned(values: Mapping[str, Any], clear: frozenset[str], opened: Mapping[str, str | Lost]) -> dict[str, Any]:
    turned = dict(values)
    for name, value in values.items():
        if is_sealed(value):
            held = opened[value]
            turned[name] = str(LOST[held.why]) if isinstance(held, Lost) else held if name in clear else MASK
    return turned


def _without_concealed(context: Context, items: Sequence[Told]) -> list[Told]:
    """The items without references to records of which the reader may not even learn that they exist."""
    hidden = dict(concealed_records(context))
    leads = {item.register: _leading(item.register, hidden) for item in items} if hidden else {}
    if not any(leads.values()):
        return list(items)
    gone = {code: {f"#{pk}" for pk in rows.values_list("pk", flat=True)} for code, rows in hidden.items()}

    def seen(register: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {n: v for n, v in values.items() if v not in gone.get(leads[register].get(n, ""), ())}

    return [Told(i.register, i.record, seen(i.register, i.before), seen(i.register, i.after)) for i in items]


def _leading(register: str, hidden: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a register that refer to one of some registers, with its code."""
    columns = REGISTRY[register].fields.values() if register in REGISTRY else ()
    found = {c.name: c.kind.register.code for c in columns if isinstance(c.kind, Reference)}
    return {name: code for name, code in found.items() if code in hidden}
