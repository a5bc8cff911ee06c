"""Columns of yes, no and unknown as bits: nothing is lost on the way there and back, and nothing is kept."""

import polars as pl
import pytest

from xianxing.rules.engine import bits, panels
from xianxing.rules.engine.bits import chunks, frame_of


def there_and_back(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame_of(dict(zip(frame.columns, pairs)), rows) for rows, pairs in chunks(frame)])


@pytest.fixture
def frame() -> pl.DataFrame:
    column = [True, False, None, True, None, False, False] * 31
    return pl.DataFrame({"some": column, "known": [bool(held) for held in column], "甲": list(reversed(column))})


@pytest.mark.parametrize(("start", "rows"), [(0, 217), (8, 64), (3, 100), (13, 1), (216, 1)])
def test_bits_come_back_as_they_were_wherever_a_slice_begins(frame: pl.DataFrame, start: int, rows: int) -> None:
    part = frame.slice(start, rows)
    assert there_and_back(part).equals(part)


def test_a_frame_of_several_chunks_comes_back_whole(frame: pl.DataFrame) -> None:
    whole = pl.concat([frame.slice(0, 13), frame.slice(50, 9), frame], rechunk=False)
    assert there_and_back(whole).equals(whole)


def test_what_was_given_away_is_let_go_with_the_frame_that_took_it(frame: pl.DataFrame) -> None:
    before = len(bits._HELD)
    back = there_and_back(frame)
    kept = back.select(~pl.col("some")).to_series()
    del back
    assert len(bits._HELD) > before  # which rows are known is still the same bits
    assert kept.to_list() == [None if held is None else not held for held in frame["some"]]
    del kept
    assert len(bits._HELD) == before


def test_years_are_counted_back_on_a_grid_as_in_sorted_rows() -> None:
    key, year = pl.Series([7, 9, 7, 9, 7, 8]), pl.Series([2014, 2014, 2015, 2016, 2016, 2016])
    values = pl.DataFrame({"v": [1, 2, 3, None, 5, 6]})
    grid = panels.arranged(key, year)
    assert isinstance(grid, panels.Grid)
    for rows in (grid, panels.Sorted(key, key, year.cast(pl.Int64))):
        spread = rows.spread(values)["v"]
        back = pl.DataFrame([one.alias(f"{at}") for at, one in enumerate(rows.before(spread, 5))])
        assert rows.placed(back).rows() == [
            (1, None, None, None, None, None), (2, None, None, None, None, None), (3, 1, None, None, None, None),
            (None, None, 2, None, None, None), (5, 3, 1, None, None, None), (6, None, None, None, None, None),
        ]  # fmt: skip
        there = pl.DataFrame([one.fill_null(value=False).alias(f"{at}") for at, one in enumerate(rows.there(2))])
        assert rows.placed(there).rows() == [
            (True, False, False), (True, False, False), (True, True, False), (True, False, True), (True, True, True),
            (True, False, False),
        ]  # fmt: skip
