// Large text, kept for the person (before log-in on this machine); the phone's menu; "/" for search; "?" for the keys.
function toggleText(event, button) {
  event.preventDefault();
  const root = document.documentElement;
  const large = root.dataset.text !== "large";
  const form = new FormData(button.form);
  form.set("size", large ? "large" : "");
  if (large) root.dataset.text = "large";
  else delete root.dataset.text;
  button.setAttribute("aria-pressed", String(large));
  button.value = large ? "" : "large";
  fetch(button.form.action, { method: "POST", body: form, redirect: "manual" });
}

function showKeys() {
  const dialog = document.querySelector("[data-keys]");
  if (dialog && !dialog.open) dialog.showModal();
}

export function typing(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
}

export function startShell() {
  if (document.querySelector("[data-print]")) window.print();
  document.addEventListener("click", (event) => {
    const size = event.target.closest("[data-text-size]");
    if (size) toggleText(event, size);
    const more = event.target.closest("[data-nav-more]");
    if (more) more.setAttribute("aria-expanded", String(more.closest(".nav").classList.toggle("is-open")));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || typing(event.target)) return;
    if (event.key === "?") showKeys();
    if (event.key !== "/") return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
