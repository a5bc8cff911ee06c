"""Named projects of a Chinese paragraph and the stage each is to reach.

“推动A、B等项目开工建设，C竣工投产”: a clause is what it begins with (推动), a list of items, what closes the list
(等项目), and what is to become of them (开工建设). An item counts where the list is closed as projects, or where it
ends
as a facility does and holds more than general words.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xianxing.documents.reading.chinese.headings import marker_end
from xianxing.documents.reading.chinese.marks import clauses, sentences
from xianxing.documents.reading.chinese.words import any_of, listed, mapped
from xianxing.documents.reading.draft import Heading, Place, Project
from xianxing.documents.text import Paragraph

__all__ = ["projects", "stage_in"]

# “苍梧段” is a section of a road, “阶段” is none.
_FACILITY = any_of(listed("facilities"))[:-1] + "|(?<![阶手地时路分一])段(?![时落位]))"
_ENDS_AS_FACILITY = re.compile(rf"(?P<suffix>{_FACILITY})(?:[（(][^（）()]*[）)]|”)?$")
_LOOSE = frozenset(listed("loose"))
_GENERIC = re.compile(any_of(listed("generic")))
_TIME = r"(?:20\d{2}年)?(?:\d{1,2}月)?(?:\d{1,2}日|底|末|份|[上中下]旬)?(?:之?前|内)"
_START = re.compile(rf"^(?:{any_of((*listed('adverbs'), *listed('leads')))}|[\s“](?=\s)|(?=[年\d]){_TIME})+")
_OPENING = re.compile(
    r"^.*(?:项目|工程)(?:主要)?(?:有|包括|为)|^[^、，]{0,16}?(?:考察了|视察了|调研了|参观了|"
    r"听取了|参加了|出席了|察看了|查看了|走访了|了解)"
)
_CLOSER = re.compile(
    r"(?<![高同平中初相对均优])等(?!事项|方面|领域|问题|工作|服务|活动|形式|方式|措施|政策|"
    r"赛事|企业|单位|机构|部门|行业|产业)(?P<count>(?:\d+|[一二两三四五六七八九十]+)余?(?:个|"
    r"项|所|条|家|座|处|大))?(?P<noun>[^、，等的]{0,16}?)(?P<what>项目(?!赛|库|管理|资金|"
    r"承担|申报|单位|审批|业主)|工程(?!建设项目|技术|师)|小镇|园区|基地|片区|道路|公路|学校|"
    r"场馆|小区|楼盘|路段|路网|平台建设|设施建设|桥梁|"
    r"水库|医院|工地|(?<=所)[^、，]{0,8}学校)"
)
_BARE_ETC = re.compile(r"等$")
_MODIFIER = re.compile(
    r"^.{2,}?(?:投资建设|捐资建设|援建|承建|承办|兴建|投资|引进|开工|签约|新建|建设|实施|落户|推进|谋划)的(?=.{3,})"
)
_BUILT_BY = re.compile(r"^.*等[^、，]{0,8}(?:投资建设|捐资建设|援建|承建|兴建|投资|建设|实施)的(?=.{3,})")
_OF = re.compile(r"^.*的(?=[^的]{3,}$)")
_INNER_VERB = re.compile(
    r"^.{4,}(?:建设|新建|改建|扩建|实施|推进|启动)(?!项目|工程|用地|规模|内容)(?=.{4,}(?:项目|工程)$)"
)
_COUNTED = re.compile(
    r"^(?:[一二两三四五六七八九十百]+|\d+多?余?|[多若几数]|这|该|其|各|一批|上述)(?:个|家|"
    r"项|条|所|批|大|类|些|座|处|种|多|$)|^(?:这|该|其|各|全部|所有|有关|相关)|\d+(?:个|"
    r"家|余|多|项|批)|以上|以下|“[一二三四五六七八九十]+(?:个|大|项)"
)
_STAGES = {name: re.compile(any_of(words)) for name, words in mapped("stages").items()}
_DONE_BY = re.compile(r"完成|建成")
_POSITIONING = re.compile(r"(?<!策划)(?<!谋划)(?:打造|成为|形成|提升|加强|完善|优化|深化|用好|发挥|依托|支持|办好)")
_LISTED_AS = re.compile(
    r"(?P<stage>开工|签约|竣工|投产|落地|建设|续建|新建)的?[^，。；]{0,8}?项目(?:主要)?(?:有|包括|为|[：:])"
)
_NO_PROJECT = re.compile(
    r"[。；！？]|^\W*$|专项资金|项目库|项目建设年|项目管理|项目审批|项目清单|项目申报|项目资金|"
    r"项目单位|项目业主|个项目|类项目|系统工程|民心工程|工程师|工程建设|项目部|奖励|补贴|"
    r"补助|资助|认定"
)
_VERBS_IN_NAME = re.compile(
    r"(?:推进|深化|实施|加快|扎实|大力|优先|融入|结合|相应|相关|遴选|加强|提高|(?<!重)要(?!素|"
    r"道|塞)|以|许可|审批|\d{4}年|举行|召开|在|将|由|被|向|出席|宣布|书记|主任|主席|市长|"
    r"县长|区长|经理|董事长|前往|进行|开展|给予|鼓励|引导|加大|不断|按照|根据|围绕|通过|"
    r"对于|关于|以及|属于|用于|具有|符合|应当|可以|予以|享受|申请|争取|列入|纳入|入选|获批|"
    r"承担|推荐|聚焦|坚持|落实|确定|组织|参与|要求|负责|是|对)"
)
_DUE_STAGE = re.compile(
    rf"(?:计划|预计|力争|确保|月底?前?|年底?前?)[^。；]{{0,16}}?"
    rf"({any_of(word for name in ('投产', '竣工', '开工') for word in mapped('stages')[name])})"
)
_A_PLACE = re.compile(r"(?:市|县|盟|州|省|旗|镇|乡|区|局|委|部|“[^”]*”)$|" + any_of(listed("actors")) + "$")
_NO_TAIL = re.compile(r"建设项目|建设领域|建设单位|技术|质量|造价|咨询|管理|监理|审批|施工许可|系列|师|款|量|化")
_NAMES_AND_STAGE = re.compile(
    rf"(?P<names>[^，、]{{3,14}}(?:、[^，、]{{3,14}})*?)(?:{_TIME}|年底前?|年内|尽快|如期|顺利)?"
    rf"(?P<stage>{any_of(word for name in ('投产', '竣工', '开工', '签约') for word in mapped('stages')[name])})"
)
_PROMISE = re.compile(
    rf"(?:力争|确保|争取|计划|预计|全部|到|至|\d{{1,4}}[年月]|年底|年内).{{0,16}}?"
    rf"{any_of(word for name in ('投产', '竣工', '开工') for word in mapped('stages')[name])}$"
)
_SIDE = re.compile(r"(?:以及|[和与及])")
_LONGEST, _LONGEST_CLAUSE = 42, 600


class _List(NamedTuple):
    """A clause taken apart: the words before the items, the items with offsets, whether closed, the words after."""

    lead: str
    items: list[tuple[int, str]]
    closed: bool
    tail: str


def projects(paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> tuple[Project, ...]:
    """The named projects in their order; one named twice is listed at each place only if its stage differs."""
    found: list[Project] = []
    for paragraph in paragraphs:
        if paragraph.cell is None:
            begin = marker_end(paragraph.text)
            for start, sentence in sentences(paragraph.text[begin:]):
                found += _of_sentence(paragraph.number, begin + start, sentence)
    found += _of_headings(paragraphs, headings)
    found += _of_tables(paragraphs)
    seen: dict[tuple[str, str], Project] = {}
    for one in sorted(found, key=lambda one: one.place):
        seen.setdefault((one.name, one.stage), one)
    return _once(list(seen.values()))


def _once(found: list[Project]) -> tuple[Project, ...]:
    """A project named again without a stage says nothing new."""
    rank = {"other": 0, "建设": 1}
    furthest: dict[str, int] = {}
    for one in found:
        furthest[one.name] = max(furthest.get(one.name, 0), rank.get(one.stage, 2))
    return tuple(one for one in found if rank.get(one.stage, 2) == furthest[one.name])


def stage_in(words: str) -> str:
    """The stage that words speak of, the furthest first; empty where none."""
    return next((name for name, pattern in _STAGES.items() if pattern.search(words)), "")


def _of_sentence(number: int, start: int, sentence: str) -> Iterator[Project]:
    opening = _LISTED_AS.search(sentence)
    usual = stage_in(opening["stage"]) if opening else ""
    parts = list(clauses(sentence))
    carried = False  # whether a list of projects stands before: then “A、B6月底前竣工” goes on with it
    for (offset, clause), (_offset, following) in zip(parts, [*parts[1:], (0, "")]):
        taken = _apart(clause) or (_carried_on(clause) if carried else None)
        if taken is None:
            continue
        carried = True
        promised = stage_in(following) if _PROMISE.match(following.strip()) and not _apart(following) else ""
        for place, name, own in _named(taken, bool(usual)):
            stage = own or _stage(taken, usual)
            if promised and stage in {"建设", "other"}:
                stage = promised
            at = start + offset + place
            yield Project(name, stage, Place(number, at, at + len(name)))


def _carried_on(clause: str) -> _List | None:
    """Names without an ending, and what is to become of them."""
    found = _NAMES_AND_STAGE.fullmatch(clause.strip())
    if not found:
        return None
    names = re.sub(rf"(?:(?=[年\d]){_TIME}|年底前?|年内)$", "", found["names"])
    return _List("", _split(clause.index(names), names), True, found["stage"])


def _stage(taken: _List, usual: str) -> str:
    after, before = stage_in(taken.tail), stage_in(taken.lead)
    if _DONE_BY.search(taken.lead) and after in {"", "建设"}:
        return "竣工"
    if before == "开工" and after in {"", "建设"}:
        return "开工"
    return after or (usual if before in {"", "建设"} and usual else before) or usual or "other"


def _apart(clause: str) -> _List | None:
    """The list in a clause; ``None`` where it holds none, or where it is no clause that a person wrote."""
    if len(clause) > _LONGEST_CLAUSE:
        return None
    opened = _OPENING.match(clause)
    begin = opened.end() if opened else 0
    lead = _START.match(clause[begin:])
    begin += lead.end() if lead else 0
    body = clause[begin:]
    ends = [found.end() for found in re.finditer(_FACILITY, body)]
    closers = list(_CLOSER.finditer(body))
    if closers:
        closer = closers[-1]
        after = body[closer.end() :]
        return _List(clause[:begin], _split(*_after_builder(begin, body[: closer.start()])), True, after)
    if not ends:
        return None
    until = next((end for end in reversed(ends) if _is_tail(body[end:])), 0)
    if not until:
        return None
    until += 1 if body[until : until + 1] in {"）", ")"} else 0
    held, after = body[:until], body[until:]
    if after.startswith("、"):
        held, after = body, ""
    items = _split(*_after_builder(begin, held))
    closed = len(items) > 1 and held.endswith("项目") and not any(_VERBS_IN_NAME.search(item) for _place, item in items)
    return _List(clause[:begin], items, closed, after)


def _after_builder(begin: int, held: str) -> tuple[int, str]:
    """The list without “A、B等企业投资建设的” before it."""
    found = _BUILT_BY.match(held)
    return (begin + found.end(), held[found.end() :]) if found else (begin, held)


def _is_tail(after: str) -> bool:
    bare = re.sub(r"[”）)]", "", after)
    if _NO_TAIL.match(bare):
        return False
    return (
        not bare
        or after.startswith("、")
        or (
            len(bare) <= 14
            and (bool(stage_in(bare)) or bare in {"等", "等。"} or bare.startswith(("等", "情况", "前期")))
        )
    )


def _split(begin: int, held: str) -> list[tuple[int, str]]:
    """Items between 、 outside of brackets and quotation marks, with their offsets in the clause."""
    depth, start, found = 0, 0, []
    for place, character in enumerate(held + "、"):
        if character in "（(“《":
            depth += 1
        elif character in "）)”》":
            depth = max(0, depth - 1)
        elif (character == "、" and not depth) or place == len(held):
            found += _halves(begin + start, held[start:place])
            start = place + 1
    return [(place, item) for place, item in found if item.strip()]


def _halves(place: int, item: str) -> list[tuple[int, str]]:
    """“A和B” are two where A ends as a facility or says its own stage."""
    for found in _SIDE.finditer(item):
        left = item[: found.start()]
        if len(left) >= 3 and (
            _ENDS_AS_FACILITY.search(left)
            or re.search(r"(?:建设|投产|改造|开工|竣工|二期|一期|情况|介绍|汇报|前期工作)$", left)
        ):
            return [(place, left), *_halves(place + found.end(), item[found.end() :])]
    return [(place, item)]


def _named(taken: _List, listed_as: bool) -> Iterator[tuple[int, str, str]]:
    """The items that are named projects: offset, name, and the stage that the item itself says."""
    staged = bool(stage_in(taken.tail) or stage_in(taken.lead)) or taken.closed or listed_as
    positioning = bool(_POSITIONING.search(taken.lead)) and not stage_in(taken.tail) and not taken.closed
    told = [_bare(place, item) for place, item in taken.items]
    proper = [_is_named(name, taken.closed, positioning) for _place, name, _stage in told]
    if not staged:
        proper = [
            held and name.endswith(("项目", "工程")) and _own_name(name) for held, (_p, name, _s) in zip(proper, told)
        ]
    together = any(proper) and len(told) > 1
    for held, (place, name, own) in zip(proper, told):
        alike = (
            taken.closed
            or _ENDS_AS_FACILITY.search(name)
            or (len(name) >= 4 and _own_name(name) and not _A_PLACE.search(name))
        )
        if held or (together and _fits(name) and alike):
            yield place, name, own


def _bare(place: int, item: str) -> tuple[int, str, str]:
    """The item without what stands before and after its name."""
    item = re.sub(r"(?:前期工作|进展)?情况(?:介绍|汇报)?$", "", item)
    for pattern in (_MODIFIER, _OF, _INNER_VERB, _START):
        if (found := pattern.match(item)) and len(item) - found.end() >= 3:
            place, item = place + found.end(), item[found.end() :]
    own = ""
    if found := re.search(
        r"(?P<name>.{3,}?)(?:的)?(?P<stage>竣工投产|建成投产|开工建设|规划建设|投产|投用|竣工|开工|建设)$", item
    ):
        rest = found["name"]
        if not rest.endswith(("基础设施", "体系", "机制")):
            own, item = stage_in(found["stage"]), rest
    place += len(item) - len(item.lstrip())
    return place, item.strip(), own if own != "建设" else ""


def _fits(name: str) -> bool:
    return (
        2 <= len(name) <= _LONGEST
        and not _COUNTED.search(name)
        and not _NO_PROJECT.search(name)
        and not _VERBS_IN_NAME.search(re.sub(r"“[^”]*”", "", name))
        and name.count("（") == name.count("）")
        and name.count("(") == name.count(")")
    )


def _is_named(name: str, closed: bool, positioning: bool) -> bool:
    if not _fits(name):
        return False
    found = _ENDS_AS_FACILITY.search(name)
    if closed and not found:
        return _own_name(name) or (len(name) >= 2 and not _GENERIC.fullmatch(name) and bool(_core(name)))
    if not found:
        return False
    loose = found["suffix"] in _LOOSE
    if positioning and loose and "“" not in name:
        return False
    return _own_name(name) if loose else len(name) > len(found["suffix"])


def _own_name(name: str) -> bool:
    """Whether more than general words stand in a name."""
    return (
        bool(re.search(r"第[一二三四五六七八九十\d]", name)) or len(re.sub(r"[^\u4e00-\u9fff]", "", _core(name))) >= 2
    )


def _core(name: str) -> str:
    found = _ENDS_AS_FACILITY.search(name)
    bare = name[: found.start("suffix")] if found else name
    if found and found["suffix"] in {"项目", "工程"} and (again := _ENDS_AS_FACILITY.search(bare)):
        bare = bare[: again.start("suffix")]
    return _GENERIC.sub("", re.sub(r"[“”（）()\s]", "", bare))


def _of_headings(paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> Iterator[Project]:
    """A list of projects, one a number: the run-in heading is the name, the rest says the stage."""
    for one in headings:
        if (
            not re.search(r"(?:项目|工程|产业园|基地)$", one.text)
            or one.marker[:1] in {*"一二三四五六七八九十第", ""}
            or not _fits(one.text)
        ):
            continue
        if not _own_name(one.text) or _START.match(one.text):
            continue
        rest = paragraphs[one.place.paragraph].text[one.place.end :]
        due = _DUE_STAGE.search(rest)
        stage = stage_in(due.group(1)) if due else "建设" if re.search("总投资|建设|新建|占地", rest) else "other"
        yield Project(one.text, stage, one.place)


def _of_tables(paragraphs: Sequence[Paragraph]) -> Iterator[Project]:
    """The column 项目名称 of a table."""
    column: dict[int, int] = {}
    words: dict[tuple[int, int], str] = {}
    for one in paragraphs:
        if one.cell:
            words[one.cell.table, one.cell.row] = words.get((one.cell.table, one.cell.row), "") + one.text
    for one in paragraphs:
        if not one.cell:
            continue
        if re.fullmatch(r"(?:重点)?(?:项目|工程)(?:\(工程\))?名称", one.text.strip()):
            column[one.cell.table] = one.cell.column
        elif column.get(one.cell.table) == one.cell.column and 3 <= len(one.text) <= 60:
            row = words[one.cell.table, one.cell.row].replace(one.text, "")
            yield Project(one.text.strip(), stage_in(row) or "建设", Place(one.number, 0, len(one.text)))
