// What visitors may write themselves: a post for one of the feeds, a letter to report.

import { ask } from "./wire.js";
import { say, tell } from "./words.js";

const forms = ["publish", "report"].map((id) => document.getElementById(id));
const openers = new Map(forms.map((form) => [form, document.querySelector(`[data-form=${form.id}]`)]));

for (const form of forms) {
  openers.get(form).addEventListener("click", () => (form.hidden ? open(form) : close(form)));
  form.querySelector("[data-close]").addEventListener("click", () => close(form));
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
}

async function send(form) {
  const answer = form.querySelector(".answer");
  const missing = required(form).filter((field) => !field.value.trim());
  for (const field of required(form)) field.toggleAttribute("aria-invalid", missing.includes(field));
  if (missing.length > 0) {
    tell(answer, say("demo_page.missing"));
    answer.dataset.done = "false";
    missing[0].focus();
    return;
  }
  const button = form.querySelector("[type=submit]");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  tell(answer, say("demo_page.sending"));
  delete answer.dataset.done;
  const told = await ask(form.id, Object.fromEntries(new FormData(form)));
  button.removeAttribute("aria-disabled");
  answer.dataset.done = String(told.done);
  tell(answer, told.said || say("demo_page.done"));
  answer.scrollIntoView({ block: "nearest" });
}

const required = (form) => [...form.querySelectorAll("[required]")];
