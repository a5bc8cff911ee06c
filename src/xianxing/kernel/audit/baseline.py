"""A list compared with a past day: what stood in it then, what came, what went, and what changed.

The state of that day is worked out backwards: what stands in the store today, less what the audit recorded since. The
reader's rights are today's: who may not see a record or a column now does not see what it was. What was erased with a
person stays erased. What the audit does not record is taken as it is today: time limits (:data:`UNKEPT`), and whatever
was entered past an action.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, TypeAlias

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.audit.disclosed import Told, disclose
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Column, Reference, Register, record_number, register_of
from xianxing.kernel.spelling import search_text

__all__ = ["LIMIT", "UNKEPT", "WORDS", "Altered", "Baseline", "Came", "Went", "compare"]

LIMIT = 20_000
"""How many rows a list, and how many changed records since the day, may hold."""
UNKEPT = frozenset(("due_on", "due_what"))
"""Columns that follow from the clock and are not audited."""
CHUNK = 5_000
_CREATED = '{"verb":"create"'

AHEAD = Problem("baseline_ahead", _("%(value)s has not passed yet"), _("Choose a day before the business date"))
TOO_MANY = Problem(
    "baseline_too_many", _("The list, or what changed in it since, has more than %(limit)s rows"),
    _("Narrow the list by a condition, or choose a later day"),
)  # fmt: skip

WhyCame: TypeAlias = Literal["new", "restored", "matches"]
WhyWent: TypeAlias = Literal["deleted", "left"]
WORDS: Mapping[WhyCame | WhyWent, Label] = {
    "new": _("entered since"),
    "restored": _("restored from the bin"),
    "matches": _("meets the filter now"),
    "deleted": _("moved to the bin"),
    "left": _("meets the filter no more"),
}


@dataclass(frozen=True)
class Came:
    """A row that stands in the list today and did not then: entered since, restored, or meeting the filter now."""

    row: Row
    why: WhyCame


@dataclass(frozen=True)
class Went:
    """A row as it stood in the list then: deleted since, or meeting the filter no more."""

    row: Row
    why: WhyWent


@dataclass(frozen=True)
class Altered:
    """A row that stands in the list then and now, with the columns that differ."""

    then: Row
    now: Row
    names: tuple[str, ...]


@dataclass(frozen=True)
class Baseline:
    """The comparison. ``sums``: by column, the sum then and now. ``lost``: records whose history was erased."""

    on: date
    then: int
    now: int
    came: Sequence[Came]
    went: Sequence[Went]
    altered: Sequence[Altered]
    sums: Mapping[str, tuple[int, int]]
    lost: int = 0
    recorded_from: date | None = None


@dataclass(slots=True)
class _Since:
    """What was done to one record since the day: former values of changed columns, in or out of the bin."""

    former: dict[str, Any] = field(default_factory=dict)
    binned: bool | None = None
    created: bool = False
    lost: bool = False


def compare(
    register: Register, context: Context, query: Query, on: date, columns: Sequence[Column], *, verb: str = "view"
) -> Baseline:
    """The list under a query as it stands and as it stood at the end of a day; raises :class:`Blocked`."""
    if on >= context.business_date:
        raise Blocked((Blocker(AHEAD, "on", _("day"), on.isoformat()),))
    query = replace(query, binned=False)
    listed = list(gate.rows(register, context, query, verb).values_list("pk", flat=True)[: LIMIT + 1])
    since = _since(register, _scope(register, context, verb), on)
    if max(len(listed), sum(1 for known in since.values() if not known.created)) > LIMIT:
        raise Blocked((Blocker(TOO_MANY, params={"limit": f"{LIMIT:,}"}),))
    compared = [column for column in columns if column.name not in UNKEPT]
    if register.flow and all(column.name != "stage" for column in compared):
        compared += gate.visible(register, context, ("stage",))
    found = _compared(register, context, query, compared, verb, listed, since)
    first = AuditEntry.objects.order_by("number").values_list("business_date", flat=True).first()
    return replace(found, on=on, recorded_from=first)


def _scope(register: Register, context: Context, verb: str) -> "QuerySet[Any]":
    """The records whose past the caller may see: the living ones, and those in the bin for who may open it."""
    where = register.where(context, verb)
    if not (register.may(context, "restore") or register.may(context, "delete")):
        where &= Q(deleted_at=None)
    return register.model._default_manager.filter(where).order_by()


def _since(register: Register, scope: "QuerySet[Any]", on: date) -> dict[int, _Since]:
    """By record, what the audit tells of the time after the day; of a case also what befell its subject."""
    own = {name for name, column in register.fields.items() if column.own or not register.subject}
    found: dict[int, _Since] = {}
    items = _items(register.code, on, scope.values("pk"))
    for record in items.filter(payload__startswith=_CREATED).values_list("record", flat=True):
        found[record] = _Since(created=True)
    rest = items.exclude(payload__startswith=_CREATED).order_by("entry_id", "position")
    for record, payload in rest.values_list("record", "payload").iterator(CHUNK):
        known = found.setdefault(record, _Since())
        if not known.created:
            _fold(known, payload, own)
    if register.subject_model:
        _of_subjects(register, scope, on, register.fields.keys() - own, found)
    return found


def _of_subjects(
    register: Register, scope: "QuerySet[Any]", on: date, names: Iterable[str], found: dict[int, _Since]
) -> None:
    model, lent = register.subject_model, frozenset(names)
    assert model is not None  # noqa: S101 - asked for registers with a subject
    path = f"{register.subject}_id"
    items = _items(register_of(model).code, on, scope.values(path)).exclude(payload__startswith=_CREATED)
    told = list(items.order_by("entry_id", "position").values_list("record", "payload"))
    subjects = sorted({subject for subject, _payload in told})
    cases: dict[int, list[int]] = {}
    for start in range(0, len(subjects), CHUNK):
        part = scope.filter(**{f"{path}__in": subjects[start : start + CHUNK]})
        for subject, case in part.values_list(path, "pk"):
            cases.setdefault(subject, []).append(case)
    for subject, payload in told:
        for case in cases.get(subject, ()):
            known = found.setdefault(case, _Since())
            if not known.created:
                _fold(known, payload, lent, whole=False)


def _items(code: str, on: date, records: Any) -> "QuerySet[AuditItem]":
    """The items of a register's records in entries of later business dates; nothing where there are none."""
    first = AuditEntry.objects.filter(business_date__gt=on).order_by("number").values_list("number", flat=True).first()
    if first is None:
        return AuditItem.objects.none()
    later = AuditItem.objects.filter(register=code, entry_id__gte=first, entry__business_date__gt=on)
    return later.filter(record__in=records)


def _fold(known: _Since, payload: str | None, names: Iterable[str], *, whole: bool = True) -> None:
    """Add one item, the oldest first: what the first of them found is what stood on the day."""
    if payload is None:
        known.lost = True
        return
    told = json.loads(payload)
    for name, value in told.get("before", {}).items():
        if name in names:
            known.former.setdefault(name, value)
    if whole and known.binned is None and told["verb"] in {"delete", "restore"}:
        known.binned = told["verb"] == "restore"


def _compared(
    register: Register, context: Context, query: Query, columns: Sequence[Column], verb: str,
    listed: Sequence[int], since: Mapping[int, _Since],
) -> Baseline:  # fmt: skip
    now = set(listed)
    concerned = [pk for pk, known in since.items() if pk in now or not known.created]
    rows = _today(register, context, columns, query, sorted(concerned), verb)
    former = _former(register, context, rows, since)
    living = {pk for pk, (_row, binned) in rows.items() if not binned}
    stood = _stood(register, query, now, rows, since, former)
    then = {pk for pk in now if pk not in since} | stood
    came = [Came(rows[pk][0], _why_came(since[pk], pk, living)) for pk in listed if pk not in then and pk in rows]
    gone = sorted(then - now, reverse=True)
    went = [Went(former[pk], "left" if pk in living else "deleted") for pk in gone]
    altered = []
    for pk in listed:
        if pk in stood:
            names = tuple(c.name for c in columns if _differs(c, former[pk], rows[pk][0], since[pk]))
            altered += [Altered(former[pk], rows[pk][0], names)] if names else []
    sums = _sums(register, context, query, verb, columns, came, went, altered)
    lost = sum(1 for pk in now if pk in since and since[pk].lost)
    return Baseline(context.business_date, len(then), len(now), came, went, altered, sums, lost)


def _why_came(since: _Since, pk: int, living: set[int]) -> WhyCame:
    if since.created:
        return "new"
    return "restored" if since.binned and pk in living else "matches"


def _today(
    register: Register, context: Context, columns: Sequence[Column], query: Query, ids: Sequence[int], verb: str
) -> dict[int, tuple[Row, bool]]:
    """The changed records as they are now, and whether they lie in the bin."""
    wanted = [register.key, register.title, f"{register.title}_en", "as_stated", *(f.field for f in query.filters)]
    wanted += register.search if query.search else ()
    names = dict.fromkeys((*(c.name for c in columns), *(name for name in wanted if name in register.fields)))
    needed = gate.visible(register, context, names)
    found: dict[int, tuple[Row, bool]] = {}
    for binned in (False, True):
        for start in range(0, len(ids), CHUNK):
            part = gate.rows(register, context, Query(binned=binned), verb).filter(pk__in=ids[start : start + CHUNK])
            found |= {row.id: (row, binned) for row in gate.cells(register, context, part.order_by(), needed)}
    return found


def _former(
    register: Register, context: Context, rows: Mapping[int, tuple[Row, bool]], since: Mapping[int, _Since]
) -> dict[int, Row]:
    """The changed records as they were, as far as their reader sees each column today."""
    told = [Told(register.code, pk, _readable(register, row, since[pk]), {}) for pk, (row, _binned) in rows.items()]
    seen = disclose(context, told)
    values = {was.record: _values(register, asked.before, was.before) for asked, was in zip(told, seen, strict=True)}
    names = _names(register, context, values.values())
    found = {}
    for pk, (row, _binned) in rows.items():
        refs = {name: names.get((name, value), "") for name, value in values[pk].items()}
        found[pk] = replace(row, values=row.values | values[pk], refs=row.refs | refs)
    return found


def _readable(register: Register, row: Row, since: _Since) -> dict[str, Any]:
    """The former values of columns that were read for a row; of masked ones only what is sealed, to be masked."""
    return {
        name: value
        for name, value in since.former.items()
        if name in row.values and (name not in row.masked or (register.fields[name].sealed and row.values[name]))
    }


def _values(register: Register, asked: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Former values as the store would hold them. What leads to something concealed is withheld."""
    return {name: _parsed(register.fields[name], seen.get(name)) for name in asked}


def _parsed(column: Column, plain: Any) -> Any:
    if plain is None or plain == "":
        return None
    if isinstance(column.kind, Reference):
        return record_number(str(plain).removeprefix("#")) or None
    try:
        return str(plain) if column.sealed else column.kind.parse(plain)
    except Refused:
        return None


def _names(register: Register, context: Context, values: Iterable[Mapping[str, Any]]) -> Mapping[tuple[str, Any], str]:
    """What the records referred to then are called, one query per column."""
    wanted: dict[str, set[int]] = {}
    for former in values:
        for name, value in former.items():
            if value and isinstance(register.fields[name].kind, Reference):
                wanted.setdefault(name, set()).add(value)
    found: dict[tuple[str, Any], str] = {}
    for name, ids in wanted.items():
        kind = register.fields[name].kind
        assert isinstance(kind, Reference)  # noqa: S101 - chosen above
        known = kind.register.model._default_manager.filter(kind.register.known_to(context), pk__in=ids)
        for pk, text in known.values_list("pk", kind.register.title_seen()):
            found[name, pk] = str(text or "")
    return found


def _stood(
    register: Register, query: Query, now: set[int], rows: Mapping[int, tuple[Row, bool]],
    since: Mapping[int, _Since], former: Mapping[int, Row],
) -> set[int]:  # fmt: skip
    """The changed records that stood in the list then: there, not in the bin, and meeting the filter as they were."""
    asked = {condition.field for condition in query.filters} | (set(register.search) if query.search else set())
    words = query.search.lower().split()
    found = set()
    for pk, (_row, binned) in rows.items():
        known = since[pk]
        if known.created or (binned if known.binned is None else known.binned):
            continue
        if not binned and not asked & known.former.keys():
            if pk in now:
                found.add(pk)
            continue
        if _met(register, query, former[pk]) and _spoken(register, former[pk], words):
            found.add(pk)
    return found


def _met(register: Register, query: Query, row: Row) -> bool:
    for condition in query.filters:
        name = condition.field
        presence = condition.operator in {"empty", "filled"} and register.fields[name].sealed
        shown = row.values.get(name) if presence or name not in row.masked else None
        if not condition.holds(register, shown):
            return False
    return True


def _spoken(register: Register, row: Row, words: Sequence[str]) -> bool:
    """Whether every word of a search stands in what a record could be found by then."""
    if not words:
        return True
    text = search_text([row.values.get(name) for name in register.search])
    return all(word in text for word in words)


def _differs(column: Column, then: Row, now: Row, since: _Since) -> bool:
    name = column.name
    if name not in since.former or name not in then.values:
        return False
    return (then.values[name] or None) != (now.values[name] or None)


def _sums(
    register: Register, context: Context, query: Query, verb: str, columns: Sequence[Column],
    came: Sequence[Came], went: Sequence[Went], altered: Sequence[Altered],
) -> dict[str, tuple[int, int]]:  # fmt: skip
    """Sums of money and areas now, by the store, and then: less what came and rose, plus what went."""
    summed = [c for c in columns if c.kind.code in {"money", "area"} and not c.personal]
    summed = [c for c in summed if isinstance(gate.expression(register, context, c), F)]
    if not summed:
        return {}
    found = gate.rows(register, context, query, verb).order_by()
    totals = found.aggregate(**{f"sum_{c.name}": Sum(c.path) for c in summed})
    sums = {}
    for column in summed:
        name = column.name
        now = totals[f"sum_{name}"] or 0
        then = now - sum(one.row.values.get(name) or 0 for one in came)
        then += sum(one.row.values.get(name) or 0 for one in went)
        then += sum((one.then.values[name] or 0) - (one.now.values[name] or 0) for one in altered if name in one.names)
        sums[name] = (then, now)
    return sums
