"""A zone for each test that asks for the database."""

import pytest
from tests.pages.zone import make_zone


@pytest.fixture
def zone(db: None) -> None:
    """The small zone of :mod:`tests.pages.zone`."""
    make_zone()
