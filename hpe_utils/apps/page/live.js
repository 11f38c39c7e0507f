// Frames of a camera, a picture or a film to the server that this page came from, and its answers onto the canvas.

import { drawAnswer, inWords } from "./drawing.js";

const byId = (id) => document.getElementById(id);
const canvas = byId("view"), video = document.createElement("video");
const ASKED = 2; // frames under way at once
let models = [], socket = null, source = null, number = 0, seconds = [], spoken = 0;
const sent = new Map(); // frame's number → its bitmap and time

Object.assign(video, { muted: true, playsInline: true, loop: true });
say("Loading…");
start();

async function start() {
  models = await (await fetch("models" + location.search)).json();
  byId("model").replaceChildren(...models.map(({ name, title }) => new Option(`${name}: ${title}`, name)));
  byId("model").onchange = () => { settings(); showOrigin(); again(); };
  byId("smooth").onchange = settings;
  byId("effect").onchange = again;
  byId("camera").onclick = camera;
  byId("stop").onclick = () => stop("Stopped.");
  byId("file").onchange = ({ target }) => { if (target.files[0]) file(target.files[0]); target.value = ""; };
  showOrigin();
  say("Choose a source.");
}

function say(text) { byId("status").textContent = text; }
function chosen() { return models.find(({ name }) => name === byId("model").value); }
function showOrigin() { byId("origin").textContent = [chosen().licence, chosen().origin].filter(Boolean).join(", "); }
function settings() {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ model: byId("model").value, smooth: byId("smooth").checked }));
  }
}
function again() { if (source instanceof ImageBitmap) { sent.clear(); send(); } }

async function camera() {
  stop("");
  if (!navigator.mediaDevices) return say("This page may use no camera: open it by https or as localhost.");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    stream.getVideoTracks()[0].onended = () => stop("The camera is gone.");
    video.srcObject = stream;
  } catch (error) {
    const none = error.name === "NotFoundError" || error.name === "OverconstrainedError";
    return say(none ? "No camera is there." : "The camera may not be used: allow it in the browser, and try again.");
  }
  await play();
}

async function file(chosenFile) {
  stop("");
  try {
    if (chosenFile.type.startsWith("video/")) {
      video.src = URL.createObjectURL(chosenFile);
      await play();
    } else {
      begin(await createImageBitmap(chosenFile));
    }
  } catch {
    stop(`${chosenFile.name} cannot be read: choose another file.`);
  }
}

async function play() {
  await video.play();
  begin(video);
}

function begin(from) {
  source = from;
  byId("stop").disabled = false;
  connect();
}

function stop(text) {
  source = null;
  socket?.close();
  socket = null;
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  if (video.src) URL.revokeObjectURL(video.src);
  video.srcObject = null;
  video.removeAttribute("src");
  sent.clear();
  byId("stop").disabled = true;
  say(text);
}

function connect() {
  const address = new URL("live" + location.search, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const own = socket = new WebSocket(address);
  own.onopen = () => { say("Running."); settings(); sent.clear(); send(); };
  own.onmessage = ({ data }) => show(JSON.parse(data));
  own.onclose = ({ reason }) => {
    if (own !== socket) return;
    say(`The server is gone${reason ? ` (${reason})` : ""}. Trying again…`);
    setTimeout(() => { if (own === socket && source) connect(); }, 1000);
  };
}

async function send() {
  if (!source || socket?.readyState !== WebSocket.OPEN || sent.size >= ASKED) return;
  const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  const scale = Math.min(1, 640 / Math.max(width, height));
  const frame = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  frame.getContext("2d").drawImage(source, 0, 0, frame.width, frame.height);
  const mine = ++number;
  sent.set(mine, { frame, time: performance.now() });
  const head = new Uint8Array([mine >>> 24, mine >>> 16, mine >>> 8, mine]);
  const blob = new Blob([head, await frame.convertToBlob({ type: "image/jpeg", quality: 0.8 })]);
  if (socket?.readyState === WebSocket.OPEN) socket.send(blob);
  if (!(source instanceof ImageBitmap)) next();
}

function next() { if (sent.size < ASKED) (video.requestVideoFrameCallback?.bind(video) ?? requestAnimationFrame)(send); }

async function show(answer) {
  const asked = sent.get(answer.frame);
  for (const older of sent.keys()) if (older <= answer.frame) sent.delete(older);
  if (asked && answer.error) say(answer.error);
  if (asked && !answer.error) {
    const parts = answer.parts ? await picture(answer.parts) : null;
    const begin = performance.now();
    const model = models.find(({ name }) => name === answer.model);
    drawAnswer(canvas, asked.frame, answer, model, byId("effect").value, parts);
    canvas.dataset.answer = JSON.stringify({ frame: answer.frame, people: answer.people });
    if (begin - spoken > 2000) { byId("found").textContent = inWords(answer, model); spoken = begin; }
    seconds = [...seconds.filter((then) => begin - then < 1000), begin];
    const { wait, decode, find } = answer.milliseconds;
    const end = performance.now();
    const times = [seconds.length, end - asked.time, wait, decode, find, end - begin, answer.dropped];
    [...byId("times").cells].forEach((cell, k) => { cell.textContent = times[k].toFixed(k && k < 6 ? 1 : 0); });
  }
  if (!(source instanceof ImageBitmap)) next();
}

async function picture(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
