"""GeoJSON as a sheet: a feature is a row, its properties are the cells, its geometry is the register's place.

So a collection of features is judged, imported, corrected and undone as a workbook is, and an export imports back
unchanged. It is read in the sandbox; here stand the words of its refusals.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label, Problem
from xianxing.kernel.sandbox.parsers.features import GEOMETRY, SHEET

__all__ = ["GEOMETRY", "REFUSALS", "SHEET"]


def _bad(words: Label) -> Problem:
    return Problem("bad_geojson", words, _("Save it as GeoJSON of the type FeatureCollection"))


REFUSALS: Mapping[str, Problem] = {
    "geojson_encoding": _bad(_("The file is not a collection of features: it is not written in UTF-8")),
    "geojson_broken": _bad(
        _("The file is not a collection of features: it breaks off or has a fault in line %(line)s")
    ),
    "geojson_deep": _bad(_("The file is not a collection of features: it is nested too deep")),
    "geojson_type": _bad(_("The file is not a collection of features: its type is “%(type)s”")),
    "too_many_features": Problem(
        "too_many_features", _("The file holds more than %(limit)s features"), _("Split it into several files")
    ),
}
"""What the parser says no to, by its codes."""
