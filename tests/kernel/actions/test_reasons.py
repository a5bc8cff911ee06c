"""A reason longer than the audit keeps is refused before anything is written, on both stores alike."""

from dataclasses import replace

import pytest
from tests.kernel.town import Town

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find

pytestmark = pytest.mark.django_db


def test_a_reason_longer_than_the_audit_keeps_is_refused_in_words(town: Town) -> None:
    context = replace(town.as_post("sys"), reason="长" * 501)
    outcome = act(find("unit"), context, [Change("edit", town.unit("one"), fields={"name": "新名"})])
    assert (outcome.state, [blocker.code for blocker in outcome.blockers]) == ("blocked", ["reason_too_long"])
    assert act(find("unit"), replace(context, reason="长" * 500), [Change("edit", town.unit("one"), fields={})]).done
