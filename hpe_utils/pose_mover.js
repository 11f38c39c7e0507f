// A picture with joints on it that are dragged, or moved with the arrow keys. Pixel centres lie at integers.
const NAMESPACE = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function add(parent, name, attributes) {
  const node = document.createElementNS(NAMESPACE, name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  return parent.appendChild(node);
}

function render({ model, el }) {
  const [width, height] = model.get("size");
  const unit = Math.max(width, height) / 128; // marks keep their size on the screen
  // JupyterLab's own shortcuts would take the arrow keys.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", `-0.5 -0.5 ${width} ${height}`);
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", "a person with joints that can be moved");
  svg.style.cssText = "width: 100%; max-width: 420px; touch-action: none; user-select: none";
  el.appendChild(svg);
  add(svg, "image", { href: model.get("picture"), x: -0.5, y: -0.5, width, height });
  const rings = model.get("rings").map(([, , dash]) =>
    add(svg, "circle", {
      fill: "none", stroke: "white", "stroke-width": 1.2 * unit, "stroke-dasharray": dash ? `${4 * unit} ${2 * unit}` : "none",
    }));
  const line = add(svg, "line", { stroke: "white", "stroke-width": 0.7 * unit });
  const label = add(svg, "circle", { r: 1.3 * unit, fill: "white" });

  const joints = model.get("joints").map(([name, colour, shape], index) => {
    const group = add(svg, "g", { tabindex: 0, role: "button", "data-joint": name });
    group.style.cssText = "cursor: grab; outline: none";
    add(group, "circle", { r: 5 * unit, fill: "transparent" }); // a finger is wider than the mark
    const mark = shape === "s"
      ? add(group, "rect", { x: -2.2 * unit, y: -2.2 * unit, width: 4.4 * unit, height: 4.4 * unit })
      : add(group, "circle", { r: 2.4 * unit });
    mark.setAttribute("fill", colour);
    group.addEventListener("focus", () => send({ selected: index }));
    group.addEventListener("pointerdown", (event) => {
      group.setPointerCapture(event.pointerId);
      group.focus();
      event.preventDefault();
    });
    group.addEventListener("pointermove", (event) => {
      if (group.hasPointerCapture(event.pointerId)) {
        const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        move(index, place.x, place.y);
      }
    });
    group.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (step) {
        const [x, y] = model.get("points")[index];
        const far = event.shiftKey ? 5 : 1;
        move(index, x + far * step[0], y + far * step[1]);
        event.preventDefault();
        event.stopPropagation();
      }
    });
    return { group, mark };
  });

  // Saved at once: the kernel's echo of an older change would undo one that is set and not yet saved.
  function send(changes) {
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes(); // sends the next message when the kernel has answered the last
  }

  function move(index, x, y) {
    const inside = (value, end) => Math.min(Math.max(value, -0.5), end - 0.5);
    const points = model.get("points").map((point) => [...point]);
    points[index] = [inside(x, width), inside(y, height)];
    send({ points, selected: index });
  }

  function draw() {
    const points = model.get("points");
    const selected = model.get("selected");
    const [x, y] = model.get("truth")[selected];
    joints.forEach(({ group, mark }, index) => {
      const [px, py] = points[index];
      group.setAttribute("transform", `translate(${px} ${py})`);
      group.setAttribute("aria-label", `${model.get("joints")[index][0]}, at x ${px.toFixed(0)}, y ${py.toFixed(0)}`);
      mark.setAttribute("stroke", index === selected ? "white" : "black");
      mark.setAttribute("stroke-width", (index === selected ? 1.2 : 0.4) * unit);
    });
    rings.forEach((ring, index) => {
      ring.setAttribute("cx", x);
      ring.setAttribute("cy", y);
      ring.setAttribute("r", model.get("rings")[index][1]);
    });
    Object.entries({ x1: x, y1: y, x2: points[selected][0], y2: points[selected][1] })
      .forEach(([name, value]) => line.setAttribute(name, value));
    label.setAttribute("cx", x);
    label.setAttribute("cy", y);
  }

  model.on("change:points change:selected", draw);
  draw();
}

export default { render };
