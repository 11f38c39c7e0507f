// Frames to the server that this page came from, over a socket.

import { liveView } from "./view.js";

const root = document.getElementById("live");
const waiting = new Map(); // frame's number → who waits for its answer
let socket = null, number = 0, told = "", view = null;

history.replaceState(null, "", location.pathname); // the token is in a cookie now
try {
  view = liveView(root, { models: await (await fetch("models")).json(), find });
} catch {
  root.textContent = "The server does not answer: open the address that it printed.";
}

async function find(frame, settings) {
  const blob = await frame.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  if (!(await connected())) return null;
  if (told !== JSON.stringify(settings)) socket.send((told = JSON.stringify(settings)));
  const mine = (number += 1), head = new Uint8Array([mine >>> 24, mine >>> 16, mine >>> 8, mine]);
  return new Promise((resolve) => {
    waiting.set(mine, resolve);
    socket.send(new Blob([head, blob]));
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

function gone({ reason }) {
  socket = null;
  told = "";
  if (view.running()) view.say(reason ? `The server says: ${reason}` : "The server is gone. Trying again…");
  for (const resolve of waiting.values()) resolve(null);
  waiting.clear();
}

// Whether the socket is open; while there is no server it is tried again, as long as frames are wanted.
async function connected() {
  while (socket?.readyState !== WebSocket.OPEN) {
    if (!view.running()) return false;
    if (!socket) {
      const address = new URL("live", location.href);
      address.protocol = address.protocol.replace("http", "ws");
      socket = Object.assign(new WebSocket(address), { onmessage: answered, onclose: gone });
    }
    const trying = socket;
    const opened = await new Promise((resolve) => {
      trying.addEventListener("open", () => resolve(true));
      trying.addEventListener("close", () => resolve(false));
    });
    if (!opened) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return view.running();
}
