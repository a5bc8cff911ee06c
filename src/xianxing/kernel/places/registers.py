"""The registers of the ground: boundaries, grid cells, base maps."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds.coordinates import split_system
from xianxing.kernel.places.models import Basemap, Boundary, Cell
from xianxing.kernel.places.relocate import cells_written
from xianxing.kernel.register import Register, Section, declare
from xianxing.kernel.units.registers import EVERYBODY

KEEPS = grant("system_admin", "create edit delete restore import")
SETUP = grant("system", "create edit")

ENDS_FIRST = Problem("ends_first", _("The last day lies before the first"), _("Correct one of the days"))
BAD_TILES = Problem(
    "bad_tiles",
    _("“%(value)s” is not an address of map tiles"),
    _("Give an https address that holds {z}, {x} and {y}"),
)
SHIFTED = Problem(
    "shifted_tiles",
    _("The tiles of “%(value)s” are drawn in GCJ-02, 100 to 700 m beside the records"),
    _("Write GCJ02: before the address; the tiles are then moved back under the records"),
)
SYSTEMS = ("", "GCJ02", "4490", "4326")
SHIFTED_HOSTS = (".autonavi.com", ".amap.com", ".gtimg.com", ".map.qq.com")
"""Hosts known to serve tiles in GCJ-02 alone (leaflet.ChineseTmsProviders lists their addresses)."""


def tiles_of(text: str) -> tuple[str, str]:
    """The coordinate system named before an address of map tiles (empty: CGCS2000 or WGS84), and the address."""
    system, address = split_system(text)
    return system, address.strip()


def check_days(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """A cell does not end before it starts."""
    del facts, context
    if values.get("ends_on") and values.get("starts_on") and values["ends_on"] < values["starts_on"]:
        yield Blocker(ENDS_FIRST, field="ends_on")


def check_tiles(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """Tiles come over https from one named host: the page's policy lets this host in and no other."""
    del facts, context
    if not values.get("tiles"):
        return
    system, address = tiles_of(values["tiles"])
    parts = urlsplit(address)
    plain = all(mark in address for mark in ("{z}", "{x}", "{y}")) and not set(" ;,'\"") & set(parts.netloc)
    if parts.scheme != "https" or not parts.hostname or not plain or system not in SYSTEMS:
        yield Blocker(BAD_TILES, field="tiles", value=values["tiles"])
    elif system != "GCJ02" and parts.hostname.endswith(SHIFTED_HOSTS):
        yield Blocker(SHIFTED, field="tiles", value=parts.hostname)


BOUNDARY = declare(
    Register(
        code="boundary",
        label=_("Boundaries"),
        model=Boundary,
        columns=("code", "name", "name_en", "kind", "shape", "basis"),
        shown=("code", "name", "kind", "basis"),
        sections=(Section(_("Boundary"), ("code", "name", "name_en", "kind", "basis", "shape")),),
        grants=(*EVERYBODY, SETUP, KEEPS),
        search=("code", "name", "name_en"),
        order=("code", "id"),
        place="shape",
        group=_("Places"),
    )
)
CELLS = declare(
    Register(
        code="cell",
        label=_("Grid cells"),
        model=Cell,
        columns=("code", "name", "name_en", "unit", "post", "shape", "starts_on", "ends_on"),
        shown=("code", "name", "unit", "post", "starts_on", "ends_on"),
        sections=(
            Section(_("Cell"), ("code", "name", "name_en", "unit", "post", "starts_on", "ends_on")),
            Section(_("Place"), ("shape",)),
        ),
        grants=(*EVERYBODY, SETUP, KEEPS),
        search=("code", "name", "name_en"),
        order=("code", "id"),
        checks=(check_days,),
        after=cells_written,
        place="shape",
        group=_("Places"),
    )
)
BASEMAPS = declare(
    Register(
        code="basemap",
        label=_("Base maps"),
        model=Basemap,
        columns=("code", "name", "approval", "tiles", "attribution", "in_use"),
        sections=(Section(_("Base map"), ("code", "name", "approval", "tiles", "attribution", "in_use")),),
        grants=(*EVERYBODY, SETUP, KEEPS),
        search=("code", "name"),
        order=("code", "id"),
        checks=(check_tiles,),
        group=_("Places"),
    )
)
