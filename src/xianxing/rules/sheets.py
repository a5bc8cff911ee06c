"""Facts from a workbook or a CSV file: a head per input (its code or label), a row per record."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.sheet.reading import read
from xianxing.rules.ruleset import Version

__all__ = ["by_head", "read_rows"]

NO_KEY = Problem("rule_no_key", _("The file has no column “%(value)s”"), _("Name one of its heads: %(choices)s"))
NO_HEADS = Problem(
    "rule_no_heads", _("No head of the file is an input of the rule"), _("Write heads such as: %(choices)s")
)


def read_rows(path: Path, version: Version, key: str) -> Iterator[tuple[str, Mapping[str, str | None]]]:
    """The key of each row and its cells by input, as text; raises :class:`Blocked` where heads are missing.

    ``key`` is the head of the column that names the record; empty: the first column.
    """
    rows = read(path).parts[0].rows
    heads = [(head or "").strip() for head in rows[0]] if rows else []
    if key and key not in heads:
        raise Blocked((Blocker(NO_KEY, "key", value=key, params={"choices": heads}),))
    known = by_head(version)
    places = {known[head]: place for place, head in enumerate(heads) if head in known}
    if not places:
        raise Blocked((Blocker(NO_HEADS, "data", params={"choices": list(version.inputs)}),))
    at = heads.index(key) if key else 0
    for row in rows[1:]:
        if any(row):
            yield row[at] or "", {code: row[place] for code, place in places.items()}


def by_head(version: Version) -> dict[str, str]:
    """What a head means: the code of an input or its label in either language, with or without its unit."""
    found = {code: code for code in version.inputs}
    for language in ("en", "zh-hans"):
        with override(language):
            for code, term in version.inputs.items():
                found |= {str(term.label): code, f"{term.label}（{term.measure.shown_unit}）": code}
    return found
