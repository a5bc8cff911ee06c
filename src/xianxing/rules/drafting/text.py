"""The text of a rule set as lines: where a place such as ``clauses.over.when`` stands, and putting a part into it.

Nothing else of the text is touched: comments, order and layout stay as somebody wrote them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from xianxing.kernel.blockers import Blocker, Refused
from xianxing.rules.reading import compose, read_yaml

__all__ = ["Number", "line_of", "put"]

ORDER = (
    "panel", "inputs", "parameters", "features", "clauses", "outputs", "population", "versions", "examples",
)  # fmt: skip
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
TOLD = re.compile(r"line (\d+)")
INDENT = 2
WIDTH = 110


class Number(str):
    """A number as it was written: it stands in the text without quotes."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Block style outside, one line for what holds only plain values."""

    def ignore_aliases(self, data: Any) -> bool:
        """Equal parts are written out."""
        del data
        return True


def _number(dumper: _Dumper, value: Number) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float" if "." in value else "tag:yaml.org,2002:int", value)


_Dumper.add_representer(Number, _number)


def line_of(text: str, fault: Blocker) -> int:
    """The line (from 1) at which a fault lies: of its place, or of the nearest thing around it; 0 where none is."""
    said = TOLD.findall(str(fault.params.get("what", "")))  # the last line named is where reading stopped
    try:
        root = compose(text)
    except Refused:
        return int(said[-1]) if said else 0
    line, node = 0, root
    for name, at in STEP.findall(fault.field):
        found = _child(node, name, int(at or 0))
        if found is None:
            break
        line, node = found
    if fault.field == "examples" and isinstance(node, yaml.SequenceNode):
        named = [one for one in node.value if _named(one, str(fault.label))]
        line = named[0].start_mark.line + 1 if named else line
    return line


def _child(node: yaml.Node | None, name: str, at: int) -> tuple[int, yaml.Node] | None:
    if at and isinstance(node, yaml.SequenceNode) and at <= len(node.value):
        return node.value[at - 1].start_mark.line + 1, node.value[at - 1]
    if name and isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == name), None)
    return None


def _named(node: yaml.Node, name: str) -> bool:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return any(key.value == "name" and name in _words(value) for key, value in pairs)


def _words(node: yaml.Node) -> list[str]:
    return [str(one.value) for _key, one in node.value] if isinstance(node, yaml.MappingNode) else [str(node.value)]


def put(text: str, section: str, name: str, body: Mapping[str, Any]) -> str:
    """The text with one part of a section written into it: in the place of what bore the name, else behind the rest.

    Raises :class:`Refused` where the text is no readable YAML.
    """
    root, lines = compose(text), text.rstrip("\n").split("\n")
    top = list(_pairs(root))
    node = next((value for key, value in top if key.value == section), None)
    if node is None or (isinstance(node, yaml.MappingNode) and node.flow_style) or not _pairs(node):
        held: dict[str, Any] = {**((read_yaml(text) or {}).get(section) or {}), name: body}
        block = [f"{section}:", *(line for one in held.items() for line in _block(*one, INDENT))]
        return _spliced(lines, *_whole(top, section, lines), block)
    pairs = list(_pairs(node))
    indent = pairs[0][0].start_mark.column
    place = next((at for at, (key, _value) in enumerate(pairs) if key.value == name), None)
    end = _end(lines, next((key.start_mark.line for key, _v in top if key.start_mark.line > pairs[-1][0].start_mark.line
                            and key.start_mark.column < indent), len(lines)))  # fmt: skip
    if place is None:
        return _spliced(lines, end, end, _block(name, body, indent))
    start = pairs[place][0].start_mark.line
    last = _end(lines, pairs[place + 1][0].start_mark.line) if place + 1 < len(pairs) else end
    return _spliced(lines, start, last, _block(name, body, indent))


def _pairs(node: yaml.Node | None) -> Sequence[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else ()


def _whole(top: Sequence[tuple[yaml.Node, yaml.Node]], section: str, lines: Sequence[str]) -> tuple[int, int]:
    """The lines that a section takes, or the place where it belongs."""
    starts = [key.start_mark.line for key, _value in top]
    for at, (key, _value) in enumerate(top):
        if key.value == section:
            return starts[at], _end(lines, starts[at + 1] if at + 1 < len(top) else len(lines))
    later = ORDER[ORDER.index(section) + 1 :]
    before = next((key.start_mark.line for key, _value in top if key.value in later), len(lines))
    return before, before


def _end(lines: Sequence[str], end: int) -> int:
    """Without the blank lines and comments that belong to what follows."""
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _spliced(lines: Sequence[str], start: int, end: int, block: Sequence[str]) -> str:
    return "\n".join((*lines[:start], *block, *lines[end:])) + "\n"


def _block(name: str, body: Any, indent: int) -> list[str]:
    written = yaml.dump({name: _plain(body)}, Dumper=_Dumper, allow_unicode=True, sort_keys=False,
                        default_flow_style=None, width=WIDTH)  # fmt: skip
    return [" " * indent + line for line in written.rstrip("\n").split("\n")]


def _plain(body: Any) -> Any:
    if isinstance(body, Mapping):
        return {str(key): _plain(value) for key, value in body.items()}
    return [_plain(one) for one in body] if isinstance(body, (list, tuple)) else body
