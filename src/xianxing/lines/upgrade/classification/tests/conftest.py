"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.lines.upgrade.classification.tests.zone import ZoneForTest


@pytest.fixture
def zone(db: None) -> "ZoneForTest":
    """A small zone with its posts, ten enterprises and their returns of 2016, two with an account."""
    built: ZoneForTest = import_module("xianxing.lines.upgrade.classification.tests.zone").build()
    return built
