"""Columns of yes or no as the bits they are held in, to and from Polars without a copy.

The door is the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html), which Polars offers
on both sides: a frame gives a stream of chunks, each a structure of columns; a column is its values and which of them
are known, a bit a row, the first row in the lowest bit.
"""

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Bits", "Pair", "chunks", "frame_of"]

Bits: TypeAlias = npt.NDArray[np.uint8]
Pair: TypeAlias = tuple[Bits, Bits]
"""Where it holds, and where it does not: neither is unknown."""


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_Release: Any = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p), ("release", _Release), ("private_data", ctypes.c_void_p),
]  # fmt: skip
_Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))), ("dictionary", ctypes.c_void_p), ("release", _Release),
    ("private_data", ctypes.c_void_p),
]  # fmt: skip
_Next: Any = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_Array))
_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p), ("get_next", _Next), ("get_last_error", ctypes.c_void_p), ("release", _Release),
    ("private_data", ctypes.c_void_p),
]  # fmt: skip
_pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_in.restype, _pointer_in.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype, _capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def chunks(frame: pl.DataFrame) -> Iterator[tuple[int, list[Pair]]]:
    """The columns of a frame of yes and no, chunk by chunk: how many rows, and a pair for each column.

    The bits are the frame's own until the next chunk is asked for; those after the last row mean nothing.
    """
    capsule = frame.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer_in(capsule, b"arrow_array_stream"))
    while True:
        chunk = _Array()
        if stream.get_next(ctypes.addressof(stream), chunk):
            raise MemoryError
        if not chunk.release:
            return
        try:
            yield chunk.length, [_pair(chunk.children[at].contents) for at in range(chunk.n_children)]
        finally:
            chunk.release(ctypes.addressof(chunk))


def _pair(column: _Array) -> Pair:
    held = _bits(column, 1)
    if not column.buffers[0]:
        return held, ~held
    known = _bits(column, 0)
    yes = held & known
    return yes, yes ^ known


def _bits(column: _Array, buffer: int) -> Bits:
    start, end = column.offset, column.offset + column.length
    whole = (ctypes.c_uint8 * -(-end // 8)).from_address(column.buffers[buffer])
    bits = np.frombuffer(whole, dtype=np.uint8)[start // 8 :]
    if start % 8 == 0:
        return bits
    return np.packbits(np.unpackbits(bits, bitorder="little")[start % 8 :], bitorder="little")


def frame_of(columns: Mapping[str, Pair], rows: int) -> pl.DataFrame:
    """A frame of columns of yes, no and unknown, of so many rows. It takes the bits as they are."""
    return pl.DataFrame(_Given(columns, rows))


_HELD: dict[int, Sequence[Any]] = {}
"""What has been given away, until it is given back."""


_NOTHING = _Release()


def _given_back(kind: type[_Schema] | type[_Array]) -> Any:
    def release(address: int, kind: Any = kind, none: Any = _NOTHING, held: dict[int, Any] = _HELD) -> None:
        given = kind.from_address(address)
        held.pop(given.private_data, None)
        given.release = none

    callback = _Release(release)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(callback))  # a frame may be let go after this module is
    return callback


_SCHEMA_BACK, _ARRAY_BACK = _given_back(_Schema), _given_back(_Array)
NULLABLE, UNCOUNTED = 2, -1


class _Given:
    """A structure of columns for whoever asks for it through the interface, once."""

    def __init__(self, columns: Mapping[str, Pair], rows: int) -> None:
        self._schema, self._array = _Schema(b"+s", b""), _Array(rows)
        fields = [_Schema(b"b", name.encode(), flags=NULLABLE, release=_SCHEMA_BACK) for name in columns]
        arrays, kept = [], []
        for yes, no in columns.values():
            known = yes | no
            buffers = (ctypes.c_void_p * 2)(known.ctypes.data, yes.ctypes.data)
            arrays.append(_Array(rows, UNCOUNTED, n_buffers=2, buffers=buffers, release=_ARRAY_BACK))
            kept.append((known, yes, buffers))
        none = (ctypes.c_void_p * 1)(None)
        self._array.n_buffers, self._array.buffers = 1, none
        self._fields = _joined(self._schema, _Schema, fields, _SCHEMA_BACK)  # a schema is only read, while we are here
        held = (_joined(self._array, _Array, arrays, _ARRAY_BACK), arrays, kept, none)
        self._array.private_data = id(held)
        _HELD[id(held)] = held

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """See https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html"""
        schema = _capsule(ctypes.addressof(self._schema), b"arrow_schema", None)
        return schema, _capsule(ctypes.addressof(self._array), b"arrow_array", None)


def _joined(parent: Any, kind: Any, children: Sequence[Any], release: Any) -> Sequence[Any]:
    """Give a structure its parts, which are to be kept as long as it."""
    pointers = (ctypes.POINTER(kind) * len(children))(*(ctypes.pointer(child) for child in children))
    parent.n_children, parent.children, parent.release = len(children), pointers, release
    return [pointers, children]
