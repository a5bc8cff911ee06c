"""Systems of time limits for problems, as data: what they are called and where they come from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from xianxing.kernel.bilingual import bilingual
from xianxing.kernel.blockers import Label

__all__ = ["SYSTEMS", "SYSTEMS_KNOWN", "System"]


@dataclass(frozen=True)
class System:
    """One system. ``number`` is its place in the parameter ``problem.system``; ``starts_on`` may not be established."""

    code: str
    number: int
    label: Label
    source: Label
    starts_on: date | None
    own: bool


def _load() -> tuple[System, ...]:
    rows = yaml.safe_load(Path(__file__).with_name("systems.yaml").read_text(encoding="utf-8"))
    return tuple(
        System(
            code=row["code"],
            number=row["number"],
            label=bilingual(row["zh"], row["en"]),
            source=bilingual(row.get("source_zh", ""), row.get("source_en", "")),
            starts_on=row.get("starts_on"),
            own=row.get("own", False),
        )
        for row in rows
    )


SYSTEMS_KNOWN = _load()
SYSTEMS = tuple((system.code, system.label) for system in SYSTEMS_KNOWN)
