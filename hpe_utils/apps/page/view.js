// A camera, a picture or a film on a canvas, with the people that somebody finds in it.

import { drawAnswer, inWords } from "./drawing.js";

const UNDER_WAY = 2; // frames that are asked for at once
const LONGEST = 640; // side of a frame in pixels
const EFFECTS = {
  joints: "joints", parts: "parts", blur: "background blurred", pixelate: "background in squares",
  replace: "background white",
};
const STEPS = ["frames a second", "delay", "way and wait", "decode", "find", "draw", "dropped"];
const CONTROLS = `
<div class="live-controls">
  <button class="live-film" type="button">Film</button>
  <button class="live-camera" type="button">Camera</button>
  <label class="live-button">Picture or film<input class="live-file" type="file" accept="image/*,video/*"></label>
  <button class="live-stop" type="button" disabled>Stop</button>
  <label>Network <select class="live-model"></select></label>
  <label>Show <select class="live-effect"></select></label>
  <label><input class="live-smooth" type="checkbox" checked> smooth joints</label>
</div>
<p class="live-status" role="status"></p>
<canvas class="live-canvas" width="640" height="480" role="img" aria-label="The frame with the people found in it"></canvas>
<p class="live-found" aria-live="polite"></p>
<div class="live-table" tabindex="0"><table aria-label="Where a frame's time goes">
  <thead><tr>${STEPS.map((step) => `<th scope="col">${step}</th>`).join("")}</tr></thead>
  <tbody><tr class="live-times">${STEPS.map(() => "<td>–</td>").join("")}</tr></tbody>
</table></div>
<p>Milliseconds of the last frame. Delay is a frame's way from the camera to the drawing, way and wait what of it is no other step; dropped are frames that a newer one overtook.</p>
<p class="live-origin"></p>`;

// Build it inside `root`. `models` are as /models has them; `find(frame, settings)` promises an answer as /find has it
// to a canvas with a frame, or null where a newer frame overtook it; `settings` are the model's name and whether to
// smooth. `clip` is the address of a film to begin with. The canvas says "people" whenever it has drawn an answer.
// Returns { say, stop, running }.
export function liveView(root, { models, find, clip }) {
  root.classList.add("live");
  root.innerHTML = CONTROLS;
  const part = (name) => root.querySelector(`.live-${name}`);
  const canvas = part("canvas"), video = Object.assign(document.createElement("video"), { muted: true, loop: true });
  video.playsInline = true;
  let source = null, run = 0, underWay = 0, due = false, number = 0, drawn = 0, times = [], spoken = null, own = null;

  part("model").append(...models.map(({ name, title }) => new Option(`${name}: ${title}`, name)));
  part("effect").append(...Object.entries(EFFECTS).map(([value, words]) => new Option(words, value)));
  part("model").onchange = () => { choose(); again(); };
  part("effect").onchange = again;
  part("film").hidden = !clip;
  part("film").onclick = () => begin("The film cannot be played.", () => film(clip));
  part("camera").onclick = () => begin(cameraTrouble, camera);
  part("file").onchange = ({ target }) => { if (target.files[0]) open(target.files[0]); target.value = ""; };
  part("stop").onclick = () => { stop("Stopped."); part("camera").focus(); };
  choose();
  say("Choose a source.");
  if (clip && !matchMedia("(prefers-reduced-motion: reduce)").matches) part("film").onclick();

  function say(text) { part("status").textContent = text; }
  function chosen() { return models.find(({ name }) => name === part("model").value); }
  function still() { return source instanceof ImageBitmap; }
  function again() { if (still()) ask(); }

  function choose() {
    const { licence, origin, parts } = chosen();
    part("origin").textContent = [licence, origin].filter(Boolean).join(", ");
    for (const option of part("effect").options) option.disabled = option.value !== "joints" && !parts.length;
    part("effect").value = parts.length && !chosen().joints.length ? "parts" : "joints";
  }

  // Stop what runs, and begin with the source that `make` promises; what another choice overtook is let go.
  async function begin(trouble, make) {
    stop("Opening…");
    const mine = run;
    try {
      const made = await make(() => mine === run);
      if (mine !== run) return;
      source = made;
      part("stop").disabled = false;
      say("Running.");
      ask();
    } catch (error) {
      if (mine === run) stop(typeof trouble === "string" ? trouble : trouble(error));
    }
  }

  async function camera(wanted) {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: LONGEST, height: 480 } });
    if (!wanted()) return stream.getTracks().forEach((track) => track.stop());
    stream.getVideoTracks()[0].onended = () => stop("The camera is gone.");
    video.srcObject = stream;
    await video.play();
    return video;
  }

  function open(file) {
    begin(`${file.name} cannot be read: choose another file.`, () => {
      if (!file.type.startsWith("video/")) return createImageBitmap(file);
      own = URL.createObjectURL(file);
      return film(own);
    });
  }

  async function film(address) {
    video.src = address;
    await video.play();
    return video;
  }

  function stop(text) {
    run += 1;
    source = null;
    underWay = 0;
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.removeAttribute("src");
    if (own) URL.revokeObjectURL(own);
    own = null;
    part("stop").disabled = true;
    say(text);
  }

  // Ask for the frame that is shown now, and for the next ones as long as fewer than UNDER_WAY are asked for.
  async function ask() {
    if (!source || (underWay >= UNDER_WAY && !still())) return;
    const mine = run, begun = performance.now(), frame = frameOf(source), asked = number += 1;
    underWay += 1;
    if (!still()) next();
    let answer = null;
    try {
      answer = await find(frame, { model: chosen().name, smooth: part("smooth").checked });
    } catch (error) {
      answer = { error: error.message };
    }
    if (mine !== run) return;
    underWay -= 1;
    if (answer && !answer.error) await show(frame, answer, begun, asked);
    if (answer && mine === run) say(answer.error ?? "Running.");
    if (!still()) next();
  }

  function next() {
    if (due) return;
    due = true;
    (video.requestVideoFrameCallback?.bind(video) ?? requestAnimationFrame)(() => { due = false; ask(); });
  }

  async function show(frame, answer, begun, asked) {
    const parts = typeof answer.parts === "string" ? await picture(answer.parts) : answer.parts;
    if (asked < drawn) return;
    drawn = asked;
    const model = models.find(({ name }) => name === answer.model), drawing = performance.now();
    drawAnswer(canvas, frame, answer, model, part("effect").value, parts);
    canvas.dispatchEvent(new CustomEvent("people", { detail: answer }));
    if (still() || spoken !== answer.people.length) part("found").textContent = inWords(answer, model);
    spoken = answer.people.length;
    times = [...times.filter((then) => drawing - then < 1000), drawing];
    const { decode = 0, find: found = 0 } = answer.milliseconds, end = performance.now(), delay = end - begun;
    const draw = end - drawing, values = [times.length, delay, delay - decode - found - draw, decode, found, draw];
    values.push(answer.dropped ?? 0);
    [...part("times").cells].forEach((cell, k) => { cell.textContent = values[k].toFixed(k && k < 6 ? 1 : 0); });
  }

  return { say, stop, running: () => source !== null };
}

function cameraTrouble({ name }) {
  if (!navigator.mediaDevices) return "This page may use no camera: open it by https or as localhost.";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "No camera is there.";
  if (name === "NotReadableError") return "The camera is used by another program: close it, and try again.";
  return "The camera may not be used: allow it in the browser, and try again.";
}

function frameOf(source) {
  const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const frame = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  frame.getContext("2d").drawImage(source, 0, 0, frame.width, frame.height);
  return frame;
}

async function picture(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
