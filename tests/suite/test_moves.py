"""Each flow: every move from every stage by every role is allowed or blocked exactly as declared, and each demand of a
stage blocks the move into it by name, in the same words on page, API, terminal and in a workbook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.db import transaction
from django.test import TestCase
from django.utils.translation import override
from tests.suite.grants import Reader, forget
from tests.suite.surfaces import client_of, run, workbook
from tests.suite.zone import CALLERS, as_post, build

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.evidence.actions import attach, files_of, withdraw
from xianxing.kernel.flow.flow import Flow, Move, Proof
from xianxing.kernel.register import REGISTRY, Register, find

PDF = b"%PDF-1.4\n%"
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class Full:
    """A case that lacks nothing: who enters it, with which fields, and who may move it all the way."""

    post: str
    fields: Mapping[str, Any]
    below: Mapping[str, tuple[str, str, str]]
    """By move: a field, a value that its gate refuses, and the code of the refusal."""


FULL = {
    "attraction": Full(
        "invest1-head",
        {
            "name": "齐备的项目", "investor": "齐备投资有限公司", "industry": "new_energy", "brings": "project,funds",
            "investment": "32000", "fixed_investment": "25000", "judged_on": "2017-09-29", "contracted": "30000",
            "place": "东区", "land": "80", "expected_tax": "2800", "plot_ratio": "1.2", "coverage": "45",
            "fixed_assets": "1500", "output_designed": "50000", "output": "42000",
        },
        {
            "negotiate": ("investment", "9999", "below_gate"),
            "sign": ("signed_on", "2016-01-01", "out_of_order"),
            "land": ("plot_ratio", "0.99", "below_gate"),
            "start": ("fixed_assets", "999", "below_gate"),
            "complete": ("completed_on", "2017-10-09", "in_future"),
            "reach_capacity": ("output", "10", "below_gate"),
        },
    ),
    "apartment": Full(
        "invest1-head",
        {"name": "齐备的公寓", "size": 60, "rent": 900, "tenant": "某人"},
        {"let": ("let_on", "2017-10-09", "in_future")},
    ),
}  # fmt: skip


class MoveTest(TestCase):
    """One case per stage that lacks nothing; each test takes from it what it wants to see missed, and gives it back."""

    readers: dict[str, Reader]
    cases: dict[str, dict[str, int]]

    @classmethod
    def setUpTestData(cls) -> None:
        build(2)
        cls.readers = {post: Reader.of(post) for post in CALLERS}
        cls.cases = {code: {s: ready(find(code), s) for s in flow_of(find(code)).by_code} for code in FULL}

    def setUp(self) -> None:
        forget()

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
                post: (reader.ids(register), reader.ids(register, "move")) for post, reader in self.readers.items()
            }
            for stage, pk in cases.items():
                for post, reader in self.readers.items():
                    changes = [Change("move", pk, to=move.code) for move in flow_of(register).moves]
                    for change in changes:
                        with self.subTest(register=code, stage=stage, move=change.to, post=post):
                            outcome = one(register, as_post(post, "试行"), change, dry=True)
                            found = {blocker.code for blocker in outcome.blockers}
                            assert found == expected(register, reader, stage, change.to, pk, reach[post])

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
                    with transaction.atomic():
                        take_away(register, pk, proof)
                        outcome = self.dry(register, move, pk)
                        transaction.set_rollback(True)
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
                    with transaction.atomic():
                        head = as_post(FULL[register.code].post, "市场变化")
                        one(register, head, Change("status", pk, to=status)).must()
                        outcome = self.dry(register, move, pk)
                        transaction.set_rollback(True)
                    assert [blocker.code for blocker in outcome.blockers] == ["closed"]

    def test_a_move_that_asks_for_a_reason_is_refused_without_one(self) -> None:
        for register, move, source, pk in self.moves():
            if move.needs_reason:
                with self.subTest(register=register.code, move=move.code, source=source):
                    outcome = one(
                        register, as_post(FULL[register.code].post), Change("move", pk, to=move.code), dry=True
                    )
                    assert [blocker.code for blocker in outcome.blockers] == ["reason_missing"]

    def test_what_is_missing_is_passed_over_only_by_the_roles_that_may(self) -> None:
        for register, move, source, pk in self.moves():
            proofs = flow_of(register).by_code[move.to].proofs
            if not proofs:
                continue
            for post, reader in self.readers.items():
                if pk not in reader.ids(register, "move"):
                    continue
                with self.subTest(register=register.code, move=move.code, source=source, post=post):
                    with transaction.atomic():
                        take_away(register, pk, proofs[0])
                        passing = Change("move", pk, to=move.code, override=True)
                        outcome = one(register, as_post(post, "特批"), passing, dry=True)
                        transaction.set_rollback(True)
                    codes = {blocker.code for blocker in outcome.blockers}
                    assert ("no_override" in codes) is (reader.role not in move.override)
                    assert outcome.done is (reader.role in move.override)

    def test_missing_evidence_is_refused_in_the_same_words_on_page_api_terminal_and_in_a_workbook(self) -> None:
        for register, move, _source, pk in self.moves():
            proofs = flow_of(register).by_code[move.to].proofs
            if not proofs or not register.may(as_post(FULL[register.code].post), "import"):
                continue
            for language in LANGUAGES:
                with self.subTest(register=register.code, move=move.code, language=language), transaction.atomic():
                    for proof in proofs:
                        take_away(register, pk, proof)
                    self.same_words(register, move, pk, language)
                    transaction.set_rollback(True)

    def same_words(self, register: Register, move: Move, pk: int, language: str) -> None:
        """Each surface says what is missing and how to mend it."""
        post = FULL[register.code].post
        row = gate.get(register, as_post(post), pk)
        with override(language):
            blockers = self.dry(register, move, pk).blockers
            said = [(blocker.words(), blocker.mend()) for blocker in blockers]
            stage = str(flow_of(register).by_code[move.to].label)
        assert {blocker.code for blocker in blockers} <= {"no_proof", "not_complete"}
        client = client_of(post, language)
        sent = {"version": str(row.version)}
        page = client.post(f"/r/{register.code}/~{pk}/move/{move.code}/", sent)
        body = page.content.decode()
        assert page.status_code == 422
        api = client.post(
            f"/api/{register.code}/%23{pk}/moves/{move.code}", {"version": row.version}, content_type="application/json"
        )
        told = run("register", "move", register.code, f"#{pk}", move.code, "--as", post, language=language)
        rows = [{"code": str(row.values["code"]), "stage": stage}]
        book = client.post(f"/api/{register.code}/sheet/import", {"file": workbook(register, rows)})
        assert (api.status_code, told.exit_code, book.status_code) == (422, 2, 422)
        for answer in (api, book):
            assert [(found["words"], found["mend"]) for found in answer.json()["blockers"]] == said
        for words, mend in said:
            assert escape(words, quote=False) in body
            assert escape(mend, quote=False) in body
            assert words in told.stderr
            assert mend in told.stderr
        assert gate.get(register, as_post(post), pk).values["stage"] == row.values["stage"]

    def dry(self, register: Register, move: Move, pk: int, fields: Mapping[str, Any] | None = None) -> Outcome:
        """Try the move as the head of the unit, who may take them all; nothing is written."""
        head = as_post(FULL[register.code].post, "试行")
        return one(register, head, Change("move", pk, fields=fields or {}, to=move.code), dry=True)


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
    head = as_post(full.post)
    fields = dict(full.fields)
    if register.code == "attraction":
        fields |= {
            "name": f"{fields['name']}{stage}",
            "investor": f"{stage}{fields['investor']}",
            "enterprise": company(),
        }
    pk = create(register, head, **fields)
    attach(register, head, [(pk, tag, f"{tag}.pdf", PDF + tag.encode()) for tag in flow.proofs]).must()
    while (now := gate.get(register, head, pk).values["stage"]) != stage:
        onward = [m for m in flow.moves_from(now) if flow.position[m.to] > flow.position[now]]
        act(register, head, [Change("move", pk, to=onward[0].code)]).must()
    return pk


def company() -> str:
    """A company that the cases may name: the first of the zone."""
    return str(gate.rows(find("enterprise"), as_post("invest1-head")).values_list("code", flat=True)[0])


def take_away(register: Register, pk: int, proof: Proof) -> None:
    """Withdraw the files that prove something, and those that would count instead."""
    head = replace(as_post(FULL[register.code].post), reason="盖章有误")
    tags = {proof.tag, *(other.tag for other in proof.instead)}
    for file in files_of(register, head, pk):
        if file.tag in tags and not file.withdrawn_on:
            withdraw(register, head, file.id).must()
