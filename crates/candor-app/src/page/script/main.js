// Builds the page from the report and starts the clock.

const readData = (id) => JSON.parse(document.getElementById(id).textContent);

function start() {
  const report = readData("report");
  const media = readData("media");
  const clock = createClock(report.candor.source.duration_s);
  const { sections, leads } = TEXT;

  const player = viewPlayer(report, media, clock);
  const transcript = viewTranscript(report, clock);
  const charts = viewCharts(report, clock);
  const keys = createKeys(clock, report.candor.events, transcript.focusSearch);
  const search = (term) => {
    transcript.searchFor?.(term);
    document.getElementById("listen").scrollIntoView();
  };
  const listenTitle = report.candor.source.video ? sections.listen : sections.listenAudio;
  const { candor } = report;
  const hasText = [candor.text.keywords, candor.text.structure, candor.text.specifics, candor.text.hedges].some((list) => list.length > 0);
  // What is empty is left out; the list of what was not measured says why.
  const parts = [
    section("listen", listenTitle, null, el("div", { class: "listen" }, el("div", { class: "stage" }, player, viewSummary(report, clock)), transcript)),
    section("overview", sections.overview, leads.overview, viewFigures(report)),
    charts.isEmpty ? null : section("charts", sections.charts, leads.charts, charts),
    candor.events.some((event) => event.kind !== "speech") && section("moments", sections.moments, leads.moments, viewMoments(report, clock)),
    candor.segments.length > 0 && section("segments", sections.segments, leads.segments, viewSegments(report, clock, charts.showPart)),
    hasText && section("content", sections.content, leads.content, viewContent(report, clock, search)),
    section("scores", sections.scores, leads.scores, viewScores(report)),
    section("missing", sections.missing, leads.missing, viewMissing(report)),
    section("provenance", sections.provenance, leads.provenance, viewProvenance(report)),
  ].filter(Boolean);
  const entries = parts.map((part) => [part.id, part.querySelector("h2").textContent]);
  document.getElementById("page").append(
    el("a", { class: "skip", href: "#main", text: TEXT.skip }),
    viewHeader(report),
    viewNavigation(entries),
    el("main", { id: "main", tabindex: "-1" }, viewNotes(report.candor.notes), parts),
    el("footer", { class: "colophon" }, el("p", { text: say(TEXT.footer, { version: report.candor.version }) })),
    viewDock(report, clock, keys.open),
    keys.dialog);
  clock.seek(0);
  clock.attach(clock.media);
  openDetailsForPrint();
}

/** Paper can't be opened: everything folded away is shown while printing. */
function openDetailsForPrint() {
  addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((details) => {
    details.open = true;
    details.dataset.printed = "";
  }));
  addEventListener("afterprint", () => document.querySelectorAll("details[data-printed]").forEach((details) => {
    details.open = false;
    delete details.dataset.printed;
  }));
}

start();
