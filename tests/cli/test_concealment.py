"""As the unit complained of, at the terminal: it says what it would say without the complaint."""

import pytest
from django.utils.translation import override
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.lines.safeguard.petitions.tests.test_concealed import same, with_and_without
from xianxing.lines.safeguard.petitions.tests.zone import SECRET, Petitioned, build

COMMANDS = (
    ("register", "list", "petition"), ("register", "list", "petition", "--search", SECRET), ("registers",),
    ("register", "list", "evidence"), ("indicator", "list"), ("plan", "lights"), ("audit", "verify"), ("units", "tree"),
    ("view", "list", "petition"), ("register", "compare", "petition", "--on", "2017-05-01"),
)  # fmt: skip


@pytest.fixture
def zone(db: None) -> Petitioned:
    return build()


def run(*words: str) -> tuple[int, str]:
    with override("en"):
        found = CliRunner().invoke(app, list(words))
    return found.exit_code, found.output


def printed(post: str) -> dict[tuple[str, ...], tuple[int, str]]:
    """What the terminal says to a post; commands without a caller are run as they are."""
    alone = {"audit", "units"}
    return {c: run(*c) if c[0] in alone else run(*c, "--as", post) for c in COMMANDS}


@pytest.mark.parametrize("post", ["land_head", "clerk", "auditor", "keeper"])
def test_the_command_line(zone: Petitioned, post: str) -> None:
    before, after = with_and_without(zone, lambda: printed(post))
    assert before == after
    assert sum(code == 0 for code, _text in after.values()) >= 2


def test_the_command_line_answers_a_code_like_one_that_is_not_there(zone: Petitioned) -> None:
    code = str(zone.row(zone.complain()).values["code"])
    there, nowhere = (run("register", "show", "petition", key, "--as", "land_head") for key in (code, "XF999999"))
    assert (there[0], there[1].replace(code, "")) == (nowhere[0], nowhere[1].replace("XF999999", ""))


def test_the_terminal_s_check_of_the_chain_counts_none_either(zone: Petitioned) -> None:
    same(zone, lambda: run("audit", "verify"))
