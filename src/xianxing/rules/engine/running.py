"""A program over a table: layers stream block by block, and what needs all rows at once waits for those it reads."""

from collections.abc import Mapping, Sequence

import polars as pl

from xianxing.rules.engine.bits import chunks, frame_of
from xianxing.rules.engine.panels import Arranged, arranged
from xianxing.rules.engine.program import KEY, Program
from xianxing.rules.engine.truths import joined, leaves, settled
from xianxing.rules.engine.windows import Window

__all__ = ["run"]

MANY, BLOCK = 16, 1 << 20  # from how many columns on bits are joined; of so many rows at a time


def run(program: Program, facts: pl.LazyFrame, wanted: Mapping[str, str]) -> pl.DataFrame:
    """The facts judged: the key and the columns wanted, by their new names."""
    return _Run(program, facts, wanted).judged()


class _Run:
    """Where a run stands: the columns so far, and the arrangement of a panel in which they lie, if any.

    Arranged columns have no key: it keeps the order of the rows.
    """

    def __init__(self, program: Program, facts: pl.LazyFrame, wanted: Mapping[str, str]) -> None:
        self.program, self.wanted = program, wanted
        self._late = program.truths.keys() - program.read_by_others
        if len(self._late & set(wanted.values())) < MANY:
            self._late = set()
        self._last = set(leaves(joined("&", wanted.values()), program.truths, self._late))
        self._frame = facts.select(pl.col(KEY), **program.inputs)
        self._present = {KEY, *program.inputs}
        self._level, self._panel = 0, ""
        self._key = pl.Series(KEY, [])
        self._known: dict[str, Arranged] = {}

    def judged(self) -> pl.DataFrame:
        """All layers, one after another."""
        program = self.program
        if program.panel:  # the facts are arranged before anything is worked out of them
            self._arrange(program.panel)
        for level in program.levels:
            self._level = level
            if layer := program.layers.get(level):
                self._add({name: expr for name, expr in layer.items() if name not in self._late})
            for panel, windows in program.looking(level).items():
                self._look(panel, windows)
            for barrier in program.barriers.get(level, ()):
                self._put_back()
                self._take(barrier.passed(self._held()))
        self._level += 1
        self._put_back()
        return self._joined(self._held())

    def _joined(self, held: pl.DataFrame) -> pl.DataFrame:
        """What was wanted; columns that only join others are put together from their bits, at the end."""
        late = [name for name in dict.fromkeys(self.wanted.values()) if name in self._late]
        if late and len(held):
            of = held.select(sorted(set(leaves(joined("&", late), self.program.truths, self._late))))
            blocks = [self._block(block, late) for block in of.iter_slices(BLOCK)]
            held = held.hstack(pl.concat(blocks, rechunk=False))
        elif late:
            held = held.with_columns(pl.lit(None, dtype=pl.Boolean).alias(name) for name in late)
        columns = {"key": KEY, **self.wanted}
        return pl.DataFrame([held[name].alias(new) for new, name in columns.items()])

    def _block(self, block: pl.DataFrame, late: Sequence[str]) -> pl.DataFrame:
        found = []
        for rows, columns in chunks(block):
            pairs = dict(zip(block.columns, columns))
            made = {name: settled(name, self.program.truths, pairs) for name in late}
            found.append(frame_of(made, rows))
        return pl.concat(found)

    def _add(self, layer: Mapping[str, pl.Expr]) -> None:
        self._frame = self._frame.with_columns(**layer)
        self._present.update(layer)

    def _take(self, frame: pl.DataFrame) -> None:
        self._frame, self._present = frame.lazy(), set(frame.columns)

    def _held(self, *also: str) -> pl.DataFrame:
        """The columns that are read from here on."""
        read = {KEY, *also, *self._last, *self.program.read_from(self._level)}
        return self._frame.select(sorted(read & self._present)).collect(engine="streaming")

    def _look(self, panel: str, windows: list[Window]) -> None:
        """Windows over one panel."""
        rows = self._arrange(panel)
        frame = self._held()
        beside: dict[str, pl.Series] = {}
        for window in windows:
            beside |= window.beside(rows, frame)
        self._take(frame)
        self._frame = frame.with_columns(**beside).lazy()
        self._add({window.name: window.expression(frame) for window in windows})

    def _arrange(self, panel: str) -> Arranged:
        if self._panel != panel:
            self._put_back()
            frame = self._held(panel)
            self._key, self._panel = frame[KEY], panel
            if panel not in self._known:
                self._known[panel] = arranged(self._key, frame[panel])
            read = {*self._last, *self.program.read_from(self._level)}
            self._take(self._known[panel].spread(frame.select(name for name in frame.columns if name in read)))
        return self._known[panel]

    def _put_back(self) -> None:
        if self._panel:
            frame = self._held()
            placed = self._known[self._panel].placed(frame) if frame.width else frame
            self._panel = ""
            self._take(placed.with_columns(self._key) if placed.width else self._key.to_frame())
