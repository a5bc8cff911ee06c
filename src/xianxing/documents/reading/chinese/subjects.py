"""What a number is about: the noun after it (39个重点项目), else the noun before it (地区生产总值增长8%)."""

import re

from xianxing.documents.reading.chinese.words import any_of, listed, lists

__all__ = ["bound_of", "change_of", "subject_of"]

_STOP = '，。；：、！？,;:!?（）()“”"《》□\n'
_AFTER = re.compile(rf"^(?:以上|以下|以内|左右|多|余)?的?(?P<noun>[^{_STOP}\d]{{1,24}})")
_BEFORE = re.compile(rf"[^{_STOP}]{{1,30}}$")
_LINKS = re.compile(rf"(?:{any_of(listed('linking'))}|[\d.,%]+)+$")
_LINKED = re.compile(rf"(?:{any_of(listed('linking'))})+$")
_PLAIN = re.compile(rf"^(?:{any_of(listed('adverbs'))})+")
_VERBAL = re.compile(r"^(?:以上|以下|以内|左右|和|或|及|与|至|到|的|等|为|是|在|，)+$")
_BOUNDS: dict[str, str] = {name: any_of(map(str, words)) for name, words in lists()["bounds"].items()}
_CHANGES: dict[str, str] = {name: any_of(map(str, words)) for name, words in lists()["changes"].items()}
_NEAR = 8


def subject_of(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The subject of the number at ``start``-``end``, and the stretch to quote."""
    after = _AFTER.match(text[end:])
    noun = after["noun"].removeprefix("级") if after else ""
    if after and not _VERBAL.match(noun) and not noun.startswith(("，", "以", "和", "或")):
        return noun.strip(), start, end + after.end()
    before = _BEFORE.search(text[max(0, start - 30) : start])
    said = before.group() if before else ""
    name = _PLAIN.sub("", _LINKS.sub("", said)).strip()
    near = _LINKED.search(said)
    return name, start - len(near.group()) if near else start, end + _tail(text, end)


def _tail(text: str, end: int) -> int:
    found = re.match(r"以上|以下|以内|左右", text[end:])
    return found.end() if found else 0


def bound_of(text: str, start: int, end: int) -> str:
    """Whether the number is a least, a most, or about: at_least, at_most, about, or empty."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + 3]
    for name in ("at_most", "at_least", "about"):
        said = re.search(rf"(?<!不)(?<!不得){_BOUNDS[name]}(?:了|到|为)?$", before)
        if said or re.match(_BOUNDS[name], after):
            return name
    return ""


def change_of(text: str, start: int) -> str:
    """Whether the number is by how much something rises or falls: rise, fall, or empty."""
    before = text[max(0, start - _NEAR) : start]
    for name, words in _CHANGES.items():
        if re.search(rf"{words}(?:了|约|超过|不低于|不少于|率|近|幅度)?$", before):
            return name
    return ""
