"""No test reads what another left in the process: the first of each pair leaves something, the second finds nothing."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_language_time_zone_and_cache_are_as_at_the_start(_turn: str) -> None:
    assert translation.get_language() == settings.LANGUAGE_CODE
    assert timezone.get_current_timezone_name() == settings.TIME_ZONE
    assert cache.get("left") is None
    translation.activate("en")
    timezone.activate("UTC")
    cache.set("left", "something")
