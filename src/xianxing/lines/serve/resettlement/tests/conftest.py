"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.lines.serve.resettlement.tests.zone import Place


@pytest.fixture
def place(db: None) -> "Place":
    """A small zone with an expropriation office, a finance office, and a project whose signing is open."""
    built: Place = import_module("xianxing.lines.serve.resettlement.tests.zone").build()
    return built
