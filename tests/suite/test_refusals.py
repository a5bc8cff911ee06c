"""What is not granted is refused on every surface, and what may not be seen looks exactly like what is not there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.suite.case import SuiteCase, distinct, spread
from tests.suite.grants import Reader, rows_of
from tests.suite.surfaces import run, workbook
from tests.suite.zone import CALLERS, as_post

from xianxing.kernel import sheet
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Verb
from xianxing.kernel.audit.models import AuditHead
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Register

MISSING = 99_999_999
ROWS = 60  # of a register on which a refusal is tried
REFUSED = frozenset(("may_not", "not_there"))
VERBS: tuple[Verb, ...] = ("edit", "delete", "move", "status", "verify")
RIGHT = {"verify": "move"}
# The registers on which every verb is tried on every surface; in the others it is tried at the door of all surfaces.
TRIED = frozenset(
    ("attraction", "attraction-contact", "attraction-difficulty", "apartment", "enterprise", "unit", "plan-node")
)


@pytest.mark.any_store
class RefusalTest(SuiteCase):
    """Nothing here may write."""

    def setUp(self) -> None:
        super().setUp()
        self.before = head()

    def tearDown(self) -> None:
        assert head() == self.before, "something was written"

    def test_a_forbidden_record_answers_in_the_words_of_a_missing_one(self) -> None:
        for register, post, reader in self.blind():
            with self.subTest(register=register.code, post=post):
                seen = reader.ids(register)
                forbidden = next((row.pk for row in rows_of(register) if row.pk not in seen), None)
                if forbidden is None:
                    continue
                self.same(post, register, forbidden, MISSING)

    def same(self, post: str, register: Register, forbidden: int, missing: int) -> None:
        """Page, API and terminal tell one id from another by nothing but the id."""
        client, code = self.clients[post], register.code
        more = (f"/r/{code}/~%s/edit/", f"/r/{code}/~%s/files/1/", f"/api/{code}/%%23%s/evidence")
        for address in (f"/r/{code}/~%s/", f"/api/{code}/%%23%s", *(more if code in TRIED else ())):
            answers = [client.get(address % pk) for pk in (forbidden, missing)]
            assert [answer.status_code for answer in answers] == [404, 404], address
            same = plain(answers[0], forbidden) == plain(answers[1], missing)
            assert same, address
        told = [run("register", "show", code, f"#{pk}", "--as", post) for pk in (forbidden, missing)]
        assert [done.exit_code for done in told] == [2, 2]
        assert told[0].stderr == told[1].stderr

    def test_a_register_without_the_right_to_see_it_looks_like_none(self) -> None:
        for register, post in self.shut("view", 2):
            with self.subTest(register=register.code, post=post):
                pages = [self.clients[post].get(f"/r/{code}/") for code in (register.code, "no-such-register")]
                assert [page.status_code for page in pages] == [404, 404]
                same = plain(pages[0], register.code) == plain(pages[1], "no-such-register")
                assert same
                answers = [
                    self.clients[post].get(f"/api/{code}") for code in (register.code, "registers/no-such-register")
                ]
                codes = [blocker["code"] for answer in answers for blocker in answer.json()["blockers"]]
                assert ([answer.status_code for answer in answers], codes) == ([404, 404], ["no_register"] * 2)
                told = [run("register", "list", code, "--as", post) for code in (register.code, "no-such-register")]
                assert [done.exit_code for done in told] == [2, 2]
                assert told[0].stderr.replace(register.code, "no-such-register") == told[1].stderr

    def test_a_verb_that_is_not_granted_is_refused_for_every_row(self) -> None:
        for register, post, reader in self.able():
            with self.subTest(register=register.code, post=post):
                seen, context = reader.ids(register), as_post(post, "试一试")
                for verb in VERBS:
                    allowed = reader.ids(register, RIGHT.get(verb, verb))
                    lacking = [row.pk for row in spread(rows_of(register), ROWS) if row.pk not in allowed]
                    outcome = act(register, context, [Change(verb, pk, to="?") for pk in lacking], dry=True)
                    codes = {b.index: b.code for b in reversed(outcome.blockers) if b.code in REFUSED}
                    expected = {i: "may_not" if pk in seen else "not_there" for i, pk in enumerate(lacking)}
                    assert codes == expected, verb
                    assert not lacking or not outcome.done

    def test_a_creation_or_an_import_that_is_not_granted_is_refused(self) -> None:
        for register, post, reader in self.pairs():
            with self.subTest(register=register.code, post=post):
                context = as_post(post)
                if not reader.may(register, "create"):
                    outcome = act(register, context, [Change("create", fields={})], dry=True)
                    assert "may_not" in {blocker.code for blocker in outcome.blockers}
                    self.refused_everywhere("new", register, post, reader, None)
        for register, post in self.shut("import", 3):
            with self.subTest(register=register.code, post=post):
                context, reader = as_post(post), self.readers[post]
                table = sheet.read(workbook(register, [dict.fromkeys(register.columns[:2], "1")]).read())
                for outcome in (
                    sheet.dry_run(register, context, table).errors,
                    sheet.apply(register, context, table).blockers,
                ):
                    assert "may_not" in {blocker.code for blocker in outcome}
                if reader.may(register, "view"):
                    self.no_import(register, post)

    def shut(self, verb: str, number: int) -> Iterator[tuple[Register, str]]:
        """Every register with a few of the callers who lack a verb, others for each register."""
        for place, register in enumerate(REGISTRY.values()):
            lacking = [post for post in CALLERS if not self.readers[post].may(register, verb)]
            for step in range(min(number, len(lacking))):
                yield register, lacking[(place * number + step) % len(lacking)]

    def blind(self) -> Iterator[tuple[Register, str, Reader]]:
        """Every register with one caller for each set of rows it does not see."""
        for register in REGISTRY.values():
            unseen = {post: frozenset(self.readers[post].ids(register)) for post in CALLERS}
            for post in distinct(CALLERS, unseen.__getitem__):
                yield register, post, self.readers[post]

    def able(self) -> Iterator[tuple[Register, str, Reader]]:
        """Every register with one caller for each set of rows that it may see, and that each verb reaches."""
        rights = {"view", *(RIGHT.get(verb, verb) for verb in VERBS)}
        for register in REGISTRY.values():
            reach = {p: tuple(frozenset(self.readers[p].ids(register, right)) for right in rights) for p in CALLERS}
            for post in distinct(CALLERS, reach.__getitem__):
                yield register, post, self.readers[post]

    def no_import(self, register: Register, post: str) -> None:
        client = self.clients[post]
        for address in ("import/", "template/"):
            assert client.get(f"/r/{register.code}/{address}").status_code == 404
        sent = client.post(f"/api/{register.code}/sheet/import", {"file": workbook(register, [{"x": "1"}])})
        assert sent.status_code in (403, 404, 405)

    def test_a_verb_that_is_not_granted_is_refused_on_page_api_and_terminal(self) -> None:
        for register, post, reader in self.able():
            if register.code not in TRIED or not reader.may(register, "view"):
                continue
            for verb in ("edit", "delete", *(("move", "status") if register.flow else ())):
                allowed = reader.ids(register, verb)
                row = next((row for row in reader.rows(register) if row.pk not in allowed), None)
                if row is not None:
                    with self.subTest(register=register.code, post=post, verb=verb):
                        self.refused_everywhere(verb, register, post, reader, row)

    def refused_everywhere(self, verb: str, register: Register, post: str, reader: Reader, row: Record | None) -> None:
        """One deed, three doors: each says no in the same words."""
        if not reader.may(register, "view") or register.code not in TRIED:
            return
        client, code = self.clients[post], register.code
        page = client.post(*page_of(verb, register, row))
        assert page.status_code in (404, 422), page.status_code
        answer = client.generic(*api_of(verb, register, row), content_type="application/json")
        assert answer.status_code in (403, 404, 405), answer.content
        told = run("register", *terminal_of(verb, register, row), "--as", post, "--reason", "test")
        assert told.exit_code == 2
        if answer.status_code == 403:
            refusals = [blocker["words"] for blocker in answer.json()["blockers"] if blocker["code"] in REFUSED]
            assert [words for words in refusals if words not in told.stderr] == []
        if page.status_code == 422:
            assert "Your post may not" in page.content.decode()
        assert client.get(f"/r/{code}/").status_code == 200

    def test_evidence_is_not_attached_withdrawn_or_read_without_the_right(self) -> None:
        register = REGISTRY["attraction"]
        for post in CALLERS:
            reader = self.readers[post]
            if not reader.may(register, "view"):
                continue
            may = reader.ids(register, "edit") | reader.ids(register, "move")
            row = next((row for row in rows_of(register) if row.pk not in may), None)
            with self.subTest(post=post):
                if row is None:
                    continue
                file = {"tag": "contract", "file": workbook(register, [{"x": "1"}])}
                page = self.clients[post].post(f"/r/attraction/~{row.pk}/attach/", file)
                file["file"].seek(0)
                api = self.clients[post].post(f"/api/attraction/%23{row.pk}/evidence", file)
                assert (page.status_code, api.status_code) in {(422, 403), (404, 404)}


def head() -> Any:
    """The last entry of the audit chain."""
    return AuditHead.objects.values_list("number", "digest").first()


def plain(answer: Any, told: int | str) -> str:
    """A page's or answer's text without what differs between any two requests: tokens, and the id asked for."""
    text = answer.content.decode()
    for name in (f"~{told}", f"#{told}") if isinstance(told, int) else (f"/r/{told}/",):
        text = text.replace(name, "…")
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)


def page_of(verb: str, register: Register, row: Any) -> tuple[str, dict[str, str]]:
    """The form that a page would send."""
    if row is None:
        return f"/r/{register.code}/new/", {}
    ways = {"move": f"move/{first_move(register)}", "edit": "edit", "delete": "delete", "status": "status"}
    return f"/r/{register.code}/~{row.pk}/{ways[verb]}/", {"version": str(row.version), "reason": "x", "to": "-"}


def api_of(verb: str, register: Register, row: Any) -> tuple[str, str, str]:
    """The request that a program would send."""
    if row is None:
        return "POST", f"/api/{register.code}", '{"fields": {}}'
    base, version = f"/api/{register.code}/%23{row.pk}", f'"version": {row.version}, "reason": "x"'
    match verb:
        case "edit":
            return "PATCH", base, f'{{{version}, "fields": {{}}}}'
        case "delete":
            return "DELETE", f"{base}?reason=x", ""
        case "move":
            return "POST", f"{base}/moves/{first_move(register)}", f"{{{version}}}"
    return "POST", f"{base}/status", f'{{{version}, "status": ""}}'


def terminal_of(verb: str, register: Register, row: Any) -> list[str]:
    """The command that a terminal would run."""
    if row is None:
        return ["create", register.code, f"{register.columns[0]}=1"]
    more = {"edit": [f"{register.columns[0]}=1"], "move": [first_move(register)], "status": [""], "delete": []}
    return [verb, register.code, f"#{row.pk}", *more[verb]]


def first_move(register: Register) -> str:
    return register.flow.moves[0].code if register.flow else ""
