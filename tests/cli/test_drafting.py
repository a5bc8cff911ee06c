"""``xianxing plan draft``: a document on the terminal, as an outline and as JSON; a refusal in words."""

import json
from pathlib import Path

from typer.testing import CliRunner

from xianxing.cli.main import app

RUN = CliRunner()
TEXT = """江北开发区2021年重点工作方案
一、项目建设
1.开工建设江北冷链物流园，新建厂房20万平方米。（建设局牵头，财政局配合）
到2023年，工业总产值达到300亿元。落实《江北三年行动计划》。
"""


def written(folder: Path, content: bytes) -> str:
    path = folder / "plan.txt"
    path.write_bytes(content)
    return str(path)


def test_the_outline_shows_targets_deadlines_projects_and_units(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["plan", "draft", written(tmp_path, TEXT.encode("gb18030"))])
    assert told.exit_code == 0
    for words in (
        "江北开发区2021年重点工作方案",
        "项目建设",
        "300",
        "2023-12-31",
        "江北冷链物流园",
        "建设局",
        "《江北三年行动计划》",
    ):
        assert words in told.stdout


def test_the_json_has_the_fields_of_an_annotation(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["plan", "draft", written(tmp_path, TEXT.encode()), "--json"])
    found = json.loads(told.stdout)
    assert {
        "title",
        "lang",
        "ref_year",
        "headings",
        "targets",
        "deadlines",
        "projects",
        "documents",
        "units",
    } <= found.keys()
    assert (found["ref_year"], found["documents"]) == (2021, ["《江北三年行动计划》"])
    assert found["units"][0]["lead"] == ["建设局"]


def test_the_year_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "工作要点\n今年建成游客中心。".encode())
    found = json.loads(RUN.invoke(app, ["plan", "draft", path, "--json", "--year", "2019"]).stdout)
    assert found["deadlines"][0]["date"] == "2019-12-31"


def test_what_cannot_be_read_is_said_with_its_mend_and_exit_code_1(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["plan", "draft", written(tmp_path, b"%PDF-1.4 torn")])
    assert told.exit_code == 1
    assert "✗" in told.output
    assert "→" in told.output
    assert told.stdout == ""
