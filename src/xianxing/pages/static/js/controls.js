// Panels that fold out, messages that close, buttons that say what blocks them.

// One panel open at a time; Escape and a click elsewhere close it.
export function startPops() {
  const closeAll = (except) => {
    for (const pop of document.querySelectorAll("[data-pop][open]")) if (pop !== except) pop.open = false;
  };
  document.addEventListener("click", (event) => closeAll(event.target.closest("[data-pop]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const pop = event.target.closest?.("[data-pop][open]");
    closeAll(null);
    pop?.querySelector("summary").focus();
  });
}

export function startCloseButtons() {
  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest(".message").remove());
}

// A blocked move keeps its button in reach of the keyboard. Pressing it goes to the first thing that is missing; the server refuses as well.
export function startBlockedButtons() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[aria-disabled="true"]');
    if (!button) return;
    event.preventDefault();
    const why = document.getElementById(button.getAttribute("aria-describedby"));
    const target = why?.querySelector("a") ?? why;
    if (!target) return;
    if (target === why) why.tabIndex = -1;
    target.focus();
  });
}
