"""A point finds its cell."""

import random
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xianxing.kernel.places.cells import Grid


def square(west: float, south: float, size: float = 1.0) -> shapely.Polygon:
    return shapely.box(west, south, west + size, south + size)


GRID = Grid.of([(7, square(110, 30)), (3, square(111, 30)), (9, square(110, 31))])


@pytest.mark.parametrize(
    ("pair", "cell"),
    [
        ((110.5, 30.5), 7),
        ((111.5, 30.5), 3),
        ((111.0, 30.5), 7),
        ((110.5, 31.0), 7),
        ((111.0, 31.0), 7),
        ((112.0, 30.2), 3),
        ((112.1, 30.2), None),
        ((109.999999, 30.5), None),
    ],
)
def test_a_point_on_an_edge_lies_in_the_cell_with_the_lowest_code_and_one_outside_in_none(pair, cell):
    assert GRID.find([pair]) == [cell]


def test_where_outlines_overlap_the_lowest_code_counts():
    assert Grid.of([(2, square(110, 30, 2)), (1, square(110, 30))]).find([(110.5, 30.5)]) == [2]


def test_a_grid_without_cells_has_no_cell_for_anybody():
    assert Grid.of([]).find([(110.5, 30.5)]) == [None]


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), points=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1))
def test_the_index_finds_what_asking_every_cell_finds(seed, points):
    chance = random.Random(seed)
    corners = [[(chance.randint(0, 40) / 10, chance.randint(0, 40) / 10) for _c in range(3)] for _cell in range(8)]
    cells = [(place + 1, shapely.Polygon(three).buffer(0)) for place, three in enumerate(corners)]
    pairs = [(x / 10, y / 10) for x, y in points]
    asked = [
        next((pk for pk, outline in cells if shapely.intersects_xy(outline, *pair)), None) for pair in pairs
    ]  # fmt: skip
    assert Grid.of(cells).find(pairs) == asked


@pytest.mark.trial
def test_a_million_points_find_their_cell_of_five_thousand(record_property):
    cells = [(x * 50 + y + 1, square(116 + x / 100, 37 + y / 100, 0.01)) for x in range(100) for y in range(50)]
    grid = Grid.of(cells)
    chance = np.random.default_rng(1)
    pairs = np.column_stack([chance.uniform(116, 117, 1_000_000), chance.uniform(37, 37.5, 1_000_000)])
    begun = time.perf_counter()
    found = grid.find(pairs)
    record_property("seconds", time.perf_counter() - begun)
    straight = ((pairs[:, 0] - 116) * 100).astype(int) * 50 + ((pairs[:, 1] - 37) * 100).astype(int) + 1
    assert sum(a == b for a, b in zip(found, straight.tolist(), strict=True)) > 999_900
    assert None not in found
