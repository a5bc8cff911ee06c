"""From a table to changes: dry run with every error, import of all or of the good rows.

A row whose code is known is an edit of what differs, a row without or with a new code is a creation. What a row does
not change it does not touch, so an unchanged export changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.actions.prepare import MAY_NOT, REQUIRED
from xianxing.kernel.blockers import At, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import Reference, Register
from xianxing.kernel.sheet.cells import MASK, References, clean
from xianxing.kernel.sheet.heads import NO_HEADS, NUMBER, VERSION, Heads, matched_parts
from xianxing.kernel.sheet.reading import Cell, Part, Table

__all__ = ["EXAMPLES", "Report", "apply", "dry_run"]

EXAMPLES = ("〔示例〕", "〔Example〕")
CHUNK = 5_000

BROKEN = Problem(
    "broken_cell",
    _("%(label)s holds “%(value)s”, a formula without a result"),
    _("Calculate and save, or type the value"),
)
ROW_TWICE = Problem("row_twice", _("“%(value)s” stands in another row too"), _("Keep one of the rows"))
EMPTY = Problem("empty_sheet", _("There is no row below the heads"), _("Fill in at least one row"))
NO_COLUMN = Problem(
    "no_column", _("The column “%(label)s” is missing"), _("Add the column %(label)s; new rows need it")
)


@dataclass(frozen=True)
class Report:
    """What an import would do. Each error names sheet, row, column, value, rule and mend (see :class:`Blocker`).

    ``errors`` without a row of data (missing heads and the like) stop the whole import; ``ignored`` are heads that
    nothing is read from.
    """

    rows: int = 0
    created: int = 0
    edited: int = 0
    moved: int = 0
    unchanged: int = 0
    errors: tuple[Blocker, ...] = ()
    ignored: tuple[str, ...] = ()
    fatal: bool = False

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def faulty(self) -> frozenset[tuple[str, int]]:
        """The rows with an error: sheet and row number."""
        return frozenset((error.at.sheet, error.at.row) for error in self.errors if error.at and error.at.row)

    @property
    def good(self) -> int:
        """How many rows have no error."""
        return 0 if self.fatal else self.rows - len(self.faulty)


@dataclass
class _Plan:
    """Changes read from a table and what is wrong with it before any of them is judged."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Blocker] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    rows: int = 0
    fatal: bool = False


def dry_run(register: Register, context: Context, table: Table) -> Report:
    """Judge every row and name every error; nothing is written."""
    context = _surface(context)
    plan = _plan(register, context, table)
    outcome = act(register, context, plan.changes, dry=True, name="import") if plan.changes else Outcome("done")
    return _report(register, plan, outcome.blockers)


def apply(register: Register, context: Context, table: Table, *, partial: bool = False) -> Outcome:
    """Import a table as one audited action.

    All rows or none; with ``partial`` the rows without an error, and the outcome carries the errors of the others.
    """
    context = _surface(context)
    plan = _plan(register, context, table)
    if plan.fatal or (plan.faults and not partial):
        outcome = act(register, context, plan.changes, dry=True, name="import") if plan.changes else Outcome("done")
        return Outcome("blocked", blockers=_report(register, plan, outcome.blockers).errors)
    left = _without(plan.changes, plan.faults)
    outcome = _carry_out(register, context, left)
    refused = tuple(plan.faults)
    while partial and not outcome.done and (remaining := _without(left, outcome.blockers)) != left:
        refused += outcome.blockers
        left = remaining
        outcome = _carry_out(register, context, left)
    blockers = _report(register, plan, (*refused[len(plan.faults) :], *outcome.blockers)).errors
    untouched = plan.rows - len(plan.changes)
    return replace(outcome, blockers=blockers, unchanged=outcome.unchanged + untouched)


def _carry_out(register: Register, context: Context, changes: Sequence[Change]) -> Outcome:
    return act(register, context, changes, name="import") if changes else Outcome("done")


def _without(changes: Sequence[Change], blockers: Iterable[Blocker]) -> list[Change]:
    bad = {(blocker.at.sheet, blocker.at.row) for blocker in blockers if blocker.at}
    return [change for change in changes if change.at and (change.at.sheet, change.at.row) not in bad]


def _surface(context: Context) -> Context:
    return context if context.surface == "demo" else replace(context, surface="sheet")


def _report(register: Register, plan: _Plan, blockers: Sequence[Blocker]) -> Report:
    cells = {(fault.at.sheet, fault.at.row, fault.field) for fault in plan.faults if fault.at}
    errors = list(plan.faults)
    lacking: set[str] = set()
    created = {(change.at.sheet, change.at.row) for change in plan.changes if change.verb == "create" and change.at}
    for blocker in blockers:
        at = blocker.at
        if at and (at.sheet, at.row, blocker.field) in cells:
            continue
        headless = blocker.problem is REQUIRED and blocker.field in plan.missing - lacking
        if headless and at and (at.sheet, at.row) in created:
            lacking.add(blocker.field)
            errors.append(Blocker(NO_COLUMN, blocker.field, blocker.label, at=At(at.sheet, 0, str(blocker.label))))
        errors.append(blocker)
    places = {name: place for place, name in enumerate(register.fields)}
    errors.sort(key=lambda e: (e.at.sheet if e.at else "", e.at.row if e.at else 0, places.get(e.field, 99)))
    faulty = {(error.at.sheet, error.at.row) for error in errors if error.at}
    changes = [change for change in plan.changes if not (change.at and (change.at.sheet, change.at.row) in faulty)]
    verbs = [change.verb for change in changes]
    return Report(
        rows=plan.rows,
        created=verbs.count("create"),
        edited=verbs.count("edit"),
        moved=verbs.count("move"),
        unchanged=plan.rows - len(verbs) - len({place for place in faulty if place[1]}),
        errors=tuple(errors),
        ignored=tuple(dict.fromkeys(plan.ignored)),
        fatal=plan.fatal,
    )


def _plan(register: Register, context: Context, table: Table) -> _Plan:
    plan = _Plan()
    parts = matched_parts(register, table)
    if not register.may(context, "import"):
        plan.faults.append(Blocker(MAY_NOT, params={"register": register.label}))
    if not parts:
        plan.faults.append(Blocker(NO_HEADS, params={"register": register.label}))
    for _part, heads in parts:
        plan.faults += heads.faults
    plan.fatal = bool(plan.faults)
    if plan.fatal:
        return plan
    seen: dict[int, At] = {}
    for part, heads in parts:
        plan.ignored += heads.unknown
        plan.missing |= set(register.fields) - set(heads.places)
        _read_part(register, context, plan, part, heads, seen)
    if not plan.rows:
        plan.faults.append(Blocker(EMPTY))
        plan.fatal = True
    return plan


@dataclass
class _Sheet:
    """The rows of one sheet below its heads, column by column."""

    name: str
    numbers: list[int]
    columns: dict[str, list[Cell]]

    def column(self, name: str) -> list[Cell]:
        return self.columns.get(name) or [None] * len(self.numbers)


def _read_part(
    register: Register, context: Context, plan: _Plan, part: Part, heads: Heads, seen: dict[int, At]
) -> None:
    sheet = _columns(register, part, heads)
    plan.rows += len(sheet.numbers)
    broken = _broken(register, part, heads, plan)
    current = _current(register, context, sheet)
    told = _keys(register, context, sheet)
    keys = [current.get(key) if key else None for key in told]
    numbered = register.key not in register.fields
    edits = [place for place, row in enumerate(keys) if row is not None]
    same = _same(register, context, sheet, edits, [row for row in keys if row is not None])
    versions = sheet.column(VERSION)
    names = [name for name in sheet.columns if name in register.fields]
    for place, (number, *cells) in enumerate(zip(sheet.numbers, *(sheet.columns[name] for name in names))):
        at, row = At(sheet.name, number), keys[place]
        gone = broken.get(number, frozenset())
        if row is None and numbered and told[place]:
            params = {"register": register.label}
            plan.faults.append(Blocker(gate.NOT_THERE, NUMBER, value=told[place] or "", params=params, at=at))
            continue
        if row is None:
            fields = {n: cell for n, cell in zip(names, cells) if cell is not None and n not in gone}
            plan.changes.append(Change("create", fields=_opening(register, fields), at=at))
            continue
        if row.id in seen:
            plan.faults.append(Blocker(ROW_TWICE, register.key, value=told[place] or "", at=at))
            continue
        seen[row.id] = at
        fields = {n: cell for n, cell in zip(names, cells) if (place, n) not in same and n not in gone}
        if fields:
            plan.changes.append(_edit(register, context, row, fields, _version(versions[place]), at))


def _columns(register: Register, part: Part, heads: Heads) -> _Sheet:
    """The data rows, without blank and example rows, cleaned for each column's kind."""
    rows = [
        (index + part.first, row)
        for index, row in enumerate(part.rows[heads.row + 1 :], heads.row + 1)
        if any(cell and not cell.isspace() for cell in row) and not _example(row)
    ]
    columns: dict[str, list[Cell]] = {}
    for name, place in heads.places.items():
        texts = [row[place.position] for _number, row in rows]
        column = register.fields.get(name)
        columns[name] = clean(column.kind, texts, place.unit) if column else [text and text.strip() for text in texts]
    return _Sheet(part.sheet, [number for number, _row in rows], columns)


def _example(row: Sequence[Cell]) -> bool:
    first = next((cell for cell in row if cell), "")
    return first.startswith(EXAMPLES)


def _broken(register: Register, part: Part, heads: Heads, plan: _Plan) -> dict[int, frozenset[str]]:
    """Cells of known columns that hold an error instead of a value, by row number; each is a fault."""
    names = {place.position: name for name, place in heads.places.items()}
    found: dict[int, frozenset[str]] = {}
    for (index, position), text in sorted(part.broken.items()):
        name = names.get(position)
        if name is None or index <= heads.row:
            continue
        label = register.fields[name].label if name in register.fields else name
        number = index + part.first
        at = At(part.sheet, number, str(label))
        plan.faults.append(Blocker(BROKEN, name, label, text, at=at))
        found[number] = found.get(number, frozenset()) | {name}
    return found


def _keys(register: Register, context: Context, sheet: _Sheet) -> list[Cell]:
    """What names each row, as the store writes it: a day in a cell is read as a day. What is no key stays as it is."""
    if register.key not in register.fields:
        return sheet.column(NUMBER)
    texts = sheet.column(register.key)
    values, refused = register.fields[register.key].kind.parse_column(texts, context)
    return [text if place in refused or not text else str(values[place]) for place, text in enumerate(texts)]


def _current(register: Register, context: Context, sheet: _Sheet) -> dict[str, gate.Row]:
    """The records that rows name, as the caller sees them, by the key as the sheet writes it."""
    numbered = register.key not in register.fields
    keys = sorted({key for key in _keys(register, context, sheet) if key})
    if not numbered:
        _values, refused = register.fields[register.key].kind.parse_column(keys, context)
        keys = [key for place, key in enumerate(keys) if place not in refused]
    columns = gate.visible(register, context)
    found: dict[str, gate.Row] = {}
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        if numbered:
            ids = [int(key[1:]) for key in part if key[0] == "#" and key[1:].isdecimal()]
            rows = gate.rows(register, context).filter(pk__in=ids)
        else:
            rows = gate.rows(register, context).filter(**{f"{register.path_of(register.key)}__in": part})
        for row in gate.cells(register, context, rows, columns):
            found[f"#{row.id}" if numbered else str(row.values.get(register.key))] = row
    return found


def _same(
    register: Register, context: Context, sheet: _Sheet, edits: Sequence[int], rows: Sequence[gate.Row]
) -> set[tuple[int, str]]:
    """The cells (place, column) that say what the record says already, or must not speak: masked ones."""
    same: set[tuple[int, str]] = set()
    names = References(context)
    for name, texts in sheet.columns.items():
        column = register.fields.get(name)
        if column is None:
            continue
        given = [texts[place] for place in edits]
        if column.personal:
            same |= {(place, name) for place, text in zip(edits, given) if text is None or MASK in text}
        values, refused = column.kind.parse_column(given, context)
        if refused and isinstance(column.kind, Reference):
            names.learn(column, (rows[at].values.get(name) for at in refused))
        for at, (place, row) in enumerate(zip(edits, rows)):
            if name not in row.values:
                continue
            current = row.values[name]
            if at in refused:
                known = names.text(column, current) or ""
                held = isinstance(column.kind, Reference) and given[at] == clean(column.kind, [known])[0]
            else:
                held = values[at] == current or (values[at] is None and current == "")
            if held:
                same.add((place, name))
    return same


def _version(text: Cell) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _opening(register: Register, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a creation. A new case at the first stage starts; one at a later stage is admitted as stated."""
    if register.flow and "stage" in fields:
        first = register.flow.stages[0]
        if _stage_meant(register, fields["stage"]) == first.code:
            return {name: value for name, value in fields.items() if name != "stage"}
    return fields


def _stage_meant(register: Register, text: str) -> str | None:
    values, _refused = register.fields["stage"].kind.parse_column([text], None)  # type: ignore[arg-type]
    return str(values[0]) if values[0] else None


def _edit(
    register: Register, context: Context, row: gate.Row, fields: dict[str, Any], version: int | None, at: At
) -> Change:
    """The change of a known record. Another stage asks for the move there, refused in the same words as elsewhere."""
    flow, wanted = register.flow, fields.get("stage")
    if flow is None or wanted is None:
        return Change("edit", row.id, version, fields, at=at)
    stage = _stage_meant(register, wanted)
    now = row.values.get("stage") or ""
    moves = [move for move in flow.moves_from(now) if move.to == stage]
    if stage is None or (not moves and (not now or row.values.get("as_stated"))):
        return Change("edit", row.id, version, fields, at=at)
    moves.sort(key=lambda move: bool(move.by) and not context.roles & set(move.by))
    rest = {name: value for name, value in fields.items() if name != "stage"}
    return Change("move", row.id, version, rest, to=moves[0].code if moves else wanted, at=at)
