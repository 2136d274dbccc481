"use strict";
const at = (id) => document.getElementById(id);
let key = "";
let next = null;
const open = new Set();

function make(name, text, kind) {
  const node = document.createElement(name);
  if (text !== undefined && text !== null) node.textContent = String(text);
  if (kind) node.className = kind;
  return node;
}

function say(text) { at("said").textContent = text; }

function when(text) { return text ? new Date(text).toLocaleString() : ""; }

// A session's cookie alone may only read; the session tells the token for acting.
async function csrf() {
  const answer = await fetch("/api/v1/auth/session", { credentials: "same-origin" });
  if (!answer.ok) throw new Error("sign in, or use an API key");
  return (await answer.json()).csrf_token;
}

async function ask(path, method = "GET") {
  const headers = { Accept: "application/json" };
  if (key) headers.Authorization = "Bearer " + key;
  else if (method !== "GET") headers["x-csrf-token"] = await csrf();
  const answer = await fetch("/api/v1/queues" + path, { method, headers, credentials: "same-origin" });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail || "the server answered " + answer.status);
  return body;
}

function row(cells) {
  const line = make("tr");
  for (const [text, kind] of cells) line.append(make("td", text, kind));
  return line;
}

function drawQueues(queues) {
  at("steps").replaceChildren(...queues.steps.map((step) => {
    const n = (...states) => states.reduce((sum, state) => sum + (step.counts[state] || 0), 0);
    return row([
      [step.pool], [step.step], [n("ready"), "n"], [n("in_progress"), "n"], [n("pending"), "n"],
      [n("done", "skipped"), "n"], [n("error"), n("error") ? "n error" : "n"], [when(step.oldest_ready_at)],
    ]);
  }));
  at("workers").replaceChildren(...queues.workers.map((worker) => {
    const line = row([[worker.name], [worker.pools.join(", ")], [when(worker.started_at)], [when(worker.heartbeat_at)]]);
    if (!worker.alive) line.className = "silent";
    return line;
  }));
}

function act(text, path) {
  const button = make("button", text);
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await ask(path, "POST");
      await refresh();
      say(text + ": accepted");
    } catch (error) {
      say(error.message);
      button.disabled = false;
    }
  });
  return button;
}

function drawAttempts(step) {
  const list = make("ul");
  for (const attempt of step.history) {
    const text = `${attempt.attempt}: ${attempt.state} · ${when(attempt.started_at)} · ${attempt.worker}` +
      (attempt.error_code ? ` · ${attempt.error_code}` : "") + (attempt.error ? ` · ${attempt.error}` : "");
    list.append(make("li", text));
  }
  return list;
}

function drawSteps(job) {
  const table = make("table");
  for (const step of job.steps) {
    const share = step.state === "in_progress" ? ` ${Math.round(step.progress * 100)} %` : "";
    const line = row([
      [step.name], [step.state + share, step.state], [`${step.attempts} of ${step.max_attempts}`, "n"],
      [step.error || "", "error"],
    ]);
    const cell = make("td");
    if (step.state !== "in_progress") {
      const path = `/jobs/${encodeURIComponent(job.id)}/steps/${encodeURIComponent(step.name)}/retry`;
      cell.append(act("Run again", path), " ", act("Run from here", path + "?and_after=true"));
    }
    line.append(cell);
    table.append(line);
    if (step.history.length) {
      const history = make("td");
      history.colSpan = 5;
      history.append(drawAttempts(step));
      const below = make("tr");
      below.append(history);
      table.append(below);
    }
  }
  return table;
}

function drawJob(job) {
  const box = make("details");
  const head = make("summary");
  head.append(make("strong", job.state, job.state), ` ${job.pipeline} · ${when(job.created_at)} `, make("code", job.id));
  if (job.error) head.append(" ", make("span", job.error, "error"));
  const inside = make("div");
  box.append(head, inside);
  box.addEventListener("toggle", async () => {
    if (!box.open) { open.delete(job.id); return; }
    open.add(job.id);
    try {
      const whole = await ask("/jobs/" + encodeURIComponent(job.id));
      const ended = ["done", "failed", "cancelled"].includes(whole.state);
      inside.replaceChildren(drawSteps(whole));
      if (!ended) inside.append(act("Cancel this job", `/jobs/${encodeURIComponent(job.id)}/cancel`));
    } catch (error) { say(error.message); }
  });
  if (open.has(job.id)) box.open = true;
  return box;
}

async function drawJobs(cursor) {
  const query = new URLSearchParams({ limit: "25" });
  if (at("state").value) query.set("state", at("state").value);
  if (cursor) query.set("cursor", cursor);
  const page = await ask("/jobs?" + query);
  const boxes = page.items.map(drawJob);
  if (cursor) at("jobs").append(...boxes); else at("jobs").replaceChildren(...boxes);
  next = page.next_cursor;
  at("more").hidden = !next;
}

async function refresh() {
  try {
    drawQueues(await ask(""));
    await drawJobs(null);
    say("as of " + new Date().toLocaleTimeString());
  } catch (error) { say(error.message); }
}

at("access").addEventListener("submit", (event) => {
  event.preventDefault();
  key = at("key").value.trim();
  at("key").value = "";
  refresh();
});
at("state").addEventListener("change", refresh);
at("more").addEventListener("click", () => drawJobs(next).catch((error) => say(error.message)));
setInterval(async () => {
  // Open jobs stay as they are while somebody reads them.
  if (document.hidden) return;
  try { drawQueues(await ask("")); } catch { /* said when somebody acts */ }
}, 5000);
refresh();
