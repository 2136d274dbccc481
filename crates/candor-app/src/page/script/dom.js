// Elements from data. Text of the report only ever enters as text nodes and attribute values.

const VECTOR = document.getElementById("defs").namespaceURI;

/** Builds an HTML element with attributes, listeners (`onclick: f`) and children. */
function el(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Builds an SVG element. */
function vector(name, attributes, ...children) {
  return fill(document.createElementNS(VECTOR, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "vars") for (const [name, amount] of Object.entries(value)) node.style.setProperty(name, amount);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A section of the page with its heading and lead sentence. */
function section(id, title, lead, ...children) {
  return el("section", { id, "aria-labelledby": `${id}-title` },
    el("header", { class: "section-head" },
      el("h2", { id: `${id}-title`, text: title }),
      lead && el("p", { class: "lead", text: lead })),
    ...children);
}

/** A table with a header row; cells are strings or nodes. */
function table(heads, rows, attributes) {
  return el("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": attributes?.label ?? heads.join(", ") },
    el("table", { class: attributes?.class },
      attributes?.caption && el("caption", { text: attributes.caption }),
      el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col", text: head })))),
      el("tbody", null, rows.map((row) => el("tr", null, row.map((cell, index) =>
        el(index === 0 ? "th" : "td", index === 0 ? { scope: "row" } : null, cell)))))));
}

/** An icon drawn from one path in a 24 × 24 box. */
function icon(path) {
  return vector("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, vector("path", { d: path }));
}

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  back: "M12 5V1L6.5 6 12 11V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  forward: "M12 5V1l5.5 5L12 11V7a5 5 0 1 0 5 5h2a7 7 0 1 1-7-7z",
  up: "M12 8l7 7-1.4 1.4L12 10.8l-5.6 5.6L5 15z",
  down: "M12 16l-7-7 1.4-1.4L12 13.2l5.6-5.6L19 9z",
};
