"""Finding things: suggestions of reference fields and the search over all registers, each within one's rights."""

import pytest
from tests.pages.zone import client_of, flats, text_of

pytestmark = pytest.mark.usefixtures("zone")


@pytest.mark.parametrize("words", ["住房", "zfj", "housing"])
def test_a_reference_is_suggested_by_name_initials_and_code(words: str) -> None:
    text = text_of(client_of("head").get("/r/unit/options/", {"for": "unit", "unit_text": words}))
    assert "住房局" in text
    assert "建设局" not in text


def test_suggestions_hold_only_what_one_may_see() -> None:
    flats(1)
    assert "人才公寓" in text_of(client_of("head").get("/r/apartment/options/", {"q": "人才"}))
    assert "人才公寓" not in text_of(client_of("other-head").get("/r/apartment/options/", {"q": "人才"}))
    assert client_of("officer").get("/r/apartment/options/", {"q": "人才"}).status_code == 404


def test_a_single_hit_opens_at_once() -> None:
    (flat,) = flats(1)
    response = client_of("head").get("/search/", {"q": "rcgy"})
    assert response["Location"] == f"/r/apartment/GY{flat:06d}/"


def test_several_hits_stand_by_register_with_their_number() -> None:
    flats(12)
    text = text_of(client_of("head").get("/search/", {"q": "人才"}))
    assert "Talent apartments" in text
    assert 'class="count">12<' in text


def test_the_search_finds_nothing_outside_ones_scope() -> None:
    flats(2)
    assert "人才公寓" not in text_of(client_of("other-head").get("/search/", {"q": "人才"}))
