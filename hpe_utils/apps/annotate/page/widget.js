// Questions to the kernel of a notebook.

async function render({ model, el }) {
  const waiting = new Map();
  const answered = ({ number, answer }, files) => {
    waiting.get(number)?.({ answer, files });
    waiting.delete(number);
  };
  model.on("msg:custom", answered);
  const put = (question) => {
    const number = crypto.randomUUID(); // a notebook may show the same widget twice
    const promise = new Promise((resolve) => waiting.set(number, resolve));
    model.send({ number, ...question });
    return promise;
  };
  const ask = async (question) => (await put(question)).answer;
  const picture = async (name) => {
    const { answer, files } = await put({ ask: "picture", name });
    if (answer.error) throw new Error(answer.error);
    return new Blob([files[0]], { type: answer.kind });
  };
  const tool = await annotator(el, { ask, picture });
  return () => {
    tool.stop();
    model.off("msg:custom", answered);
  };
}

export default { render };
