// Large text (kept in a cookie, so that the server draws the next page at the right size), the phone's menu, "/" for search.
const YEAR = 365 * 24 * 3600;

function toggleText(button) {
  const root = document.documentElement;
  const large = root.dataset.text !== "large";
  if (large) root.dataset.text = "large";
  else delete root.dataset.text;
  button.setAttribute("aria-pressed", String(large));
  document.cookie = `xianxing_text=${large ? "large" : ""};path=/;max-age=${YEAR};samesite=lax`;
}

export function typing(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
}

export function startShell() {
  document.addEventListener("click", (event) => {
    const size = event.target.closest("[data-text-size]");
    if (size) toggleText(size);
    const more = event.target.closest("[data-nav-more]");
    if (more) more.setAttribute("aria-expanded", String(more.closest(".nav").classList.toggle("is-open")));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || typing(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
