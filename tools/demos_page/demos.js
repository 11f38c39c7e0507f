// Shows each widget's parts with the browser's own controls, and asks the server what they look like after a change.

function control(part, place, changed) {
  if (part.kind === "image" || part.kind === "words") {
    const node = document.createElement(part.kind === "image" ? "img" : "div");
    if (part.kind === "words") {
      node.className = "words";
      node.setAttribute("aria-live", "polite");
    } else {
      node.alt = "The figure; what it shows is said in the words below it";
    }
    return { node, update: (now) => { part.kind === "image" ? (node.src = now.source) : (node.innerHTML = now.html); } };
  }
  if (part.kind === "button") {
    const node = document.createElement("button");
    node.textContent = part.label;
    node.addEventListener("click", () => changed(place));
    return { node, update() {} };
  }
  if (part.kind === "module") return moduleOf(part, changed);
  const node = document.createElement("label");
  const input = document.createElement("input");
  if (part.kind === "check") {
    input.type = "checkbox";
    node.append(input, part.label);
    input.addEventListener("change", () => changed());
    return { node, update: (now) => { input.checked = now.value; }, value: () => input.checked };
  }
  node.className = "slider";
  Object.assign(input, { type: "range", min: part.min, max: part.max, step: part.step });
  const number = document.createElement("output");
  node.append(part.label, input, number);
  input.addEventListener("input", () => { number.textContent = input.value; changed(); });
  const update = (now) => { input.value = now.value; number.textContent = Number(now.value.toFixed(2)); };
  return { node, update, value: () => Number(input.value) };
}

// A widget that draws itself: what anywidget's model gives it in JupyterLab, it has here.
function moduleOf(part, changed) {
  const node = document.createElement("div");
  node.className = "module";
  const state = { ...part.value };
  const handlers = [];
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; handlers.filter(([on]) => on.includes(name)).forEach(([, run]) => run()); },
    save_changes: () => changed(),
    on: (events, run) => handlers.push([events.split(" ").map((event) => event.replace("change:", "")), run]),
  };
  import("/modules/pose_mover.js").then((drawn) => drawn.default.render({ model, el: node }));
  const update = (now) => ["points", "selected"].forEach((name) => {
    if (JSON.stringify(now.value[name]) !== JSON.stringify(state[name])) model.set(name, now.value[name]);
  });
  return { node, update, value: () => ({ points: state.points, selected: state.selected }) };
}

async function ask(number, said) {
  const answer = await fetch(`/widget/${number}`, { method: "POST", body: JSON.stringify(said) });
  const parts = await answer.json();
  if (!answer.ok) throw new Error(parts.error);
  return parts;
}

async function begin(section) {
  const number = section.dataset.number;
  const place = section.querySelector(".widget");
  const problem = section.appendChild(document.createElement("p"));
  problem.setAttribute("role", "alert");
  let controls = [];
  let waiting = null; // the newest change; older ones that were not asked for yet are forgotten
  let asking = false;

  async function changed(pressed = null) {
    waiting = { pressed };
    if (asking) return;
    asking = true;
    try {
      while (waiting) {
        const now = waiting;
        waiting = null;
        const values = {};
        controls.forEach((one, index) => { if (one.value) values[index] = one.value(); });
        const parts = await ask(number, { values, pressed: now.pressed });
        if (!waiting) parts.forEach((part, index) => controls[index].update(part));
      }
      problem.textContent = "";
    } catch (error) {
      problem.textContent = `No answer: ${error.message}. Is the server still there?`;
    } finally {
      asking = false;
    }
  }

  try {
    const parts = await ask(number, {});
    controls = parts.map((part, index) => control(part, index, changed));
    place.replaceChildren(...controls.map((one) => one.node));
    parts.forEach((part, index) => controls[index].update(part));
    place.setAttribute("aria-busy", "false");
  } catch (error) {
    place.textContent = `This widget does not work here: ${error.message}`;
  }
}

for (const section of document.querySelectorAll("section")) await begin(section);
