"""Each flow: every move from every stage by every role is allowed or blocked exactly as declared, and each demand of a
stage blocks the move into it by name, in the same words on page, API, terminal and in a workbook."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any, ClassVar

import pytest
from django.utils.translation import override
from tests.suite.case import SuiteCase, distinct, taken_back
from tests.suite.full import gather
from tests.suite.grants import Reader
from tests.suite.surfaces import client_of, run, workbook
from tests.suite.zone import DAY, as_post

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach, files_of, withdraw
from xianxing.kernel.flow.flow import Flow, Move, Proof
from xianxing.kernel.register import REGISTRY, Register, find

PDF = b"%PDF-1.4\n%"
LANGUAGES = ("zh-hans", "en")


FULL = gather()


@pytest.mark.any_store
class MoveTest(SuiteCase):
    """One case per stage that lacks nothing; each test takes from it what it wants to see missed, and gives it back."""

    cases: ClassVar[dict[str, dict[str, int]]]

    @classmethod
    def prepare(cls) -> None:
        cls.cases = {code: {s: ready(find(code), s) for s in flow_of(find(code)).by_code} for code in FULL}

    def moves(self) -> Iterator[tuple[Register, Move, str, int]]:
        """Every move of every flow from each stage where it begins, with the case that stands there."""
        for code in FULL:
            register = find(code)
            for move in flow_of(register).moves:
                for source in move.sources:
                    yield register, move, source, self.cases[code][source]

    def test_every_register_with_a_flow_has_its_full_case(self) -> None:
        assert {code for code, register in REGISTRY.items() if register.flow} == set(FULL)

    def test_every_move_from_every_stage_by_every_role_is_allowed_or_blocked_as_declared(self) -> None:
        for code, cases in self.cases.items():
            register = find(code)
            reach = {
                post: (reader.ids(register), reader.ids(register, "move"))
                for post, reader in self.readers.items()
                if post
            }
            for stage, pk in cases.items():
                rights = {
                    p: (pk in movable and self.readers[p].role, pk in seen) for p, (seen, movable) in reach.items()
                }
                for post in distinct(rights, rights.__getitem__):
                    for move in flow_of(register).moves:
                        with self.subTest(register=code, stage=stage, move=move.code, post=post):
                            change = Change("move", pk, fields=FULL[code].moving.get(move.code, {}), to=move.code)
                            outcome = one(register, as_post(post, "试行"), change, dry=True)
                            found = {blocker.code for blocker in outcome.blockers}
                            assert found == expected(register, self.readers[post], stage, move.code, pk, reach[post])

    def test_the_page_of_a_case_judges_each_of_its_moves_by_itself(self) -> None:
        for code, cases in self.cases.items():
            for stage, pk in cases.items():
                with self.subTest(register=code, stage=stage):
                    page = client_of(FULL[code].post).get(f"/r/{code}/~{pk}/", follow=True)
                    assert page.status_code == 200
                    assert "stands twice" not in page.content.decode()

    def test_a_move_without_a_field_its_stage_needs_names_the_field(self) -> None:
        for register, move, source, pk in self.moves():
            for name in flow_of(register).by_code[move.to].needs:
                with self.subTest(register=register.code, move=move.code, source=source, field=name):
                    outcome = self.dry(register, move, pk, fields={name: ""})
                    assert (name, "required") in named(outcome)

    def test_a_move_without_evidence_its_stage_needs_names_the_evidence(self) -> None:
        for register, move, source, pk in self.moves():
            for proof in flow_of(register).by_code[move.to].proofs:
                with self.subTest(register=register.code, move=move.code, source=source, proof=proof.tag):
                    with taken_back():
                        take_away(register, pk, proof)
                        outcome = self.dry(register, move, pk)
                    assert (f"proof:{proof.tag}", "no_proof") in named(outcome)
                    assert self.dry(register, move, pk).done

    def test_a_value_that_a_gate_refuses_is_named_with_its_code(self) -> None:
        for register, move, source, pk in self.moves():
            if move.code not in FULL[register.code].below:
                continue
            with self.subTest(register=register.code, move=move.code, source=source):
                name, value, code = FULL[register.code].below[move.code]
                assert (name, code) in named(self.dry(register, move, pk, fields={name: value}))

    def test_a_closed_case_does_not_move(self) -> None:
        for register, move, source, pk in self.moves():
            for status in flow_of(register).ending:
                with self.subTest(register=register.code, move=move.code, source=source, status=status):
                    with taken_back():
                        head = as_post(FULL[register.code].post, "市场变化")
                        one(register, head, Change("status", pk, to=status)).must()
                        outcome = self.dry(register, move, pk)
                    assert [blocker.code for blocker in outcome.blockers] == ["closed"]

    def test_a_move_that_asks_for_a_reason_is_refused_without_one(self) -> None:
        for register, move, source, pk in self.moves():
            if move.needs_reason:
                with self.subTest(register=register.code, move=move.code, source=source):
                    outcome = one(register, mover(register, move), Change("move", pk, to=move.code), dry=True)
                    assert [blocker.code for blocker in outcome.blockers] == ["reason_missing"]

    def test_what_is_missing_is_passed_over_only_by_the_roles_that_may(self) -> None:
        for register, move, source, pk in self.moves():
            proofs = flow_of(register).by_code[move.to].proofs
            if not proofs:
                continue
            for post, reader in self.holders():
                if pk not in reader.ids(register, "move"):
                    continue
                with self.subTest(register=register.code, move=move.code, source=source, post=post):
                    with taken_back():
                        take_away(register, pk, proofs[0])
                        passing = Change("move", pk, to=move.code, override=True)
                        outcome = one(register, as_post(post, "特批"), passing, dry=True)
                    codes = {blocker.code for blocker in outcome.blockers}
                    assert ("no_override" in codes) is (reader.role not in move.override)
                    assert outcome.done is (reader.role in move.override)

    def test_missing_evidence_is_refused_in_the_same_words_on_page_api_terminal_and_in_a_workbook(self) -> None:
        for register, move, _source, pk in self.moves():
            proofs = flow_of(register).by_code[move.to].proofs
            if not proofs or not register.may(mover(register, move), "import"):
                continue
            for language in LANGUAGES:
                with self.subTest(register=register.code, move=move.code, language=language), taken_back():
                    for proof in proofs:
                        take_away(register, pk, proof)
                    self.same_words(register, move, pk, language)

    def same_words(self, register: Register, move: Move, pk: int, language: str) -> None:
        """Each surface says what is missing and how to mend it."""
        post = FULL[register.code].by.get(move.code, FULL[register.code].post)
        row = gate.get(register, as_post(post), pk)
        with override(language):
            blockers = self.dry(register, move, pk).blockers
            said = [(blocker.words(), blocker.mend()) for blocker in blockers]
            stage = str(flow_of(register).by_code[move.to].label)
        assert {blocker.code for blocker in blockers} <= {"no_proof", "not_complete"}
        client = client_of(post, language)
        sent = {"version": str(row.version), "reason": "试行"}
        page = client.post(f"/r/{register.code}/~{pk}/move/{move.code}/", sent)
        body = unescape(page.content.decode())
        assert page.status_code == 422
        asked = {"version": row.version, "reason": "试行"}
        api = client.post(f"/api/{register.code}/%23{pk}/moves/{move.code}", asked, content_type="application/json")
        typed = ("register", "move", register.code, f"#{pk}", move.code, "--as", post, "--reason", "试行")
        told = run(*typed, language=language)
        rows = [{"code": str(row.values["code"]), "stage": stage}]
        book = client.post(f"/api/{register.code}/sheet/import", {"file": workbook(register, rows), "reason": "试行"})
        assert (api.status_code, told.exit_code, book.status_code) == (422, 2, 422)
        for answer in (api, book):
            assert [(found["words"], found["mend"]) for found in answer.json()["blockers"]] == said
        for words, mend in said:
            assert words in body
            assert mend in body
            assert words in told.stderr
            assert mend in told.stderr
        assert gate.get(register, as_post(post), pk).values["stage"] == row.values["stage"]

    def holders(self) -> Iterator[tuple[str, Reader]]:
        """Whoever sits in a post."""
        return ((post, reader) for post, reader in self.readers.items() if post)

    def dry(self, register: Register, move: Move, pk: int, fields: Mapping[str, Any] | None = None) -> Outcome:
        """Try the move as the post that may take it; nothing is written."""
        given = {**FULL[register.code].moving.get(move.code, {}), **(fields or {})}
        change = Change("move", pk, fields=given, to=move.code)
        return one(register, mover(register, move, "试行"), change, dry=True)


def expected(
    register: Register, reader: Reader, stage: str, move: str, pk: int, reach: tuple[set[int], set[int]]
) -> set[str]:
    """The codes that the declaration gives for one move of a case that lacks nothing."""
    seen, movable = reach
    if pk not in movable:
        return {"may_not"} if pk in seen else {"not_there"}
    asked = next(known for known in flow_of(register).moves if known.code == move)
    if stage not in asked.sources:
        return {"no_move"}
    return set() if not asked.by or reader.role in asked.by else {"not_your_move"}


def flow_of(register: Register) -> Flow:
    assert register.flow is not None
    return register.flow


def named(outcome: Outcome) -> set[tuple[str, str]]:
    return {(blocker.field, blocker.code) for blocker in outcome.blockers}


def ready(register: Register, stage: str) -> int:
    """A case at a stage, with every field filled and every file attached that any later stage needs."""
    full, flow = FULL[register.code], flow_of(register)
    head = as_post(full.post, "试行")
    stated = {"stage": stage} if full.stated else {}
    pk = create(register, head, **full.values(stage), **stated)
    attach(register, head, [(pk, tag, f"{tag}.pdf", PDF + tag.encode()) for tag in flow.proofs]).must()
    if full.before:
        full.before(pk, "")
    if full.stated:
        one(register, head, Change("verify", pk)).must()
        return pk
    for move in way(flow, stage):
        if full.before:
            full.before(pk, move.code)
        given = full.moving.get(move.code, {})
        act(register, mover(register, move, "试行"), [Change("move", pk, fields=given, to=move.code)]).must()
    return pk


def mover(register: Register, move: Move, reason: str = "") -> Context:
    """Who may take a move."""
    full = FULL[register.code]
    post = full.by.get(move.code, full.post)
    return as_post(post, reason) if post else Context.system(DAY, "page", reason)


def way(flow: Flow, stage: str) -> list[Move]:
    """The fewest moves from the first stage to another."""
    ways: dict[str, list[Move]] = {flow.stages[0].code: []}
    queue = [flow.stages[0].code]
    while stage not in ways:
        here = queue.pop(0)
        for move in flow.moves_from(here):
            if move.to not in ways:
                ways[move.to] = [*ways[here], move]
                queue.append(move.to)
    return ways[stage]


def take_away(register: Register, pk: int, proof: Proof) -> None:
    """Withdraw the files that prove something, and those that would count instead."""
    head = replace(as_post(FULL[register.code].post), reason="盖章有误")
    tags = {proof.tag, *(other.tag for other in proof.instead)}
    for file in files_of(register, head, pk):
        if file.tag in tags and not file.withdrawn_on:
            withdraw(register, head, file.id).must()
