// Shows each widget's parts with the browser's own controls, and asks the server what they look like after a change.

const VISITOR = crypto.randomUUID();

function control(part, place, changed, demo) {
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
  if (part.kind === "module") return moduleOf(part, changed, demo);
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

// A widget that draws itself: what anywidget's model gives it in JupyterLab, it has here. One that tells how to end
// is drawn only while it is in view, so that no film plays where nobody looks.
function moduleOf(part, changed, number) {
  const node = document.createElement("div"), drawing = import(`/module/${number}.js`);
  node.className = "module";
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/module/${number}.css` }));
  const state = Object.fromEntries(Object.entries(part.value).map(([name, value]) => [name, received(value)]));
  let handlers = [];
  const call = (event, ...given) => handlers.filter(([on]) => on.includes(event)).forEach(([, run]) => run(...given));
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; call(`change:${name}`); },
    save_changes: () => changed(),
    on: (events, run) => handlers.push([events.split(" "), run]),
    off: (_events, run) => { handlers = handlers.filter(([, other]) => other !== run); },
    send: (content, _callbacks, files = []) => tell(number, content, files).then((answer) => call("msg:custom", ...answer)),
  };
  let end = null;
  const watching = new IntersectionObserver(async ([{ isIntersecting }]) => {
    const { default: { render } } = await drawing;
    if (isIntersecting && !node.firstChild) end = render({ model, el: node });
    else if (!isIntersecting && typeof (await end) === "function") {
      (await end)();
      end = null;
      node.replaceChildren();
    }
  });
  watching.observe(node);
  const update = (now) => ["points", "selected"].forEach((name) => {
    if (JSON.stringify(now.value[name]) !== JSON.stringify(state[name])) model.set(name, now.value[name]);
  });
  const value = "points" in state ? () => ({ points: state.points, selected: state.selected }) : null;
  return { node, update, value };
}

function received(value) {
  return value?.bytes === undefined ? value : Uint8Array.from(atob(value.bytes), (one) => one.charCodeAt(0));
}

// A message to this visitor's own widget; its answer is a line of JSON, and behind it the bytes of a file.
async function tell(number, content, files) {
  const body = new Blob([`${JSON.stringify(content)}\n`, ...files]);
  const answer = new Uint8Array(await (await fetch(`/message/${number}?visitor=${VISITOR}`, { method: "POST", body })).arrayBuffer());
  const end = answer.indexOf(10), line = end < 0 ? answer : answer.slice(0, end);
  return [JSON.parse(new TextDecoder().decode(line)), end < 0 ? [] : [answer.slice(end + 1)]];
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
    controls = parts.map((part, index) => control(part, index, changed, number));
    place.replaceChildren(...controls.map((one) => one.node));
    parts.forEach((part, index) => controls[index].update(part));
    place.setAttribute("aria-busy", "false");
  } catch (error) {
    place.textContent = `This widget does not work here: ${error.message}`;
  }
}

for (const section of document.querySelectorAll("section")) await begin(section);
