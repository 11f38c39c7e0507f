// How people look on the canvas: left is blue, whole, round; right is orange, dashed, square; the middle is grey.

const COLOURS = { left: "rgb(0,114,178)", right: "rgb(230,97,0)", middle: "rgb(85,85,85)" };
const CHOSEN = "rgb(255,214,0)";

// Draw a person's joints; `place` gives a joint's place on the canvas. Hidden joints are hollow.
export function drawPuppet(context, puppet, joints, place, { active, chosen, names }) {
  const reach = active ? 6 : 4, thick = active ? 3 : 2;
  context.globalAlpha = active ? 1 : 0.6;
  for (const [a, b] of puppet.limbs) {
    if (!joints[a][2] || !joints[b][2]) continue;
    const side = [puppet.sides[a], puppet.sides[b]].find((one) => one !== "middle") ?? "middle";
    for (const [colour, width] of [["white", thick + 2], [COLOURS[side], thick]]) {
      context.beginPath();
      context.setLineDash(side === "right" ? [8, 6] : []);
      Object.assign(context, { strokeStyle: colour, lineWidth: width, lineCap: "butt" });
      context.moveTo(...place(joints[a]));
      context.lineTo(...place(joints[b]));
      context.stroke();
    }
  }
  context.setLineDash([]);
  joints.forEach((joint, k) => {
    if (!joint[2]) return;
    const [x, y] = place(joint);
    if (active && k === chosen) drawMark(context, "left", x, y, reach + 5, CHOSEN, "rgba(0,0,0,.6)");
    const colour = COLOURS[puppet.sides[k]];
    drawMark(context, puppet.sides[k], x, y, reach, joint[2] === 1 ? "white" : colour, joint[2] === 1 ? colour : "white");
  });
  if (active) {
    joints.forEach((joint, k) => {
      if (joint[2] && (names || k === chosen)) drawName(context, puppet.joints[k], ...place(joint));
    });
  }
  context.globalAlpha = 1;
}

// A circle, a square or a diamond, by side.
function drawMark(context, side, x, y, reach, fill, edge) {
  context.beginPath();
  if (side === "right") context.rect(x - reach, y - reach, 2 * reach, 2 * reach);
  else if (side === "left") context.arc(x, y, reach, 0, 2 * Math.PI);
  else [[0, -1], [1, 0], [0, 1], [-1, 0]].forEach(([u, v]) => context.lineTo(x + 1.3 * reach * u, y + 1.3 * reach * v));
  context.closePath();
  Object.assign(context, { fillStyle: fill, strokeStyle: edge, lineWidth: 2 });
  context.fill();
  context.stroke();
}

function drawName(context, name, x, y) {
  context.font = "13px system-ui, sans-serif";
  const width = context.measureText(name).width, right = x + 14 + width > context.canvas.clientWidth;
  const left = right ? x - 14 - width : x + 14;
  context.fillStyle = "rgba(255,255,255,.85)";
  context.fillRect(left - 3, y - 10, width + 6, 19);
  context.fillStyle = "rgb(20,20,20)";
  context.fillText(name, left, y + 4);
}

// The box around a person with what scales it at the corners and turns it above.
export function drawHandles(context, [x0, y0, x1, y1], handles) {
  Object.assign(context, { strokeStyle: "white", lineWidth: 3 });
  context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  Object.assign(context, { strokeStyle: "rgb(20,20,20)", lineWidth: 1 });
  context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  for (const { kind, at: [x, y] } of handles) drawMark(context, kind === "turn" ? "left" : "right", x, y, 7, "white", "rgb(20,20,20)");
}

// What is under a finger, three times as large, in a corner of the canvas.
export function drawLoupe(context, [x, y], ratio) {
  const { canvas } = context, side = 120, seen = 40, left = x < canvas.clientWidth / 2 ? canvas.clientWidth - side - 8 : 8;
  context.save();
  context.beginPath();
  context.rect(left, 8, side, side);
  context.clip();
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, (x - seen / 2) * ratio, (y - seen / 2) * ratio, seen * ratio, seen * ratio, left, 8, side, side);
  context.restore();
  Object.assign(context, { strokeStyle: "white", lineWidth: 3 });
  context.strokeRect(left, 8, side, side);
}

// A cross where keys paint, a ring where the brush is, and the corners of a polygon.
export function drawCursor(context, [x, y], reach, colour) {
  for (const [edge, width] of [["white", 4], [colour, 2]]) {
    Object.assign(context, { strokeStyle: edge, lineWidth: width });
    context.beginPath();
    context.arc(x, y, Math.max(reach, 3), 0, 2 * Math.PI);
    context.moveTo(x - 4, y);
    context.lineTo(x + 4, y);
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 4);
    context.stroke();
  }
}

export function drawCorners(context, places, colour) {
  for (const [edge, width] of [["white", 5], [colour, 2.5]]) {
    Object.assign(context, { strokeStyle: edge, lineWidth: width });
    context.beginPath();
    for (const place of places) context.lineTo(...place);
    context.stroke();
  }
  for (const [x, y] of places) drawMark(context, "right", x, y, 4, "white", colour);
}
