"""The map: every register whose records lie somewhere is a layer of it, under the filter of its list.

A layer's records come from the list's own rows, so that map and list count the same; the store answers for the view
that is asked for and groups what is too much for it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.kernel import gate, sheet
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.kinds.places import geojson_of, middle_of
from xianxing.kernel.places import layers
from xianxing.kernel.places.registers import tiles_of
from xianxing.kernel.register import REGISTRY, Column, Register, find
from xianxing.pages.addresses import list_url, record_url, register_for
from xianxing.pages.asked import read_query
from xianxing.pages.cells import title_of
from xianxing.pages.extensions import Entry, actions, entry, routes, view
from xianxing.pages.kept import views_of
from xianxing.pages.lights import NEEDED, Lights
from xianxing.pages.middleware import POLICY
from xianxing.pages.render import context_of, render
from xianxing.pages.sentences import added_filter, chips, offered

__all__ = ["drawn_map", "ground", "layer_data", "map_page", "with_tiles"]

GROUND = ("boundary", "cell")
GEOJSON = "application/geo+json"
NEAR = 0.006  # degrees around a record that a map is opened with


@dataclass(frozen=True)
class Asked:
    """One layer of a map and the query it is shown under."""

    register: Register
    query: Query
    shown: bool


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """All layers; ``?layer=…&f=…`` shows one of them under a filter, in the words of its list."""
    context = context_of(request)
    registers = sorted(layers.layers_seen(context), key=_order)
    code = request.GET.get("layer", "")
    chosen = register_for(context, code) if code else None
    query = read_query(request, chosen, context) if chosen else Query()
    if chosen and (more := added_filter(request, chosen, context)):
        return redirect(_map_url(chosen, query.adding(more)))
    asked = [Asked(r, query if r is chosen else Query(), _shown(r, chosen)) for r in registers]
    at = layers.Box.read(request.GET["at"]) if request.GET.get("at") else None
    drawn = _drawn(context, asked, at) | {"layers": [_entry(context, one) for one in asked]}
    values: dict[str, Any] = {"title": _("Map"), "map": drawn, "chosen": None}
    if chosen:
        values["chosen"] = _chosen(context, chosen, query)
    return with_tiles(render(request, "map/map.html", **values), drawn)


def drawn_map(context: Context) -> dict[str, Any] | None:
    """The ground and the cases as ``components/map.html`` draws them; nothing where the caller sees no layer.

    Whoever shows it sends the answer :func:`with_tiles`.
    """
    registers = [r for r in sorted(layers.layers_seen(context), key=_order) if _shown(r, None)]
    return _drawn(context, [Asked(r, Query(), True) for r in registers]) if registers else None


@require_safe
def ground(request: HttpRequest) -> HttpResponse:
    """What a place is chosen on, for the form: outlines that are no cases, and the texts of the script. No tiles: the
    policy of a form lets no other host in."""
    context = context_of(request)
    seen = [r for r in layers.layers_seen(context) if not r.is_case and r.placed and r.placed[2].kind.code == "shape"]
    config = _drawn(context, [Asked(r, Query(), True) for r in sorted(seen, key=_order)])["config"]
    plain = [layer | {"plain": True} for layer in config["layers"]]
    return JsonResponse(config | {"layers": plain, "tiles": "", "words": config["words"] | _picking()})


def with_tiles(response: HttpResponse, drawn: dict[str, Any] | None) -> HttpResponse:
    """The answer that shows a map, under a policy that lets in the one host named for its tiles."""
    if drawn and (tiles := drawn["config"]["tiles"]):
        response.headers["Content-Security-Policy"] = _policy(tiles)
    return response


def _order(register: Register) -> tuple[int, bool]:
    """The ground first, subjects over it, cases on top."""
    return (GROUND.index(register.code) if register.code in GROUND else len(GROUND)), register.is_case


def _shown(register: Register, chosen: Register | None) -> bool:
    if register.code in GROUND:
        return True
    return register is chosen if chosen else register.is_case


def _policy(tiles: str) -> str:
    """The page's policy with the one host that the zone has named for its map tiles."""
    host = urlsplit(tiles).netloc.replace("{s}", "*")
    return POLICY.replace("img-src 'self'", f"img-src 'self' https://{host}")


def _chosen(context: Context, register: Register, query: Query) -> dict[str, Any]:
    """The filter of the chosen layer in words, and the saved views it can be seen under."""
    mine = query.address(register)
    saved = [
        {"label": kept.name, "url": f"/map/?layer={register.code}&{kept.query}"}
        for kept in views_of(context, register.code)
    ]
    return {
        "label": str(register.label),
        "chips": chips(register, context, query, lambda other: _map_url(register, other)),
        "fields": offered(register, context),
        "hidden": [("layer", register.code), *mine],
        "views": saved,
        "list_url": list_url(register, mine),
        "clear_url": _map_url(register, Query()) if mine else None,
    }


def _map_url(register: Register, query: Query) -> str:
    pairs = list_url(register, [("layer", register.code), *query.address(register)]).partition("?")[2]
    return f"/map/?{pairs}"


def _offer_all() -> None:
    """Give the list of every register with a place the way to see it as a map."""
    for register in REGISTRY.values():
        if register.placed and not register.child_of:
            _offer(register)


def _offer(register: Register) -> None:
    def values(context: Context, query: Query) -> dict[str, Any]:
        ground = [r for r in layers.layers_seen(context) if r.code in GROUND and r is not register]
        asked = [*(Asked(r, Query(), True) for r in sorted(ground, key=_order)), Asked(register, query, True)]
        drawn = _drawn(context, asked)
        drawn["config"]["tiles"] = ""  # the policy of a list lets no other host in
        return {"map": drawn, "item": _entry(context, asked[-1]), "whole_url": _map_url(register, query)}

    view(register.code, "map", gettext_lazy("Map"), "map", "map/view.html", values)
    actions(register.code, partial(_shows, register))


def _drawn(context: Context, asked: Sequence[Asked], at: layers.Box | None = None) -> dict[str, Any]:
    """What ``components/map.html`` draws, with what its script reads; ``at`` is the part it is opened with."""
    basemap = _basemap(context)
    system, tiles = tiles_of(basemap.get("tiles") or "")
    config = {
        "layers": [_data(one) for one in asked],
        "extent": at or _extent(context, asked),
        "tiles": tiles,
        "gcj02": system == "GCJ02",
        "attribution": basemap.get("attribution") or "",
        "words": _words(),
    }
    return {
        "config": config,
        "approval": basemap.get("approval") or "",
        "cases": any(one.register.is_case for one in asked),
        "basemap_url": list_url(find("basemap")) if find("basemap").may(context, "edit") else None,
    }


def _extent(context: Context, asked: Sequence[Asked]) -> layers.Box | None:
    """What the map is opened around: the layer under a filter, else the first of all that has anything to show."""
    filtered = [one for one in asked if one.query.filters or one.query.search]
    boxes = (layers.extent(one.register, context, one.query) for one in (*filtered, *asked))
    return next((box for box in boxes if box), None)


def _data(one: Asked) -> dict[str, Any]:
    """A layer as the script reads it."""
    label = str(one.register.label)
    pairs = list_url(one.register, one.query.address(one.register)).partition("?")[2]
    return {
        "code": one.register.code,
        "label": label,
        "letter": label[0].upper(),
        "url": f"/map/layer/{one.register.code}.geojson?{pairs}",
        "shown": one.shown,
        "ground": one.register.code in GROUND,
    }


def _entry(context: Context, one: Asked) -> dict[str, Any]:
    """A layer as the page lists it: how many records it has, and how many of them lie somewhere."""
    register, data = one.register, _data(one)
    counted = layers.count(register, context, one.query)
    return data | {
        "total": str(counted.total),
        "placed": str(counted.placed),
        "without": counted.without,
        "url": list_url(register, one.query.address(register)),
        "export_url": data["url"].replace("?", "?download=1&", 1) if register.may(context, "export") else None,
    }


def _basemap(context: Context) -> dict[str, Any]:
    """The base map in use."""
    register = find("basemap")
    if not register.may(context, "view"):
        return {}
    found = gate.rows(register, context, Query(filters=(Filter("in_use", "is", (True,)),)))
    rows = gate.cells(register, context, found[:1], gate.visible(register, context))
    return rows[0].values if rows else {}


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "records": _("{n} records here"),
        "closer": _("Come closer to see each of them"),
        "more": _("{n} more"),
        "close": _("Close"),
        "demo": _("demo"),
        "invented": _("Invented for the demonstration"),
        "failed": _("This layer could not be read"),
        "zoomIn": _("Closer"),
        "zoomOut": _("Farther"),
    }


def _picking() -> dict[str, str]:
    """What the script says where a place is chosen."""
    return {
        "corner": _("Corner {n}: drag it, or press Delete to remove it"),
        "corners": _("{n} corners"),
        "point": _("Point: {at}"),
        "two": _("Two corners: one more makes an outline"),
        "one": _("One corner: two more make an outline"),
        "none": _("Nothing chosen yet"),
        "other": _("What is typed stands, but is not drawn here"),
        "kept": _("The present outline is shown; the first corner begins a new one in its place"),
    }


@require_safe
def layer_data(request: HttpRequest, code: str) -> HttpResponseBase:
    """What lies in ``box`` under the filter of a list, as GeoJSON: records, or the groups that count them."""
    context = context_of(request)
    register = register_for(context, code)
    query = read_query(request, register, context)
    if request.GET.get("download"):
        return _download(register_for(context, code, "export"), context, query)
    box = layers.Box.read(request.GET["box"]) if request.GET.get("box") else None
    found = layers.layer(register, context, query, _columns(register, context), box)
    lights = Lights.load(context) if register.flow else None
    features = [_feature(register, row, place, lights) for row, place in found.records]
    body = {"type": "FeatureCollection", "features": features, "groups": found.groups, "number": found.number}
    return HttpResponse(json.dumps(body, ensure_ascii=False, separators=(",", ":")), content_type=GEOJSON)


def _download(register: Register, context: Context, query: Query) -> StreamingHttpResponse:
    layers.place_path(register)  # refuses before the first byte is sent
    response = StreamingHttpResponse(sheet.collection(register, context, query), content_type=GEOJSON)
    name = f"{register.label} {context.business_date.isoformat()}.geojson"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _columns(register: Register, context: Context) -> list[Column]:
    """What a mark says of its record; a map reads nothing personal."""
    english = (f"{register.title}_en",) if get_language() == "en" else ()
    names = [*english, register.title, register.key, "unit", *(NEEDED if register.flow else ())]
    plain = [name for name in names if name in register.fields and not register.fields[name].personal]
    return gate.visible(register, context, dict.fromkeys(plain)) if plain else []


def _feature(register: Register, row: gate.Row, place: str, lights: Lights | None) -> dict[str, Any]:
    key = register.fields.get(register.key)
    said = {
        "name": title_of(register, row),
        "code": row.text(key) if key and register.key in row.values else "",
        "url": record_url(register, row),
        "unit": row.refs.get("unit", ""),
        "invented": row.invented,
        **((lights.of(register, row) if lights else None) or {}),
    }
    return {"type": "Feature", "id": row.id, "geometry": geojson_of(place), "properties": said}


def _shows(register: Register, _context: Context, row: gate.Row) -> list[dict[str, Any]]:
    """A button from a record to its place on the map."""
    place = row.values.get(register.place)
    if not place or register.place in row.masked:
        return []
    lon, lat = middle_of(place)
    at = ",".join(f"{side:.6f}" for side in (lon - NEAR, lat - NEAR, lon + NEAR, lat + NEAR))
    return [{"label": _("On the map"), "url": f"/map/?layer={register.code}&at={at}", "icon": "map"}]


_offer_all()
routes(
    path("map/", map_page, name="map"),
    path("map/ground.json", ground, name="map_ground"),
    path("map/layer/<slug:code>.geojson", layer_data, name="map_layer"),
)
entry(Entry(gettext_lazy("Map"), "/map/", "map", order=4, may=lambda context: bool(layers.layers_seen(context))))
