// The map of parts: 256 × the person's number, from 1, + the part's label, for every pixel of a picture; 0 is nobody.

const UNLABELLED = 255;

export class PartMap {
  // `colours` are [red, green, blue] of the labels from 1.
  constructor(width, height, colours) {
    Object.assign(this, { width, height, colours, codes: new Uint16Array(width * height), text: [] });
    this.layer = new OffscreenCanvas(width, height);
    this.scratch = new OffscreenCanvas(1, 1);
  }

  // Code, length, code, length … row by row; nothing where nobody has parts.
  runs() {
    if (this.text) return this.text;
    const { codes } = this, found = [];
    for (let start = 0, k = 1; k <= codes.length; k++) {
      if (k < codes.length && codes[k] === codes[start]) continue;
      found.push(codes[start], k - start);
      start = k;
    }
    return (this.text = found.length === 2 && found[0] === 0 ? [] : found);
  }

  load(runs) {
    this.codes.fill(0);
    for (let k = 0, start = 0; k < runs.length; start += runs[k + 1], k += 2) this.codes.fill(runs[k], start, start + runs[k + 1]);
    this.text = runs;
    this.paint([0, 0, this.width, this.height]);
  }

  // Give the pixels that `draw` covers, on a context in the picture's pixels, to a code. `box` is all that it reaches.
  stamp(code, box, draw) {
    const [x0, y0, x1, y1] = this.inside(box), width = x1 - x0, height = y1 - y0;
    if (width <= 0 || height <= 0) return;
    const { scratch } = this;
    if (scratch.width < width || scratch.height < height) Object.assign(scratch, { width: Math.max(width, scratch.width), height: Math.max(height, scratch.height) });
    const context = scratch.getContext("2d", { willReadFrequently: true });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(1, 0, 0, 1, 0.5 - x0, 0.5 - y0); // pixel centres lie at integers
    draw(context);
    const { data } = context.getImageData(0, 0, width, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) if (data[4 * (y * width + x) + 3] >= 128) this.codes[(y0 + y) * this.width + x0 + x] = code;
    }
    this.text = null;
    this.paint([x0, y0, x1, y1]);
  }

  // Exchange people's numbers: `number(old)` is the new one, 0 for who is gone.
  renumber(number) {
    const { codes } = this;
    for (let k = 0; k < codes.length; k++) {
      const now = codes[k] && number(codes[k] >> 8);
      codes[k] = now ? 256 * now + (codes[k] & 255) : 0;
    }
    this.text = null;
    this.paint([0, 0, this.width, this.height]);
  }

  copy() { return this.codes.slice(); }

  restore(codes, box) {
    this.codes.set(codes);
    this.text = null;
    this.paint(this.inside(box));
  }

  // How many pixels a part of somebody has, by label.
  sizes(person) {
    const sizes = {};
    const runs = this.runs();
    for (let k = 0; k < runs.length; k += 2) if (runs[k] >> 8 === person) sizes[runs[k] & 255] = (sizes[runs[k] & 255] ?? 0) + runs[k + 1];
    return sizes;
  }

  inside([x0, y0, x1, y1]) {
    return [Math.max(0, Math.floor(x0)), Math.max(0, Math.floor(y0)), Math.min(this.width, Math.ceil(x1) + 1), Math.min(this.height, Math.ceil(y1) + 1)];
  }

  // Colour the layer anew inside a box of whole pixels; people are told apart by edges in white.
  paint([x0, y0, x1, y1]) {
    const width = x1 - x0, height = y1 - y0;
    if (width <= 0 || height <= 0) return;
    const { codes } = this, image = new ImageData(width, height), data = image.data;
    for (let y = y0, to = 0; y < y1; y++) {
      for (let x = x0, at = y * this.width + x0; x < x1; x++, at++, to += 4) {
        const code = codes[at];
        if (!code) continue;
        const owner = code >> 8, label = code & 255;
        const edge = (x && codes[at - 1] >> 8 !== owner) || (y && codes[at - this.width] >> 8 !== owner);
        const [red, green, blue] = edge ? [255, 255, 255] : label === UNLABELLED ? [110, 110, 110] : this.colours[label - 1];
        data[to] = red; data[to + 1] = green; data[to + 2] = blue; data[to + 3] = 255;
      }
    }
    this.layer.getContext("2d").putImageData(image, x0, y0);
  }
}
