"""When things are due in a Chinese paragraph: 今年, 到4月底前, 5年内, 用3年时间, 到2025年, “十四五”末, 次年."""

import calendar
import re
from collections.abc import Iterator
from typing import NamedTuple

from xianxing.documents.reading.chinese.marks import blank_titles
from xianxing.documents.reading.draft import Deadline, Place
from xianxing.documents.reading.numerals import chinese_number

__all__ = ["deadlines"]

_N = r"(?:\d+|[一二两三四五六七八九十]+)"
_BEFORE = r"(?:之前|以前|前)?"
_DAY = r"(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日|(?P<edge>[底末初]|份|[上中下]旬|月末)?)"
_IN_YEAR = rf"(?:{_DAY}|(?P<part>年底|年末|年内|底|末|内|上半年|下半年|(?:第?[一二三四1-4]|首)季度[末底]?))"
_IN_YEAR_ONLY = rf"(?:年?{_IN_YEAR})"
# The end of the five-year plans.
_PLANS = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030}
_FULL = re.compile(
    rf"(?P<to>(?:到|至|截至|截止到?|于|在|自|从)?)\s*(?P<from>(?:19|20)\d{{2}})\s*年?\s*(?:-|—{{1,2}}|–|~|～|至|到)\s*(?P<year>20\d{{2}})年"
    rf"|(?P<to2>(?:到|至|截至|截止到?|于|在|自|从)?)\s*(?P<year2>(?:19|20)\d{{2}}|二[〇零○O0][一二三四五六七八九十〇零]{{2}})\s*年(?:\s*{_IN_YEAR})?(?P<after>(?:之前|以前|前)|起|之内|以后)?"
)
_DAYS = re.compile(
    r"自?(?P<year>20\d{2})年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起)?\s*(?:-|—{1,2}|–|~|～|至|到)\s*(?:(?P<until>20\d{2})年)?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?(?:止)?"
)
_RELATIVE = re.compile(
    rf"(?P<to>(?:到|至|于)?)(?P<which>今年|本年度|本年(?!度)|明年|(?<![\u4e00-\u9fff])后年|当年(?=年末|年底|底)|次年|翌年)(?!以来|初|前|全国两会)(?:\s*{_IN_YEAR_ONLY})?(?P<after>{_BEFORE})"
)
_ALONE = re.compile(
    rf"(?P<to>(?:到|至|于|在)?)(?<![\d明今当次每去后同历周])(?P<end>年底|年末|年终|年内)(?!考核|绩效|总结|评|结|时|[^，。]{{0,6}}考核)(?P<after>{_BEFORE})"
    rf"|(?P<to2>(?:到|至|于|截至|截止)?)(?<![\d年])(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日|(?P<edge>底|末|份|[上中下]旬))?(?P<after2>{_BEFORE})"
    rf"|(?P<to3>(?:到|至|于)?)(?<![年])(?P<half>上半年|下半年|第?[一二三四1-4]季度)(?P<tail>末|底)?(?P<after3>{_BEFORE})"
)
_PLAN = re.compile(
    rf"(?P<to>(?:到|至)?)[“\"]?(?P<plan>{'|'.join(_PLANS)})[”\"]?(?:规划)?(?P<what>时期|期间|期末|末|收官|时期末)"
)
_WITHIN = re.compile(
    rf"(?P<lead>利用|用|未来|今后|在|再用|经过|通过)?(?P<low>{_N})(?:(?:-|—|～|~|至|到)(?P<high>{_N}))?(?:左右)?"
    r"(?P<unit>年|个月|个?工作日|个?自然日|日|天|周|小时|个季度)(?:左右)?(?P<tail>的?时间|之内|以内|内)"
)
_COMING = re.compile(
    rf"(?:未来|今后)(?P<low>{_N})(?:(?:-|—|～|~|至|到){_N})?(?P<unit>年|个月)|(?:力争|再?用)(?P<low2>{_N})(?P<unit2>年|个月)左右"
)
_RECURRING = re.compile(
    r"每(?:年|月|季度|半年|周)(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日|底|末|[上中下]旬)?前|每年\d{1,2}月底"
)
_NOT_WITHIN = re.compile(r"(?:不到|近|历时|仅用|仅|只用|过去|最近|前|每)$")
_ACHIEVED = re.compile(
    r"^(?:以来|来|间|度|初|前三季度|.{0,2}冬奥|.{0,2}奥运|版|修订|修正|级|届|代|末[，,]?全[省市县区].{0,8}已)"
)
_ANNOUNCED = re.compile(r"(?:计划|预计|力争|确保|争取|拟于?|将于|展望|预期)$")
_TOLD = re.compile(
    r"是|[^，。；]{0,12}(?:工作报告|工作回顾|工作安排|工作总结|工作要点|计划草案)|[^，。；]{0,8}(?:目标|重点工作|工作|任务|工作情况|工作计划|工作打算|工作思路|要点)$"
)
_GOES_ON = re.compile(
    r"\s*(?:[，,、:：（(]|$|全|要|我|将|力|计划|新|完成|实现|建成|建设|确保|拟|启动|开工|投产|竣工|引进|培育|基本|重点|预计|在|各|达|年|达到|突破|实施|推进)"
)
_STAMP = re.compile(r"(?:日期|时间)?\s*[：:]\s*$")
_DOING = re.compile(
    r"(?:还|将|要|拟|计划|力争|确保|全力)*(?:推动|推进|实施|完成|建成|开工|投产|启动|实现|达到|出台|印发|形成|基本|全面|投入|竣工|交付|制定|组织|落实|前)"
)
_NEAR = 24
"""How many characters before a date say what it is."""
_HALVES = {"上半年": 6, "下半年": 12, "一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12, "首": 3}
_CLAUSE_END = re.compile("[。；;！\n]")


class _Seen(NamedTuple):
    start: int
    end: int
    kind: str
    date: str = ""
    years: int = 0
    months: int = 0
    days: int = 0


def deadlines(number: int, text: str, ref_year: int | None) -> list[Deadline]:
    """The deadlines of paragraph ``number``; a year before ``ref_year`` is a report, not a deadline."""
    blank = blank_titles(text)
    kept: list[_Seen] = []
    for one in (*_spans(blank), *_dates(blank, ref_year)):
        if one.end > one.start and not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return [_told(number, text, one) for one in sorted(kept)]


def _told(number: int, text: str, one: _Seen) -> Deadline:
    stop = _CLAUSE_END.search(text, one.end)
    measure = text[one.end : stop.start() if stop else len(text)].strip(" ，,、:：")[:60]
    place = Place(number, one.start, one.end)
    return Deadline(
        text[one.start : one.end].strip(), one.kind, measure, place, one.date, one.years, one.months, one.days
    )


def _spans(text: str) -> Iterator[_Seen]:
    for found in _RECURRING.finditer(text):
        yield _Seen(found.start(), found.end(), "recurring")
    for found in _WITHIN.finditer(text):
        if (
            _NOT_WITHIN.search(text[max(0, found.start() - _NEAR) : found.start()])
            or found["lead"] == "经过"
            or (found["unit"] == "日" and found["tail"] != "内")
        ):
            continue
        yield _lasting(found, found["high"] or found["low"], found["unit"])
    for found in _COMING.finditer(text):
        yield _lasting(found, found["low"] or found["low2"], found["unit"] or found["unit2"])


def _lasting(found: re.Match[str], amount: str, unit: str) -> _Seen:
    count = int(float(amount) if amount.isdigit() else chinese_number(amount) or 0)
    if unit == "年":
        return _Seen(found.start(), found.end(), "within_years", years=count)
    if unit in {"个月", "个季度"}:
        return _Seen(found.start(), found.end(), "within_months", months=count * (3 if "季" in unit else 1))
    days = count * (7 if unit == "周" else 1) if unit != "小时" else max(1, count // 24)
    return _Seen(found.start(), found.end(), "within_days", days=days)


def _dates(text: str, ref_year: int | None) -> Iterator[_Seen]:
    for found in _PLAN.finditer(text):
        year = _PLANS[found["plan"]]
        if ref_year is None or year >= ref_year:
            yield _Seen(found.start(), found.end(), "period", f"{year}-12-31")
    for found in _DAYS.finditer(text):
        year = int(found["until"] or found["year"])
        if ref_year is None or year >= ref_year:
            yield _Seen(found.start(), found.end(), "period", _last_day(year, found))
    yield from _years(text, ref_year)
    for found in _RELATIVE.finditer(text):
        later = {"今年": 0, "本年": 0, "本年度": 0, "明年": 1, "后年": 2}.get(
            found["which"]
        )  # 次年 counts from elsewhere
        due = None if ref_year is None or later is None else ref_year + later
        kind = "this_year" if found["which"] in {"今年", "本年", "本年度"} and not found["month"] else "date"
        yield _Seen(found.start(), found.end(), kind, _last_day(due, found))
    yield from _alone(text, ref_year)


def _years(text: str, ref_year: int | None) -> Iterator[_Seen]:
    for found in _FULL.finditer(text):
        if found["year"]:
            year, lead = int(found["year"]), found["to"]
            if ref_year is None or year >= ref_year:
                yield _Seen(found.start(), found.end(), "period", f"{year}-12-31")
            continue
        digits = found["year2"]
        year = int(
            digits
            if digits.isdigit()
            else chinese_number(digits.replace("○", "〇").replace("O", "〇").replace("0", "〇")) or 0
        )
        lead, after = found["to2"], found["after"] or ""
        if _ACHIEVED.match(text[found.end() :]) or (ref_year is not None and year < ref_year):
            continue
        announced = _ANNOUNCED.search(text[max(0, found.start() - _NEAR) : found.start()])
        bare = not (lead or after or found["part"] or found["month"] or announced)
        if bare and (_TOLD.match(text[found.end() :]) or not _GOES_ON.match(text[found.end() :])):
            continue  # the year of something, not a time by which
        due = (
            bool(lead.strip("于在自从"))
            or bool(announced)
            or after in {"前", "之前", "以前"}
            or (found["part"] and not found["month"])
        )
        exact = bool(found["day"]) or (bool(found["month"]) and not found["edge"])
        starting = lead in {"自", "从"} or after == "起"
        if (
            exact
            and not due
            and not starting
            and (
                ref_year is None
                or year <= ref_year
                or _STAMP.search(text[max(0, found.start() - _NEAR) : found.start()])
            )
        ):
            continue  # the day of an event that is told, or of the document itself
        if ref_year is None and not due and not starting:
            continue
        yield _Seen(found.start(), found.end(), "from" if starting else "date", _last_day(year, found))


def _alone(text: str, ref_year: int | None) -> Iterator[_Seen]:
    for found in _ALONE.finditer(text):
        if found["end"]:
            before = text[max(0, found.start() - _NEAR) : found.start()]
            if not before.endswith(("去", "上", "每", "历")) and not re.search(r"\d$|[一二三四五两]$", before):
                yield _Seen(found.start(), found.end(), "this_year", _iso(ref_year, 12))
        elif found["month"]:
            due = found["to2"] or found["after2"] or found["edge"] in {"底", "末"}
            if (
                due
                and not re.search(r"[年去每]\s*$|[~～—-]$", text[max(0, found.start() - _NEAR) : found.start()])
                and 1 <= int(found["month"]) <= 12
            ):
                yield _Seen(found.start(), found.end(), "date", _last_day(ref_year, found))
        elif found["to3"] or found["tail"] or found["after3"] or _DOING.match(text[found.end() :].lstrip("，,")):
            month = _HALVES[found["half"] if "年" in found["half"] else found["half"].replace("第", "")[0]]
            yield _Seen(found.start(), found.end(), "date", _iso(ref_year, month))


def _last_day(year: int | None, found: re.Match[str]) -> str:
    held = found.groupdict()
    if held.get("month"):
        day = int(held["day"]) if held.get("day") else {"上": 10, "中": 20}.get((held.get("edge") or " ")[0])
        return _iso(year, int(held["month"]), day)
    part = held.get("part") or ""
    month = next((month for word, month in _HALVES.items() if part.removeprefix("第").startswith(word)), 12)
    return _iso(year, month)


def _iso(year: int | None, month: int, day: int | None = None) -> str:
    if year is None or not 1 <= month <= 12:
        return ""
    last = calendar.monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{min(day or last, last):02}"
