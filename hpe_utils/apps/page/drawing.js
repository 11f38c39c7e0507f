// People on a canvas, and what one does with their parts. Left is blue, whole, round; right is orange, dashed, square.

const COLOURS = { left: "rgb(0,114,178)", right: "rgb(230,97,0)", middle: "rgb(85,85,85)" };

// Draw a frame with an effect, and the people in it. `model` is an entry of /models, `parts` an image or null.
export function drawAnswer(canvas, frame, answer, model, effect, parts) {
  const [width, height] = answer.size;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.drawImage(frame, 0, 0, width, height);
  if (parts && effect === "parts") {
    context.globalAlpha = 0.55;
    context.drawImage(parts, 0, 0, width, height);
    context.globalAlpha = 1;
  } else if (parts && effect !== "joints") {
    drawBackground(context, frame, effect);
    context.drawImage(cutOut(frame, parts, width, height), 0, 0);
  }
  const scale = Math.max(width, height) / 240;
  for (const person of answer.people) drawPerson(context, person, model, Math.max(1, Math.round(scale)));
}

function drawBackground(context, frame, effect) {
  const { width, height } = context.canvas;
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  if (effect === "replace") return;
  // Few pixels, enlarged smoothly or not: not every browser can blur a canvas.
  let few = frame;
  const smallest = width / (effect === "blur" ? 40 : 20);
  for (let now = width / 2; now >= smallest; now /= 2) few = resized(few, now, (now * height) / width);
  context.imageSmoothingEnabled = effect === "blur";
  context.imageSmoothingQuality = "high";
  context.drawImage(few, 0, 0, width, height);
  context.imageSmoothingEnabled = true;
}

function resized(picture, width, height) {
  const small = new OffscreenCanvas(Math.ceil(width), Math.ceil(height));
  small.getContext("2d").drawImage(picture, 0, 0, small.width, small.height);
  return small;
}

// The frame where somebody is, clear elsewhere.
function cutOut(frame, parts, width, height) {
  const own = new OffscreenCanvas(width, height);
  const context = own.getContext("2d");
  context.drawImage(parts, 0, 0, width, height);
  context.globalCompositeOperation = "source-in";
  context.drawImage(frame, 0, 0, width, height);
  return own;
}

function drawPerson(context, person, model, thick) {
  if (!model.joints.length) return;
  for (const [a, b] of model.limbs) {
    const start = person.joints[a], end = person.joints[b];
    if (!start || !end) continue;
    const side = [model.sides[a], model.sides[b]].find((one) => one !== "middle") ?? "middle";
    for (const [colour, width] of [["white", thick + 2], [COLOURS[side], thick]]) {
      context.beginPath();
      context.setLineDash(side === "right" ? [5 * thick, 5 * thick] : []);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.moveTo(start[0] + 0.5, start[1] + 0.5);
      context.lineTo(end[0] + 0.5, end[1] + 0.5);
      context.stroke();
    }
  }
  context.setLineDash([]);
  person.joints.forEach((joint, k) => {
    if (!joint) return;
    for (const [colour, reach] of [["white", 2 * thick + 1], [COLOURS[model.sides[k]], 2 * thick]]) {
      context.fillStyle = colour;
      context.beginPath();
      if (model.sides[k] === "right") context.rect(joint[0] + 0.5 - reach, joint[1] + 0.5 - reach, 2 * reach, 2 * reach);
      else context.arc(joint[0] + 0.5, joint[1] + 0.5, reach, 0, 2 * Math.PI);
      context.fill();
    }
  });
}

// What a canvas shows, for who does not see it.
export function inWords(answer, model) {
  if (!model.joints.length) return answer.parts ? "Parts of people are shown." : "Nothing is found.";
  if (!answer.people.length) return "Nobody is found.";
  const each = answer.people.map((person) => {
    const found = person.joints.filter(Boolean);
    const middle = found.reduce((sum, [x]) => sum + x, 0) / found.length / answer.size[0];
    const where = middle < 1 / 3 ? "on the left" : middle > 2 / 3 ? "on the right" : "in the middle";
    return `person ${person.number} ${where}, ${found.length} of ${model.joints.length} joints`;
  });
  return `${answer.people.length === 1 ? "One person" : `${answer.people.length} people`}: ${each.join("; ")}.`;
}
