"""Which value of a parameter is laid down on a day: the zone's own register goes before the rule file."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from xianxing.kernel.blockers import Refused
from xianxing.kernel.parameters.table import Table, table
from xianxing.rules.ruleset import Dated, Parameter, Version

__all__ = ["Laid", "laid", "laid_down", "registered"]

Laid: TypeAlias = Mapping[str, Dated | None]
"""What is laid down under each parameter of a version, with its clause and the day from which it is."""


def registered(version: Version, on: date, *, as_filed: bool = False) -> Table:
    """The zone's parameters on a day, in one query; none where the version takes none from there, or ``as_filed``."""
    asked = not as_filed and any(parameter.register for parameter in version.parameters.values())
    return table(on) if asked else Table(on, {})


def laid(version: Version, on: date, jurisdiction: str, *, as_filed: bool = False) -> Laid:
    """All parameters of a version on a day, in one query."""
    zone = registered(version, on, as_filed=as_filed)
    return {code: laid_down(one, on, jurisdiction, zone) for code, one in version.parameters.items()}


def laid_down(parameter: Parameter, on: date, jurisdiction: str, zone: Table) -> Dated | None:
    """The value in force on a day, with its clause; ``None`` where there never was one."""
    row = zone.rows.get(parameter.register) if parameter.register else None
    if row is None:
        return parameter.on(on, jurisdiction)
    known = getattr(parameter.measure.kind, "units", {})
    written = f"{row.value}{row.unit}" if row.unit in known else row.value
    try:
        value = parameter.measure.read(written) if row.value else None
    except Refused:  # the zone wrote what the rule cannot count with, such as half a day: unknown, not the file's
        value = None
    return Dated(row.starts_on, value, row.clause, row.jurisdiction, row.own)
