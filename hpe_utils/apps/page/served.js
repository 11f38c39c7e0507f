// Frames to the server that this page came from, over a socket.

import { liveView } from "./view.js";

const waiting = new Map(); // frame's number → who waits for its answer
let socket = null, number = 0, told = "", view = null;

const models = await (await fetch("models" + location.search)).json();
view = liveView(document.getElementById("live"), { models, find });

async function find(frame, settings) {
  await connected();
  if (told !== JSON.stringify(settings)) socket.send(told = JSON.stringify(settings));
  const mine = ++number, head = new Uint8Array([mine >>> 24, mine >>> 16, mine >>> 8, mine]);
  const blob = new Blob([head, await frame.convertToBlob({ type: "image/jpeg", quality: 0.8 })]);
  return new Promise((resolve) => {
    waiting.set(mine, resolve);
    if (socket?.readyState === WebSocket.OPEN) socket.send(blob);
    else resolve(null);
  });
}

function answered({ data }) {
  const answer = JSON.parse(data);
  for (const [older, resolve] of waiting) {
    if (older > answer.frame) continue;
    waiting.delete(older);
    resolve(older === answer.frame ? answer : null);
  }
}

function gone() {
  socket = null;
  told = "";
  for (const resolve of waiting.values()) resolve(null);
  waiting.clear();
}

// The socket, open; while there is no server it is tried again and again.
async function connected() {
  while (socket?.readyState !== WebSocket.OPEN) {
    if (!socket) {
      const address = new URL("live" + location.search, location.href);
      address.protocol = address.protocol.replace("http", "ws");
      socket = Object.assign(new WebSocket(address), { onmessage: answered, onclose: gone });
    }
    const opened = await new Promise((resolve) => {
      socket.addEventListener("open", () => resolve(true));
      socket.addEventListener("close", () => resolve(false));
    });
    if (opened) {
      if (view.running()) view.say("Running.");
    } else {
      view.say("The server is gone. Trying again…");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
