"""Documents are opened by what they are, whatever they are called; what cannot be opened is refused in words."""

import pytest

from xianxing.documents.intake import opening
from xianxing.documents.intake.opening import open_document
from xianxing.documents.intake.tests.making import docx, hostile, pdf
from xianxing.documents.text import Cell, Text
from xianxing.kernel.blockers import Blocked


def texts(content: bytes) -> list[str]:
    return [one.text for one in open_document(content).paragraphs]


def refused(content: bytes) -> str:
    with pytest.raises(Blocked) as error:
        open_document(content)
    (blocker,) = error.value.blockers
    assert blocker.words()
    assert blocker.mend()
    return blocker.code


def test_word_gives_paragraphs_with_the_numbers_it_sets_itself() -> None:
    def item(words: str, depth: int) -> str:
        return (
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
            f"<w:r><w:t>{words}</w:t></w:r></w:p>"
        )

    body = (
        item("总体要求", 0)
        + item("指导思想", 1)
        + item("基本原则", 1)
        + item("坚持创新", 2)
        + item("重点任务", 0)
        + item("招商", 1)
    )
    assert texts(docx(body)) == [
        "一、总体要求",
        "（一）指导思想",
        "（二）基本原则",
        "1.坚持创新",
        "二、重点任务",
        "（一）招商",
    ]


def test_word_gives_heading_styles_cells_and_what_stays_after_tracked_changes() -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="mine"/></w:pPr><w:r><w:t>主要目标</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="toc"/></w:pPr><w:r><w:t>目录行</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>留下</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>添上</w:t></w:r></w:ins></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>任务</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>牵头单位</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    found = open_document(docx(body)).paragraphs
    assert [(one.text, one.level, one.cell) for one in found] == [
        ("主要目标", 1, None),
        ("留下添上", 0, None),
        ("任务", 0, Cell(0, 0, 0)),
        ("牵头单位", 0, Cell(0, 0, 1)),
    ]


def test_pdf_lines_become_paragraphs_again_without_heads_and_page_numbers() -> None:
    line = "加快建设现代产业体系推动重点项目开工建设提升服务水平"
    page = [
        (120, 805, "内部材料"),
        (112, 700, line[:24]),
        (80, 672, line[:26]),
        (80, 644, "确保完成。"),
        (112, 616, "二、保障措施"),
        (280, 30, "— {} —"),
    ]
    pages = [[(x, y, words.format(at)) for x, y, words in page] for at in (1, 2, 3)]
    found = open_document(pdf(pages))
    assert [(one.page, one.text) for one in found.paragraphs[:2]] == [
        (1, line[:24] + line[:26] + "确保完成。"),
        (1, "二、保障措施"),
    ]
    assert len(found.paragraphs) == 6
    assert found.kind == "pdf"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    found = open_document("关于某事的意见\r\n\r\n一、总体要求".encode(encoding))
    assert [(one.text, one.line) for one in found.paragraphs] == [("关于某事的意见", 1), ("一、总体要求", 3)]


def test_html_gives_what_a_reader_sees() -> None:
    page = (
        "<html><head><meta charset=gb2312><title>站点</title><script>x=1</script></head>"
        "<body><nav>首页</nav><h2>主要目标</h2>"
        "<p>到2025年，<b>完成</b>改造&nbsp;120项。</p>"
        "<table><tr><td>任务</td><td>牵头单位</td></tr></table></body></html>"
    )
    found = open_document(page.encode("gb18030")).paragraphs
    assert [(one.text, one.level, one.cell) for one in found] == [
        ("主要目标", 2, None),
        ("到2025年，完成改造 120项。", 0, None),
        ("任务", 0, Cell(0, 0, 0)),
        ("牵头单位", 0, Cell(0, 0, 1)),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document_empty"),
        (b" \n ", "document_empty"),
        (docx([]), "document_empty"),
        (docx(["a"])[:300], "document_broken"),
        (b"PK\x03\x04 nothing", "document_broken"),
        (docx(["a"], {"word/vbaProject.bin": b"x"}), "document_macros"),
        (docx(["a"], head='<!DOCTYPE d SYSTEM "http://example.org/x">'), "document_entities"),
        (docx(["a"]).replace(b"word/document.xml", b"word/dokument.xml"), "document_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "document_old_word"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "document_type"),
        (bytes(range(256)) * 4, "document_type"),
        (pdf([[]] * 3), "document_scanned"),
        (b"%PDF-1.4 nothing", "document_broken"),
    ],
    ids=lambda held: held if isinstance(held, str) else "",
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_document_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST", 10)
    assert refused(b"a" * 11) == "document_big"


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    assert refused(pdf([[(80, 700, "正文内容")]] * 501)) == "document_pages"


def opened(content: bytes) -> Text | str:
    try:
        return open_document(content)
    except Blocked as error:
        return error.blockers[0].words()


def test_hostile_files_are_read_or_refused() -> None:
    secret = "root:"
    for name, content in hostile(30):
        found = opened(content)
        assert found, name
        if isinstance(found, Text):
            assert not any(secret in one.text for one in found.paragraphs), name


@pytest.mark.trial
def test_three_hundred_hostile_files_are_read_or_refused() -> None:
    for name, content in hostile(300):
        found = opened(content)
        assert found, name
        if isinstance(found, Text):
            assert not any("root:" in one.text for one in found.paragraphs), name
