"""The small grammars one by one: numbers, times, headings, units, names of projects."""

import pytest

from xianxing.documents.reading import read
from xianxing.documents.reading.chinese.deadlines import deadlines
from xianxing.documents.reading.chinese.duties import unit_names
from xianxing.documents.reading.chinese.quantities import targets
from xianxing.documents.reading.citations import citations
from xianxing.documents.reading.draft import Draft
from xianxing.documents.reading.english.deadlines import deadlines as english_deadlines
from xianxing.documents.reading.english.quantities import targets as english_targets
from xianxing.documents.reading.numerals import chinese_number, number_of
from xianxing.documents.text import Cell, Paragraph, Text


def of(*lines: str, year: int | None = 2020) -> Draft:
    return read(Text.of_lines(lines), year)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12),
        ("三千五百", 3500),
        ("一万二千", 12000),
        ("二〇二五", 2025),
        ("两", 2),
        ("千亿", 1e11),
        ("一百零六", 106),
    ],
)
def test_a_chinese_numeral_has_its_value(text: str, value: float) -> None:
    assert chinese_number(text) == value


def test_numbers_are_read_in_digits_and_in_words() -> None:
    assert (number_of("1,200.5"), number_of("twelve"), number_of("个")) == (1200.5, 12, None)


@pytest.mark.parametrize(
    ("words", "value", "unit", "most", "bound", "change"),
    [
        ("设立规模不低于1.5亿元的基金", 1.5, "亿元", None, "at_least", ""),
        ("地区生产总值增长8%左右", 8, "%", None, "about", "rise"),
        ("单位能耗降低13.5%", 13.5, "%", None, "", "fall"),
        ("给予10万元—100万元补助", 10, "万元", 100, "", ""),
        ("奖励5%-20%", 5, "%", 20, "", ""),
        ("引进3至5家企业", 3, "家", 5, "", ""),
        ("占比达到百分之三十", 30, "%", None, "at_least", ""),
        ("企业数量翻一番", 2, "倍", None, "", ""),
        ("比上年提高2.5个百分点", 2.5, "百分点", None, "", "rise"),
        ("费率控制在１％以内", 1, "%", None, "at_most", ""),
        ("不少于100名青年人才", 100, "名", None, "at_least", ""),
        ("奖励200元/亩", 200, "元/亩", None, "", ""),
        ("每村各选择一个试点", 1, "个", None, "", ""),
        ("审批时限压缩至3个工作日", 3, "个工作日", None, "at_most", ""),
        ("打造五百亿级产业集群", 500, "亿元", None, "", ""),
    ],
)
def test_a_number_is_read_with_unit_range_and_bound(
    words: str, value: float, unit: str, most: float | None, bound: str, change: str
) -> None:
    (found,) = of("标题", words).targets
    assert (found.value, found.unit, found.most, found.bound, found.change) == (value, unit, most, bound, change)


@pytest.mark.parametrize(
    "words",
    [
        "2019年3月12日召开会议",
        "第3批企业",
        "京发〔2018〕12号文件",
        "5G网络和4A级景区",
        "《“十三五”规划（2016—2020年）》",
        "形成一批新的增长点",
        "坚持“三个结合”",
        "6个月内完成",
        "用5年时间",
        "拨打12345热线",
    ],
)
def test_what_is_no_quantity_is_none(words: str) -> None:
    assert targets(0, words) == []


@pytest.mark.parametrize(
    ("words", "quote", "date"),
    [
        ("今年完成改造", "今年", "2020-12-31"),
        ("到4月底前开工", "到4月底前", "2020-04-30"),
        ("2021年6月底前建成", "2021年6月底前", "2021-06-30"),
        ("力争明年上半年投产", "明年上半年", "2021-06-30"),
        ("到“十四五”末实现", "到“十四五”末", "2025-12-31"),
        ("2020—2022年每年投入", "2020—2022年", "2022-12-31"),
        ("年底前全部交付", "年底前", "2020-12-31"),
        ("2020年2月1日至2021年2月28日受理", "2020年2月1日至2021年2月28日", "2021-02-28"),
    ],
)
def test_a_deadline_is_its_last_day(words: str, quote: str, date: str) -> None:
    (found,) = deadlines(0, words, 2020)
    assert (found.quote, found.date) == (quote, date)


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("力争用3年时间", (3, 0, 0)),
        ("5年内建成", (5, 0, 0)),
        ("6个月内办结", (0, 6, 0)),
        ("30日内提交", (0, 0, 30)),
        ("未来五年", (5, 0, 0)),
    ],
)
def test_a_span_counts_years_months_or_days(words: str, span: tuple[int, int, int]) -> None:
    (found,) = deadlines(0, words, 2020)
    assert (found.years, found.months, found.days) == span


@pytest.mark.parametrize(
    "words", ["2018年实现产值10亿元", "去年8月作出决定", "今年以来进展顺利", "在不到1年的时间内落地", "达产后年产值"]
)
def test_what_is_past_is_no_deadline(words: str) -> None:
    assert deadlines(0, words, 2020) == []


def test_headings_of_all_kinds_form_a_tree() -> None:
    found = of(
        "关于某事的意见",
        "第一章 总则",
        "一、总体要求",
        "（一）指导思想。以新发展理念为引领。",
        "1.坚持创新。完善机制。",
        "（1）设立基金。用于创新。",
        "①明确范围。由各区确定。",
        "二、重点任务",
        "一是抓招商。走出去。二是抓服务。请进来。",
    ).headings
    assert [(one.level, one.marker, one.text) for one in found] == [
        (1, "第一章", "总则"),
        (2, "一、", "总体要求"),
        (3, "（一）", "指导思想"),
        (4, "1.", "坚持创新"),
        (5, "（1）", "设立基金"),
        (6, "①", "明确范围"),
        (2, "二、", "重点任务"),
        (3, "一是", "抓招商"),
        (3, "二是", "抓服务"),
    ]


def test_parts_of_one_sentence_are_no_headings() -> None:
    found = of("关于某事的通知", "一、申报条件", "（一）在区内注册；", "（二）依法纳税；", "（三）信用良好。").headings
    assert [one.text for one in found] == ["申报条件"]


@pytest.mark.parametrize(
    ("words", "lead", "responsible"),
    [
        ("（市发改委、市财政局负责）", ("市发改委",), ("市财政局",)),
        ("（市发改委牵头，市财政局、市审计局配合）", ("市发改委",), ("市财政局", "市审计局")),
        ("（牵头单位：团市委；责任单位：各区）", ("团市委",), ("各区",)),
        ("（责任单位：市住房和城乡建设局、市财政局）", (), ("市住房和城乡建设局", "市财政局")),
        ("（责任单位：市商务局、市税务局，列第一位的为牵头单位）", ("市商务局",), ("市税务局",)),
        ("（★市科技局、市教育局）", ("市科技局",), ("市教育局",)),
        ("（财政部等有关部门和各省级人民政府按职责分工负责）", ("财政部",), ("各省级人民政府",)),
        ("（商务部指导，各县负责）", ("各县",), ("商务部",)),
        ("由招商局牵头，建设局、财政局配合，完成选址。", ("招商局",), ("建设局", "财政局")),
    ],
)
def test_who_leads_and_who_takes_part(words: str, lead: tuple[str, ...], responsible: tuple[str, ...]) -> None:
    (found,) = of("分工方案", f"1.优化服务。{'推进改革。' if words[0] == '（' else ''}{words}").duties
    assert (found.lead, found.responsible) == (lead, responsible)
    assert found.measure == "优化服务"


def test_two_units_joined_by_and_are_two_and_a_name_with_and_is_one() -> None:
    assert unit_names("财政局和审计局、文化和旅游局") == ("财政局", "审计局", "文化和旅游局")


def test_a_table_of_tasks_names_units_and_projects() -> None:
    rows = (("项目名称", "牵头单位", "配合单位", "进度目标"), ("滨河路改造", "建设局", "财政局、城管局", "10月竣工"))
    cells = [(words, Cell(0, row, column)) for row, line in enumerate(rows) for column, words in enumerate(line)]
    text = Text(
        (
            Paragraph(0, "任务分解表"),
            *(Paragraph(number, words, cell=cell) for number, (words, cell) in enumerate(cells, 1)),
        )
    )
    found = read(text, 2020)
    assert [(one.lead, one.responsible, one.measure) for one in found.duties] == [
        (("建设局",), ("财政局", "城管局"), "滨河路改造")
    ]
    assert [(one.name, one.stage) for one in found.projects] == [("滨河路改造", "竣工")]


@pytest.mark.parametrize(
    ("words", "projects"),
    [
        (
            "推动甲乙丙电机、丁戊生物等8个项目开工建设，己庚二期竣工投产。",
            [("甲乙丙电机", "开工"), ("丁戊生物", "开工"), ("己庚二期", "投产")],
        ),
        (
            "建成青河大桥，加快推进龙潭水厂和凤山公路改造。",
            [("青河大桥", "竣工"), ("龙潭水厂", "建设"), ("凤山公路改造", "建设")],
        ),
        ("加快推进基础设施项目建设，打造加工制造中心。", []),
        ("实施重点项目120个，投资5000万元以上项目30个。", []),
        ("推进交通、水利等基础设施项目建设。", []),
        ("规范工程建设项目审批，加强专项资金项目管理。", []),
    ],
)
def test_named_projects_come_with_the_stage_they_are_to_reach(words: str, projects: list[tuple[str, str]]) -> None:
    assert [(one.name, one.stage) for one in of("工作要点", words).projects] == projects


def test_a_title_is_cited_with_the_number_that_follows() -> None:
    (found,) = citations(0, "落实《关于〈条例〉的意见》（国发〔2019〕5号）")
    assert (found.title, found.number) == ("《关于〈条例〉的意见》", "国发〔2019〕5号")


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("create 2,700 jobs", 2700, "jobs"),
        ("a US$ 1.2 billion fund", 1.2, "US$ billion"),
        ("up to £275,000", 275000, "£"),
        ("four data centres", 4, "data centres"),
        ("rise by 20 per cent", 20, "%"),
        ("a 500 MW plant", 500, "MW"),
    ],
)
def test_an_english_number_has_value_and_unit(words: str, value: float, unit: str) -> None:
    (found,) = english_targets(0, f"We will have {words}.")
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("by 2032", "2032-12-31"),
        ("by spring 2028", "2028-05-31"),
        ("by the end of 2026", "2026-12-31"),
        ("in March 2027", "2027-03-31"),
    ],
)
def test_an_english_deadline_is_its_last_day(words: str, date: str) -> None:
    (found,) = english_deadlines(0, f"The road will open {words}.", 2025)
    assert found.date == date
