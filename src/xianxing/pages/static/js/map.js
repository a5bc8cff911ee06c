// The map: layers of records under the filter of their list. Leaflet is loaded only where a map stands.
import { shiftedTiles } from "./gcj02.js";
import { drawGraticule } from "./graticule.js";

const NEAR = 36; // pixels within which marks would cover one another

let leaflet;

export function library(root) {
  leaflet ??= new Promise((done, failed) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = root.dataset.leafletStyle;
    document.head.append(style);
    const script = document.createElement("script");
    script.src = root.dataset.leaflet;
    script.onload = () => done(window.L);
    script.onerror = failed;
    document.head.append(script);
  });
  return leaflet;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function describe(shapes, words, said) {
  const made = element("div");
  const link = element("a", "", said.name);
  link.href = said.url;
  made.append(link);
  if (said.invented) {
    const badge = element("abbr", "badge is-invented", words.demo);
    badge.title = words.invented;
    made.append(" ", badge);
  }
  if (said.light) {
    const line = element("p", "light");
    line.dataset.light = said.light;
    line.append(shapes[said.light].cloneNode(true), ` ${said.reason || ""}`);
    made.append(line);
  }
  const rest = [said.code, said.unit].filter((text) => text && text !== said.name).join(" · ");
  if (rest) made.append(element("p", "quiet", rest));
  return made;
}

function pressed(marker, answer) {
  return marker.on("click", answer).on("keypress", (event) => event.originalEvent.key === "Enter" && answer());
}

export class Layer {
  constructor(map, config, words, shapes) {
    Object.assign(this, { map, config, words, shapes, on: config.shown, asked: 0 });
    this.drawn = L.layerGroup();
  }

  async refresh() {
    if (!this.on) return this.drawn.remove();
    const ask = ++this.asked;
    const view = this.map.getBounds().pad(0.1);
    const box = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((n) => n.toFixed(7));
    const answer = await fetch(`${this.config.url}&box=${box}`, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(this.words.failed);
    const found = await answer.json();
    if (ask !== this.asked || !this.on) return undefined;
    this.found = found;
    return this.draw();
  }

  draw() {
    if (!this.found || !this.on) return undefined;
    this.drawn.clearLayers();
    const points = [];
    for (const feature of this.found.features) {
      if (feature.geometry.type === "Point") points.push(feature);
      else {
        const outline = this.outline(feature);
        this.drawn.addLayer(outline);
        if (feature.properties.light) points.push(this.inside(feature, outline));
      }
    }
    if (this.config.plain) return this.drawn.addTo(this.map);
    for (const pile of this.piles(points)) this.drawn.addLayer(this.mark(pile));
    for (const [lon, lat, number] of this.found.groups) this.drawn.addLayer(this.counted(lon, lat, number));
    return this.drawn.addTo(this.map);
  }

  outline(feature) {
    const said = feature.properties;
    const className = `map-shape is-${this.config.code}${said.light ? ` light-${said.light}` : ""}`;
    const quiet = this.config.plain || this.config.code === "boundary";
    const drawn = L.geoJSON(feature, { style: { className, weight: 1 }, interactive: !quiet });
    if (!quiet) drawn.on("click", (event) => this.open(event.latlng, this.told(said)));
    if (this.config.ground) drawn.on("add", () => drawn.bringToBack());
    return drawn;
  }

  // The light of a case that has an outline stands inside of it: colour alone says nothing.
  inside(feature, outline) {
    const { lat, lng } = outline.getBounds().getCenter();
    return { ...feature, geometry: { type: "Point", coordinates: [lng, lat] } };
  }

  // Marks that would cover one another stand as one, with their number and the gravest of their lights.
  piles(points) {
    const found = [];
    for (const feature of points) {
      const [lon, lat] = feature.geometry.coordinates;
      const at = this.map.project([lat, lon]);
      const near = found.find((one) => one.at.distanceTo(at) < NEAR);
      if (near) near.pile.push(feature);
      else found.push({ at, pile: [feature] });
    }
    return found.map((one) => one.pile);
  }

  mark(pile) {
    const grave = ["late", "soon", "unknown", "ok", "waiting", "done"];
    const light = grave.find((code) => pile.some((feature) => feature.properties.light === code));
    const inside = element("span", `map-mark${pile.length > 1 ? " map-group" : ""}`);
    if (light) inside.append(this.shapes[light].cloneNode(true));
    inside.append(element("b", "", pile.length > 1 ? `${pile.length}` : this.config.letter));
    const places = pile.map((feature) => [feature.geometry.coordinates[1], feature.geometry.coordinates[0]]);
    const box = L.latLngBounds(places);
    const title = pile.length > 1 ? this.words.records.replace("{n}", pile.length) : pile[0].properties.name;
    const marker = L.marker(places[0], this.icon(inside, title));
    const together = box.getNorthEast().equals(box.getSouthWest(), 1e-6) || this.map.getZoom() >= this.map.getMaxZoom();
    return pressed(marker, () => {
      if (pile.length === 1) this.open(places[0], this.told(pile[0].properties));
      else if (together) this.open(places[0], this.several(pile));
      else this.map.fitBounds(box.pad(0.3));
    });
  }

  told(said) {
    return describe(this.shapes, this.words, said);
  }

  // Not bound to its mark: marks are drawn anew whenever the view moves, also to make room for this.
  open(at, content) {
    const popup = L.popup({ maxHeight: 320, autoPanPaddingTopLeft: [56, 12] });
    popup.setLatLng(at).setContent(content).openOn(this.map);
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", this.words.close);
    content.querySelector("a")?.focus({ preventScroll: true });
  }

  several(pile) {
    const list = element("ul", "map-popup");
    for (const feature of pile.slice(0, 12)) {
      const item = element("li");
      item.append(this.told(feature.properties));
      list.append(item);
    }
    if (pile.length > 12) list.append(element("li", "quiet", this.words.more.replace("{n}", pile.length - 12)));
    return list;
  }

  counted(lon, lat, number) {
    const inside = element("span", "map-mark map-group is-counted");
    inside.append(element("b", "", number.toLocaleString()));
    const title = `${this.config.label}: ${this.words.records.replace("{n}", number)}. ${this.words.closer}`;
    const marker = L.marker([lat, lon], this.icon(inside, title));
    return pressed(marker, () => this.map.setView([lat, lon], this.map.getZoom() + 2));
  }

  icon(inside, title) {
    return { title, alt: title, icon: L.divIcon({ html: inside, className: "", iconSize: [0, 0] }) };
  }
}

// The drawing with its controls, opened at the part of the ground that the page names.
export function opened(canvas, config, options) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const own = { zoomControl: false, zoomSnap: 0.5, maxZoom: 19, minZoom: 4, zoomAnimation: !still, fadeAnimation: !still };
  const map = L.map(canvas, { ...own, ...options });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: config.words.zoomIn, zoomOutTitle: config.words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (config.tiles) {
    const credit = { attribution: element("span", "", config.attribution).outerHTML, maxZoom: 19 };
    (config.gcj02 ? shiftedTiles(L, config.tiles, credit) : L.tileLayer(config.tiles, credit)).addTo(map);
  }
  const [west, south, east, north] = config.extent || [73, 3, 136, 54];
  map.fitBounds([[south, west], [north, east]], { padding: [20, 20], maxZoom: 16, animate: false });
  return map;
}

// The link beside a small map opens the large one at the part that is in view.
function leadOn(root, map) {
  const link = root.querySelector("a[data-map-here]");
  if (!link) return;
  const view = map.getBounds();
  const box = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((n) => n.toFixed(5));
  link.href = `/map/?at=${box}`;
}

async function start(root) {
  root.dataset.started = "yes";
  const config = JSON.parse(root.dataset.map);
  await library(root);
  const shapes = {};
  for (const shape of root.querySelector("[data-light-shapes]").content.querySelectorAll("[data-light]")) {
    shapes[shape.dataset.light] = shape;
  }
  const canvas = root.querySelector("[data-map-canvas]");
  const map = opened(canvas, config, { scrollWheelZoom: !root.hasAttribute("data-map-small") });
  const layers = config.layers.map((one) => new Layer(map, one, config.words, shapes));
  const refresh = async () => {
    drawGraticule(map);
    leadOn(root, map);
    root.querySelector(".map-error")?.remove();
    try {
      for (const layer of layers) await layer.refresh();
    } catch (error) {
      canvas.append(element("p", "map-error", config.words.failed));
    }
    root.dataset.drawn = layers.map((layer) => `${layer.config.code}:${layer.on ? layer.found?.number ?? "" : ""}`).join(" ");
  };
  root.addEventListener("keydown", (event) => event.key === "Escape" && map.closePopup());
  let wait;
  map.on("moveend", () => {
    clearTimeout(wait);
    wait = setTimeout(refresh, 120);
  });
  for (const box of document.querySelectorAll("[data-map-layer]")) {
    box.addEventListener("change", () => {
      const layer = layers.find((one) => one.config.code === box.dataset.mapLayer);
      layer.on = box.checked;
      refresh();
    });
  }
  await refresh();
}

export function startMaps() {
  const look = () => {
    for (const root of document.querySelectorAll("[data-map]:not([data-started])")) start(root);
  };
  look();
  document.addEventListener("htmx:load", look);
}
