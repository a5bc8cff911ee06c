"""Fixtures of the slice's tests. Pytest may read this before Django is set up: the zone is imported when built."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xianxing.lines.safeguard.petitions.tests.zone import Petitioned


@pytest.fixture
def zone(db: None) -> "Petitioned":
    """A small zone with a petition office, two bureaus, and somebody who holds posts in two of them."""
    built: Petitioned = import_module("xianxing.lines.safeguard.petitions.tests.zone").build()
    return built
