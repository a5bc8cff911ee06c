"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.lines.upgrade.policies.tests.zone import ZoneForTest


@pytest.fixture
def zone(db: None) -> "ZoneForTest":
    """A small zone with posts, five enterprises and their returns, a fund, and a published policy."""
    built: ZoneForTest = import_module("xianxing.lines.upgrade.policies.tests.zone").build()
    return built
