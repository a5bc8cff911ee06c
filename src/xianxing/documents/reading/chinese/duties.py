"""Who is to act: （A、B负责）, 牵头单位：A，配合单位：B, 由A牵头，B参与, and columns of a table of tasks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from xianxing.documents.reading.chinese.words import any_of, listed
from xianxing.documents.reading.draft import Duty, Heading, Place
from xianxing.documents.text import Paragraph

__all__ = ["duties", "unit_names"]

_LEAD_LABEL = (
    r"(?:牵头(?:责任)?|主要?责任|主办|主责|首要责任|总牵头|第一责任|承办|主管|组长)(?:单位|"
    r"部门|处室|科室|主体|方|机构|县领导)?"
)
_PART_LABEL = (
    r"(?:责任|配合|协办|协同|参与|参加|落实|实施|协助|协作|会办|成员|完成|执行|配合责任|"
    r"责任落实)(?:单位|部门|处室|科室|主体|方|机构)"
)
_IGNORED_LABEL = (
    r"(?:责任领导|牵头领导|分管领导|责任人|联系人|包保领导|挂包领导|完成时限|完成时间|时限要求|"
    r"时限|工作时限|进度要求|时间节点|备注|督办领导|联系电话)"
)
_LABEL = re.compile(
    rf"(?P<lead>{_LEAD_LABEL})\s*[：:]|(?P<part>{_PART_LABEL}|配合)\s*[：:]|(?P<none>{_IGNORED_LABEL})\s*[：:]"
)
_LABEL_AFTER_STOP = re.compile(rf"[。；;]\s*(?P<label>(?:{_LEAD_LABEL}|{_PART_LABEL})\s*[：:])")
_DUTY_WORD = re.compile(r"负责|牵头|责任(?:单位|部门|主体)|配合|主办|协办|承办单位|落实$|参与")
_LEADS = re.compile(
    r"(?P<names>[^；;。]*?)(?:负责牵头|牵头负责|牵头组织|牵头实施|牵头落实|牵头推进|牵头会同|"
    r"牵头|主办|为主)(?:负责|落实|实施)?[，,、；;：:]?\s*"
)
_TAKES_PART = re.compile(
    r"(?:等)?(?:相关|有关)?(?:部门|单位)?(?:按照?各?自?职责分工|按照?职责|按分工|根据职责|"
    r"依职责|分别|共同|具体|分头|各自)*"
    r"(?:负责落实|配合|协办|协同|协助|参与|参加|负责|落实|实施|承办|推进)+.*$"
)
_GUIDES = re.compile(r"(?P<names>[^，,；;]{2,40})(?:指导|监督|督导)[，,；;]")
_FIRST_LEADS = re.compile(
    r"[^。；;，,（）()]*(?:第一位|首位|第一个|排名第一|排在前面|列首|居首|列前|排前)[^。；;，,（）()]*(?:牵头|"
    r"主办|主责)[^。；;，,（）()]*"
)
_NARRATIVE = re.compile(
    r"(?:^|[。；;，,])(?:\s*由)?(?P<names>[^。；;，,：:（）()]{2,40}?)(?:负责牵头|牵头负责|"
    r"牵头)(?:[，,、]\s*(?P<others>[^。；;：:（）()]{2,80}?)(?:按照?职责分工负责|配合|参与|"
    r"参加|协助|协同|共同负责))?"
)
_BY = re.compile(r"由(?P<names>[^。；;，,：:（）()由]{2,40}?)(?:负责|承办|组织实施)(?!解释|人|的|制)")
_ENDS = any_of(listed("organisation_ends"))
_UNIT = re.compile(rf"^(?:各[^、]{{0,12}}|[^、，。；]{{1,24}}{_ENDS}(?:（[^（）]*）)?)$")
_SURE_UNIT = re.compile(
    r"(?:局|委|办|部|厅|署|中心|政府|管委会|街道|镇|乡|区|县|公司|集团|总局|委员会|办公室|"
    r"银行|法院|检察院|工商联|科协|总工会|团委|妇联)$|^各"
)
_AND_OTHERS = re.compile(r"(?P<first>[^等]{2,})等(?:有关|相关)?(?:部门|单位)?[和与及](?P<rest>.+)")
_ETC = re.compile(
    r"(?:等)?(?:各|其他|其它)?(?:有关|相关|成员|市级|县级|区级|市直|县直|区直)*(?:部门|单位)?(?:和单位)?等*$"
)
_OPEN, _CLOSE = "（(【[", "）)】]"
_HEADS = {
    "lead": re.compile(r"牵头|主办|主责|第一责任"),
    "part": re.compile(r"责任|配合|协办|参与|落实单位|实施单位"),
    "task": re.compile(r"任务|事项|措施|内容|工作|项目|举措|指标|目标"),
}


class _Said(NamedTuple):
    lead: tuple[str, ...]
    part: tuple[str, ...]


def duties(paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> tuple[Duty, ...]:
    """The duties in their order, each with the measure it stands at."""
    first_leads = any(_says_for_all(one.text) for one in paragraphs)
    found: list[Duty] = []
    for paragraph in paragraphs:
        if paragraph.cell is None:
            found += _of_paragraph(paragraph, paragraphs, headings, first_leads)
    return _joined(sorted([*found, *_of_tables(paragraphs, first_leads)], key=lambda one: one.place))


def _joined(found: Sequence[Duty]) -> tuple[Duty, ...]:
    """Lead and other units that stand on lines of their own belong to one measure."""
    made: list[Duty] = []
    for one in found:
        last = made[-1] if made else None
        near = last and one.place.paragraph - last.place.paragraph == 1 and last.measure == one.measure
        if last and near and last.lead and not last.responsible and not one.lead:
            made[-1] = replace(last, responsible=one.responsible)
        else:
            made.append(one)
    return tuple(made)


def _says_for_all(text: str) -> bool:
    """Whether a paragraph says for the whole document that the first unit leads."""
    found = _FIRST_LEADS.search(text)
    return found is not None and (
        "下同" in text or not any(start <= found.start() < end for start, end in _brackets(text))
    )


def _of_paragraph(
    paragraph: Paragraph, paragraphs: Sequence[Paragraph], headings: Sequence[Heading], first_leads: bool
) -> Iterator[Duty]:
    text = paragraph.text
    spans = [span for span in _brackets(text) if _speaks_of_duty(text, *span)]
    label = _LABEL.match(re.sub(r"^[\s—\-·●（(【\[]*", "", text))
    if label and not spans:
        spans = [(0, len(text))]
    elif not spans and (later := _LABEL_AFTER_STOP.search(text)):
        spans = [(later.start("label"), len(text))]
    told = False
    for start, end in spans:
        said = _said(text[start:end], first_leads)
        if said.lead or said.part:
            told = True
            measure = _measure(paragraph, start, paragraphs, headings, several=len(spans) > 1)
            yield Duty(measure, said.lead, said.part, Place(paragraph.number, start, end))
    if not told:
        yield from _narrated(paragraph, paragraphs, headings)


def _speaks_of_duty(text: str, start: int, end: int) -> bool:
    """Whether a bracket names who acts: it says so, or it ends a sentence and holds nothing but units."""
    held = text[start:end]
    if _DUTY_WORD.search(held) or _FIRST_LEADS.search(held):
        return True
    pieces = [piece.strip("★☆*") for piece in re.split(r"[、，,；;\s]+", held) if piece]
    closing = not text[end + 1 :].strip("。 ") or text[start - 2 : start - 1] in "。；"
    return closing and len(pieces) > 1 and all(_SURE_UNIT.search(piece) for piece in pieces)


def _narrated(paragraph: Paragraph, paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> Iterator[Duty]:
    for pattern in (_NARRATIVE, _BY):
        for found in pattern.finditer(paragraph.text):
            lead = _units(found["names"], strict=True)
            others = found.groupdict().get("others")
            if lead:
                measure = _measure(paragraph, found.start(), paragraphs, headings, several=False)
                part = _units(others, strict=True) if others else ()
                yield Duty(measure, lead, part, Place(paragraph.number, found.start("names"), found.end()))


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """The outermost brackets: offsets of what is inside."""
    depth, start = 0, 0
    for place, character in enumerate(text):
        if character in _OPEN:
            depth += 1
            start = place + 1 if depth == 1 else start
        elif character in _CLOSE and depth:
            depth -= 1
            if not depth:
                yield start, place


def _said(words: str, first_leads: bool) -> _Said:
    """Lead and other units of what stands in a bracket or behind a label."""
    first_leads = first_leads or bool(_FIRST_LEADS.search(words))
    bare = _FIRST_LEADS.sub("", words).replace("下同", "").strip(" ，,。；;")
    bare = re.sub(r"(?:有关|相关)部门和单位", "有关部门", bare)
    if starred := re.findall(r"[★☆*]\s*([^、，,；;★☆*]+)", bare):
        marked = tuple(name for one in starred for name in _units(one))
        return _Said(marked, tuple(name for name in _units(re.sub("[★☆*]", "", bare)) if name not in marked))
    labels = list(_LABEL.finditer(bare))
    if labels:
        return _labelled(bare, labels, first_leads)
    guiding: tuple[str, ...] = ()
    if found := _GUIDES.match(bare):
        guiding, bare = _units(found["names"]), bare[found.end() :]
    lead: tuple[str, ...] = ()
    if found := _LEADS.match(bare):
        lead, bare = _units(found["names"]), bare[found.end() :]
        bare = bare.strip(" ，,、；;")
        others = (*guiding, *_units(_TAKES_PART.sub("", bare)))
        return _Said(lead, tuple(one for one in dict.fromkeys(others) if one not in lead))
    names = _units(_TAKES_PART.sub("", bare))
    if not first_leads and not re.search(r"负责|落实|承办", bare):
        return _Said((), names)
    return _Said(names[:1], (*guiding, *names[1:]))


def _labelled(bare: str, labels: Sequence[re.Match[str]], first_leads: bool) -> _Said:
    lead: list[str] = []
    part: list[str] = []
    for index, label in enumerate(labels):
        until = labels[index + 1].start() if index + 1 < len(labels) else len(bare)
        held = bare[label.end() : until].strip(" ，,。；;")
        if label["none"]:
            continue
        if "牵头" in held and (within := _LEADS.match(held)):
            lead += _units(re.sub(r"[（(]$", "", within["names"]))
            held = held[within.end() :].lstrip("）)、，, ")
        names = _units(_TAKES_PART.sub("", held))
        if label["lead"]:
            lead += names
        elif first_leads and not lead and "责任" in label.group():
            lead, part = [*lead, *names[:1]], [*part, *names[1:]]
        else:
            part += names
    return _Said(tuple(dict.fromkeys(lead)), tuple(one for one in dict.fromkeys(part) if one not in lead))


def unit_names(words: str) -> tuple[str, ...]:
    """The units named in a list."""
    return _units(words)


def _units(words: str, *, strict: bool = False) -> tuple[str, ...]:
    found = []
    for piece in re.split(r"[、，,；;\s/]+", words.strip()):
        for name in _parted(piece):
            bare = re.sub(r"^(?:由|请|以及|和|及|会同|并由)", "", _ETC.sub("", name)).strip(
                "：: “”。（()）" if name.count("（") != name.count("）") else "：: “”。"
            )
            if bare in {"", "各", "有关", "市", "县"} or len(bare) > 26 or re.search(r"\d{3,}", bare):
                continue
            if not strict or _UNIT.match(bare):
                found.append(bare)
    return tuple(dict.fromkeys(found))


def _parted(piece: str) -> list[str]:
    """“财政局和审计局” are two, “文化和旅游部” is one: both halves must end as units do."""
    for found in re.finditer("[和与及]", piece):
        left, right = piece[: found.start()], piece[found.end() :]
        if re.search(
            r"(?:局|委|办|部|厅|院|署|镇|乡|街道|公司|集团|中心|政府|会|区|县|银行|海关)$", left
        ) and re.search(rf"{_ENDS}$", right):
            return [left, *_parted(right)]
    if others := _AND_OTHERS.match(piece):  # “财政部等有关部门和各省级人民政府”
        return [others["first"], *_parted(others["rest"])]
    return [piece]


def _measure(
    paragraph: Paragraph, start: int, paragraphs: Sequence[Paragraph], headings: Sequence[Heading], *, several: bool
) -> str:
    """The nearest heading above; of several duties in one paragraph, the sentence before each."""
    here = [one for one in headings if one.place.paragraph == paragraph.number and one.place.start < start]
    if here and not several:
        return here[-1].text
    above = [one for one in headings if one.place.paragraph < paragraph.number]
    if not several and not here and above and above[-1].place.paragraph == paragraph.number - 1:
        return above[-1].text
    before = re.split("[。；;）)]", paragraph.text[:start].rstrip("（([【 。；;"))[-1]
    if here and len(before) < 4:
        return here[-1].text
    if len(before.strip()) >= 4:
        return re.split("[，,]", before.strip())[0][:60] if several or not here else here[-1].text
    if above and paragraph.number - above[-1].place.paragraph <= 3:
        return above[-1].text
    earlier = next((one.text for one in reversed(paragraphs[: paragraph.number]) if len(one.text) >= 4), "")
    return re.split("[，,。]", earlier)[0][:60]


def _of_tables(paragraphs: Sequence[Paragraph], first_leads: bool) -> Iterator[Duty]:
    tables: dict[int, dict[int, dict[int, Paragraph]]] = {}
    for one in paragraphs:
        if one.cell:
            row = tables.setdefault(one.cell.table, {}).setdefault(one.cell.row, {})
            row.setdefault(one.cell.column, one)
    for rows in tables.values():
        yield from _of_table(rows, first_leads)


def _of_table(rows: dict[int, dict[int, Paragraph]], first_leads: bool) -> Iterator[Duty]:
    columns: dict[str, int] = {}
    for row in rows.values():
        named = {
            kind: [column for column, cell in row.items() if len(cell.text) < 14 and pattern.search(cell.text)]
            for kind, pattern in _HEADS.items()
        }
        if named["lead"] or named["part"]:
            columns = {kind: held[0] for kind, held in named.items() if held}
            continue
        if not columns:
            continue
        lead = _cell(row, columns.get("lead"))
        part = _cell(row, columns.get("part"))
        task = row.get(columns.get("task", 1)) or next(iter(row.values()))
        leading = _units(lead.text) if lead else ()
        others = _units(part.text) if part and part is not lead else ()
        if first_leads and not leading and others:
            leading, others = others[:1], others[1:]
        at = lead or part
        if at and (leading or others):
            measure = re.split("[。；;]", task.text)[0][:60]
            yield Duty(
                measure, leading, tuple(one for one in others if one not in leading), Place(at.number, 0, len(at.text))
            )


def _cell(row: dict[int, Paragraph], column: int | None) -> Paragraph | None:
    return None if column is None else row.get(column)
