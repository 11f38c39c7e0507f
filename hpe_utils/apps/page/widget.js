// Frames to the kernel of a notebook.

async function render({ model, el }) {
  const waiting = new Map();
  const answered = (answer) => {
    waiting.get(answer.frame)?.(answer);
    waiting.delete(answer.frame);
  };
  model.on("msg:custom", answered);
  const find = async (frame, settings) => {
    const blob = await frame.convertToBlob({ type: "image/jpeg", quality: 0.8 });
    const mine = crypto.randomUUID(); // a notebook may show the same widget twice
    const answer = new Promise((resolve) => waiting.set(mine, resolve));
    model.send({ frame: mine, ...settings }, undefined, [await blob.arrayBuffer()]);
    return answer;
  };
  const clip = URL.createObjectURL(new Blob([model.get("clip")], { type: "video/mp4" }));
  const view = liveView(el, { models: model.get("models"), find, clip });
  return () => {
    view.stop("");
    model.off("msg:custom", answered);
    URL.revokeObjectURL(clip);
  };
}

export default { render };
