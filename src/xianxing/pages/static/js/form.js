// Forms: the list of errors takes the focus, a changed form asks before it is left, files may be dropped.
export function startForms() {
  document.querySelector("[data-focus]")?.focus();

  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", () => changed.clear());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.matches("form[data-keep]")) changed.delete(event.detail.elt);
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.target.closest?.("[data-drop]")?.classList.toggle("is-over", kind === "dragover");
    });
  }
}
