// What the tool says and shows: its tools, its keys, and where things stand.

export const TOOLS = [
  ["joint", "j", "Joint", "Drag a joint: it moves alone. Where the chosen joint is absent, press to place it."],
  ["limb", "l", "Limb", "Drag a joint: what hangs on it swings along."],
  ["body", "b", "Body", "Drag the box to move, a corner to scale, the ring above to turn."],
  ["brush", "p", "Brush", "Paint the chosen part. By keys: arrows move, Space begins and ends a stroke."],
  ["polygon", "g", "Polygon", "Set corners; Enter, or the first corner, closes. By keys: arrows move, Space sets."],
];
const HELP = [
  ["j l b p g", "the tools: joint, limb, body, brush, polygon"],
  [", .", "the joint before, the next one"], ["Arrows", "move by a pixel, with Shift by ten"],
  ["h", "the joint is hidden, or visible again"], ["x or Delete", "the joint is absent, or there again"],
  ["n", "a new person, a puppet that stands"], ["e", "a new person without joints: set them one by one"],
  ["w", "the next person"], ["Shift+Delete", "remove the person"],
  ["< >", "scale the person by 3 %"], ["r R", "turn the person, or with the tool limb what hangs on the joint, by 3°"],
  ["s", "left and right exchanged"], ["0 to 9", "the part, 0 rubs out; Shift+0: nobody knows the part"],
  ["[ ]", "a smaller, a larger brush; a narrower, a wider outline"], ["o", "parts follow the puppet's outline, or stay"],
  ["Space, Enter, Backspace, Escape", "stroke or corner; close a polygon; its last corner away; drop it"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"], ["+ − f", "nearer, farther, the whole picture; the wheel and two fingers, too"],
  ["Ctrl+Arrows", "move the view"], ["m", "the networks' answer instead"], ["t", "names of all joints"],
  ["v", "parts shown or not"], ["Enter", "done: the next picture"], ["PageUp, PageDown", "the picture before, the next one"],
];
export const LAYOUT = `
<div class="an-bar">
  <button class="an-before" type="button" title="PageUp">◀<span class="an-word"> before</span></button>
  <select class="an-pictures" aria-label="Picture"></select>
  <button class="an-next" type="button" title="Enter">Done, next ▶</button>
  <span class="an-group an-tools" role="radiogroup" aria-label="Tool">${TOOLS.map(([name, key, label, title]) =>
    `<button type="button" role="radio" data-tool="${name}" title="${title}">${label} <kbd>${key}</kbd></button>`).join("")}</span>
  <span class="an-group"><button class="an-undo" type="button" title="Ctrl+Z">Undo</button><button class="an-redo" type="button" title="Ctrl+Y">Redo</button></span>
  <span class="an-group"><button class="an-out" type="button" aria-label="farther">−</button><button class="an-fit" type="button" title="f">Fit</button><button class="an-in" type="button" aria-label="nearer">+</button></span>
  <button class="an-ask" type="button" title="The networks' answer: m">Network</button>
  <button class="an-keys" type="button">Keys <kbd>?</kbd></button>
</div>
<p class="an-alert" role="alert" hidden><span></span> <button class="an-mine" type="button">Keep mine</button> <button class="an-theirs" type="button">Take the other</button></p>
<div class="an-main">
  <canvas class="an-canvas" tabindex="0" role="application" aria-label="The picture with people's joints and parts; ? lists the keys"></canvas>
  <div class="an-side">
    <section><h2>People</h2><div class="an-people"></div>
      <div class="an-row"><button class="an-new" type="button">Puppet <kbd>n</kbd></button><button class="an-empty" type="button">Empty <kbd>e</kbd></button><button class="an-remove" type="button">Remove</button></div></section>
    <section class="an-joint-box"><h2>Joints</h2><div class="an-row"><button class="an-hidden" type="button">Hidden <kbd>h</kbd></button><button class="an-absent" type="button">Absent <kbd>x</kbd></button><button class="an-swap" type="button">L ↔ R <kbd>s</kbd></button></div><div class="an-joints" role="listbox" aria-label="Joints"></div></section>
    <section class="an-part-box"><h2>Parts</h2><div class="an-parts" role="radiogroup" aria-label="Part to paint"></div>
      <label class="an-row">Brush <input class="an-size" type="range" min="1" max="100" value="12"></label>
      <button class="an-outline" type="button" aria-pressed="false">Parts follow the puppet <kbd>o</kbd></button></section>
  </div>
</div>
<p class="an-status" role="status"></p><p class="an-saved" aria-live="polite"></p>
<dialog class="an-help"><form method="dialog" class="an-row"><h2>Keys</h2><button>Close</button></form><dl>${HELP.map(([keys, what]) => `<dt>${keys.replace(/</g, "&lt;")}</dt><dd>${what}</dd>`).join("")}</dl></dialog>`;
