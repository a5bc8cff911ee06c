"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.lines.safeguard.supervision.tests.zone import ZoneForTest


@pytest.fixture
def zone(db: None) -> "ZoneForTest":
    """A small zone with a supervisor, a leader and two bureaux."""
    built: ZoneForTest = import_module("xianxing.lines.safeguard.supervision.tests.zone").build()
    return built
