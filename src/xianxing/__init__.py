"""Xianxing, the operating system of a development zone."""

import os

# Polars hands memory back after half a second and asks for it again, which takes a third of the work on large tables.
# Ten seconds are what its allocator has by itself. It is read when Polars is imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
