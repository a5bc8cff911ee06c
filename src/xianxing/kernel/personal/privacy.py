"""What the law asks to be said of personal data: why it is held, on what basis, for how long."""

from dataclasses import dataclass

from xianxing.kernel.blockers import Label

__all__ = ["Privacy"]


@dataclass(frozen=True)
class Privacy:
    """Purpose, legal basis and retention of a register's personal columns (Personal Information Protection Law,
    articles 13, 17 and 19), as the zone states them."""

    purpose: Label
    basis: Label
    keep: Label
