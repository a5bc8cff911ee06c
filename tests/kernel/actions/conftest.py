"""Codes of enterprises to create."""

from collections.abc import Callable

import pytest
from stdnum.cn import uscc


@pytest.fixture
def code() -> Callable[[int], str]:
    """A valid unified social credit code."""

    def make(number: int) -> str:
        body = f"91371400{number:09d}"
        return body + str(uscc.calc_check_digit(body))

    return make
