"""Fixtures of the kernel's tests."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kernel.town import Town


@pytest.fixture
def town(db: None) -> "Town":
    """The small zone of :mod:`tests.kernel.town`; imported late, for this file may load before Django is set up."""
    built: Town = import_module("tests.kernel.town").build()
    return built
