// Meridians and parallels at round distances, with their degrees at the edge of the view.
const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const APART = 110; // pixels between meridians, so that their labels stay apart
const CORNER = 56; // pixels at both ends of the upper edge that belong to the controls and the parallels

function degrees(value, step, sides) {
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return `${value.toFixed(places)}°${sides}`;
}

function label(L, at, text, anchor) {
  const icon = L.divIcon({ html: text, className: "map-grat-label", iconSize: [60, 16], iconAnchor: anchor });
  return L.marker(at, { icon, interactive: false, keyboard: false });
}

export function drawGraticule(map) {
  const { L } = window;
  map.graticule?.remove();
  const view = map.getBounds();
  const [west, east, south, north] = [view.getWest(), view.getEast(), view.getSouth(), view.getNorth()];
  const across = Math.min(6, Math.max(2, map.getSize().x / APART));
  const step = STEPS.findLast((one) => (east - west) / one <= across) ?? STEPS[0];
  const drawn = [];
  const line = { className: "map-grat", interactive: false, weight: 1 };
  for (let lon = Math.ceil(west / step) * step; lon < east; lon += step) {
    drawn.push(L.polyline([[south, lon], [north, lon]], line));
    const at = map.latLngToContainerPoint([north, lon]).x;
    if (at <= CORNER || at >= map.getSize().x - CORNER) continue;
    drawn.push(label(L, [north, lon], degrees(lon, step, "E"), [-3, -2]));
  }
  for (let lat = Math.ceil(south / step) * step; lat < north; lat += step) {
    drawn.push(L.polyline([[lat, west], [lat, east]], line));
    drawn.push(label(L, [lat, east], degrees(lat, step, "N"), [62, 16]));
  }
  map.graticule = L.layerGroup(drawn).addTo(map);
  for (const one of drawn) one.bringToBack?.();
}
