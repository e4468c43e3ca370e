// The picture of the channel, drawn by the simulated Discord itself.

import { say, tell } from "./words.js";

const frame = document.getElementById("frame");
const veil = document.getElementById("veil");
const PATIENCE = 8000;
const A_MOMENT = 350; // in which the picture, once it is there, finds its messages

let shown = "";
let picture = null;

/** Show the picture of the scene; it is loaded only where its address has changed. */
export function drawFrame(scene) {
  const room = scene.rooms.find((each) => each.id === scene.room);
  const person = scene.people.find((each) => each.id === scene.person);
  frame.setAttribute("aria-labelledby", `room-${scene.room}`);
  tell(veil.querySelector("p"), say(scene.busy ? "demo_page.busy" : "demo_page.loading"));
  frame.toggleAttribute("data-busy", scene.busy);
  if (scene.view !== shown) load(scene.view);
  if (picture && room && person) {
    picture.title = say("demo_page.frame", { room: room.name, person: person.name });
  }
}

/** A new element each time: nothing is added to the history, and no old picture lingers in it. */
function load(address) {
  shown = address;
  picture?.remove();
  picture = null;
  frame.setAttribute("data-loading", "");
  if (!isOurs(address)) return;
  picture = document.createElement("iframe");
  picture.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
  picture.referrerPolicy = "no-referrer";
  const uncover = () => {
    if (shown === address) frame.removeAttribute("data-loading");
  };
  picture.addEventListener("load", () => setTimeout(uncover, A_MOMENT), { once: true });
  setTimeout(uncover, PATIENCE);
  picture.src = address;
  frame.prepend(picture);
}

function isOurs(address) {
  return address.startsWith("http://127.0.0.1:");
}
