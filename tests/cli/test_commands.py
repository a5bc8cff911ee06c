"""The command line: acts as whoever holds a post, refuses in words with exit code 2, shows both versions with 3."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override
from tests.api.zone import caller, context, make_zone
from typer.main import get_command
from typer.testing import CliRunner

from xianxing.cli import language, serving
from xianxing.cli.main import app
from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.models import AuditEntry, AuditHead, AuditItem
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.evidence.actions import files_of
from xianxing.kernel.register import find

LEAD = {"name": "新能源电池项目", "investor": "甲公司", "industry": "new_energy", "investment": "32000"}


@pytest.fixture
def zone(db: None) -> None:
    make_zone()


def run(*words: str) -> Any:
    """Run a command in English; the outcome with its exit code and what it printed."""
    with override("en"):
        return CliRunner().invoke(app, list(words))


def a_case(**fields: Any) -> int:
    return create(find("attraction"), context("officer"), **LEAD, **fields)


def test_a_record_is_created_listed_and_shown(zone: None) -> None:
    words = [f"{name}={value}" for name, value in LEAD.items()]
    assert run("register", "create", "attraction", *words, "--as", "officer").exit_code == 0
    listed = run("register", "list", "attraction", "--as", "officer", "--json")
    (row,) = json.loads(listed.stdout)["rows"]
    assert row["values"]["investment"] == "32000"
    shown = run("register", "show", "attraction", row["key"], "--as", "officer")
    assert "新能源电池项目" in shown.stdout
    assert "negotiate" in shown.stdout


def test_the_list_is_the_same_as_the_apis(zone: None) -> None:
    for number in range(4):
        a_case() if number == 0 else create(
            find("attraction"), context("officer"), **{**LEAD, "name": f"项目{number}", "investor": f"公司{number}"}
        )
    words = ("register", "list", "attraction", "--as", "officer", "-f", "stage:is:lead", "--order", "name", "--json")
    api = caller("officer")("GET", "/attraction?f=stage:is:lead&order=name").json()
    assert json.loads(run(*words).stdout) == api


def test_a_refusal_is_words_with_their_mend_and_exit_code_2(zone: None) -> None:
    done = run("register", "create", "attraction", "name=x", "industry=cat", "--as", "officer")
    assert done.exit_code == 2
    assert "is not one of the choices" in done.stderr
    assert "Choose one of" in done.stderr


def test_a_stale_edit_shows_both_versions_and_exits_with_3(zone: None) -> None:
    pk = a_case()
    assert (
        run("register", "edit", "attraction", f"#{pk}", "name=先到", "--version", "1", "--as", "officer").exit_code == 0
    )
    late = run("register", "edit", "attraction", f"#{pk}", "name=后到", "--version", "1", "--as", "officer")
    assert late.exit_code == 3
    assert "先到" in late.stdout
    assert "后到" in late.stdout


def test_a_post_that_nobody_holds_is_refused(zone: None) -> None:
    done = run("registers", "--as", "nobody")
    assert done.exit_code == 2
    assert "nobody" in done.stderr


def test_a_stranger_is_told_the_same_of_a_forbidden_and_of_a_missing_record(zone: None) -> None:
    pk = a_case()
    forbidden = run("register", "show", "attraction", f"#{pk}", "--as", "other-officer")
    missing = run("register", "show", "attraction", "#999", "--as", "other-officer")
    assert (forbidden.exit_code, forbidden.stderr) == (missing.exit_code, missing.stderr)


def test_a_dry_change_writes_nothing(zone: None) -> None:
    pk = a_case()
    assert run("register", "edit", "attraction", f"#{pk}", "name=试", "--as", "officer", "--dry").exit_code == 0
    assert gate.get(find("attraction"), context("officer"), pk).values["name"] == LEAD["name"]


def test_a_file_is_attached_and_withdrawn(zone: None, tmp_path: Path) -> None:
    pk = a_case()
    path = tmp_path / "合同.pdf"
    path.write_bytes(b"%PDF-1.4\n%contract")
    done = run("register", "attach", "attraction", f"#{pk}", str(path), "--tag", "contract", "--as", "officer")
    assert done.exit_code == 0, done.stderr
    (file,) = files_of(find("attraction"), context("officer"), pk)
    assert run("register", "withdraw", "attraction", str(file.id), "--as", "officer").exit_code == 2  # no reason
    done = run("register", "withdraw", "attraction", str(file.id), "--as", "officer", "--reason", "wrong")
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("tongue", ["en", "zh-hans"])
def test_missing_evidence_is_refused_in_the_same_words_by_api_command_line_and_import(zone: None, tongue: str) -> None:
    pk = a_case(stage="negotiation")
    row = gate.get(find("attraction"), context("officer"), pk)
    with override(tongue):
        change = Change("move", pk, 1, {"contracted": "9000"}, "sign")
        wanted = {b.words() for b in act(find("attraction"), context("officer"), [change], dry=True).blockers}
        path = f"/attraction/{row.values['code']}/moves/sign"
        api = caller("officer", tongue)("POST", path, {"version": 1, "fields": {"contracted": "9000"}}).json()
        cli = CliRunner().invoke(
            app, ["register", "move", "attraction", f"#{pk}", "sign", "contracted=9000", "--as", "officer"]
        )
        heads = ("code", "stage", "contracted")
        table = sheet.Table((sheet.reading.Part("x", [heads, (row.values["code"], "signed", "9000")]),))
        imported = {error.words() for error in sheet.dry_run(find("attraction"), context("officer"), table).errors}
    assert any("contract" in words for words in wanted) or tongue != "en"
    assert {blocker["words"] for blocker in api["blockers"]} == wanted
    assert cli.exit_code == 2
    assert all(words in cli.stderr for words in wanted)
    assert imported == wanted


def test_a_workbook_goes_out_and_comes_back_without_a_change(zone: None, tmp_path: Path) -> None:
    a_case()
    path = tmp_path / "cases.xlsx"
    assert run("register", "export", "attraction", str(path), "--as", "officer").exit_code == 0
    done = run("register", "import", "attraction", str(path), "--as", "officer", "--dry")
    assert done.exit_code == 0, done.stderr
    assert "unchanged" in done.stdout


def test_a_token_from_the_command_line_opens_the_api(zone: None) -> None:
    done = run("token", "create", "weekly", "--as", "officer", "--days", "7")
    secret = done.stdout.split()[-1]
    answer = caller("officer").__class__(secret)("GET", "/me")
    assert answer.json()["seat"] == "officer"


def test_a_whole_audit_chain_is_said_to_be_whole(zone: None) -> None:
    done = run("audit", "verify")
    assert (done.exit_code, "whole" in done.stdout) == (0, True)


def test_a_cut_tail_is_told_by_a_head_that_was_kept(zone: None, tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    assert run("audit", "head", str(path)).exit_code == 0
    assert run("audit", "verify", "--head", str(path)).exit_code == 0
    number = json.loads(path.read_text())["number"]
    AuditItem.objects.filter(entry_id=number).delete()
    AuditEntry.objects.filter(number=number).delete()
    before = AuditEntry.objects.get(number=number - 1)
    AuditHead.objects.update(number=before.number, digest=before.digest)
    assert run("audit", "verify").exit_code == 0  # the chain alone cannot tell
    told = run("audit", "verify", "--head", str(path))
    assert (told.exit_code, str(number) in told.stderr) == (2, True)


def test_a_head_that_was_altered_is_refused(zone: None, tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    run("audit", "head", str(path))
    path.write_text(path.read_text().replace('"number": ', '"number": 1'))
    assert run("audit", "verify", "--head", str(path)).exit_code == 2


def test_the_openapi_document_is_printed(db: None) -> None:
    assert json.loads(run("openapi").stdout)["info"]["title"] == "Xianxing"


@pytest.mark.parametrize(("words", "environment", "wanted"), [
    (["--lang", "en", "tick"], {"LANG": "zh_CN.UTF-8"}, "en"),
    (["tick", "--lang=zh"], {"LANG": "en_US.UTF-8"}, "zh-hans"),
    (["tick"], {"LANG": "en_US.UTF-8"}, "en"),
    (["tick"], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh-hans"),
    (["tick"], {"LANG": "C.UTF-8"}, "zh-hans"),
])  # fmt: skip
def test_the_language_is_the_one_asked_for_else_the_terminals(
    words: list[str], environment: dict[str, str], wanted: str
) -> None:
    assert language.choose(words, environment) == wanted


def test_every_command_says_what_it_does() -> None:
    for path, command in commands(get_command(app), ()):
        assert command.help, path


def commands(command: Any, path: tuple[str, ...]) -> Any:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


def test_an_address_at_which_somebody_listens_is_refused_before_anything_is_loaded() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server does
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Blocked) as refused:
            serving.check_free("127.0.0.1", port)
        assert [blocker.code for blocker in refused.value.blockers] == ["address_not_free"]
    serving.check_free("127.0.0.1", port)


def test_a_demo_is_never_served_where_others_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
    serving.check_address("127.0.0.1", born_as_demo=True)
    serving.check_address("192.0.2.1", born_as_demo=False)
    with pytest.raises(Blocked):
        serving.check_address("192.0.2.1", born_as_demo=True)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["zone.example"])
    with pytest.raises(Blocked):
        serving.check_address("127.0.0.1", born_as_demo=True)


def test_an_empty_zone_gets_three_administrators_and_only_once(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    serving.prepare(demo=False)
    printed = capsys.readouterr().out
    assert all(login in printed for login in ("sys-admin", "sec-admin", "audit-admin"))
    with pytest.raises(Blocked):
        serving.prepare(demo=False)
