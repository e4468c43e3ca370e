// The story as it happens: a page for each day, a line for each thing that happened.

import { day, hour, icon, make, say, tell } from "./words.js";

const pages = document.getElementById("pages");
const days = document.getElementById("days");
const newest = document.getElementById("newest");
const news = document.getElementById("news");
const LONG = 320;
const MANY = 3;
const MARKS = { alert: "bell", review: "eye", change: "pen" };

const drawn = new Map();
let begun = false;
let following = true;

/** Draw what is new, take away what is gone. `go` opens a room. */
export function drawTimeline(scene, go) {
  const wanted = new Set(scene.lines.map((line) => line.id));
  for (const [id, old] of drawn) {
    if (!wanted.has(id)) remove(id, old);
  }
  const rooms = new Map(scene.rooms.map((room) => [room.id, room]));
  const fresh = scene.lines.filter((line) => draw(line, rooms, go));
  document.getElementById("empty").hidden = scene.lines.length > 0;
  document.getElementById("end").hidden = !scene.ended;
  if (begun) announce(fresh);
  if (fresh.length > 0) follow(following);
  begun = true;
}

newest.addEventListener("click", () => follow(true));
pages.addEventListener("scroll", () => {
  following = isAtEnd();
  if (following) newest.hidden = true;
});
new ResizeObserver(() => follow(following)).observe(pages);

function follow(now) {
  if (now) pages.scrollTop = pages.scrollHeight;
  newest.hidden = isAtEnd();
}

function isAtEnd() {
  return pages.scrollHeight - pages.scrollTop - pages.clientHeight < 80;
}

function remove(id, old) {
  const list = old.element.parentElement;
  old.element.remove();
  drawn.delete(id);
  if (list.children.length === 0) list.parentElement.remove();
}

/** Whether the line is new. A line that has changed takes the place of the old one. */
function draw(line, rooms, go) {
  const room = rooms.get(line.channel);
  const as = JSON.stringify([line, room?.name]);
  const old = drawn.get(line.id);
  if (old?.as === as) return false;
  const element = entry(line, room, go);
  if (old) old.element.replaceWith(element);
  else page(line.at).append(element);
  drawn.set(line.id, { as, element });
  return !old;
}

function page(at) {
  const name = day(at);
  const last = days.lastElementChild;
  if (last?.dataset.day === name) return last.lastElementChild;
  const list = make("ol");
  days.append(make("section", { "data-day": name }, make("h3", { text: name }), list));
  return list;
}

function entry(line, room, go) {
  const mark = make("span", { class: "mark" }, MARKS[line.mood] && icon(MARKS[line.mood]));
  const who = line.voice === "stage" ? null : make("span", { class: "who", text: say(`demo_page.voice.${line.voice}`) });
  const mood = line.mood === "plain" ? null : make("span", { class: "mood", text: say(`demo_page.mood.${line.mood}`) });
  return make(
    "li",
    { class: `line ${line.mood} of-${line.voice}` },
    make("time", { datetime: line.at, text: hour(line.at) }),
    mark,
    make(
      "div",
      { class: "told" },
      (who || mood) && make("p", { class: "by" }, who, mood),
      make("p", { class: "title", text: line.title }),
      line.detail && detail(line.detail),
      links(line, room, go),
    ),
  );
}

function detail(text) {
  if (text.length <= LONG) return make("p", { class: "detail", text });
  const words = make("p", { class: "detail", text });
  return make("details", {}, make("summary", {}, make("span", { class: "detail", text: `${text.slice(0, 180).trimEnd()}…` }), make("span", { class: "all", text: say("demo_page.read_all") })), words);
}

function links(line, room, go) {
  const see = room && make("button", { type: "button", class: "see" }, icon("arrow"), seen(room));
  see?.addEventListener("click", () => go(room.id));
  const out = isAddress(line.url) && make("a", { href: line.url, target: "_blank", rel: "noopener noreferrer", text: say("demo_page.source") });
  return (see || out) && make("p", { class: "links" }, see, out);
}

function seen(room) {
  return room.parent ? say("demo_page.see_thread") : say("demo_page.see", { room: room.name });
}

function isAddress(url) {
  return /^https?:\/\//.test(url ?? "");
}

function announce(fresh) {
  if (fresh.length === 0) return;
  const last = fresh.at(-1).title;
  const said = fresh.length > MANY ? say("demo_page.more_lines", { n: fresh.length, last }) : fresh.map((line) => line.title).join(" ");
  tell(news, said);
}
