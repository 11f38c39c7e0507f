// The tool: joints and parts of the people in a picture, by mouse, touch and keys.

import { drawCorners, drawCursor, drawHandles, drawLoupe, drawPuppet } from "./drawing.js";
import { History, Saver } from "./keeping.js";
import { LAYOUT, TOOLS } from "./layout.js";
import { PartMap } from "./part_map.js";
import { View, followPointers, placeOn } from "./screen.js";
import { boxOf, distance, drawShape, heightOf, shapeBox, standingAt, swing, turnedAll } from "./puppet.js";

const STATES = ["absent", "hidden", "visible"];
const NEAR = { mouse: 12, pen: 14, touch: 26 }; // pixels of the screen within which a joint or handle is grabbed
const ERASE = 0, UNKNOWN = 255;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Build the tool inside `root`. `ask(question)` promises the desk's answer, `picture(name)` a blob of the picture.
// Returns { stop }.
export async function annotator(root, { ask, picture }) {
  root.classList.add("an");
  root.innerHTML = LAYOUT;
  const part = (name) => root.querySelector(`.an-${name}`);
  const canvas = part("canvas"), context = canvas.getContext("2d");
  const work = await ask({ ask: "work" }).catch((error) => ({ error: error.message }));
  if (work.error) {
    root.textContent = work.error;
    return { stop() {} };
  }
  const { puppet } = work, stopped = new AbortController(), view = new View();
  const saver = new Saver(ask, work.id, told);
  let image = null, map = null, history = null, opening = 0, ratio = 1, due = false;
  let people = [], done = false;
  let who = 0, joint = 0, tool = "joint", label = 1, wide = 1, corners = [], cursor = null, stroke = null;
  let follow = null, loupe = null, names = false, shown = true;

  // The picture that is open -----------------------------------------------------------------------

  async function open(name) {
    closePolygon(false);
    if (saver.busy && saver.held !== true) say("Saving first…");
    await saver.settled();
    const mine = (opening += 1);
    Object.assign(part("pictures"), { value: name });
    image = null;
    say("Opening…");
    try {
      const [answer, blob] = await Promise.all([ask({ ask: "labels", name }), picture(name)]);
      if (answer.error) throw new Error(answer.error);
      const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
      if (mine !== opening) return;
      map = new PartMap(...answer.size, work.colours);
      const kept = saver.begin(name, answer.mark), draft = fits(kept?.state) ? kept : null;
      part("alert").hidden = true;
      image = bitmap;
      follow = null;
      show(draft ? draft.state : answer.state);
      history = new History(draft ? draft.state : answer.state);
      who = joint = 0;
      fit();
      say(people.length ? `${people.length} people.` : "Nobody is annotated: n puts a puppet into the picture.");
      part("saved").textContent = done ? "Saved." : "";
      if (draft && draft.mark === answer.mark) saver.put(draft.state);
      else if (draft) {
        saver.waiting = draft.state;
        told("changed", "This browser kept a change that was not saved, and the picture was changed since");
      } else if (!done && work.networks.length) await suggest(mine);
    } catch (error) {
      if (mine === opening) say(error.message);
    }
    refresh();
  }

  // Whether a state that the browser kept is of these joints and a picture of this size.
  function fits(state) {
    const pixels = state?.runs.reduce((sum, one, k) => sum + (k % 2 ? one : 0), 0);
    return state?.people.every((person) => person.joints.length === puppet.joints.length) && (!pixels || pixels === map.width * map.height);
  }

  async function suggest(mine = opening) {
    const name = part("pictures").value, from = history;
    say(`${work.networks.join(" and ")} look at the picture…`);
    const answer = await ask({ ask: "suggest", name }).catch((error) => ({ error: error.message }));
    if (mine !== opening || history !== from) return;
    if (answer.error) return say(answer.error);
    if (done) {
      show({ ...answer.state, done: true });
      return commit("The networks' answer.");
    }
    if (history.at) return say("You have begun: m asks the networks again."); // what was done meanwhile stays
    show(answer.state);
    history = new History(answer.state);
    say(`${people.length} people found, not saved yet: correct them, or press Enter where all is right.`);
    refresh();
  }

  function show(state) {
    people = structuredClone(state.people);
    done = state.done;
    map.load(state.runs);
    who = Math.min(who, Math.max(0, people.length - 1));
    stroke = null;
  }

  // Keep what was changed, and save it.
  function commit(text, tag = "") {
    done = true;
    const state = { people: structuredClone(people), runs: map.runs(), done };
    history.add(state, tag);
    saver.put(state);
    if (text) say(text);
    refresh();
  }

  function go(by) {
    if (corners.length && by < 0) return (corners.pop(), draw());
    const state = history?.go(by);
    if (!state) return say(by < 0 ? "This is how it began." : "There is nothing to redo.");
    stopFollowing();
    show(state);
    saver.put(state);
    say(`${by < 0 ? "Undone" : "Done again"}: change ${history.at} of ${history.states.length - 1}.`);
    refresh();
  }

  function step(by) {
    const { options, selectedIndex } = part("pictures"), to = options[selectedIndex + by];
    if (to) return open(to.value);
    say(by > 0 ? "This is the last picture." : "This is the first picture.");
  }

  function finish() {
    if (image && !done) commit(people.length ? "Accepted." : "Nobody is in this picture.");
    step(1);
  }

  function told(kind, text) {
    part("saved").textContent = text;
    part("saved").classList.toggle("an-bad", kind === "failed" || kind === "changed");
    part("alert").hidden = kind !== "changed";
    if (kind === "changed") part("alert").firstElementChild.textContent = `${text}.`;
    if (kind === "saved") mark();
  }

  function mark() {
    const option = part("pictures").selectedOptions[0];
    option.textContent = option.textContent.replace(/^. /, done ? "✓ " : "○ ");
  }

  // People and joints ------------------------------------------------------------------------------

  const joints = () => people[who]?.joints;
  function setJoints(now) {
    people[who].joints = now;
    if (follow) outline();
    draw();
  }

  function add(empty) {
    if (!image) return;
    const [x, y] = toPicture(middle());
    const height = 0.6 * Math.min(canvas.clientHeight / view.scale, image.height);
    const placed = standingAt(puppet, [x, y], height);
    stopFollowing();
    people.push({ joints: empty ? placed.map(([a, b]) => [a, b, 0]) : placed });
    [who, joint] = [people.length - 1, 0];
    choose(empty ? "joint" : "limb");
    commit(empty ? `Press where ${puppet.joints[0]} is, then the others in their order.` : "A new person: Body places it, Limb swings its limbs.");
  }

  function remove() {
    if (!people.length) return;
    stopFollowing();
    map.renumber((number) => (number === who + 1 ? 0 : number > who + 1 ? number - 1 : number));
    people.splice(who, 1);
    who = Math.max(0, who - 1);
    commit("Removed.");
  }

  function setVisibility(k, v) {
    if (!joints()) return;
    const now = joints().map((one) => [...one]);
    now[k][2] = v;
    setJoints(now);
    commit(`${puppet.joints[k]} is ${STATES[v]}.`);
  }

  // Left joints where right ones are, and the other way round.
  function exchange() {
    if (!joints()) return;
    setJoints(puppet.mirrored.map((k) => joints()[k]));
    commit("Left and right are exchanged.");
  }

  function pick(k) {
    joint = (k + puppet.joints.length) % puppet.joints.length;
    sayJoint();
    refresh();
  }

  function sayJoint() {
    const [x, y, v] = joints()?.[joint] ?? [0, 0, 0];
    say(`${puppet.joints[joint]}, ${STATES[v]}${v ? `, ${x.toFixed(1)}, ${y.toFixed(1)}` : ""}`);
  }

  function place(at) {
    const now = joints().map((one) => [...one]);
    now[joint] = [...at, 2];
    setJoints(now);
    const text = `${puppet.joints[joint]} is placed.`;
    const next = now.findIndex(([, , v], k) => !v && k > joint);
    if (next >= 0) joint = next;
    commit(`${text}${next >= 0 ? ` Next: ${puppet.joints[next]}.` : ""}`);
  }

  // Move what the tool moves by pixels, from the keys.
  function nudge([dx, dy]) {
    if (tool === "brush" || tool === "polygon") return moveCursor([dx, dy]);
    if (!joints()) return;
    if (tool === "body") setJoints(turnedAll(joints(), [0, 0], [dx, dy], 0, 1));
    else {
      const [x, y, v] = joints()[joint], to = [x + dx, y + dy];
      if (tool === "limb" && v) setJoints(swing(puppet, joints(), joint, to));
      else setJoints(joints().map((one, k) => (k === joint ? [...to, v || 2] : one)));
    }
    commit("", `nudge ${tool} ${who} ${joint}`);
    sayJoint();
  }

  function turn(degrees, scale) {
    if (!joints()) return;
    const angle = (degrees * Math.PI) / 180, pivot = joints()[puppet.parents[joint]];
    if (tool === "limb" && scale === 1 && pivot?.[2] && joints()[joint][2]) {
      const [to] = turnedAll([joints()[joint]], pivot, pivot, angle, 1);
      setJoints(swing(puppet, joints(), joint, to));
    } else {
      const box = boxOf(joints());
      if (!box) return;
      const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      setJoints(turnedAll(joints(), middle, middle, angle, scale));
    }
    commit(scale === 1 ? "Turned." : "Scaled.", `turn ${scale} ${who} ${joint}`);
  }

  // Parts ------------------------------------------------------------------------------------------

  function codeOf() { return label === ERASE ? 0 : 256 * (who + 1) + label; }
  function colourOf(k) { return k === ERASE ? "rgb(20,20,20)" : k === UNKNOWN ? "rgb(110,110,110)" : `rgb(${work.colours[k - 1]})`; }
  function size() { return Number(part("size").value); }

  function canPaint() {
    if (!work.parts.length) return say("There are no parts to paint: begin with --parts, such as --parts iftimie6."), false;
    if (!people.length) return say("First n or e: whose parts are these?"), false;
    return Boolean(image);
  }

  function paintLine(from, to) {
    const reach = size() / 2;
    const box = boxOf([[...from, 1], [...to, 1]]);
    map.stamp(codeOf(), [box[0] - reach - 1, box[1] - reach - 1, box[2] + reach + 1, box[3] + reach + 1], (on) => {
      Object.assign(on, { lineWidth: size(), lineCap: "round" });
      on.beginPath();
      on.moveTo(...from);
      on.lineTo(to[0] + 1e-3, to[1]);
      on.stroke();
    });
  }

  function closePolygon(keep) {
    if (keep && corners.length > 2 && canPaint()) {
      stopFollowing();
      const box = boxOf(corners.map((corner) => [...corner, 1]));
      map.stamp(codeOf(), [box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1], (on) => {
        on.beginPath();
        for (const corner of corners) on.lineTo(...corner);
        on.fill();
      });
      corners = [];
      commit(`${partName(label)}: a polygon.`);
    }
    corners = [];
    draw();
  }

  function corner(at) {
    if (!canPaint()) return;
    if (corners.length > 2 && distance(toScreen(corners[0]), toScreen(at)) < 12) return closePolygon(true);
    corners.push(at);
    say(`${corners.length} corners; Enter closes.`);
    draw();
  }

  function moveCursor([dx, dy]) {
    const from = cursor ?? toPicture(middle()).map(Math.round);
    cursor = [clamp(from[0] + dx, image.width - 1), clamp(from[1] + dy, image.height - 1)];
    if (stroke) paintLine(from, cursor);
    say(`Cursor at ${cursor[0].toFixed(0)}, ${cursor[1].toFixed(0)}.`);
    draw();
  }

  function press() {
    if (!cursor) moveCursor([0, 0]);
    if (tool === "polygon") return corner(cursor);
    if (tool !== "brush" || !canPaint()) return;
    stopFollowing();
    paintLine(cursor, cursor);
    stroke = stroke ? null : "keys";
    if (!stroke) return commit(`${partName(label)} is painted.`);
    say("Painting: arrows move, Space ends.");
    draw();
  }

  function partName(k) { return k === ERASE ? "nobody" : k === UNKNOWN ? "unlabelled" : work.parts[k - 1]; }

  function pickPart(k) {
    if (k !== UNKNOWN && k > work.parts.length) return;
    label = k;
    if (tool !== "polygon") choose("brush");
    say(`Part: ${partName(k)}.`);
    refresh();
  }

  function toggleFollow() {
    if (follow) return (stopFollowing(), say("The parts stay where they are."), refresh());
    if (!canPaint()) return;
    if (!puppet.shapes.length) return say("Nothing is known of these parts' outline: say along which joints they lie.");
    if (!boxOf(joints())) return say("A person without joints has no outline.");
    const own = map.copy();
    for (let k = 0; k < own.length; k++) if (own[k] >> 8 === who + 1) own[k] = 0;
    follow = { under: own, who, box: [0, 0, map.width, map.height] };
    outline();
    commit("The parts follow the puppet; [ and ] make them narrower and wider.");
  }

  function stopFollowing() { follow = null; }

  // The outline of the puppet's parts, in place of what the person had.
  function outline() {
    const height = heightOf(puppet, joints());
    map.restore(follow.under, follow.box);
    const boxes = puppet.shapes.map((shape) => shapeBox(shape, joints(), height, wide));
    puppet.shapes.forEach((shape, k) => {
      if (boxes[k]) map.stamp(256 * (who + 1) + shape.label, boxes[k], (on) => drawShape(on, shape, joints(), height, wide));
    });
    follow.box = boxOf(boxes.filter(Boolean).flatMap(([x0, y0, x1, y1]) => [[x0, y0, 1], [x1, y1, 1]])) ?? [0, 0, 0, 0];
  }

  function widen(factor) {
    if (follow) {
      wide = clamp(wide * factor, 4);
      outline();
      return commit(`Outline ${wide.toFixed(2)} times as wide.`, "wide");
    }
    part("size").value = Math.max(1, Math.round(size() * factor + Math.sign(factor - 1)));
    say(`Brush: ${size()} pixels.`);
    draw();
  }

  // The view ---------------------------------------------------------------------------------------

  const toScreen = (at) => view.toScreen(at), toPicture = (at) => view.toPicture(at);
  const middle = () => [canvas.clientWidth / 2, canvas.clientHeight / 2];

  function fit() {
    if (image) view.fit(image, canvas.clientWidth, canvas.clientHeight);
    draw();
  }

  function zoom(factor, at = middle()) {
    view.zoom(factor, at);
    draw();
  }

  function pan(by) {
    view.pan(by);
    draw();
  }

  function resized() {
    const [x, y] = [canvas.width / ratio / 2, canvas.height / ratio / 2];
    ratio = devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(canvas.clientWidth * ratio), height: Math.round(canvas.clientHeight * ratio) });
    pan([canvas.width / ratio / 2 - x, canvas.height / ratio / 2 - y]); // what was in the middle stays
  }

  function draw() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; paint(); });
  }

  function paint() {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    if (!image) return;
    const target = [view.x, view.y, view.scale * image.width, view.scale * image.height];
    context.imageSmoothingEnabled = view.scale * ratio < 3;
    context.drawImage(image, ...target);
    if (shown) {
      context.globalAlpha = 0.5;
      context.imageSmoothingEnabled = false;
      context.drawImage(map.layer, ...target);
      context.globalAlpha = 1;
    }
    const jointed = tool !== "brush" && tool !== "polygon";
    people.forEach((person, k) => {
      if (k !== who) drawPuppet(context, puppet, person.joints, toScreen, { active: false });
    });
    if (joints()) drawPuppet(context, puppet, joints(), toScreen, { active: jointed, chosen: joint, names });
    if (tool === "body" && handleBox()) drawHandles(context, handleBox(), handles());
    if (corners.length) drawCorners(context, [...corners, ...(cursor ? [cursor] : [])].map(toScreen), colourOf(label));
    if (!jointed && cursor) drawCursor(context, toScreen(cursor), tool === "brush" ? (size() / 2) * view.scale : 3, colourOf(label));
    if (loupe) drawLoupe(context, toScreen(loupe), ratio);
  }

  // The panel --------------------------------------------------------------------------------------

  function say(text) { part("status").textContent = text; }

  function refresh() {
    const counts = people.map((person) => person.joints.filter(([, , v]) => v).length);
    part("people").replaceChildren(...people.map((_, k) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Person ${k + 1}: ${counts[k]} of ${puppet.joints.length}` });
      button.setAttribute("aria-pressed", k === who);
      button.onclick = () => pickPerson(k);
      return button;
    }));
    [...part("joints").children].forEach((row, k) => {
      const v = joints()?.[k][2] ?? 0;
      row.setAttribute("aria-selected", k === joint);
      row.lastChild.textContent = joints() ? STATES[v] : "";
      row.dataset.state = STATES[v];
    });
    const sizes = work.parts.length && map && people.length ? map.sizes(who + 1) : {};
    for (const button of part("parts").children) {
      const k = Number(button.dataset.label);
      button.setAttribute("aria-checked", k === label);
      button.lastChild.textContent = sizes[k] ? `${sizes[k].toLocaleString("en")} px` : "";
    }
    for (const button of part("tools").children) button.setAttribute("aria-checked", button.dataset.tool === tool);
    part("outline").setAttribute("aria-pressed", Boolean(follow));
    part("undo").disabled = !history?.at && !corners.length;
    part("redo").disabled = !history || history.at === history.states.length - 1;
    part("remove").disabled = !people.length;
    root.dataset.changes = history?.at ?? 0;
    const row = part("joints").children[joint];
    row?.scrollIntoView({ block: "nearest" });
    draw();
  }

  function pickPerson(k) {
    stopFollowing();
    who = k;
    say(`Person ${k + 1}.`);
    refresh();
  }

  function choose(name) {
    if (tool === "polygon" && name !== "polygon") closePolygon(false);
    if (stroke) press();
    tool = name;
    cursor = null;
    canvas.dataset.tool = name;
    say(TOOLS.find(([one]) => one === name)[3]);
    refresh();
  }

  // Mouse, pen and fingers -------------------------------------------------------------------------

  // The nearest joint to a place on the screen, the active person's first: { k, joint } or null.
  function jointAt(at, near) {
    let best = null;
    people.forEach((person, k) => person.joints.forEach((one, index) => {
      if (!one[2]) return;
      const far = distance(toScreen(one), at) + (k === who ? 0 : 4);
      if (far <= near && (!best || far < best.far)) best = { k, joint: index, far };
    }));
    return best;
  }

  function handleBox() {
    const box = joints() && boxOf(joints());
    if (!box) return null;
    const [x0, y0] = toScreen(box), [x1, y1] = toScreen(box.slice(2));
    return [x0 - 16, y0 - 16, x1 + 16, y1 + 16];
  }

  function handles() {
    const [x0, y0, x1, y1] = handleBox();
    const found = [[x0, y0, x1, y1], [x1, y0, x0, y1], [x0, y1, x1, y0], [x1, y1, x0, y0]]
      .map(([x, y, u, v]) => ({ kind: "scale", at: [x, y], fixed: [u, v] }));
    return [...found, { kind: "turn", at: [(x0 + x1) / 2, y0 - 28], fixed: [(x0 + x1) / 2, (y0 + y1) / 2] }];
  }

  // What a pointer begins: { move(place), end(moved), cancel() }, places on the screen.
  function begin(at, event) {
    if (!image || stroke) return null;
    const near = NEAR[event.pointerType] ?? NEAR.mouse;
    if (event.button === 1 || event.button === 2) return panning(at);
    if (tool === "brush") return brushing(at);
    if (tool === "polygon") return { move: () => {}, end: (moved) => { if (!moved) corner(toPicture(at)); } };
    if (tool === "body") return bodying(at, near) ?? panning(at);
    const hit = jointAt(at, near);
    if (hit) return jointing(hit, at, event.pointerType === "touch");
    const empty = joints() && !joints()[joint][2];
    return empty && tool === "joint" ? { ...panning(at), end: (moved) => { if (!moved) place(toPicture(at)); } } : panning(at);
  }

  function panning(at) {
    let last = at;
    return { move(to) { pan([to[0] - last[0], to[1] - last[1]]); last = to; }, end() {} };
  }

  function jointing(hit, at, touched) {
    if (hit.k !== who) stopFollowing();
    [who, joint] = [hit.k, hit.joint];
    refresh();
    sayJoint();
    const before = joints(), from = before[joint], grab = toPicture(at);
    return {
      move(to) {
        const [x, y] = toPicture(to), now = [from[0] + x - grab[0], from[1] + y - grab[1]];
        loupe = touched ? now : null;
        setJoints(tool === "limb" ? swing(puppet, before, joint, now) : before.map((one, k) => (k === joint ? [...now, one[2]] : one)));
      },
      end(moved) {
        loupe = null;
        if (moved) commit();
        sayJoint();
        draw();
      },
      cancel() { loupe = null; setJoints(before); },
    };
  }

  function bodying(at, near) {
    const box = handleBox(), grabbed = box && handles().find((one) => distance(one.at, at) <= near + 4);
    const inside = box && at[0] >= box[0] && at[0] <= box[2] && at[1] >= box[1] && at[1] <= box[3];
    const other = !grabbed && jointAt(at, near);
    if (other && other.k !== who && !inside) pickPerson(other.k);
    else if (!grabbed && !inside) return null;
    const before = joints(), centre = grabbed && toPicture(grabbed.fixed), grab = toPicture(at);
    return {
      move(to) {
        const [x, y] = toPicture(to);
        if (!grabbed) return setJoints(turnedAll(before, grab, [x, y], 0, 1));
        if (grabbed.kind === "scale") return setJoints(turnedAll(before, centre, centre, 0, Math.max(0.05, distance([x, y], centre) / distance(grab, centre))));
        const angle = Math.atan2(y - centre[1], x - centre[0]) - Math.atan2(grab[1] - centre[1], grab[0] - centre[0]);
        return setJoints(turnedAll(before, centre, centre, angle, 1));
      },
      end(moved) { if (moved) commit(grabbed ? (grabbed.kind === "turn" ? "Turned." : "Scaled.") : "Moved."); },
      cancel() { setJoints(before); },
    };
  }

  function brushing(at) {
    if (!canPaint()) return panning(at);
    stopFollowing();
    const before = map.copy();
    let last = toPicture(at);
    paintLine(last, last);
    return {
      move(to) { cursor = toPicture(to); paintLine(last, cursor); last = cursor; draw(); },
      end() { commit(`${partName(label)} is painted.`); },
      cancel() { map.restore(before, [0, 0, map.width, map.height]); draw(); },
    };
  }

  // Keys -------------------------------------------------------------------------------------------

  const keys = {
    j: () => choose("joint"), l: () => choose("limb"), b: () => choose("body"), p: () => choose("brush"), g: () => choose("polygon"),
    ",": () => pick(joint - 1), ".": () => pick(joint + 1),
    h: () => setVisibility(joint, joints()?.[joint][2] === 1 ? 2 : 1),
    x: () => setVisibility(joint, joints()?.[joint][2] ? 0 : 2), Delete: () => keys.x(),
    n: () => add(false), e: () => add(true), w: () => people.length && pickPerson((who + 1) % people.length), "Shift+Delete": remove,
    "<": () => turn(0, 1 / 1.03), ">": () => turn(0, 1.03), r: () => turn(3, 1), R: () => turn(-3, 1), s: exchange,
    "[": () => widen(1 / 1.15), "]": () => widen(1.15), o: toggleFollow,
    " ": press, Backspace: () => { if (corners.pop()) draw(); }, Escape: () => closePolygon(false),
    Enter: () => (corners.length ? closePolygon(true) : finish()),
    "Ctrl+z": () => go(-1), "Ctrl+y": () => go(1), "Ctrl+Z": () => go(1),
    "+": () => zoom(1.25), "-": () => zoom(0.8), f: fit, m: () => work.networks.length && suggest(),
    t: () => { names = !names; draw(); }, v: () => { shown = !shown; draw(); },
    PageDown: () => step(1), PageUp: () => step(-1), "?": () => part("help").showModal(),
  };

  function pressed(event) {
    const { key, target } = event, third = event.getModifierState("AltGraph"); // some keyboards write [ with it
    const control = !third && (event.ctrlKey || event.metaKey);
    if ((event.altKey && !third) || part("help").open || target.matches("select, input")) return;
    if (target.matches("button") && (key === " " || key === "Enter")) return;
    if (!image && !["PageDown", "PageUp", "?"].includes(key)) return;
    const name = `${control ? "Ctrl+" : ""}${key === "Delete" && event.shiftKey ? "Shift+" : ""}${key}`;
    if (ARROWS[key]) {
      const by = ARROWS[key].map((one) => one * (event.shiftKey ? 10 : 1));
      if (control) pan(by.map((one) => -40 * one));
      else nudge(by);
    } else if (/^\d$/.test(key) && !control) pickPart(Number(key));
    else if (event.code === "Digit0" && event.shiftKey && !control) pickPart(UNKNOWN); // ) or = or what it is there
    else if (keys[name]) keys[name]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Building ---------------------------------------------------------------------------------------

  part("pictures").append(...work.pictures.map(({ name, done: has }, k) => new Option(`${has ? "✓" : "○"} ${k + 1} of ${work.pictures.length}: ${name}`, name)));
  part("joints").append(...puppet.joints.map((name, k) => {
    const row = document.createElement("button");
    row.type = "button";
    row.className = `an-${puppet.sides[k]}`;
    row.setAttribute("role", "option");
    row.append(Object.assign(document.createElement("i"), { ariaHidden: "true" }), name, document.createElement("span"));
    row.onclick = () => pick(k);
    row.ondblclick = () => setVisibility(k, ((joints()?.[k][2] ?? 0) + 1) % 3);
    return row;
  }));
  const swatches = [[ERASE, "nobody (rubs out)", "0"], ...work.parts.map((name, k) => [k + 1, name, k < 9 ? `${k + 1}` : ""]), [UNKNOWN, "unlabelled", "Shift+0"]];
  part("parts").append(...swatches.map(([k, name, key]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", onclick: () => pickPart(k) });
    const swatch = document.createElement("i");
    swatch.style.background = k === ERASE ? "none" : colourOf(k);
    button.setAttribute("role", "radio");
    button.dataset.label = k;
    button.append(swatch, name, Object.assign(document.createElement("kbd"), { textContent: key, hidden: !key }), document.createElement("span"));
    return button;
  }));
  part("part-box").hidden = !work.parts.length;
  part("ask").hidden = !work.networks.length;
  for (const button of part("tools").children) {
    button.hidden = !work.parts.length && ["brush", "polygon"].includes(button.dataset.tool);
    button.onclick = () => choose(button.dataset.tool);
  }
  const clicks = {
    before: () => step(-1), next: finish, undo: () => go(-1), redo: () => go(1), in: () => zoom(1.25), out: () => zoom(0.8), fit,
    ask: () => image && suggest(), keys: () => part("help").showModal(), new: () => add(false), empty: () => add(true), remove, hidden: keys.h,
    absent: keys.x, swap: exchange, outline: toggleFollow, mine: () => saver.insist(),
    theirs: () => { saver.forget(); saver.held = false; open(part("pictures").value); },
  };
  for (const [name, click] of Object.entries(clicks)) part(name).onclick = click;
  part("pictures").onchange = ({ target }) => { open(target.value); canvas.focus(); };
  part("size").oninput = () => { say(`Brush: ${size()} pixels.`); draw(); };
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own would take the keys
  root.addEventListener("keydown", pressed, { signal: stopped.signal });
  followPointers(canvas, {
    begin,
    hover(at, event) {
      if (!image || stroke || !["brush", "polygon"].includes(tool) || event.pointerType === "touch") return;
      cursor = toPicture(at);
      draw();
    },
    leave() { if (!stroke) { cursor = null; draw(); } },
    pinch(factor, at, by) { zoom(factor, at); pan(by); },
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), placeOn(canvas, event));
  }, { passive: false });
  const watching = new ResizeObserver(resized);
  watching.observe(canvas);
  resized();
  choose("joint");
  const first = work.pictures.find(({ done: has }) => !has) ?? work.pictures[0];
  await open(first.name);
  canvas.focus({ preventScroll: true });
  return { stop() { saver.stopped = true; stopped.abort(); watching.disconnect(); } };
}

function clamp(value, most) { return Math.min(Math.max(value, 0), most); }
