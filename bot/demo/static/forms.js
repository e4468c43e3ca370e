// What visitors may write themselves: a post for one of the feeds, a letter to report.

import { ask } from "./wire.js";
import { say, tell } from "./words.js";

const forms = ["publish", "report"].map((id) => document.getElementById(id));
const openers = new Map(forms.map((form) => [form, document.querySelector(`[data-form=${form.id}]`)]));

for (const form of forms) {
  openers.get(form).addEventListener("click", () => (form.hidden ? open(form) : close(form)));
  form.querySelector("[data-close]").addEventListener("click", () => close(form));
  form.querySelector("[data-again]").addEventListener("click", () => open(form));
  form.addEventListener("keydown", (event) => event.key === "Escape" && close(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  for (const example of form.querySelectorAll("[data-example]")) {
    example.addEventListener("click", () => fill(form, example.dataset.example));
  }
}

/** Say who reports. */
export function drawForms(scene) {
  const person = scene.people.find((each) => each.id === scene.person);
  if (person) tell(document.getElementById("report-about"), say("demo_page.report.about", { person: person.name }));
}

function open(form) {
  for (const each of forms) {
    each.hidden = each !== form;
    openers.get(each).setAttribute("aria-expanded", String(each === form));
  }
  if (!form.hasAttribute("aria-busy")) write(form);
}

/** Show the fields, and no longer what was answered. */
function write(form) {
  form.removeAttribute("data-sent");
  tell(form.querySelector(".answer"), "");
  form.querySelector("input:not([type=radio]), textarea").focus();
}

function close(form) {
  form.hidden = true;
  openers.get(form).setAttribute("aria-expanded", "false");
  openers.get(form).focus();
}

function fill(form, example) {
  if (form.elements.title) form.elements.title.value = say(`demo_page.example.${example}.title`);
  form.elements.text.value = say(`demo_page.example.${example}.text`);
  if (form.elements.feed) form.elements.feed.value = example === "rumour" ? "press" : "official";
  for (const field of required(form)) field.removeAttribute("aria-invalid");
  form.elements.text.focus();
  form.elements.text.setSelectionRange(0, 0);
  form.elements.text.scrollTop = 0;
}

/** Send it. The fields step aside, so that the story can be seen to go on. */
async function send(form) {
  const missing = required(form).filter((field) => !field.value.trim());
  for (const field of required(form)) field.toggleAttribute("aria-invalid", missing.includes(field));
  if (missing.length > 0) {
    answer(form, { done: false, said: say("demo_page.missing") });
    missing[0].focus();
    return;
  }
  form.setAttribute("aria-busy", "true");
  form.setAttribute("data-sent", "");
  answer(form, { done: true, said: say("demo_page.sending") });
  form.querySelector("[data-close]").focus();
  const told = await ask(form.id, Object.fromEntries(new FormData(form)));
  form.removeAttribute("aria-busy");
  form.toggleAttribute("data-sent", told.done);
  answer(form, { done: told.done, said: told.said || say("demo_page.done") });
}

function answer(form, { done, said }) {
  const place = form.querySelector(".answer");
  place.dataset.done = String(done);
  tell(place, said);
}

const required = (form) => [...form.querySelectorAll("[required]")];
