"""The headings of a Chinese document: 第一章, 一、, （一）, 1., （1）, ①, 一是, 一方面, run-in and unmarked ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xianxing.documents.reading.draft import Heading, Place
from xianxing.documents.text import Paragraph

__all__ = ["headings", "is_numbered", "marker_end"]

_CN = "[一二三四五六七八九十百零〇]+"
# Kinds of markers, in the order in which they are tried at the head of a paragraph.
_HEAD = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("chapter", rf"第(?:{_CN}|\d+)[编篇章](?:\s+|、|：|:)?"),
        ("section", rf"第(?:{_CN}|\d+)节(?:\s+|、|：|:)?"),
        ("part", rf"(?:第{_CN}|专栏\s*\d+|任务{_CN}|行动{_CN})(?:部分[：:、\s]*|[、，：:\s]+)"),
        ("article", rf"第{_CN}条(?:\s+|、|：|:)?(?=[^。；，]{{2,20}}。.|[^。；，]{{2,20}}$)"),
        ("cn", rf"{_CN}、"),
        ("cn-dot", rf"{_CN}[.．](?!\d)"),
        ("cn-bracket", rf"[（(]\s*{_CN}\s*[）)][、.．]?"),
        ("deep", r"\d{1,2}(?:[.．]\d{1,2}){1,3}(?:[、.．]|\s+)?(?![\d%％亿万元个家])"),
        ("number", r"\d{1,3}\s*[.．、](?!\d)"),
        ("number", r"\d{1,3}\s+(?=[\u4e00-\u9fff])(?!年|月|日|个|家|亿|万|元)"),
        ("number-bracket", r"[（(]\s*\d{1,2}\s*[）)][、.．]?"),
        ("number-half", r"\d{1,2}[)）]"),
        ("circle", r"[①-⑳][、.．]?"),
        ("dash", r"(?:——|—|--|－－|[●◆■▲★•·○◇□▪])\s*"),
        ("is", rf"{_CN}(?:是|要|则)[，,]?(?=[\u4e00-\u9fff“])"),
        ("side", r"(?:一方面|另一方面|再一方面)[，,：:]?"),
    )
)
# Markers inside a paragraph, after a stop.
_INSIDE = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "is",
            rf"(?<=[。；;：:，,\s])(?:{_CN}是(?=[\u4e00-\u9fff“])(?!否|指)|{_CN}要(?=[\u4e00-\u9fff“])(?!求|素|点|件|务|闻))",
        ),
        ("side", r"(?<=[。；;：:，,])(?:一方面|另一方面)[，,]?"),
        ("cn-bracket", rf"(?<=[。；;：:\s])[（(]{_CN}[）)](?=[\u4e00-\u9fff“])"),
        ("cn", rf"(?<=[。\s]){_CN}、(?=[\u4e00-\u9fff“][^、，。]{{3,}})"),
    )
)
_STOP = re.compile(r"[。；;！!？?：:\n]")
_ENDED = re.compile(r"[。；;，,、：:！!？?…]$")
_LONGEST_ALONE, _LONGEST_RUN_IN, _LONGEST_BARE = 90, 60, 30
_BULLET = re.compile("[●◆■▲★•·○◇□▪]")
_NO_HEADING = re.compile(
    r"^(?:扫一扫|打印|分享|[●◆■▲★•·○◇□▪]|附件|附表|附注|附：|注：|注释|来源|作者|编辑|责任编辑|联系|电话|地址|抄送|主送|时间：|日期|牵头|责任|配合|完成时限|单位：|摘要|关键词|各位|同志们|目录$|目\s*录|（此件|此件|序号|[（(])"
    r"|^(?:\d{4}|[〇零一二三四五六七八九]{4})\s*年\s*(?:\d|[一二三四五六七八九十])+\s*月"
    r"|\d{4}[〕\]］]\s*\d+\s*号"
)
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class _Found:
    kind: str
    marker: str
    text: str
    place: Place


def headings(paragraphs: Sequence[Paragraph], title_until: int) -> tuple[Heading, ...]:
    """The headings in their order; the paragraphs of the title (those before ``title_until``) are none."""
    found: list[_Found] = []
    listed = _list_items(paragraphs) | _attachments(paragraphs)
    for index, paragraph in enumerate(paragraphs):
        if paragraph.cell is not None or index < title_until:
            continue
        head = None if index in listed else _at_head(paragraph)
        if head is None and index not in listed:
            head = _bare(paragraphs, index, title_until)
        if head:
            found.append(head)
        found += _inside(paragraph, head.place.end if head else 0)
    return _levelled(found)


def _attachments(paragraphs: Sequence[Paragraph]) -> set[int]:
    """The list of attachments after “附件：” names other documents."""
    found: set[int] = set()
    for index, paragraph in enumerate(paragraphs):
        begins = re.match(r"附件\s*[：:]", paragraph.text)
        if begins or (
            index - 1 in found and re.match(r"\d{1,2}\s*[.．、]", paragraph.text) and "。" not in paragraph.text
        ):
            found.add(index)
    return found


def marker_end(text: str) -> int:
    """Where the words after the marker begin: 0 where there is no marker."""
    marked = _marked(text)
    return marked[1].end() if marked else 0


def is_numbered(text: str) -> bool:
    """Whether a paragraph begins with a marker."""
    return _marked(text) is not None


def _marked(text: str) -> tuple[str, re.Match[str]] | None:
    for kind, pattern in _HEAD:
        if found := pattern.match(text):
            return kind, found
    return None


def _list_items(paragraphs: Sequence[Paragraph]) -> set[int]:
    """Numbered items that are parts of one sentence: they end with a semicolon, or follow such a one as the last."""
    found: set[int] = set()
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text.rstrip()
        marked = _marked(text)
        if not marked or marked[0] in {"chapter", "section", "part", "cn"}:
            continue
        if text.endswith(("；", ";")) and "。" not in text:
            found.add(index)
        elif index - 1 in found and "。" not in text[:-1] and text.endswith("。"):
            before = _marked(paragraphs[index - 1].text)
            if before and before[0] == marked[0]:
                found.add(index)
    return found


def _at_head(paragraph: Paragraph) -> _Found | None:
    text = paragraph.text
    marked = _marked(text)
    if marked is None:
        return None
    kind, found = marked
    start = found.end()
    rest = text[start:]
    bullet = kind == "dash" and found.group()[0] not in "—－-"
    if bullet and not re.search("。.", rest[:_LONGEST_RUN_IN]):
        return None
    if kind == "part" and len(rest) > _LONGEST_RUN_IN and not _STOP.search(rest[:_LONGEST_RUN_IN]):
        return None
    end = _end_of(rest, kind)
    words = rest[:end].strip()
    if len(words) < 2 or not _CJK.search(words) or _NO_HEADING.search(words):
        return None
    return _Found(kind, found.group().strip(" ，,：:"), words, Place(paragraph.number, start, start + end))


def _end_of(rest: str, kind: str) -> int:
    """Where the heading ends: at its first stop; a long sentence gives only its first clause."""
    whole = rest.rstrip()
    stop = _STOP.search(whole)
    length = stop.start() if stop else len(whole)
    if kind in {"is", "side"}:
        comma = re.search("[，,]", whole) if kind == "side" else None
        return min(length, comma.start()) if comma else length
    if length > (_LONGEST_RUN_IN if stop else _LONGEST_ALONE):
        comma = re.search("[，,]", whole[3:])
        return comma.start() + 3 if comma and comma.start() + 3 < _LONGEST_RUN_IN else min(length, _LONGEST_RUN_IN)
    return length


def _bare(paragraphs: Sequence[Paragraph], index: int, title_until: int) -> _Found | None:
    """A heading without a marker: a short line without a stop above a long paragraph, or one in a heading style."""
    paragraph = paragraphs[index]
    text = paragraph.text.strip()
    styled = bool(paragraph.level) or (paragraph.bold and len(text) <= _LONGEST_BARE)
    if len(text) < 3 or _NO_HEADING.search(text) or _ENDED.search(text) or not _CJK.search(text):
        return None
    after = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
    above = after is not None and (is_numbered(after.text) or (len(after.text) > 40 and "。" in after.text))
    before = paragraphs[index - 1].text.rstrip() if index else "。"
    alone = (
        len(text) <= _LONGEST_BARE
        and above
        and bool(_ENDED.search(before) or before.endswith(("）", ")")) or index == title_until or _BULLET.match(before))
    )
    if not styled and (not alone or re.search("[，。；]|\\d{5,}", text)):
        return None
    start = paragraph.text.index(text)
    return _Found(f"bare{paragraph.level}", "", text, Place(paragraph.number, start, start + len(text)))


def _inside(paragraph: Paragraph, after: int) -> list[_Found]:
    found = []
    for kind, pattern in _INSIDE:
        for marker in pattern.finditer(paragraph.text, after):
            rest = paragraph.text[marker.end() :]
            end = _end_of(rest, kind)
            words = rest[:end].strip(" ，,")
            if len(words) >= 3:
                place = Place(paragraph.number, marker.end(), marker.end() + end)
                found.append(_Found(kind, marker.group().strip("，, "), words, place))
    return sorted(_in_series(found, after), key=lambda one: one.place)


def _in_series(found: list[_Found], after: int) -> list[_Found]:
    """“一是” alone is a verb, and so is “一要”: a series has a second."""
    kept = []
    for one in found:
        series = [other for other in found if other.kind == one.kind and other.marker[-1] == one.marker[-1]]
        if one.kind not in {"is", "side"} or len(series) > 1 or after:
            kept.append(one)
    return kept


def _levelled(found: Sequence[_Found]) -> tuple[Heading, ...]:
    """A kind of marker seen above closes what came after it; a new one opens a level below."""
    stack: list[str] = []
    made = []
    for one in found:
        if one.kind in stack:
            del stack[stack.index(one.kind) + 1 :]
        else:
            stack.append(one.kind)
        made.append(Heading(len(stack), one.marker, one.text, one.place))
    return tuple(made)
