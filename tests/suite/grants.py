"""The declared grants, read a second time in plain Python over rows in memory.

Nothing here asks the gate, a context or a compiled condition: what the suite expects must not come from what it tests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from xianxing.kernel.access import AllOf, AnyOf, Equal, Everything, Grant, Mine, OwnUnit, Scope, Subtree, Under
from xianxing.kernel.kinds import PersonalText
from xianxing.kernel.personal.seal import open_all
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Column, Register
from xianxing.kernel.units.models import Holding, Person, Post, Unit

__all__ = ["Reader", "forget", "rows_of", "value_of"]

OPENED: dict[str, Any] = {}  # what sealed texts hold; the same text always holds the same
WRITES = {"create", "edit", "delete", "restore", "import"}


@dataclass(frozen=True)
class Reader:
    """Somebody in one post; in none at all for a visitor."""

    post: int = 0
    role: str = ""
    unit: int = 0
    below: frozenset[int] = frozenset()
    sides: frozenset[int] = frozenset()
    person: int = 0

    @classmethod
    def of(cls, code: str) -> "Reader":
        """The holder of a post, by its code."""
        if not code:
            return cls()
        post = Post.objects.get(code=code)
        parents = dict(Unit.objects.values_list("pk", "parent_id"))
        below = frozenset(unit for unit in parents if post.unit_id in _above(unit, parents))
        held = Holding.objects.filter(post=post, deleted_at=None).values_list("person_id", flat=True)
        person = held.first() or 0
        seats = Holding.objects.filter(person=person, deleted_at=None).values_list("post__unit_id", flat=True)
        sides = frozenset(above for unit in seats for above in _above(unit, parents))
        return cls(post.pk, post.role, post.unit_id, below, sides, person)

    def grants(self, register: Register, verb: str) -> list[Grant]:
        """The grants that give this reader's role a verb."""
        return [given for given in _grants(register.code) if given.role == self.role and verb in given.verbs]

    def may(self, register: Register, verb: str) -> bool:
        """Whether the role has the verb at all."""
        return bool(self.grants(register, verb))

    def rows(self, register: Register, verb: str = "view") -> list[Record]:
        """The rows that any grant for the verb reaches."""
        given = self.grants(register, verb)
        reached = (row for row in rows_of(register) if any(self.reaches(g.scope, row) for g in given))
        return [row for row in reached if not self.barred(register, row)]

    def barred(self, register: Register, row: Any) -> bool:
        """Whether a row is concealed from this reader: by itself, with the row above it, or with what it speaks of."""
        for name in register.conceal:
            person = register.model._meta.get_field(name).related_model is Person
            named = getattr(row, f"{name}_id")
            if named is not None and (named == self.person if person else named in self.sides):
                return True
        if register.child_of:
            return self.barred(REGISTRY[register.child_of], getattr(row, register.parent))
        if not {"register", "record"} <= register.fields.keys() or row.register not in REGISTRY:
            return False
        spoken = REGISTRY[row.register]
        key = spoken.fields.get(spoken.key)
        found = (one for one in rows_of(spoken) if row.record in (one.pk, key and value_of(one, key)))
        return any(self.barred(spoken, one) for one in found)

    def ids(self, register: Register, verb: str = "view") -> set[int]:
        """The ids of :meth:`rows`."""
        return {row.pk for row in self.rows(register, verb)}

    def reaches(self, scope: Scope, row: Any) -> bool:
        """Whether a scope holds for one row."""
        match scope:
            case Everything():
                return True
            case Equal(field, value):
                return bool(getattr(row, field) == value)
            case OwnUnit(field):
                return _follow(row, field) == self.unit
            case Subtree(field):
                return _follow(row, field) in self.below
            case Mine(field):
                return _follow(row, field) == self.post
            case AnyOf(scopes):
                return any(self.reaches(one, row) for one in scopes)
            case AllOf(scopes):
                return all(self.reaches(one, row) for one in scopes)
            case Under(parent, inner):
                return self.reaches(inner, getattr(row, parent))
        raise AssertionError(f"a scope the suite does not know: {scope}")

    def sight(self, register: Register, column: Column, row: Record) -> str:
        """How a column of a row may be seen: ``clear``, ``masked`` or ``hidden``."""
        given = [g for g in self.grants(register, "view") if self.reaches(g.scope, row)]
        found = {_sight(g, column) for g in given}
        return next((level for level in ("clear", "masked") if level in found), "hidden")

    def shown(self, register: Register, column: Column, row: Record) -> str:
        """The text of a personal value as this reader may see it; empty where there is nothing to see."""
        clear = self.sight(register, column, row) == "clear"
        return str(value_of(row, column) or "") if clear else self.masked(register, column, row)

    def masked(self, register: Register, column: Column, row: Record) -> str:
        """The mask of a personal value; empty where there is nothing, or nothing this reader may know of."""
        value = str(value_of(row, column) or "")
        if not value or self.sight(register, column, row) == "hidden":
            return ""
        assert isinstance(column.kind, PersonalText)
        return column.kind.mask(value)


def _sight(given: Grant, column: Column) -> str:
    if column.name in given.hidden:
        return "hidden"
    return "masked" if column.personal and column.name not in given.clear else "clear"


def _above(unit: int, parents: dict[int, int | None]) -> Iterator[int]:
    """A unit and all units above it."""
    place: int | None = unit
    while place is not None:
        yield place
        place = parents[place]


def _follow(row: Any, path: str) -> Any:
    *way, last = path.split("__")
    for name in way:
        row = getattr(row, name)
    return getattr(row, f"{last}_id")


@cache
def _grants(code: str) -> tuple[Grant, ...]:
    """Own grants, those of whom a task is given to, and for a child what its parent's give: who may edit the parent may
    write its children, but for those that only the system writes."""
    register, task = REGISTRY[code], REGISTRY[code].task
    own = (*register.grants, *(task.grants(register.columns) if task else ()))
    return (*own, *_inherited(register)) if register.child_of else own


def _inherited(register: Register) -> Iterable[Grant]:
    for given in _grants(register.child_of):
        writes = "edit" in given.verbs and not register.kept
        verbs = (given.verbs & {"view", "export"}) | (WRITES if writes else set())
        scope = Under(register.parent, given.scope)
        yield Grant(given.role, frozenset(verbs), scope, given.clear, given.hidden, given.readonly)


def rows_of(register: Register) -> list[Record]:
    """All living rows of a register, with what they point at; remembered until :func:`forget` is called."""
    return _rows(register.code)


def forget() -> None:
    """Read the rows anew: each test begins with the zone as it was built."""
    _rows.cache_clear()


@cache
def _rows(code: str) -> list[Record]:
    model: Any = REGISTRY[code].model
    found = list(model.objects.select_related().filter(deleted_at=None).order_by("pk"))
    sealed = [column for column in REGISTRY[code].fields.values() if column.sealed]
    OPENED.update(open_all({_raw(row, column) for row in found for column in sealed}))
    return found


def value_of(row: Any, column: Column) -> Any:
    """What the store holds for a column of a row; of personal data, what it holds sealed."""
    value = _raw(row, column)
    if not column.sealed:
        return value
    if value not in OPENED:
        OPENED.update(open_all([value]))
    return OPENED[value]


def _raw(row: Any, column: Column) -> Any:
    *way, last = column.path.split("__")
    for name in way:
        row = getattr(row, name)
    return getattr(row, row._meta.get_field(last).attname)
