"""The stage: the real bot on a simulated Discord, a story that it hears, and a page to watch it."""
