// A list whose entries are moved up and down by buttons; what is sent stands in the order of the list.
export function startOrdered() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    const item = button?.closest("[data-ordered] > li");
    if (!item) return;
    if (button.matches("[data-up]")) item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    button.focus();
  });
}
