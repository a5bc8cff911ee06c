"""A register says why it holds personal data before it holds any."""

from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from xianxing.kernel.personal.checks import check_personal
from xianxing.kernel.register import REGISTRY, find


def test_every_register_with_personal_columns_says_purpose_basis_and_retention() -> None:
    holding = [register for register in REGISTRY.values() if any(c.sealed for c in register.fields.values())]
    assert {"household", "petition", "enterprise", "apartment"} <= {register.code for register in holding}
    for register in holding:
        assert register.privacy
        assert all(map(str, (register.privacy.purpose, register.privacy.basis, register.privacy.keep)))


def test_one_that_does_not_say_it_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"register household: .*privacy="):
        check_personal(replace(find("household"), privacy=None))
