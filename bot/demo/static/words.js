// Sentences, dates and small building blocks. Text from outside only ever becomes text.

const sentences = JSON.parse(document.getElementById("sentences").textContent);
export const language = document.documentElement.lang;
const locale = language === "en" ? "en-GB" : language;
const plural = new Intl.PluralRules(locale);

/** The sentence of a key; `n` chooses the plural form. */
export function say(key, values = {}) {
  const forms = sentences[key];
  const form = forms.length > 1 && plural.select(values.n) !== "one" ? forms[1] : forms[0];
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// In this machine's time zone, as in the picture of the channel.
const format = (options) => new Intl.DateTimeFormat(locale, options);
const days = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const shortDays = format({ weekday: "short", day: "numeric", month: "short" });
const hours = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const day = (iso) => days.format(new Date(iso)).replace(/^(\p{L}+ )?1 /u, ordinal);
export const shortDay = (iso) => shortDays.format(new Date(iso));
export const hour = (iso) => hours.format(new Date(iso));

/** A new element: its class, its text, its attributes, its children. */
export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** One of the page's icons; always beside words, so never read aloud. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.append(use);
  return drawing;
}

/** Change an element's text, and leave it alone where that is the same (nothing is read twice). */
export function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function ordinal(found, weekday = "") {
  return language === "fr" ? `${weekday}1er ` : found;
}
