"""Make a picture small: the 256 colours that a screen shows most, written as a PNG with a palette.

The pixels are read by the browser that took the picture, so that no imaging library is needed.
"""

import base64
import struct
import zlib

from playwright.sync_api import Browser

__all__ = ["small"]

# Colours are gathered in boxes of 5 bits a channel; the 256 fullest boxes stay, each as the mean of what lies in it.
QUANTISE = """
async (source) => {
  const image = await createImageBitmap(await (await fetch(source)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  const boxes = new Map();
  const box = (i) => ((data[i] >> 3) << 10) | ((data[i + 1] >> 3) << 5) | (data[i + 2] >> 3);
  for (let i = 0; i < data.length; i += 4) {
    const sum = boxes.get(box(i)) ?? boxes.set(box(i), [0, 0, 0, 0]).get(box(i));
    sum[0] += 1;
    for (let c = 0; c < 3; c += 1) sum[c + 1] += data[i + c];
  }
  const full = [...boxes.entries()].sort((a, b) => b[1][0] - a[1][0]);
  const palette = full.slice(0, 256).map(([, sum]) => [1, 2, 3].map((c) => Math.round(sum[c] / sum[0])));
  const nearest = new Map();
  for (const [key, sum] of full) {
    const mean = [1, 2, 3].map((c) => sum[c] / sum[0]);
    const far = palette.map((colour) => colour.reduce((all, value, c) => all + (value - mean[c]) ** 2, 0));
    nearest.set(key, far.indexOf(Math.min(...far)));
  }
  let pixels = "";
  for (let i = 0; i < data.length; i += 4) pixels += String.fromCharCode(nearest.get(box(i)));
  return { width: image.width, height: image.height, palette: palette.flat(), pixels: btoa(pixels) };
}
"""


def small(browser: Browser, picture: bytes) -> bytes:
    """The same picture (a PNG of any kind) with at most 256 colours."""
    page = browser.new_page()
    found = page.evaluate(QUANTISE, "data:image/png;base64," + base64.b64encode(picture).decode())
    page.close()
    width, height, pixels = found["width"], found["height"], base64.b64decode(found["pixels"])
    lines = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", bytes(found["palette"])), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, content) for name, content in parts)


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
