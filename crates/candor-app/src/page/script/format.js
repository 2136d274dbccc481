// Numbers and times as people read them.

/** A number format with a true minus sign and no negative zero. */
function numberFormat(options) {
  const format = new Intl.NumberFormat(TEXT.locale, { ...options, signDisplay: "negative" });
  return { format: (value) => format.format(value).replace("-", "\u2212") };
}

const decimals = (digits) => numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits });
const NUMBER = {
  whole: decimals(0),
  one: decimals(1),
  two: decimals(2),
  short: numberFormat({ maximumSignificantDigits: 3 }),
};

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** Writes seconds as m:ss.s. */
function clockTime(seconds) {
  const tenths = Math.max(0, Math.round(seconds * 10));
  const minutes = Math.floor(tenths / 600);
  const rest = (tenths % 600) / 10;
  return `${minutes}:${rest < 10 ? "0" : ""}${rest.toFixed(1)}`;
}

/** Writes seconds as m:ss, for axes. */
function axisTime(seconds) {
  return Number.isInteger(seconds) ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : clockTime(seconds);
}

function percent(value) {
  const share = value * 100;
  return (Math.abs(share) < 10 && share !== 0 ? NUMBER.one : NUMBER.whole).format(share);
}

const percentText = (value) => `${percent(value)}${TEXT.units.percent}`;

// How a value of each unit is written: [number, unit].
const UNITS = {
  "s": (value) => value >= 60 ? [clockTime(value), TEXT.units.min] : [(value < 1 ? NUMBER.two : NUMBER.one).format(value), TEXT.units.s],
  "Hz": (value) => [NUMBER.whole.format(value), TEXT.units.Hz],
  "st": (value) => [NUMBER.one.format(value), TEXT.units.st],
  "dB": (value) => [NUMBER.one.format(value), TEXT.units.dB],
  "dBFS": (value) => [NUMBER.one.format(value), TEXT.units.dBFS],
  "1/min": (value) => [NUMBER.one.format(value), TEXT.units.perMin],
  "1/s": (value) => [NUMBER.one.format(value), TEXT.units.perSecond],
  "ratio": (value) => [percent(value), TEXT.units.percent],
  "probability": (value) => [percent(value), TEXT.units.percent],
  "count": (value) => [(Number.isInteger(value) ? NUMBER.whole : NUMBER.one).format(value), ""],
  "deg": (value) => [NUMBER.one.format(value), TEXT.units.deg],
};

// How single measurements are written, whatever their unit.
const STYLES = {
  words: (value) => [NUMBER.whole.format(value), TEXT.units.wordsPerMin],
  syllables: (value) => [NUMBER.one.format(value), TEXT.units.syllablesPerSecond],
  percentFine: (value) => [NUMBER.two.format(value * 100), TEXT.units.percent],
  plain: (value) => [(Math.abs(value) >= 10 ? NUMBER.whole : NUMBER.two).format(value), ""],
  whole: (value, unit) => [NUMBER.whole.format(value), unit],
};

/** Splits a value into number and unit, as written. */
function quantity(value, unit, style) {
  const write = STYLES[style] ?? UNITS[unit] ?? ((amount) => [NUMBER.short.format(amount), unit ?? ""]);
  return write(value, unit);
}

/** What stands between a number and its unit. */
const unitGap = (written) => (["", TEXT.units.percent, TEXT.units.deg].includes(written) ? "" : "\u00a0");

/** Writes a value with its unit in one piece. */
function quantityText(value, unit, style) {
  const [number, written] = quantity(value, unit, style);
  return `${number}${unitGap(written)}${written}`;
}

/** Writes the end of a scale: as few digits as it needs. */
function boundText(value, unit) {
  const [, written] = quantity(value, unit);
  const number = NUMBER.short.format(written === TEXT.units.percent ? value * 100 : value);
  return `${number}${unitGap(written)}${written}`;
}

/** Starts a text with a capital. */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Size of a file in the unit that suits it. */
function byteSize(bytes) {
  const steps = ["B", "kB", "MB", "GB"];
  let index = 0;
  let size = bytes;
  while (size >= 1000 && index < steps.length - 1) {
    size /= 1000;
    index += 1;
  }
  return `${(index === 0 ? NUMBER.whole : NUMBER.one).format(size)}\u00a0${steps[index]}`;
}

/** Name of a language from its tag. */
function languageName(tag) {
  if (!tag) return TEXT.header.unknown;
  try {
    return new Intl.DisplayNames([TEXT.locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
