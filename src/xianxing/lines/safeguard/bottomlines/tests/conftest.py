"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.lines.safeguard.tests.zone import Watch


@pytest.fixture
def watch(db: None) -> "Watch":
    """A small zone whose bottom lines are held by posts."""
    built: Watch = import_module("xianxing.lines.safeguard.tests.zone").build()
    return built
