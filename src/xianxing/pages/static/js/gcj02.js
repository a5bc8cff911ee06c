// Tiles in GCJ-02 moved back under the records, for display only: no coordinate of a record passes through here.
// GCJ-02 is not published; the constants are those of kernel/kinds/coordinates.py, which every open library uses.
const A = 6378245;
const EE = 0.00669342162296594323;

const wave = (at, height, length) => height * Math.sin((at / length) * Math.PI);
const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

export function toGcj02(lon, lat) {
  const [x, y] = [lon - 105, lat - 35];
  const waves = 20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI);
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  north += ((waves + wave(y, 20, 1) + wave(y, 40, 3) + wave(y, 160, 12) + wave(y, 320, 30)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  east += ((waves + wave(x, 20, 1) + wave(x, 40, 3) + wave(x, 150, 12) + wave(x, 300, 30)) * 2) / 3;
  const magic = 1 - EE * Math.sin(radians(lat)) ** 2;
  north = degrees(north / ((A * (1 - EE)) / magic ** 1.5));
  east = degrees(east / ((A / Math.sqrt(magic)) * Math.cos(radians(lat))));
  return [lon + east, lat + north];
}

// A tile layer that asks for and lays tiles where their own drawing of the ground lies; exact in the middle of the view.
export function shiftedTiles(L, address, options) {
  const plain = L.TileLayer.prototype;
  const there = (center) => {
    const { lat, lng } = L.latLng(center);
    const [lon, north] = toGcj02(lng, lat);
    return L.latLng(north, lon);
  };
  const Shifted = L.TileLayer.extend({
    _setZoomTransform(level, center, zoom) {
      plain._setZoomTransform.call(this, level, there(center), zoom);
    },
    _getTiledPixelBounds(center) {
      return plain._getTiledPixelBounds.call(this, there(center));
    },
    _onMoveEnd() {
      if (this._map && !this._map._animatingZoom) this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
      plain._onMoveEnd.call(this);
    },
  });
  return new Shifted(address, options);
}
