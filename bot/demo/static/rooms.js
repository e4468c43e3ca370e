// Who the visitor acts as, and the channels and threads as tabs.

import { icon, make, say } from "./words.js";

const cast = document.getElementById("people");
const tabs = document.getElementById("rooms");

/** Draw the people. `act` is told the id of the one who is chosen. */
export function drawPeople(scene, act) {
  redraw(cast, JSON.stringify([scene.people, scene.person]), () => scene.people.map((person) => card(person, scene, act)));
}

/** Draw the tabs. `go` is told the id of the room that is chosen. */
export function drawRooms(scene, go) {
  redraw(tabs, JSON.stringify([scene.rooms, scene.room, scene.person]), () => inOrder(scene.rooms).map((room) => tab(room, scene, go)));
}

/** How many messages wait that the one the visitor acts as may read. */
export function unread(scene) {
  return scene.rooms.filter((room) => mayRead(room, scene)).reduce((sum, room) => sum + room.unread, 0);
}

tabs.addEventListener("keydown", (event) => {
  const all = [...tabs.children];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  const next = all[(to + all.length) % all.length];
  for (const each of all) each.tabIndex = each === next ? 0 : -1;
  next.focus();
});

/** Replace the children where they would change, and keep the focus on the one that had it. */
function redraw(parent, as, children) {
  if (parent.dataset.as === as) return;
  parent.dataset.as = as;
  const focused = parent.contains(document.activeElement) ? document.activeElement.id : null;
  parent.replaceChildren(...children());
  if (focused) document.getElementById(focused)?.focus();
}

function card(person, scene, act) {
  const chosen = person.id === scene.person;
  const element = make(
    "button",
    { type: "button", id: `person-${person.id}`, class: "person", "aria-pressed": String(chosen) },
    make("span", { class: "portrait", "aria-hidden": "true", text: [...person.name][0] }),
    make("span", { class: "name", text: person.name }),
    make("span", { class: "role", text: person.role }),
    make("span", { class: "about", text: person.about }),
  );
  element.addEventListener("click", () => act(person.id));
  return element;
}

function tab(room, scene, go) {
  const chosen = room.id === scene.room;
  const closed = !mayRead(room, scene);
  const element = make(
    "button",
    {
      type: "button",
      role: "tab",
      id: `room-${room.id}`,
      class: ["room", room.parent && "thread", closed && "closed"].filter(Boolean).join(" "),
      "aria-selected": String(chosen),
      "aria-controls": "frame",
      tabindex: chosen ? "0" : "-1",
      "aria-label": [room.name, ...aside(room, closed)].join(", "),
    },
    icon(closed || room.private ? "lock" : room.parent ? "thread" : "hash"),
    make("span", { class: "name", text: room.name }),
    room.unread > 0 && !closed && make("span", { class: "count", text: room.unread }),
  );
  element.addEventListener("click", () => go(room.id));
  return element;
}

function aside(room, closed) {
  const said = [];
  if (room.parent) said.push(say("demo_page.thread"));
  if (closed) said.push(say("demo_page.closed_room"));
  else if (room.private) said.push(say("demo_page.private"));
  if (room.unread > 0 && !closed) said.push(say("demo_page.unread", { n: room.unread }));
  return said;
}

/** Channels as they come, each with its threads behind it. */
function inOrder(rooms) {
  const channels = rooms.filter((room) => !room.parent);
  const under = (channel) => rooms.filter((room) => room.parent === channel.id);
  return channels.flatMap((channel) => [channel, ...under(channel)]);
}

function mayRead(room, scene) {
  return room.readers.includes(scene.person);
}
