"""Conditions and formulas in the reader's words: names by their labels, marks by signs and small words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label
from xianxing.rules.syntax import Binary, Call, Choose, In, Literal, Name, Node, Unary

__all__ = ["in_words"]

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">", "+": "+", "-": "−", "*": "×", "/": "÷"}
_TIGHTNESS = {"||": 1, "&&": 2, "*": 5, "/": 5, "+": 4, "-": 4}
_RELATION, _TIGHTEST = 3, 6


def in_words(node: Node, labels: Mapping[str, Label], choices: Mapping[str, Label] | None = None) -> str:
    """An expression for a person. ``choices`` are the labels of the codes that texts may have."""
    return _Words(labels, choices or {}).say(node)


class _Words:
    def __init__(self, labels: Mapping[str, Label], choices: Mapping[str, Label]) -> None:
        self.labels, self.choices = labels, choices

    def say(self, node: Node, around: int = 0) -> str:
        match node:
            case Literal():
                return self._literal(node)
            case Name(code):
                return f"“{self.labels.get(code, code)}”"
            case Unary("!", of):
                return _("not %(what)s") % {"what": self.say(of, _TIGHTEST)}
            case Unary(_mark, of):
                return f"−{self.say(of, _TIGHTEST)}"
            case In(of, options):
                listed = _(", ").join(self._literal(option) for option in options)
                return _("%(what)s is one of %(options)s") % {"what": self.say(of, _TIGHTEST), "options": listed}
            case Choose(when, then, otherwise):
                parts = {"when": self.say(when), "then": self.say(then, 1), "otherwise": self.say(otherwise, 1)}
                return _("(if %(when)s: %(then)s; otherwise %(otherwise)s)") % parts
            case Call(function, given):
                return self._call(function, [self.say(part) for part in given])
            case Binary(mark, left, right):
                tight = _TIGHTNESS.get(mark, _RELATION)
                sign = {"&&": _("and"), "||": _("or")}.get(mark) or _SIGNS[mark]
                said = f"{self.say(left, tight)} {sign} {self.say(right, tight + 1)}"
                return f"({said})" if tight < around else said

    def _literal(self, literal: Literal) -> str:
        value = literal.value
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, str):
            return f"“{self.choices.get(value, value)}”"
        if not literal.scale:
            return str(value)
        whole, rest = divmod(abs(value), 10**literal.scale)
        return f"{'−' if value < 0 else ''}{whole}.{rest:0{literal.scale}d}"

    def _call(self, function: str, given: list[str]) -> str:
        known = {
            "min": _("the least of %(what)s"),
            "max": _("the greatest of %(what)s"),
            "first_known": _("the first that is known of %(what)s"),
            "is_known": _("%(what)s is known"),
            "abs": _("the size of %(what)s"),
            "floor": _("%(what)s rounded down"),
            "ceil": _("%(what)s rounded up"),
            "months": _("whole months from %(what)s"),
            "months_begun": _("months begun from %(what)s"),
            "years": _("whole years from %(what)s"),
        }
        between = f" {_('to')} " if function in {"months", "months_begun", "years"} else _(", ")
        return known[function] % {"what": between.join(given)}
