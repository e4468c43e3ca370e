// The demo's page: each scene that comes in is drawn, each wish goes out.

import { drawForms } from "./forms.js";
import { drawFrame } from "./frame.js";
import { drawPeople, drawRooms, unread } from "./rooms.js";
import { drawTimeline } from "./timeline.js";
import { ask, listen } from "./wire.js";
import { day, hour, say, shortDay, tell } from "./words.js";

const root = document.documentElement;
const at = (id) => document.getElementById(id);
const MOMENT = 9000;
const SEEN = "tocsin-intro-seen";
const SWITCHED = "tocsin-language-switched";

let current = null;
let quiet = 0;

listen({ scene: draw, broken: drawBroken });

for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => wish(button, button.dataset.ask));
}
for (const button of document.querySelectorAll(".switch button")) {
  button.addEventListener("click", () => turnTo(button.dataset.view));
}
at("theme").addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  keep("tocsin-theme", root.dataset.theme);
});
at("explain").addEventListener("click", () => explain(at("intro").hidden));
at("intro-done").addEventListener("click", () => {
  explain(false);
  keep(SEEN, "yes");
  at("play").focus();
});
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => keep(SWITCHED, "yes"));
}
addEventListener("pageshow", (event) => event.persisted && location.reload());
explain(!kept(SEEN), false);
if (kept(SWITCHED)) {
  remark({ done: true, said: say("demo_page.switched") });
  localStorage.removeItem(SWITCHED);
}

function draw(scene) {
  current = scene;
  document.title = `${scene.title} · Tocsin`;
  tell(at("title"), scene.title);
  tell(at("note"), scene.note);
  drawClock(scene);
  drawControls(scene);
  drawPeople(scene, (person) => wish(null, "act_as", { person }));
  drawRooms(scene, look);
  drawFrame(scene);
  drawForms(scene);
  tell(at("hint"), scene.hint);
  at("hint").hidden = !scene.hint;
  drawTimeline(scene, jump);
  const waiting = unread(scene);
  tell(at("unread"), String(waiting));
  at("unread").hidden = waiting === 0;
}

function drawClock(scene) {
  tell(at("now-day"), matchMedia("(max-width: 899px)").matches ? shortDay(scene.now) : day(scene.now));
  tell(at("now-hour"), hour(scene.now));
  at("now").dateTime = scene.now;
  const bar = at("progress");
  bar.setAttribute("aria-valuemax", Math.max(scene.steps, 1));
  bar.setAttribute("aria-valuenow", scene.step);
  bar.setAttribute("aria-valuetext", say("demo_page.step", { step: scene.step, steps: scene.steps }));
  bar.firstElementChild.style.inlineSize = `${(100 * scene.step) / Math.max(scene.steps, 1)}%`;
}

function drawControls(scene) {
  const [wanted, called] = main(scene);
  at("play").dataset.ask = wanted;
  at("play").querySelector("use").setAttribute("href", `#icon-${wanted}`);
  tell(at("play").querySelector("span"), called);
  for (const button of document.querySelectorAll(".deck [data-ask=anew]:not(#play)")) button.hidden = scene.ended;
  const speed = scene.speed === 0 ? say("demo_page.instant") : `${scene.speed}×`;
  tell(at("speed"), speed);
  at("faster").setAttribute("aria-label", say("demo_page.speed", { speed }));
  for (const button of document.querySelectorAll("[data-ask]")) {
    const over = scene.ended && button.dataset.ask === "next";
    button.setAttribute("aria-disabled", String(scene.busy || over));
  }
}

/** What the first button does now, and what it is called. */
function main(scene) {
  if (scene.ended) return ["anew", say("demo_page.anew")];
  return scene.playing ? ["pause", say("demo_page.pause")] : ["play", say("demo_page.play")];
}

function drawBroken(said) {
  root.toggleAttribute("data-broken", said !== null);
  at("broken").hidden = said === null;
  tell(at("broken"), said ?? "");
}

/** Ask, once at a time for each button, and say what is answered. */
async function wish(button, name, values) {
  if (button?.getAttribute("aria-disabled") === "true" || button?.hasAttribute("aria-busy")) return;
  button?.setAttribute("aria-busy", "true");
  const answer = await ask(name, values);
  button?.removeAttribute("aria-busy");
  remark(answer);
}

/** Say something for a moment. */
function remark({ done, said }) {
  clearTimeout(quiet);
  at("said").dataset.done = String(done);
  tell(at("said"), said);
  quiet = setTimeout(() => tell(at("said"), ""), MOMENT);
}

function look(room) {
  if (room !== current.room || current.rooms.some((each) => each.id === room && each.unread > 0)) {
    wish(null, "show", { room });
  }
}

/** Look where a line of the story happened, as somebody who may look there. */
async function jump(id) {
  turnTo("channel");
  const room = current.rooms.find((each) => each.id === id);
  if (!room || room.readers.includes(current.person)) return look(id);
  const person = current.people.find((each) => each.id === room.readers[0]);
  await wish(null, "act_as", { person: person.id });
  await wish(null, "show", { room: id });
  remark({ done: true, said: say("demo_page.now_as", { person: person.name }) });
}

function turnTo(view) {
  root.dataset.view = view;
  for (const button of document.querySelectorAll(".switch button")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
}

function explain(open, moving = true) {
  at("intro").hidden = !open;
  at("explain").setAttribute("aria-expanded", String(open));
  if (!open || !moving) return;
  turnTo("story");
  at("intro-done").focus();
}

function isDark() {
  return (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is closed to us: it holds until the page is left.
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
