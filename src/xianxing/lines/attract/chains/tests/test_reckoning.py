"""Chains and the zone's index from its registers."""

from decimal import Decimal
from fractions import Fraction

import pytest

from xianxing.kernel.testing import Seated
from xianxing.lines.attract.chains.reckoning import chains, conversion, quotients

pytestmark = pytest.mark.store


def test_links_without_an_enterprise_are_gaps_and_the_revenue_of_the_year_is_measured(zone: Seated) -> None:
    equipment = next(one for one in chains(zone.service, 2015) if one.industry == "equipment")
    assert {link["code"] for link in equipment.gaps} == {"LB-EQ1", "LB-EQ3", "LB-EQ4"}
    assert (equipment.enterprises, equipment.reported, equipment.largest) == (3, 3, Fraction(1))
    assert equipment.hhi == Fraction(34, 100)
    assert equipment.together is None
    health = next(one for one in chains(zone.service, 2015) if one.industry == "health")
    assert (health.hhi, len(health.gaps), health.enterprises) == (None, 4, 0)


def test_the_index_is_the_weighted_parts_against_the_base_year(zone: Seated) -> None:
    first, second = conversion(zone.service)
    assert first.judgement.known("index") == Decimal("100.0")
    found = {part.code: (part.index, part.reported) for part in second.parts}
    # Revenue rises from 10,000 to 12,000 and all else stays; of energy only two of three report, whose revenue stays.
    assert found["research"] == (Decimal("83.3333"), 3)
    assert found["tax_land"] == (Decimal(100), 3)
    assert found["output_energy"] == (Decimal(100), 2)
    assert found["output_staff"] == (Decimal(120), 3)
    # 25 % × 83.3333 × 2 + 20 % × 100 + 15 % × 100 + 15 % × 120
    assert second.judgement.known("index") == Decimal("94.7")


def test_another_base_year_may_be_asked_for(zone: Seated) -> None:
    first, second = conversion(zone.service, 2016)
    assert second.judgement.known("index") == Decimal("100.0")
    assert {part.code: part.index for part in first.parts}["research"] == Decimal(120)


def test_the_index_may_be_that_of_an_industry_or_of_the_enterprises_a_unit_serves(zone: Seated) -> None:
    whole, branch = conversion(zone.service), conversion(zone.service, industry="equipment")
    assert [one.judgement.known("index") for one in branch] == [one.judgement.known("index") for one in whole]
    assert conversion(zone.service, industry="health") == []
    assert [one.returns for one in conversion(zone.service, unit="office")] == [3, 3]
    assert conversion(zone.service, unit="zone") == []


def test_the_published_table_of_2015_stands_in_every_zone_and_gives_its_quotients(zone: Seated) -> None:
    found = {(row["region"], row["branch"]): row["quotient"] for row in quotients(zone.service)}
    assert len(found) == 9
    assert round(float(found["四川", "第一产业"]), 2) == 1.45
    assert round(float(found["上海", "第三产业"]), 2) == 1.40


def test_who_may_not_see_the_links_sees_no_chain(zone: Seated) -> None:
    assert all(not chain.links for chain in chains(zone.grid, 2015))
