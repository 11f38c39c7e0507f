// A camera, a picture or a film on a canvas, with the people that somebody finds in it.

import { drawAnswer, inWords } from "./drawing.js";

const UNDER_WAY = 2; // frames that are asked for at once
const LONGEST = 640; // side of a frame in pixels
const EFFECTS = {
  joints: "joints", parts: "parts", blur: "background blurred", pixelate: "background in squares",
  replace: "background white",
};
const STEPS = ["frames a second", "delay", "wait", "decode", "find", "draw", "dropped"];
const CONTROLS = `
<div class="live-controls">
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
<table aria-label="Where a frame's time goes">
  <thead><tr>${STEPS.map((step) => `<th>${step}</th>`).join("")}</tr></thead>
  <tbody><tr class="live-times">${STEPS.map(() => "<td>–</td>").join("")}</tr></tbody>
</table>
<p>Milliseconds of the last frame. Delay is a frame's way from the camera to the drawing; dropped are frames that a newer one overtook.</p>
<p class="live-origin"></p>`;

// Build it inside `root`. `models` are as /models has them; `find(frame, settings)` promises an answer as /find has it
// to a canvas with a frame, or null where a newer frame overtook it; `settings` are the model's name and whether to
// smooth. `clip` is the address of a film to begin with. Returns { say, stop }.
export function liveView(root, { models, find, clip }) {
  root.classList.add("live");
  root.innerHTML = CONTROLS;
  const part = (name) => root.querySelector(`.live-${name}`);
  const canvas = part("canvas"), video = Object.assign(document.createElement("video"), { muted: true, loop: true });
  video.playsInline = true;
  let source = null, started = 0, underWay = 0, newest = 0, times = [], spoken = -Infinity, own = null;

  part("model").append(...models.map(({ name, title }) => new Option(`${name}: ${title}`, name)));
  part("effect").append(...Object.entries(EFFECTS).map(([value, words]) => new Option(words, value)));
  part("model").onchange = () => { showOrigin(); again(); };
  part("effect").onchange = again;
  part("camera").onclick = camera;
  part("stop").onclick = () => stop("Stopped.");
  part("file").onchange = ({ target }) => { if (target.files[0]) file(target.files[0]); target.value = ""; };
  showOrigin();
  say("Choose a source.");
  if (clip) film(clip).catch(() => stop("The film cannot be played."));

  function say(text) { part("status").textContent = text; }
  function chosen() { return models.find(({ name }) => name === part("model").value); }
  function showOrigin() { part("origin").textContent = [chosen().licence, chosen().origin].filter(Boolean).join(", "); }
  function still() { return source instanceof ImageBitmap; }
  function again() { if (still()) ask(); }

  async function camera() {
    stop("");
    if (!navigator.mediaDevices) return say("This page may use no camera: open it by https or as localhost.");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: LONGEST, height: 480 } });
      stream.getVideoTracks()[0].onended = () => stop("The camera is gone.");
      video.srcObject = stream;
    } catch (error) {
      const none = error.name === "NotFoundError" || error.name === "OverconstrainedError";
      return say(none ? "No camera is there." : "The camera may not be used: allow it in the browser, and try again.");
    }
    await video.play();
    begin(video);
  }

  async function file(chosenFile) {
    stop("");
    try {
      if (chosenFile.type.startsWith("video/")) {
        own = URL.createObjectURL(chosenFile);
        await film(own);
      } else {
        begin(await createImageBitmap(chosenFile));
      }
    } catch {
      stop(`${chosenFile.name} cannot be read: choose another file.`);
    }
  }

  async function film(address) {
    video.src = address;
    await video.play();
    begin(video);
  }

  function begin(from) {
    source = from;
    started += 1;
    underWay = 0;
    part("stop").disabled = false;
    say("Running.");
    ask();
  }

  function stop(text) {
    source = null;
    started += 1;
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.removeAttribute("src");
    if (own) URL.revokeObjectURL(own);
    own = null;
    part("stop").disabled = true;
    say(text);
  }

  // Ask for the frame that is shown now, and for later ones as long as fewer than UNDER_WAY are asked for.
  async function ask() {
    if (!source || (underWay >= UNDER_WAY && !still())) return;
    const run = started, number = newest += 1, begun = performance.now(), frame = frameOf(source);
    underWay += 1;
    if (!still()) next();
    let answer = null;
    try {
      answer = await find(frame, { model: chosen().name, smooth: part("smooth").checked });
    } catch (error) {
      if (run === started) say(error.message);
    }
    if (run !== started) return;
    underWay -= 1;
    if (answer?.error) say(answer.error);
    else if (answer) await show(frame, answer, begun, number);
    if (!still()) next();
  }

  function next() { (video.requestVideoFrameCallback?.bind(video) ?? requestAnimationFrame)(ask); }

  async function show(frame, answer, begun, number) {
    const parts = typeof answer.parts === "string" ? await picture(answer.parts) : answer.parts;
    const model = models.find(({ name }) => name === answer.model), drawing = performance.now();
    drawAnswer(canvas, frame, answer, model, part("effect").value, parts);
    canvas.dataset.answer = JSON.stringify({ frame: number, people: answer.people });
    if (drawing - spoken > 2000) { part("found").textContent = inWords(answer, model); spoken = drawing; }
    times = [...times.filter((then) => drawing - then < 1000), drawing];
    const { wait = 0, decode = 0, find: found = 0 } = answer.milliseconds, end = performance.now();
    const values = [times.length, end - begun, wait, decode, found, end - drawing, answer.dropped ?? 0];
    [...part("times").cells].forEach((cell, k) => { cell.textContent = values[k].toFixed(k && k < 6 ? 1 : 0); });
  }

  return { say, stop, running: () => source !== null };
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
