// Choosing a place on a form: a press on the map, or the cross in its middle, writes what one would type. What is typed stays.
import { drawGraticule } from "./graticule.js";
import { element, Layer, library, opened } from "./map.js";

const PAIR = /^\s*(\d{2,3}(?:\.\d+)?)\s*[,，、;；\s]\s*(\d{1,2}(?:\.\d+)?)\s*$/;
const MOST = 200; // corners that are still dragged one by one

const round = (number) => Number(number.toFixed(6));

function geometryOf(text) {
  const pair = PAIR.exec(text);
  if (pair) return { type: "Point", coordinates: [Number(pair[1]), Number(pair[2])] };
  try {
    const found = JSON.parse(text);
    return found.geometry || found;
  } catch {
    return null;
  }
}

// The corners of an outline that can be dragged; nothing for one with holes, parts or very many corners.
function cornersOf(geometry) {
  if (geometry.type === "Point") return [geometry.coordinates];
  const ring = geometry.type === "Polygon" && geometry.coordinates.length === 1 ? geometry.coordinates[0].slice(0, -1) : [];
  return ring.length && ring.length <= MOST ? ring : null;
}

class Picker {
  constructor(root, field, config, map) {
    Object.assign(this, { root, field, config, map, corners: [], kept: null });
    this.outlines = JSON.parse(root.dataset.picker).outlines;
    this.points = JSON.parse(root.dataset.picker).points;
    this.drawn = L.layerGroup().addTo(map);
    this.said = root.querySelector("[data-picker-said]");
    this.read();
  }

  // What stands in the field, as a drawing.
  read() {
    const text = this.field.value.trim();
    const geometry = text ? geometryOf(text) : null;
    let shown = null;
    try {
      shown = geometry && L.geoJSON(geometry, { style: { className: "map-shape is-picked" }, interactive: false });
    } catch {
      shown = null;
    }
    const corners = shown ? cornersOf(geometry) : [];
    this.kept = corners ? null : shown;
    this.corners = (corners || []).map(([lng, lat]) => L.latLng(lat, lng));
    this.draw();
    if (shown) this.map.fitBounds(shown.getBounds().pad(0.4), { maxZoom: 16, animate: false });
    if (text && !shown) this.said.textContent = this.config.words.other;
  }

  take(at) {
    if (!this.outlines) this.corners = [];
    this.corners.push(L.latLng(at));
    this.write();
  }

  back() {
    this.corners.pop();
    this.write();
  }

  clear() {
    this.corners = [];
    this.write();
  }

  // As one would type it: a pair of degrees, or an outline of at least three corners.
  text() {
    const pairs = this.corners.map((at) => [round(at.lng), round(at.lat)]);
    if (pairs.length === 1 && this.points) return pairs[0].join(", ");
    if (pairs.length < 3) return "";
    return JSON.stringify({ type: "Polygon", coordinates: [[...pairs, pairs[0]]] });
  }

  write() {
    this.kept = null;
    this.field.value = this.text();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
  }

  draw() {
    this.drawn.clearLayers();
    if (this.kept) this.drawn.addLayer(this.kept);
    const style = { className: "map-shape is-picked", interactive: false };
    if (this.corners.length > 1) this.drawn.addLayer(L.polygon(this.corners, style));
    this.corners.forEach((at, place) => this.drawn.addLayer(this.corner(at, place)));
    this.said.textContent = this.status();
    this.root.querySelector("[data-pick=back]")?.toggleAttribute("disabled", !this.corners.length);
    this.root.querySelector("[data-pick=clear]").toggleAttribute("disabled", !this.corners.length);
  }

  corner(at, place) {
    const title = this.config.words.corner.replace("{n}", place + 1);
    const inside = element("span", "map-corner", this.outlines ? `${place + 1}` : "");
    const icon = L.divIcon({ html: inside, className: "", iconSize: [0, 0] });
    const marker = L.marker(at, { icon, title, alt: title, draggable: true });
    marker.on("dragend", () => {
      this.corners[place] = marker.getLatLng();
      this.write();
    });
    return marker.on("keydown", (event) => {
      if (!["Delete", "Backspace"].includes(event.originalEvent.key)) return;
      this.corners.splice(place, 1);
      this.write();
      this.map.getContainer().focus();
    });
  }

  status() {
    const { words } = this.config;
    const number = this.corners.length;
    if (this.kept) return words.kept;
    if (!number) return words.none;
    if (number === 1 && this.points) return words.point.replace("{at}", this.text());
    return [words.one, words.two][number - 1] || words.corners.replace("{n}", number);
  }
}

async function start(root) {
  root.dataset.started = "yes";
  const canvas = root.querySelector("[data-picker-canvas]");
  const [, config] = await Promise.all([library(root), fetch("/map/ground.json").then((answer) => answer.json())]);
  const map = opened(canvas, config, { keyboardPanDelta: 24 });
  canvas.append(element("span", "map-cross"));
  const layers = config.layers.map((one) => new Layer(map, one, config.words, {}));
  const refresh = () => {
    drawGraticule(map);
    return Promise.all(layers.map((layer) => layer.refresh().catch(() => undefined)));
  };
  map.on("moveend", refresh);
  const field = root.closest(".field").querySelector("[data-place]");
  const picker = new Picker(root, field, config, map);
  map.on("click", (event) => picker.take(event.latlng));
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== canvas) return;
    event.preventDefault();
    picker.take(map.getCenter());
  });
  root.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-pick]")?.dataset.pick;
    if (pressed === "take") picker.take(map.getCenter());
    else if (pressed) picker[pressed]();
  });
  field.addEventListener("change", () => picker.read());
  await refresh();
  root.dataset.drawn = "yes";
}

export function startPickers() {
  document.addEventListener(
    "toggle",
    (event) => {
      const root = event.target;
      if (root.open && root.matches?.("[data-picker]:not([data-started])")) start(root);
    },
    true,
  );
}
