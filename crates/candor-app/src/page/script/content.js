// What stands out in the text; every quote can be heard.

const PARTS = ["situation", "task", "action", "result"];

function viewContent(report, clock, search) {
  const { text } = report.candor;
  const quotes = (list, name) => viewQuotes(list, name, clock);
  const block = (title, body, name) => el("div", { class: `content-block ${name ?? ""}` }, el("h3", { text: title }), body);
  return el("div", { class: "content" },
    text.structure.length > 0 && block(TEXT.content.structure, viewStructure(text.structure, clock), "broad"),
    text.specifics.length > 0 && block(TEXT.content.specifics, quotes(text.specifics, "")),
    el("div", { class: "content-column" },
      text.keywords.length > 0 && block(TEXT.content.keywords, viewKeywords(text.keywords, search)),
      text.hedges.length > 0 && block(TEXT.content.hedges, quotes(text.hedges, "inline"))));
}

/** The summary: the most central sentences as they were said. */
function viewSummary(report, clock) {
  const { summary } = report.candor.text;
  const quotes = summary.length > 0 ? summary : report.text.summary === "" ? [] : [{ text: report.text.summary, span: null }];
  if (quotes.length === 0) return null;
  return el("div", { class: "gist" }, el("h3", { text: TEXT.content.summary }), viewQuotes(quotes, "large", clock));
}

const viewQuotes = (list, name, clock) =>
  el("ul", { class: `quotes ${name}` }, list.map((quote) => el("li", null, viewQuote(quote, clock))));

function viewQuote(quote, clock) {
  if (!quote.span) return el("p", { class: "quote", text: quote.text });
  return el("button", { type: "button", class: "quote", onclick: () => clock.playFrom(quote.span.start_s) },
    el("span", { class: "quote-text", text: quote.text }), " ",
    el("span", { class: "time", text: clockTime(quote.span.start_s) }));
}

function viewStructure(structure, clock) {
  const names = [...PARTS, ...new Set(structure.map((entry) => entry.part).filter((part) => !PARTS.includes(part)))];
  return el("div", { class: "structure" }, names.map((name) => {
    const found = structure.filter((entry) => entry.part === name);
    return el("div", { class: found.length > 0 ? "part" : "part part-missing" },
      el("h4", { text: own(TEXT.content.parts, name) ?? prettify(name) }),
      found.length === 0 && el("p", { class: "quiet small", text: TEXT.content.partMissing }),
      found.map((entry) => el("div", { class: "part-quote" }, viewQuote(entry.quote, clock), confidenceMark(entry.confidence, true))));
  }));
}

function viewKeywords(keywords, search) {
  return el("ul", { class: "keywords" }, keywords.map((keyword) =>
    el("li", null, el("button", {
      type: "button",
      "aria-label": `${say(TEXT.content.searchTerm, { term: keyword.term })}, ${sayCount(TEXT.content.keywordCount, keyword.count)}`,
      onclick: () => search(keyword.term),
    }, keyword.term, el("span", { class: "chip-count", text: `${keyword.count}×` }), el("span", { class: "weight", "aria-hidden": "true", vars: { "--share": String(keyword.weight) } })))));
}
