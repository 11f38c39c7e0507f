// Questions to the server that this page came from.

import { annotator } from "./annotator.js";

history.replaceState(null, "", location.pathname); // the token is in a cookie now

async function ask(question) {
  const answer = await fetch("ask", { method: "POST", body: JSON.stringify(question) }).catch(() => null);
  if (!answer) throw new Error("the server is gone: start hpe annotate again");
  return answer.json();
}

async function picture(name) {
  const answer = await fetch(`picture?name=${encodeURIComponent(name)}`);
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.blob();
}

annotator(document.getElementById("annotator"), { ask, picture });
