// Where a picture lies on the screen, and what mouse, pen and fingers do there. Places are [x, y].

export class View {
  constructor() { Object.assign(this, { scale: 1, x: 0, y: 0 }); }

  toScreen([x, y]) { return [(x + 0.5) * this.scale + this.x, (y + 0.5) * this.scale + this.y]; } // pixel centres lie at integers
  toPicture([x, y]) { return [(x - this.x) / this.scale - 0.5, (y - this.y) / this.scale - 0.5]; }

  // The whole of a picture, in the middle.
  fit(picture, width, height) {
    this.scale = 0.96 * Math.min(width / picture.width, height / picture.height);
    this.x = (width - this.scale * picture.width) / 2;
    this.y = (height - this.scale * picture.height) / 2;
  }

  zoom(factor, [x, y]) {
    const scale = Math.min(80, Math.max(0.02, this.scale * factor)), by = scale / this.scale;
    Object.assign(this, { scale, x: x + (this.x - x) * by, y: y + (this.y - y) * by });
  }

  pan([dx, dy]) {
    this.x += dx;
    this.y += dy;
  }
}

// One pointer on a canvas is a gesture: `begin(place, event)` gives { move(place), end(moved), cancel() } or null. Two
// are `pinch(factor, middle, by)`, and end the gesture as if it had not begun. `hover(place, event)` hears the others.
export function followPointers(canvas, { begin, hover, leave, pinch }) {
  const pointers = new Map();
  let gesture = null, spread = null;

  function down(event) {
    const at = placeOn(canvas, event);
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at);
    if (pointers.size === 2) {
      gesture?.cancel?.();
      gesture = null;
      spread = between();
    } else if (pointers.size === 1) {
      const begun = begin(at, event);
      gesture = begun && { ...begun, from: at, moved: false };
    }
  }

  function move(event) {
    const at = placeOn(canvas, event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, at);
    if (spread && pointers.size === 2) {
      const now = between();
      pinch(now.far / spread.far, spread.middle, [now.middle[0] - spread.middle[0], now.middle[1] - spread.middle[1]]);
      spread = now;
    } else if (gesture) {
      gesture.moved ||= Math.hypot(at[0] - gesture.from[0], at[1] - gesture.from[1]) > (event.pointerType === "touch" ? 6 : 2);
      const all = event.getCoalescedEvents?.() ?? [];
      if (gesture.moved) for (const one of all.length ? all : [event]) gesture.move(placeOn(canvas, one));
    } else hover(at, event);
  }

  function up(event) {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === "pointercancel") gesture?.cancel?.();
    else gesture?.end(gesture.moved);
    gesture = null;
    if (pointers.size < 2) spread = null;
  }

  function between() {
    const [a, b] = [...pointers.values()];
    return { far: Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  }

  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, up);
  canvas.addEventListener("pointerleave", () => { if (!gesture && pointers.size === 0) leave(); });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
}

export function placeOn(canvas, event) {
  const { left, top } = canvas.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
