"""A light: one of six codes, and why, in words that print in whatever language the reader reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Self, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.kinds import Day

Code: TypeAlias = Literal["ok", "soon", "late", "waiting", "done", "unknown"]

__all__ = ["CODES", "LABELS", "Code", "Light", "Message", "Reason", "because"]

LABELS: Mapping[str, Label] = {
    "late": _("Overdue"),
    "soon": _("Due soon"),
    "unknown": _("No data"),
    "ok": _("On track"),
    "waiting": _("Not due yet"),
    "done": _("Closed"),
}
CODES: tuple[Code, ...] = ("late", "soon", "unknown", "ok", "waiting", "done")
"""All codes, gravest first."""


@dataclass(frozen=True, slots=True)
class Message:
    """A parameter that is itself a message id, such as the label of a stage; ``zh`` where no catalogue has it."""

    text: str
    zh: str = ""

    def words(self) -> str:
        """It in the reader's language."""
        return self.zh if self.zh and get_language() != "en" else gettext(self.text)


@dataclass(frozen=True, slots=True)
class Reason:
    """One clause of a light's reason: an English message id with ``%(name)s`` parameters, worded when it is read.

    A parameter is text, a number, a day, another message (:class:`Message`) or several of these.
    ``names`` name records that the reader may see; they follow the words and are never stored.
    """

    message: str
    params: tuple[tuple[str, Any], ...] = ()
    names: tuple[str, ...] = ()

    def words(self) -> str:
        """The clause in the reader's language."""
        text = gettext(self.message) % {name: _speak(value) for name, value in self.params}
        if not self.names:
            return text
        return gettext("%(text)s: %(names)s") % {"text": text, "names": gettext(", ").join(self.names)}

    def plain(self) -> list[Any]:
        """The clause as JSON, without names; :meth:`read` reads it back."""
        return [self.message, {name: _store(value) for name, value in self.params}]

    @classmethod
    def read(cls, plain: Sequence[Any]) -> Self:
        """The clause as stored by :meth:`plain`."""
        return cls(str(plain[0]), tuple((name, _load(value)) for name, value in plain[1].items()))


@dataclass(frozen=True, slots=True)
class Light:
    """A light and its reasons, the gravest first; ``reached`` of ``total`` where something is counted behind it."""

    code: Code
    reasons: tuple[Reason, ...] = field(default=())
    reached: int | None = None
    total: int | None = None

    @property
    def label(self) -> Label:
        """The light as a word: a colour never speaks alone."""
        return LABELS[self.code]

    def words(self) -> str:
        """Why, in the reader's language."""
        return gettext("; ").join(reason.words() for reason in self.reasons)


def because(message: Label, names: Iterable[str] = (), **params: Any) -> Reason:
    """A clause from a (lazy) message and its parameters; lazy parameters such as labels of stages stay translatable."""
    return Reason(_message(message), tuple((name, _hold(value)) for name, value in params.items()), tuple(names))


def _message(label: Label) -> str:
    with override("en"):
        return str(label)


def _named(label: Label) -> Message:
    """A label that outlives its reader: reference data carries its Chinese words along."""
    english = _message(label)
    with override("zh-hans"):
        chinese = str(label)
        return Message(english, "" if chinese == gettext(english) else chinese)


def _hold(value: Any) -> Any:
    if isinstance(value, Promise):
        return _named(value)
    if isinstance(value, (list, tuple)):
        return tuple(_hold(item) for item in value)
    return value


def _speak(value: Any) -> str:
    if isinstance(value, Message):
        return value.words()
    if isinstance(value, tuple):
        return gettext(", ").join(_speak(item) for item in value)
    if isinstance(value, date):
        return Day().print(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _store(value: Any) -> Any:
    if isinstance(value, Message):
        return {"msgid": value.text, **({"zh": value.zh} if value.zh else {})}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return [_store(item) for item in value] if isinstance(value, tuple) else value


def _load(value: Any) -> Any:
    if isinstance(value, dict):
        return Message(value["msgid"], value.get("zh", "")) if "msgid" in value else date.fromisoformat(value["day"])
    return tuple(_load(item) for item in value) if isinstance(value, list) else value
