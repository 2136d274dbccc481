// Keys for the whole page, and the help that lists them. Single keys can be switched off (WCAG 2.1.4).

function createKeys(clock, events, focusSearch) {
  const enabled = el("input", { type: "checkbox", checked: true });
  const dialog = el("dialog", { class: "help", "aria-labelledby": "help-title" },
    el("h2", { id: "help-title", text: TEXT.help.title }),
    el("dl", null, TEXT.help.keys.map(([keys, what]) => el("div", null, el("dt", null, el("kbd", { text: keys })), el("dd", { text: what })))),
    el("p", { class: "quiet small", text: TEXT.help.inTranscript }),
    el("label", { class: "follow" }, enabled, TEXT.help.enabled),
    el("form", { method: "dialog" }, el("button", { class: "button", text: TEXT.help.close })));
  const open = () => dialog.showModal();
  const move = (seconds) => () => clock.seek(clock.time + seconds);
  const jump = (direction) => () => {
    const start = neighbourMoment(events, clock.time, direction);
    if (start !== undefined) clock.seek(start);
  };
  const actions = {
    " ": () => clock.toggle(), k: () => clock.toggle(),
    ArrowLeft: move(-5), ArrowRight: move(5), "Shift+ArrowLeft": move(-1), "Shift+ArrowRight": move(1),
    j: move(-10), l: move(10), "[": jump(-1), "]": jump(1),
    "/": () => focusSearch?.(), "?": open,
  };

  document.addEventListener("keydown", (event) => {
    if (!enabled.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const target = event.target;
    if (target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (event.key === " " && target.closest("button, summary, a, input, label")) return;
    // A table wider than the page scrolls with the arrow keys.
    if (event.key.startsWith("Arrow") && target.closest(".table-frame")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : (event.shiftKey ? "Shift+" : "") + event.key;
    if (!Object.hasOwn(actions, key)) return;
    event.preventDefault();
    actions[key]();
  });
  return { dialog, open };
}
