"""What the product is measured against. Its settings of memory come before Polars is imported."""

import xianxing  # noqa: F401
