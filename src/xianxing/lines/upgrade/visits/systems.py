"""Systems of time limits for problems, as data: what they are called and where they come from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xianxing.kernel.blockers import Label
from xianxing.kernel.datafile import read_data

__all__ = ["SYSTEMS", "SYSTEMS_KNOWN", "System"]


@dataclass(frozen=True)
class System:
    """One system. ``number`` is its place in the parameter ``problem.system``; ``starts_on`` may not be established."""

    code: str
    number: int
    label: Label
    source: Label = ""
    starts_on: date | None = None
    own: bool = False


SYSTEMS_KNOWN = tuple(System(**row) for row in read_data(Path(__file__).with_name("systems.yaml")))
SYSTEMS = tuple((system.code, system.label) for system in SYSTEMS_KNOWN)
