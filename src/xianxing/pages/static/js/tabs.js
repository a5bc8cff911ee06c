// At phone width the four columns of the cockpit become tabs. They are links to their column, so they work without this too.
function show(root, id) {
  for (const pane of root.querySelectorAll("[data-pane]")) pane.classList.toggle("is-shown", pane.id === id);
  for (const tab of root.querySelectorAll("[data-tab]")) {
    if (tab.hash === `#${id}`) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

export function startTabs() {
  for (const root of document.querySelectorAll("[data-panes]")) {
    const ids = [...root.querySelectorAll("[data-pane]")].map((pane) => pane.id);
    if (!ids.length) continue;
    root.classList.add("has-tabs");
    const asked = location.hash.slice(1);
    show(root, ids.includes(asked) ? asked : ids[0]);
    root.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-tab]");
      if (!tab) return;
      event.preventDefault();
      history.replaceState(null, "", tab.hash);
      show(root, tab.hash.slice(1));
    });
  }
}
