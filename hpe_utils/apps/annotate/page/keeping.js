// What was done is kept: a history to go back in, and a saver that does not let go before all is written.

export class History {
  constructor(state) { Object.assign(this, { states: [state], at: 0, tag: "", then: 0 }); }

  // Add a state; keys that follow each other quickly with one tag are one change.
  add(state, tag = "") {
    const same = tag && tag === this.tag && Date.now() - this.then < 1000 && this.at === this.states.length - 1;
    this.states.length = this.at + (same ? 0 : 1);
    this.states.push(state);
    Object.assign(this, { at: this.states.length - 1, tag, then: Date.now() });
  }

  go(by) {
    const to = this.at + by;
    if (to < 0 || to >= this.states.length) return null;
    Object.assign(this, { at: to, tag: "" });
    return this.states[to];
  }
}

const AGAIN = 2000; // milliseconds until a failed saving is tried again

// Saves states of one picture at a time. A draft lies in the browser until the file has it, so that neither a closed
// tab nor a server that is gone loses it. `told(kind, text)` hears saving, saved, failed, changed.
export class Saver {
  constructor(ask, id, told) { Object.assign(this, { ask, id, told, waiting: null, busy: null, stopped: false }); }

  // The draft that was left of a picture: { state, mark } or null.
  begin(name, mark) {
    Object.assign(this, { name, mark, waiting: null, held: false });
    try {
      return JSON.parse(localStorage.getItem(this.key()));
    } catch {
      return null;
    }
  }

  key() { return `hpe annotate ${this.id} ${this.name}`; }

  put(state) {
    this.waiting = state;
    try {
      localStorage.setItem(this.key(), JSON.stringify({ state, mark: this.mark }));
    } catch { /* the browser keeps nothing, or no more: the file has it in a moment */ }
    if (!this.held) this.busy ??= this.run().finally(() => { this.busy = null; });
  }

  // Write what waits over what another wrote.
  insist() {
    Object.assign(this, { mark: null, held: false });
    if (this.waiting) this.put(this.waiting);
  }

  forget() {
    this.waiting = null;
    try { localStorage.removeItem(this.key()); } catch { /* as above */ }
  }

  async run() {
    while (this.waiting && !this.stopped) {
      const state = this.waiting;
      this.told("saving", "Saving…");
      let answer;
      try {
        answer = await this.ask({ ask: "save", name: this.name, state, mark: this.mark });
      } catch (error) {
        answer = { error: error.message };
      }
      if (answer.changed) {
        this.held = true;
        return this.told("changed", answer.error);
      }
      if (answer.error) {
        this.told("failed", `Not saved: ${answer.error}. It is tried again; this browser keeps it.`);
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
        continue;
      }
      this.mark = answer.mark;
      if (this.waiting !== state) continue;
      this.forget();
      this.told("saved", "Saved.");
    }
  }

  // When nothing waits any more, or somebody must decide.
  async settled() { while (this.busy) await this.busy; }
}
