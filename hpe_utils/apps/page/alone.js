// Networks in the browser itself, by ONNX Runtime: on the graphics card by WebGPU where that works, else by WebAssembly.

import { liveView } from "./view.js";

const engine = document.getElementById("engine");
const models = await (await fetch("models.json")).json();
const sessions = new Map(); // network's name → its session
let runtime = null, turn = Promise.resolve();
const smoothed = new Map(); // joint → where it was, and when
let smoothedFor = "";

liveView(document.getElementById("live"), { models, find });

async function find(frame, { model: name, smooth }) {
  const model = models.find((one) => one.name === name), begin = performance.now();
  if (!sessions.has(name)) {
    engine.textContent = "Loading the network…";
    sessions.set(name, begun(model));
  }
  const { session, kind } = await sessions.get(name).catch((error) => {
    sessions.delete(name); // the next frame tries again
    throw error;
  });
  engine.textContent = `${name} runs on ${kind}.`;
  const view = letterbox(frame, model.size), ready = performance.now();
  const values = await inTurn(() => session.run({ [session.inputNames[0]]: view.tensor() }), session);
  const end = performance.now();
  const found = model.joints.length ? onePerson(values, model, view) : { people: [], parts: partMap(values, model, view, frame) };
  if (smooth && model.joints.length) calm(found.people, name, frame);
  return { model: name, size: [frame.width, frame.height], ...found,
    milliseconds: { decode: ready - begin, find: end - ready } };
}

// What a run gives; a session runs one at a time.
function inTurn(run, session) {
  const mine = turn.then(run).then((outputs) => outputs[session.outputNames[0]].getData());
  turn = mine.catch(() => {});
  return mine;
}

// A network's session, on what is tried first and works.
async function begun(model) {
  const zeros = (ort) => new ort.Tensor("float32", new Float32Array(3 * model.size ** 2), [1, model.size, model.size, 3]);
  for (const kind of ["WebGPU", "WebAssembly"]) {
    try {
      if (kind === "WebGPU" && !(await navigator.gpu?.requestAdapter())) continue;
      runtime = await import(kind === "WebGPU" ? "./runtime/ort.webgpu.min.mjs" : "./runtime/ort.wasm.min.mjs");
      runtime.env.wasm.proxy = kind === "WebAssembly"; // in a thread of its own, so that the page can be used meanwhile
      runtime.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency) : 1;
      const session = await runtime.InferenceSession.create(model.file, { executionProviders: [kind === "WebGPU" ? "webgpu" : "wasm"] });
      await session.run({ [session.inputNames[0]]: zeros(runtime) });
      return { session, kind };
    } catch (error) {
      if (kind === "WebAssembly") throw new Error(`The network cannot run in this browser (${error.message}).`);
    }
  }
}

// A frame enlarged or reduced until it fills a square, grey around it.
function letterbox(frame, side) {
  const scale = side / Math.max(frame.width, frame.height);
  const [width, height] = [frame.width * scale, frame.height * scale];
  const [left, top] = [(side - width) / 2, (side - height) / 2];
  const square = new OffscreenCanvas(side, side), context = square.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "rgb(128,128,128)";
  context.fillRect(0, 0, side, side);
  context.drawImage(frame, left, top, width, height);
  const tensor = () => {
    const { data } = context.getImageData(0, 0, side, side), values = new Float32Array(3 * side * side);
    for (let pixel = 0; pixel < side * side; pixel++) {
      for (let channel = 0; channel < 3; channel++) values[3 * pixel + channel] = data[4 * pixel + channel];
    }
    return new runtime.Tensor("float32", values, [1, side, side, 3]);
  };
  const back = (x, y) => [(x + 0.5 - left) / scale - 0.5, (y + 0.5 - top) / scale - 0.5];
  return { tensor, back, left, top, width, height };
}

function onePerson(values, model, view) {
  const joints = model.joints.map((_, k) => {
    const [x, y, sure] = values.slice(3 * k, 3 * k + 3);
    return sure >= model.least ? [...view.back(x, y), sure] : null;
  });
  const score = model.joints.reduce((sum, _, k) => sum + values[3 * k + 2], 0) / model.joints.length;
  return { people: joints.some(Boolean) ? [{ number: 1, score, joints }] : [] };
}

// The labels of a square as a picture of the frame's size, clear where nobody is.
function partMap(labels, model, view, frame) {
  const square = new OffscreenCanvas(model.size, model.size), context = square.getContext("2d");
  const picture = context.createImageData(model.size, model.size);
  labels.forEach((label, pixel) => { if (label) picture.data.set([...model.colours[label - 1], 255], 4 * pixel); });
  context.putImageData(picture, 0, 0);
  const parts = new OffscreenCanvas(frame.width, frame.height), own = parts.getContext("2d");
  own.imageSmoothingEnabled = false;
  own.drawImage(square, view.left, view.top, view.width, view.height, 0, 0, frame.width, frame.height);
  return parts;
}

// The One-Euro filter (Casiez, Roussel & Vogel 2012): calm at rest, quick in movement; a lost joint begins anew.
function calm(people, name, frame) {
  if (smoothedFor !== name) { smoothed.clear(); smoothedFor = name; }
  const share = (cutoff, elapsed) => { const turn = 2 * Math.PI * cutoff * elapsed; return turn / (turn + 1); };
  const now = performance.now() / 1000, size = Math.max(frame.width, frame.height) / 2;
  for (const person of people) {
    person.joints.forEach((joint, k) => {
      if (!joint) return;
      const before = smoothed.get(k);
      if (!before || now - before.time > 0.5) return smoothed.set(k, { place: joint.slice(0, 2), speed: [0, 0], time: now });
      const elapsed = Math.max(now - before.time, 1e-6), way = before.place.map((from, axis) => joint[axis] - from);
      before.speed = before.speed.map((speed, axis) => speed + share(1, elapsed) * (way[axis] / elapsed - speed));
      const step = share(1 + 4 * Math.hypot(...before.speed) / size, elapsed);
      before.place = before.place.map((from, axis) => from + step * way[axis]);
      before.time = now;
      joint.splice(0, 2, ...before.place);
    });
  }
}
