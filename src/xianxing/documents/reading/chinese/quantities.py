"""Numbers with units in a Chinese paragraph: 39个…项目, 不低于1亿元, 增长8%以上, 10万元—100万元, 翻一番."""

import re
from collections.abc import Iterator
from dataclasses import replace

from xianxing.documents.reading.chinese.marks import blank_titles
from xianxing.documents.reading.chinese.subjects import bound_of, change_of, subject_of
from xianxing.documents.reading.chinese.words import any_of, listed, lists
from xianxing.documents.reading.draft import Place, Target
from xianxing.documents.reading.numerals import ARABIC, chinese_number

__all__ = ["targets"]

_UNITS = lists()["units"]
_SCALE = r"(?:百万亿|十万亿|万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"
_MEASURED = any_of([*_UNITS["count"], *_UNITS["people"], *_UNITS["measure"], *_UNITS["money"]])
_PER = any_of(_UNITS["per"])
_SPAN = any_of(_UNITS["span"])
_PART = any_of(_UNITS["part"])
_UNIT = rf"(?:{_PART}|{_SCALE}?(?:{_MEASURED})(?:/{_PER})?|{_SCALE}(?=以上|以下|以内|左右|的|[，。；、）]|$))"
_NUMBER = rf"(?<![\dA-Za-z第〔\[.,+＋:：×*])(?<![A-Za-z]-)(?:{ARABIC})"
_TO = r"\s*(?:-|—{1,2}|–|~|～|至|到|－)\s*"
_COUNTED = re.compile(
    rf"(?P<low>{_NUMBER})(?P<more>多|余|几)?\s*(?P<unit>{_UNIT})(?!期|版)(?!(?<=个)(?:月|工作日|自然日|小时|季度|半月))"
)
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<first>{_UNIT}|{_SCALE})?{_TO}(?P<high>{ARABIC})\s*(?P<unit>{_UNIT})(?!期|"
    rf"版)(?!(?<=个)(?:月|工作日|自然日|小时|季度|半月))"
)
_SPAN_AT = re.compile(rf"(?P<low>{_NUMBER})\s*(?P<unit>{_SPAN})(?![前后内中来间底末初月]|以内|之内|时间|以上工作)")
_SPAN_GOAL = re.compile(
    r"(?:压缩|缩短|压减|控制|减少|提高|提升|增加|达|达到|不超过|不少于|不低于|稳定|保持)(?:到|至|在|为)?$"
)
_PERCENT_WORD = re.compile(r"百分之(?P<low>[一二三四五六七八九十百]+(?:点[一二三四五六七八九零]+)?)")
_FRACTION = re.compile(r"(?P<below>[二三四五六七八九十]+|百)分之(?P<above>[一二三四五六七八九]+)")
_MONEY_WORD = re.compile(
    rf"(?P<low>[一二两三四五六七八九十百千][〇零一二两三四五六七八九十百千]*[万亿]*)(?P<unit>{any_of(_UNITS['money'])})(?!以上|"
    rf"级|项目|企业)"
)
_GRADE = re.compile(
    r"(?P<low>(?<![一二两三四五六七八九\d.])(?:[一二两三四五六七八九]?[十百千]|\d+))(?P<unit>[万千百]?亿)(?:元)?级?(?=产业|"
    r"企业|园区|集群|项目|县|镇|平台|级|元级)"
)
_TIMES = re.compile(
    r"(?P<low>[一二两三四五六七八九十]+)(?P<unit>倍|成(?!立|为|果|功|长|员|本|效|熟|都|品|"
    r"就|套|型|绩|交|分|片|群|文|渝|都市))"
)
_DOUBLE = re.compile(r"翻(?P<low>[一二两三12])?番")
_SPOKEN = set(_UNITS["count"]) - set("大种类起道片块组对次方首部口") | set("名位户人亩吨") | {"公里", "平方米"}
_WORD_COUNT = re.compile(rf"(?P<low>[一二两三四五六七八九十百]+)(?:多|余)?(?P<unit>{any_of(_SPOKEN)})")
_DOING = re.compile(rf"{any_of(listed('doing'))}(?:了|至少|不少于|不低于)?$")
_EACH = re.compile(rf"{any_of(listed('each'))}[^，。；]{{0,8}}$")

_NEAR = 24
"""How many characters before a number say what it is."""


def targets(number: int, text: str) -> list[Target]:
    """The numbers of paragraph ``number``, in their order."""
    blank = blank_titles(text)
    taken: list[tuple[int, int]] = []
    found: list[Target] = []
    for one in _in_turn(number, blank):
        if not any(one.place.start < end and start < one.place.end for start, end in taken):
            taken.append((one.place.start, one.place.end))
            found.append(_told(one, blank))
    return sorted(found, key=lambda one: one.place)


def _in_turn(number: int, text: str) -> Iterator[Target]:
    for found in _RANGE.finditer(text):
        first = found["first"]
        if first and not found["unit"].startswith(first) and _base(first) != _base(found["unit"]):
            continue
        yield _made(
            number,
            found,
            _value(found["low"]),
            first if first and _base(first) else found["unit"],
            _value(found["high"]),
        )
    for found in _COUNTED.finditer(text):
        yield _made(number, found, _value(found["low"]), found["unit"])
    for found in _SPAN_AT.finditer(text):
        goal = _SPAN_GOAL.search(text[max(0, found.start() - _NEAR) : found.start()])
        if goal and not (found["unit"] in {"年", "个月"} and goal.group().startswith("不")):  # “期限不超过3年”
            yield _made(number, found, _value(found["low"]), found["unit"])
    yield from _in_words(number, text)


def _in_words(number: int, text: str) -> Iterator[Target]:
    for found in _PERCENT_WORD.finditer(text):
        whole, _point, part = found["low"].partition("点")
        value = chinese_number(whole) or 0.0
        if part:
            value += (chinese_number("〇" + part) or 0.0) / 10 ** len(part)
        yield _made(number, found, value, "%")
    for found in _FRACTION.finditer(text):
        below, above = chinese_number(found["below"]), chinese_number(found["above"])
        if below and above:
            yield _made(number, found, round(100 * above / below, 4), "%")
    for found in _DOUBLE.finditer(text):
        yield _made(number, found, 2.0 ** (_value(found["low"]) if found["low"] else 1), "倍")
    for pattern in (_MONEY_WORD, _GRADE, _TIMES):
        for found in pattern.finditer(text):
            value = _value(found["low"])
            if (
                pattern is _TIMES
                and not _SPAN_GOAL.search(text[max(0, found.start() - _NEAR) : found.start()])
                and "增长" not in text[max(0, found.start() - 4) : found.start()]
            ):
                continue
            unit = found["unit"] + ("元" if pattern is _GRADE else "")
            yield _made(number, found, value, unit)
    for found in _WORD_COUNT.finditer(text):
        before = text[max(0, found.start() - 14) : found.start()]
        counted = found["low"] not in {"一", "十", "百"} and _DOING.search(before)
        if counted or _EACH.search(before):
            yield _made(number, found, _value(found["low"]), found["unit"])


def _made(number: int, found: re.Match[str], value: float, unit: str, most: float | None = None) -> Target:
    unit = unit.replace("％", "%").replace("个百分点", "百分点")
    whole = unit == "倍" or "low" not in found.groupdict() or found.group().startswith("百分之")
    place = Place(number, found.start() if whole else found.start("low"), found.end())
    return Target(found.group(), value, unit, "", place, most)


def _told(one: Target, text: str) -> Target:
    """The target with its subject, bound, change, and a quote that says what is counted."""
    start, end = one.place.start, one.place.end
    subject, quote_from, quote_to = subject_of(text, start, end)
    return replace(
        one,
        quote=text[quote_from:quote_to].strip(),
        subject=subject,
        bound=bound_of(text, start, end),
        change=change_of(text, start),
    )


def _value(digits: str) -> float:
    bare = digits.replace(",", "")
    return float(bare) if bare[0].isdigit() else chinese_number(bare) or 0.0


def _base(unit: str) -> str:
    return re.sub(rf"^{_SCALE}", "", unit)
