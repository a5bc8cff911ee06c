"""A new record whose values are refused is judged by the checks of its register all the same, as if it lacked them."""

from typing import Any

import pytest
from tests.kernel.town import Town

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import REGISTRY, Register

WRONG = ("\x00", "no such thing", "-999999999999999999999", [{}])
CHECKED = [register for register in REGISTRY.values() if register.checks]


@pytest.mark.parametrize("register", CHECKED, ids=lambda register: register.code)
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_refused_values_are_named_and_break_no_check(town: Town, register: Register, value: Any) -> None:
    for field in (*register.fields, None):
        fields = dict.fromkeys(register.fields if field is None else [field], value)
        outcome = one(register, town.system, Change("create", fields=fields), dry=True)
        assert not outcome.done
