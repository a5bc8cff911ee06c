"""The API from its own reference, deeply and as several roles: whatever is sent, nothing ends in a 5xx."""

import pytest
from tests.api.test_fuzz import fuzz, operations, zone
from tests.trials.figures import note
from tests.trials.scale import scaled

__all__ = ["zone"]  # the fixture that fills the database for each test

EXAMPLES = 6
POSTS = ("officer", "leader", "admin", "auditor", "other-officer")
NAMES = operations(())
pytestmark = [pytest.mark.django_db, pytest.mark.trial]


@pytest.mark.parametrize(("name", "place"), [(name, place) for place, name in enumerate(NAMES)], ids=NAMES)
def test_an_operation_answers_whatever_it_is_sent_by_whom(name: str, place: int) -> None:
    for post in (POSTS[0], POSTS[1 + place % (len(POSTS) - 1)]):
        fuzz(name, scaled(EXAMPLES, 2), post)


def test_the_figures_are_kept() -> None:
    sent = len(NAMES) * 2 * scaled(EXAMPLES, 2)
    note("API", "fuzzed from its reference", f"{len(NAMES)} operations, {sent} requests as {len(POSTS)} posts; no 5xx")
