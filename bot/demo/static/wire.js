// The line to the demo: scenes come in, wishes go out. Comes back by itself when it breaks.

import { language, say } from "./words.js";

const SOON = 700;
const LATER = 3000;

/** Hear every scene. `broken` is told what is wrong, and null when all is well again. */
export function listen({ scene, broken }) {
  let tries = 0;
  let gone = false;
  let events = null;

  function connect() {
    events = new EventSource(`/api/events?lang=${language}`);
    events.addEventListener("scene", (event) => {
      tries = 0;
      gone = false;
      broken(null);
      scene(JSON.parse(event.data));
    });
    events.addEventListener("ended", () => {
      gone = true;
      broken(say("demo_page.ended"));
    });
    events.addEventListener("error", () => {
      events.close();
      tries += 1;
      gone ||= tries > 2;
      broken(say(gone ? "demo_page.ended" : "demo_page.lost"));
      setTimeout(connect, gone ? LATER : SOON);
    });
  }

  addEventListener("pagehide", () => events.close());
  connect();
}

/** Ask the show for something. Always comes to an answer: whether it was done, and what is said. */
export async function ask(name, values = {}) {
  try {
    const response = await fetch(`/api/ask?lang=${language}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ask: name, values }),
    });
    return await response.json();
  } catch {
    return { done: false, said: say("demo_page.unheard") };
  }
}
