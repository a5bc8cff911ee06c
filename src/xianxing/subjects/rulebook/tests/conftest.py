"""The zone of these tests."""

import pytest

from xianxing.subjects.rulebook.tests.zone import ZoneOfRules


@pytest.fixture
def zone(db: None) -> ZoneOfRules:
    return ZoneOfRules()
