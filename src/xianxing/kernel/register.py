"""Registers: one declaration from which list, form, API, sheet, command line and permission tests follow."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import Case as Either
from django.db.models import F, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Grant, concealing, may_at_all, permitted, prefixed
from xianxing.kernel.blockers import Blocker, Label, Problem, Refused
from xianxing.kernel.column import Column, Section, default_of, own_columns
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.fields import kind_of
from xianxing.kernel.flow.flow import Facts, Flow, Values
from xianxing.kernel.kinds import Choice, Kind, is_empty
from xianxing.kernel.once import Once
from xianxing.kernel.owned import Task, Total
from xianxing.kernel.personal.fields import PersonalField
from xianxing.kernel.personal.privacy import Privacy
from xianxing.kernel.record import Case, Record

__all__ = [
    "FOLLOWERS", "REGISTRY", "Column", "Once", "Reference", "Register", "Section", "Task", "Total",
    "concealed_records", "declare", "find", "follow", "record_number", "register_of",
]  # fmt: skip

NOT_FOUND = Problem("not_found", _("“%(value)s” is not in %(register)s"), _("Use the code or the exact name"))
AMBIGUOUS = Problem("ambiguous", _("“%(value)s” means several entries of %(register)s"), _("Use the code instead"))

FACTS_NONE: Mapping[int, Facts] = {}


@dataclass(frozen=True, kw_only=True)
class Register:
    """A register of records.

    ``columns`` names model fields, and fields of the one-to-one ``subject``, in the order people know them; left out:
    all fields of the model in its order.
    ``child_of`` names the register whose records own these, through the field ``parent``: rights are then inherited,
    of rows that only the system writes (``kept``) the right to see them.
    ``personal`` names the columns of personal data. They are sealed with one key per data subject: ``data_subject`` is
    empty where the record itself is the person or household, else the path to the record that is (``"household"``);
    ``privacy`` says why they are held, on what basis and for how long.
    ``facts`` reads, once per batch, what guards and checks need. ``defaults`` says, once per batch, what a creation by
    this caller has where nothing is given. ``derive`` fills values that follow from others,
    ``derive_batch`` does so on the drafts of a whole batch where that takes reading or judging.
    ``after`` runs in the same transaction once a batch is written. ``happened`` names days that cannot lie after the
    business date, ``task`` rows that are to be settled by a day, ``totals`` the sums kept above. ``waits`` names the
    post that waits for a case it handed on while another has it in hand. ``place``
    names the point or shape by which the register is a layer of the map, own or of what it refers to
    (``"building__shape"``). ``conceal`` names references to units and persons from whom a row is concealed: whoever
    holds any post in or below such a unit learns nowhere that it exists, whatever a grant says.
    """

    code: str
    label: Label
    model: type[Record]
    columns: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    grants: tuple[Grant, ...] = ()
    key: str = "code"
    title: str = "name"
    prefix: str = ""
    subject: str = ""
    child_of: str = ""
    parent: str = ""
    search: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-id",)
    personal: frozenset[str] = frozenset()
    data_subject: str = ""
    privacy: Privacy | None = None
    readonly: frozenset[str] = frozenset()
    group: Label = ""
    flow: Flow | None = None
    facts: Callable[[Sequence[int], Context], Mapping[int, Facts]] | None = None
    checks: tuple[Callable[[Values, Facts, Context], Iterable[Blocker]], ...] = ()
    batch_checks: tuple[Callable[["Sequence[Mapping[str, Any]]", Context], Mapping[int, Blocker]], ...] = ()
    defaults: Callable[[Context], Mapping[str, Any]] | None = None
    derive: Callable[[dict[str, Any], Context], Mapping[str, Any]] | None = None
    derive_batch: "Callable[[Any, Context], None] | None" = None
    after: "Callable[[Any, Context], None] | None" = None
    views: tuple[str, ...] = ("list",)
    unique: tuple[tuple[str, ...], ...] = field(default=())
    once: tuple[Once, ...] = ()
    happened: tuple[str, ...] = ()
    task: Task | None = None
    place: str = ""
    totals: tuple[Total, ...] = ()
    waits: str = ""
    conceal: tuple[str, ...] = ()
    kept: bool = False

    _CASE: ClassVar[tuple[str, ...]] = (
        "unit", "owner", "stage", "stage_on", "proven", "as_stated",
        "status", "status_on", "status_reason", "due_on", "due_what",
    )  # fmt: skip
    _SYSTEM: ClassVar[frozenset[str]] = frozenset(
        ("stage_on", "proven", "as_stated", "status", "status_on", "status_reason", "due_on", "due_what")
    )

    def __post_init__(self) -> None:
        if not self.columns:
            object.__setattr__(self, "columns", own_columns(self.model))

    @cached_property
    def fields(self) -> Mapping[str, Column]:
        """All columns by name, resolved against the model; raises ``ImproperlyConfigured`` for an unknown name."""
        names = list(dict.fromkeys((*self.columns, *(self._CASE if issubclass(self.model, Case) else ()))))
        return {name: self._column(name) for name in names}

    def _column(self, name: str) -> Column:
        path, stored = self._find(name)
        kind = self._kind(name, stored)
        required = not (stored.null or stored.blank or stored.has_default()) and name not in self.system_columns
        return Column(
            name=name,
            label=stored.verbose_name,
            kind=kind,
            path=path,
            required=required and not (name == self.key and self.numbers_itself),
            editable=name not in self.system_columns and name not in self.readonly and stored.editable,
            personal=name in self.personal or isinstance(stored, PersonalField),
            help=stored.help_text,
            default=default_of(stored),
        )

    def _find(self, name: str) -> tuple[str, "models.Field[Any, Any]"]:
        for prefix, model in (("", self.model), (self.subject, self.subject_model)):
            if model is None:
                continue
            try:
                stored = model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            if isinstance(stored, models.Field):
                return (f"{prefix}__{name}" if prefix else name), stored
        raise ImproperlyConfigured(f"register {self.code}: {self.model.__name__} has no field {name}")

    def path_of(self, name: str) -> str:
        """Where the store holds a field, seen from the model: also of one that is no column, such as ``id``."""
        return self._find(name)[0]

    def _kind(self, name: str, stored: "models.Field[Any, Any]") -> Kind:
        if isinstance(stored, models.ForeignKey):
            return Reference(stored.related_model)
        if self.flow and name in {"stage", "proven"}:
            return Choice(tuple((stage.code, stage.label) for stage in self.flow.stages))
        if self.flow and name == "status":
            return Choice(tuple((status.code, status.label) for status in self.flow.statuses))
        return kind_of(stored)

    @property
    def system_columns(self) -> frozenset[str]:
        """What only the kernel writes: the course of a case."""
        return self._SYSTEM if issubclass(self.model, Case) else frozenset()

    @cached_property
    def placed(self) -> "tuple[str, Register, Column] | None":
        """Where the place lies: the reference on the way to it (empty for an own one), its register, its column."""
        way, _sep, name = self.place.rpartition("__")
        kind = self.fields[way].kind if way else None
        owner = kind.register if isinstance(kind, Reference) else self
        column = owner.fields[name] if name else None
        if column and (column.kind.code not in {"point", "shape"} or column.personal or (way and owner is self)):
            raise ImproperlyConfigured(f"register {self.code}: {self.place} is no place, or one of personal data")
        return (way, owner, column) if column else None

    @cached_property
    def numbers_itself(self) -> bool:
        """Whether a creation without a code gets one."""
        return bool(self.prefix) or (self.subject_model is not None and bool(register_of(self.subject_model).prefix))

    @cached_property
    def subject_model(self) -> type[Record] | None:
        """The model of the shared subject that this register's records are cases of."""
        return self.model._meta.get_field(self.subject).related_model if self.subject else None  # type: ignore[return-value]

    @cached_property
    def effective_grants(self) -> tuple[Grant, ...]:
        """Own grants, and for a child those of its parent: who may edit the parent may write its children."""
        own = (*self.grants, *(self.task.grants(self.columns) if self.task else ()))
        if not self.child_of:
            return own
        inherited = []
        for given in find(self.child_of).effective_grants:
            verbs = given.verbs & {"view", "export"}
            if "edit" in given.verbs and not self.kept:
                verbs |= {"create", "edit", "delete", "restore", "import"}
            inherited.append(given.under(self.parent, verbs))
        return (*own, *inherited)

    @cached_property
    def sides(self) -> tuple[tuple[str, bool], ...]:
        """The references from whose units and persons rows are concealed, own or of the record above: path, person."""
        own = tuple((name, self.model._meta.get_field(name).related_model._meta.model_name) for name in self.conceal)  # type: ignore[union-attr]
        if any(target not in {"unit", "person"} for _name, target in own):
            raise ImproperlyConfigured(f"register {self.code}: rows are concealed from units and persons")
        above = find(self.child_of).sides if self.child_of else ()
        inherited = ((f"{self.parent}__{path}", person) for path, person in above)
        return (*((f"{name}", target == "person") for name, target in own), *inherited)

    def concealed(self, context: Context) -> Q:
        """The condition of the rows of which the caller may not even learn that they exist; empty: there are none.

        Rows that speak of records of any register (``register``, ``record``) are concealed with what they speak of.
        """
        hidden = concealing(self.sides, context)
        if not {"register", "record"} <= self.fields.keys():
            return hidden
        return reduce(or_, (Q(register=code, record__in=rows) for code, rows in self._spoken_of(context)), hidden)

    def _spoken_of(self, context: Context) -> "Iterable[tuple[str, Any]]":
        typed = self.fields["record"].kind.schema.get("type") == "string"
        for code, rows in concealed_records(context):
            if typed:
                yield code, rows.values(REGISTRY[code].key)
                yield code, rows.values(said=Concat(Value("#"), Cast("pk", models.CharField())))
            else:
                yield code, rows.values("pk")

    @cached_property
    def under_living(self) -> Q:
        """The condition that no record above lies in the bin: what belongs to a record goes there and comes back
        with it."""
        if not self.child_of:
            return Q()
        above = Q(deleted_at__isnull=True) & find(self.child_of).under_living
        condition = prefixed(above, self.parent)
        optional = self.model._meta.get_field(self.parent).null
        return condition | Q(**{f"{self.parent}__isnull": True}) if optional else condition

    def may(self, context: Context, verb: str) -> bool:
        """Whether the caller may do this to anything at all here."""
        return self._system_reads(context, verb) or may_at_all(self.effective_grants, context, verb)

    def where(self, context: Context, verb: str) -> Q:
        """The condition of the rows on which the caller may do this."""
        granted = Q() if self._system_reads(context, verb) else permitted(self.effective_grants, context, verb)
        hidden = self.concealed(context)
        return granted & ~hidden if hidden else granted

    @staticmethod
    def _system_reads(context: Context, verb: str) -> bool:
        """The system reads everything; to write it needs a grant like anybody else."""
        return verb in {"view", "refer"} and SYSTEM_ROLE in context.roles

    def title_seen(self, prefix: str = "") -> "F | Coalesce":
        """The name that a reader sees: the English one where the reader reads English and there is one."""
        path, stored = self._find(self.title)
        path = prefix + path
        if isinstance(stored, PersonalField):
            # Whoever refers to a person does so by number: the name is for those who open the record.
            return F(prefix + self._find(self.key)[0])
        if get_language() != "en" or all(stored.name != f"{self.title}_en" for stored in self.model._meta.fields):
            return F(path)
        return Coalesce(NullIf(f"{path}_en", Value("")), path)

    def known_to(self, context: Context) -> Q:
        """The condition of the rows whose names the caller may read: those it may open, and those it may refer to."""
        either = (self.where(context, "view"), self.where(context, "refer"))
        return either[0] | either[1] if all(either) else Q()

    def name_seen(self, context: Context, path: str) -> "F | Coalesce | Either":
        """The name of the row that a reference at ``path`` leads to; empty where the caller may not know it."""
        name, known = self.title_seen(f"{path}__"), self.known_to(context)
        if not known:
            return name
        text = models.TextField()
        return Either(When(prefixed(known, path), then=Cast(name, text)), default=Value(""), output_field=text)

    @property
    def uniqueness(self) -> tuple[Once, ...]:
        """What no two records have in common."""
        return (Once((self.key,)), *(Once(names) for names in self.unique), *self.once)

    @property
    def is_case(self) -> bool:
        return self.flow is not None


REGISTRY: dict[str, Register] = {}
FOLLOWERS: "dict[str, list[Callable[[Register, Any, Context], None]]]" = {}


def declare(register: Register) -> Register:
    """Enter a register into the product. Called once, where the register is defined."""
    if register.code in REGISTRY:
        raise ImproperlyConfigured(f"register {register.code} is declared twice")
    REGISTRY[register.code] = register
    return register


def follow(code: str, what: "Callable[[Register, Any, Context], None]") -> None:
    """What another slice does once a batch of a register is written, in the same transaction, given its drafts.

    The register need not exist: slices do not know one another.
    """
    FOLLOWERS.setdefault(code, []).append(what)


def find(code: str) -> Register:
    """The register of that code; raises ``KeyError``."""
    return REGISTRY[code]


def concealed_records(context: Context) -> "Iterator[tuple[str, models.QuerySet[Any]]]":
    """By code of a register, the records of which the caller may not even learn that they exist, also in the bin."""
    for register in REGISTRY.values():
        hidden = concealing(register.sides, context)
        if hidden:
            yield register.code, register.model._default_manager.filter(hidden).order_by()


def register_of(model: type[models.Model]) -> Register:
    """The register in which records of a model stand; raises ``LookupError``."""
    for register in REGISTRY.values():
        if register.model is model:
            return register
    raise LookupError(f"no register for {model.__name__}")


@dataclass(frozen=True)
class Reference(Kind):
    """Another record, named by id, code or exact name. The store holds the id."""

    code: ClassVar[str] = "reference"
    model: "type[models.Model] | str | None" = None

    @property
    def register(self) -> Register:
        if not isinstance(self.model, type):
            raise ImproperlyConfigured(f"reference to unresolved model {self.model}")
        return register_of(self.model)

    def parse(self, raw: Any) -> int:
        raise Refused(NOT_FOUND, register=self.register.label)

    def parse_column(self, raws: Sequence[Any], context: Context) -> tuple[list[Any], dict[int, Refused]]:
        """Look all distinct names up in one query per way of naming, among the rows the caller may refer to."""
        tokens = {_token(raw) for raw in raws if not is_empty(raw)}
        known = self._look_up(tokens, context)
        values: list[Any] = []
        refused: dict[int, Refused] = {}
        for position, raw in enumerate(raws):
            found = known.get(_token(raw), ()) if not is_empty(raw) else (None,)
            values.append(found[0] if len(found) == 1 else None)
            if len(found) != 1:
                refused[position] = Refused(AMBIGUOUS if found else NOT_FOUND, register=self.register.label)
        return values, refused

    def _look_up(self, tokens: set[str], context: Context) -> dict[str, tuple[int, ...]]:
        register = self.register
        rows = register.model._default_manager.filter(register.known_to(context), deleted_at=None)
        known: dict[str, set[int]] = {}
        key, (title, stored) = register._find(register.key)[0], register._find(register.title)
        if isinstance(stored, PersonalField) or not isinstance(stored, models.CharField | models.TextField):
            title = key
        # PostgreSQL holds no text with a zero byte and refuses to look for one.
        named = sorted(token for token in tokens if not token.startswith("#") and "\x00" not in token)
        for start in range(0, len(named), 5000):
            part = named[start : start + 5000]
            for path in dict.fromkeys((key, title)):
                for pk, text in rows.filter(**{f"{path}__in": part}).values_list("pk", path):
                    known.setdefault(text, set()).add(pk)
                if part and all(token in known for token in part):
                    break
        ids = [record_number(token[1:]) for token in tokens if token.startswith("#")]
        for start in range(0, len(ids), 5000):
            for pk in rows.filter(pk__in=ids[start : start + 5000]).values_list("pk", flat=True):
                known.setdefault(f"#{pk}", set()).add(pk)
        return {token: tuple(sorted(found)) for token, found in known.items()}

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "description": "code, exact name, or #id"}

    def plain(self, value: Any) -> Any:
        return f"#{value}"


def record_number(text: str) -> int:
    """The id that a text writes; 0, which no record has, for what is none that a store can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _token(raw: Any) -> str:
    if isinstance(raw, models.Model):
        return f"#{raw.pk}"
    if isinstance(raw, int) and not isinstance(raw, bool):
        return f"#{raw}"
    return str(raw).strip()
