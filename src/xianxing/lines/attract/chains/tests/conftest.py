"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.kernel.testing import Seated


@pytest.fixture
def zone(db: None) -> "Seated":
    """A small zone with three enterprises of one chain and their returns of two years."""
    built: Seated = import_module("xianxing.lines.attract.chains.tests.zone").build()
    return built
