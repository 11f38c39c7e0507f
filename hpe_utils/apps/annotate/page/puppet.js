// A person's joints as a puppet: what hangs on what, how it turns, and the outline of its parts.
// A puppet is as puppet.py says; joints are [x, y, v], v 2 visible, 1 hidden, 0 absent.

// A new puppet that stands around [x, y].
export function standingAt(puppet, [x, y], height) {
  return puppet.standing.map(([u, v]) => [x + u * height, y + v * height, 2]);
}

// How many pixels a height is, by the limbs that somebody has.
export function heightOf(puppet, joints) {
  let seen = 0, standing = 0;
  for (const [a, b] of puppet.limbs) {
    if (!joints[a][2] || !joints[b][2]) continue;
    seen += distance(joints[a], joints[b]);
    standing += distance(puppet.standing[a], puppet.standing[b]);
  }
  if (standing) return seen / standing;
  const box = boxOf(joints);
  return box ? Math.max(box[2] - box[0], box[3] - box[1], 1) : 1;
}

export function distance(a, b) { return Math.hypot(a[0] - b[0], a[1] - b[1]); }

// A joint, and all that hangs on it.
export function hanging(puppet, joint) {
  const found = [joint];
  for (const k of found) puppet.parents.forEach((parent, child) => { if (parent === k) found.push(child); });
  return found;
}

// Move a joint to a place; what hangs on it turns with it about the joint that it hangs on itself.
export function swing(puppet, joints, joint, [x, y]) {
  const from = joints[joint], pivot = joints[puppet.parents[joint]];
  const turn = pivot?.[2] ? Math.atan2(y - pivot[1], x - pivot[0]) - Math.atan2(from[1] - pivot[1], from[0] - pivot[0]) : 0;
  const moved = new Set(hanging(puppet, joint));
  return joints.map((one, k) => (moved.has(k) ? turned(one, from, [x, y], turn, 1) : one));
}

// Turn, scale and move everybody's joints: `from` comes to lie on `to`.
export function turnedAll(joints, from, to, turn, scale) {
  return joints.map((one) => turned(one, from, to, turn, scale));
}

function turned([x, y, v], from, to, turn, scale) {
  const cos = scale * Math.cos(turn), sin = scale * Math.sin(turn), dx = x - from[0], dy = y - from[1];
  return [to[0] + cos * dx - sin * dy, to[1] + sin * dx + cos * dy, v];
}

// The edges around the joints that are there, null where there is none.
export function boxOf(joints) {
  const known = joints.filter(([, , v]) => v);
  if (!known.length) return null;
  const xs = known.map(([x]) => x), ys = known.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

// The edges of all that a part of a puppet may cover, null where the person has none of its joints.
export function shapeBox(shape, joints, height, wide) {
  const box = boxOf(shape.chains.flat().map((k) => joints[k])), reach = (shape.width * wide + shape.beyond) * height;
  return box && [box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach];
}

// Draw a part of a puppet of so many pixels a height, `wide` times as wide as usual, in the picture's pixels.
export function drawShape(context, shape, joints, height, wide) {
  const width = shape.width * height * wide;
  const chains = shape.chains.map((chain) => chain.map((k) => joints[k]).filter(([, , v]) => v)).filter((chain) => chain.length);
  Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round" });
  if (shape.filled) {
    const around = chains.flatMap((chain, k) => (k % 2 ? [...chain].reverse() : chain));
    if (around.length > 2) {
      trace(context, around);
      context.closePath();
      context.fill();
      context.stroke();
    }
    return;
  }
  for (let chain of chains) {
    if (shape.inset && chain.length === 2) chain = [towards(chain[0], chain[1], width / 2), towards(chain[1], chain[0], width / 4)];
    if (shape.beyond && chain.length > 1) chain = [...chain, towards(chain.at(-1), chain.at(-2), -shape.beyond * height)];
    trace(context, chain);
    if (chain.length > 1) context.stroke();
    context.beginPath(); // a chain of one joint is a dot
    context.arc(chain[0][0], chain[0][1], width / 2, 0, 2 * Math.PI);
    context.fill();
  }
}

function trace(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
}

function towards(from, to, by) {
  const share = by / Math.max(distance(from, to), 1e-6);
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}
