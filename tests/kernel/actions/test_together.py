"""Two people, or two tabs of one, edit one record: the second learns it and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, edit
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.register import Register, find


@contextmanager
def changed(register: Register, **told: Any) -> Iterator[None]:
    """The register declared otherwise for a while."""
    before = {name: getattr(register, name) for name in told}
    for name, value in told.items():
        object.__setattr__(register, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            object.__setattr__(register, name, value)


@pytest.fixture
def enterprise(town, code):
    return create(find("enterprise"), town.as_post("officer-one"), code=code(1), name="甲", capital="100")


@pytest.mark.parametrize("second", ["head-one", "officer-one"])
def test_the_second_of_two_editors_is_told_and_sees_the_version_of_the_first(town, enterprise, second: str):
    register, first, other = find("enterprise"), town.as_post("officer-one"), town.as_post(second)
    seen = gate.get(register, first, enterprise)
    seen_too = gate.get(register, other, enterprise)
    assert edit(register, first, enterprise, {"name": "先存"}, seen.version).state == "done"
    outcome = edit(register, other, enterprise, {"name": "后存"}, seen_too.version)
    assert (outcome.state, outcome.records) == ("stale", (enterprise,))
    assert [blocker.code for blocker in outcome.blockers] == ["stale"]
    stored = gate.get(register, other, enterprise)
    assert (stored.version, stored.values["name"]) == (2, "先存")
    assert seen_too.values["name"] == "甲"
    assert edit(register, other, enterprise, {"name": "后存"}, stored.version).state == "done"
    assert verify()[1] is None


def test_a_change_between_judging_and_writing_is_noticed_too(town, enterprise, monkeypatch):
    register, officer = find("enterprise"), town.as_post("officer-one")

    def meanwhile(values, facts, context):
        register.model._default_manager.filter(pk=enterprise).update(version=7)
        return ()

    with changed(register, checks=(meanwhile,)):
        outcome = edit(register, officer, enterprise, {"name": "乙"}, 1)
    assert outcome.state == "stale"
    assert verify()[1] is None


def test_one_record_cannot_stand_twice_in_a_batch(town, enterprise):
    changes = [Change("edit", enterprise, fields={"name": name}) for name in ("一", "二")]
    outcome = act(find("enterprise"), town.as_post("officer-one"), changes)
    assert [blocker.code for blocker in outcome.blockers] == ["same_record"]
    assert gate.get(find("enterprise"), town.as_post("officer-one"), enterprise).values["name"] == "甲"


def test_an_error_in_a_nested_action_takes_back_what_that_action_wrote(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")

    def nested(drafts, context):
        if drafts[0].values.get("name") == "外":
            inner = [Change("create", fields={"code": code(2), "name": "内"})]
            with changed(register, checks=(collide,)):
                assert act(register, context, inner).state == "blocked"

    def collide(values, facts, context):
        register.model._default_manager.filter(code=code(1)).update(name=None)
        return ()

    with changed(register, after=nested):
        outcome = act(register, officer, [Change("create", fields={"code": code(1), "name": "外"})])
    assert outcome.state == "done"
    assert gate.get(register, officer, code(1)).values["name"] == "外"
    assert gate.rows(register, officer).count() == 1
    assert verify()[1] is None
