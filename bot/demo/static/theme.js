// The theme the visitor has chosen, before anything is drawn; else the system's.
try {
  const chosen = localStorage.getItem("tocsin-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is closed to us: the system's theme, then.
}
