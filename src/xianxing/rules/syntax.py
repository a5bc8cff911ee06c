"""The subset of CEL that rules are written in, as a tree: no macros, no regular expressions, bounded size and depth.

Grammar (precedence as in CEL): ``c ? a : b``, ``||``, ``&&``, relations and ``in [literals]``, ``+ -``, ``* /``, unary
``! -``, literals, names, calls of the few functions that formulas may use.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label, Refused
from xianxing.rules.faults import SYNTAX, TOO_BIG

__all__ = [
    "NAME",
    "RELATIONS",
    "RESERVED",
    "Binary",
    "Call",
    "Choose",
    "In",
    "Literal",
    "Name",
    "Node",
    "Unary",
    "names_in",
    "parse",
]  # fmt: skip

LONGEST, DEEPEST, MOST = 2000, 24, 200
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
RESERVED = frozenset({
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
RELATIONS = ("==", "!=", "<=", ">=", "<", ">")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<text>'[^'\\\n]*'|\"[^\"\\\n]*\")"
    r"|(?P<mark>&&|\|\||==|!=|<=|>=|[-+*/<>!?:()\[\],]))"
)


@dataclass(frozen=True)
class Literal:
    """A number as a scaled integer with its ``scale``, a text, or yes or no."""

    value: int | str | bool
    scale: int = 0


@dataclass(frozen=True)
class Name:
    code: str


@dataclass(frozen=True)
class Unary:
    mark: str
    of: "Node"


@dataclass(frozen=True)
class Binary:
    mark: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class In:
    of: "Node"
    options: tuple[Literal, ...]


@dataclass(frozen=True)
class Choose:
    when: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True)
class Call:
    function: str
    given: tuple["Node", ...]


Node: TypeAlias = Literal | Name | Unary | Binary | In | Choose | Call


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


def parse(text: str) -> Node:
    """The tree of an expression; raises :class:`Refused` with the place of what cannot be read."""
    if len(text) > LONGEST:
        raise Refused(TOO_BIG, what=f"{len(text)} > {LONGEST}")
    return _Parser(text).whole()


def names_in(node: Node) -> Iterator[str]:
    """The names an expression uses, in order of appearance, repeated as they are."""
    match node:
        case Name(code):
            yield code
        case Unary(_, of) | In(of, _):
            yield from names_in(of)
        case Binary(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case Choose(when, then, otherwise):
            for part in (when, then, otherwise):
                yield from names_in(part)
        case Call(_, given):
            for part in given:
                yield from names_in(part)


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._split())
        self.at = 0
        self.depth = 0
        self.count = 0

    def _split(self) -> Iterator[_Token]:
        place, end = 0, len(self.text.rstrip())
        while place < end:
            found = _TOKEN.match(self.text, place)
            if not found:
                self._refuse(place, _("this character has no meaning here"))
            kind = str(found.lastgroup)
            yield _Token(kind, found.group(kind), found.start(kind))
            place = found.end()
        yield _Token("end", "", end)

    def _refuse(self, place: int, what: Label) -> NoReturn:
        raise Refused(SYNTAX, value=self.text, place=place + 1, what=what)

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def _take(self, *marks: str) -> str:
        """The next token if it is one of these marks; nothing otherwise."""
        if self.next.kind in {"mark", "name"} and self.next.text in marks:
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def _need(self, mark: str) -> None:
        if not self._take(mark):
            self._refuse(self.next.place, _("“%(mark)s” is missing") % {"mark": mark})

    def _made(self, node: Node) -> Node:
        self.count += 1
        if self.count > MOST:
            raise Refused(TOO_BIG, what=f"{self.count} > {MOST}")
        return node

    def whole(self) -> Node:
        node = self.choice()
        if self.next.kind != "end":
            self._refuse(self.next.place, _("nothing may follow here"))
        return node

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused(TOO_BIG, what=f"{self.depth} > {DEEPEST}")
        node = self.either()
        if self._take("?"):
            then = self.choice()
            self._need(":")
            node = self._made(Choose(node, then, self.choice()))
        self.depth -= 1
        return node

    def either(self) -> Node:
        node = self.both()
        while mark := self._take("||"):
            node = self._made(Binary(mark, node, self.both()))
        return node

    def both(self) -> Node:
        node = self.relation()
        while mark := self._take("&&"):
            node = self._made(Binary(mark, node, self.relation()))
        return node

    def relation(self) -> Node:
        node = self.sum()
        if mark := self._take(*RELATIONS):
            node = self._made(Binary(mark, node, self.sum()))
        elif self._take("in"):
            node = self._made(In(node, self.options()))
        if self.next.text in RELATIONS:
            self._refuse(self.next.place, _("relations do not chain; join them with &&"))
        return node

    def options(self) -> tuple[Literal, ...]:
        self._need("[")
        found: list[Literal] = []
        while not found or self._take(","):
            place, literal = self.next.place, self.unary()
            if not isinstance(literal, Literal):
                self._refuse(place, _("a list holds literals only"))
            found.append(literal)
        self._need("]")
        return tuple(found)

    def sum(self) -> Node:
        node = self.product()
        while mark := self._take("+", "-"):
            node = self._made(Binary(mark, node, self.product()))
        return node

    def product(self) -> Node:
        node = self.unary()
        while mark := self._take("*", "/"):
            node = self._made(Binary(mark, node, self.unary()))
        return node

    def unary(self) -> Node:
        if mark := self._take("!", "-"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise Refused(TOO_BIG, what=f"{self.depth} > {DEEPEST}")
            of = self.unary()
            self.depth -= 1
            if mark == "-" and isinstance(of, Literal) and isinstance(of.value, int) and not isinstance(of.value, bool):
                return Literal(-of.value, of.scale)
            return self._made(Unary(mark, of))
        return self.primary()

    def primary(self) -> Node:
        token = self.next
        if self._take("("):
            node = self.choice()
            self._need(")")
            return node
        if token.kind not in {"number", "text", "name"}:
            self._refuse(token.place, _("a name or a value is missing"))
        self.at += 1
        if token.kind == "number":
            whole, _dot, decimals = token.text.partition(".")
            if len(token.text) > 18:
                self._refuse(token.place, _("the number has too many digits"))
            return self._made(Literal(int(whole + decimals), len(decimals)))
        if token.kind == "text":
            return self._made(Literal(token.text[1:-1]))
        if token.text in {"true", "false"}:
            return self._made(Literal(token.text == "true"))
        if not NAME.fullmatch(token.text) or token.text in RESERVED:
            self._refuse(token.place, _("this is not a name"))
        return self._made(self.call(token.text) if self._take("(") else Name(token.text))

    def call(self, function: str) -> Node:
        given = [self.choice()]
        while self._take(","):
            given.append(self.choice())
        self._need(")")
        return Call(function, tuple(given))
