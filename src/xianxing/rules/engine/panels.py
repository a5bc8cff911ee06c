"""The rows of a panel arranged so that a record's earlier years are found without looking for them.

Most panels fill a grid of years and records: then the values lie in one column, year after year, and those of the year
before are the same column from one year earlier on, which costs nothing. What would leave most of a grid empty, or has
rows without a year, is sorted by record and year instead.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
import polars as pl

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.faults import SAME_KEY

__all__ = ["Arranged", "arranged"]

SPAN, MOST = 1 << 20, 1 << 42  # more years than there are; the greatest number of a record that fits beside one
ROOMY, SPARSE = 1 << 12, 3  # a grid may have so many places whatever the rows, or so many for each row
THERE = "#there"
PLACES = NOBODY = 2**32 - 1
NUMBERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32)


class Arranged(Protocol):
    """The rows of one panel in an order of their own; years are counted back from each row's."""

    def spread(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Columns in the order of the arrangement."""

    def before(self, spread: pl.Series, years: int) -> list[pl.Series]:
        """The values of this year, of the year before, and so on to ``years`` before; null where there is no row."""

    def there(self, years: int) -> list[pl.Series]:
        """Whether the record has a row in each of these years."""

    def placed(self, spread: pl.DataFrame) -> pl.DataFrame:
        """Columns in the order of the rows."""


def arranged(key: pl.Series, year: pl.Series) -> Arranged:
    """Rows by record and year. Raises :class:`Blocked` for a record that has two rows of one year, or no key."""
    nameless = key.is_null() | (key == "") if key.dtype == pl.String else key.is_null()
    if nameless.any():
        raise Blocked((Blocker(SAME_KEY, "key", value=""),))
    number = _numbered(key)
    first, last, since, until = number.min(), number.max(), year.min(), year.max()
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(since, int) and isinstance(until, int)):
        return Sorted(key, number, year.cast(pl.Int64))
    records, years = last - first + 1, until - since + 1
    if year.null_count() or records * years > min(PLACES, ROOMY + SPARSE * len(key)):
        return Sorted(key, number, year.cast(pl.Int64))
    place = (pl.col("year").cast(pl.Int64) - since) * records + (pl.col("record").cast(pl.Int64) - first)
    places = pl.DataFrame([number.alias("record"), year.alias("year")]).lazy().select(place)
    return Grid(key, places.collect(engine="streaming").to_series(), records, years)


def _numbered(key: pl.Series) -> pl.Series:
    """Keys as numbers: those of texts by the order in which each first comes."""
    return key if key.dtype in NUMBERS else key.cast(pl.String).cast(pl.Categorical).to_physical()


def _twice(key: pl.Series, row: int) -> Blocked:
    return Blocked((Blocker(SAME_KEY, "key", value=str(key[row])),))


class Grid:
    """A place for each record in each of the years: ``place`` of each row, year after year."""

    def __init__(self, key: pl.Series, place: pl.Series, records: int, years: int) -> None:
        self._records, self._years = records, years
        self._spread: set[str] = set()
        at, rows = place.to_numpy(), np.arange(len(place), dtype=np.uint32)
        row = np.full(records * years, NOBODY, dtype=np.uint32)
        row[at] = rows
        in_order = bool((at[1:] > at[:-1]).all())
        if not in_order:
            again = np.flatnonzero(row[at] != rows)
            if len(again):
                raise _twice(key, int(again[0]))
        self._place = None if in_order else place
        there = pl.col("row") != NOBODY
        both = pl.DataFrame({"row": row}).select(pl.when(there).then("row"), there.alias(THERE))
        self._row, self._there = both.get_columns()

    def spread(self, frame: pl.DataFrame) -> pl.DataFrame:
        """See :class:`Arranged`."""
        self._spread.update(frame.columns)
        with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
            return pl.DataFrame(threads.map(lambda column: column.rechunk().gather(self._row), frame.iter_columns()))

    def _where_there(self, column: pl.Series) -> pl.Series:
        return pl.DataFrame([column, self._there]).select(pl.when(THERE).then(pl.first())).to_series()

    def before(self, spread: pl.Series, years: int) -> list[pl.Series]:
        """See :class:`Arranged`. In a place without a row a value may have been worked out from nothing."""
        return self._back(spread if spread.name in self._spread else self._where_there(spread), None, years)

    def there(self, years: int) -> list[pl.Series]:
        """See :class:`Arranged`."""
        return self._back(self._there, False, years)

    def _back(self, column: pl.Series, nothing: bool | None, years: int) -> list[pl.Series]:
        """The same column begun so many years earlier; before the first year, of which there are enough, is nothing."""
        many = min(years, self._years)
        empty = pl.repeat(nothing, self._records * many, dtype=column.dtype, eager=True)
        padded = pl.concat([empty, column], rechunk=False)
        starts = ((many - min(back, many)) * self._records for back in range(years + 1))
        return [padded.slice(start, len(column)) for start in starts]

    def placed(self, spread: pl.DataFrame) -> pl.DataFrame:
        """See :class:`Arranged`."""
        if self._place is not None:
            return spread[self._place]
        return pl.DataFrame([column.rechunk().filter(self._there) for column in spread.iter_columns()])


class Sorted:
    """Rows sorted by record and year, and put back."""

    def __init__(self, key: pl.Series, number: pl.Series, year: pl.Series) -> None:
        self._order = _order(number, year)
        rows = pl.arange(len(key), dtype=pl.UInt32, eager=True)
        self._place = pl.zeros(len(key), dtype=pl.UInt32, eager=True).scatter(self._order, rows)
        self._number, self._year = number.gather(self._order), year.gather(self._order)
        told = self._year.fill_null(0)
        twice = (self._number == self._number.shift(1)) & (told == told.shift(1))
        if twice.any():
            raise _twice(key, self._order.filter(twice)[0])

    def _above(self, rows: int, back: int) -> pl.Series:
        """In which sorted rows the one so many rows above is of the same record, so many years before."""
        same = (self._number.shift(rows) == self._number) & (self._year.shift(rows) == self._year - back)
        return same.fill_null(value=False)

    def spread(self, frame: pl.DataFrame) -> pl.DataFrame:
        """See :class:`Arranged`."""
        return frame[self._order]

    def before(self, spread: pl.Series, years: int) -> list[pl.Series]:
        """See :class:`Arranged`. The row of an earlier year is among as many rows just above."""
        known = pl.DataFrame([spread.alias("0"), self._year.alias("year")])
        held = known.select(pl.when(pl.col("year").is_not_null()).then("0")).to_series()
        return [held, *(self._one(spread, back) for back in range(1, years + 1))]

    def _one(self, held: pl.Series, back: int) -> pl.Series:
        columns = {f"v{rows}": held.shift(rows) for rows in range(1, back + 1)}
        marks = {f"m{rows}": self._above(rows, back) for rows in range(1, back + 1)}
        picked = (pl.when(pl.col(f"m{rows}")).then(pl.col(f"v{rows}")) for rows in range(1, back + 1))
        return pl.DataFrame(columns | marks).select(pl.coalesce(*picked)).to_series()

    def there(self, years: int) -> list[pl.Series]:
        """See :class:`Arranged`."""
        found = [self._year.is_not_null()]
        for back in range(1, years + 1):
            marks = pl.DataFrame({f"m{rows}": self._above(rows, back) for rows in range(1, back + 1)})
            found.append(marks.select(pl.any_horizontal(pl.all())).to_series())
        return found

    def placed(self, spread: pl.DataFrame) -> pl.DataFrame:
        """See :class:`Arranged`."""
        return spread[self._place]


def _order(number: pl.Series, year: pl.Series) -> pl.Series:
    """The rows by record and year: sorted as one number where both fit into it, which takes a fraction of the time."""
    whole = number.cast(pl.Int64)
    if whole.is_between(0, MOST).all() and year.null_count() == 0 and year.is_between(0, SPAN - 1).all():
        return (whole * SPAN + year).arg_sort()
    return pl.DataFrame([number.alias("key"), year.alias("year")]).select(pl.arg_sort_by("key", "year")).to_series()
