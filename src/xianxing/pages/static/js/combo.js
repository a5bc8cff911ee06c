// A reference field: type, see suggestions the server sends into the list box, choose by key or pointer.
function parts(input) {
  const combo = input.closest("[data-combo]");
  return { key: combo.querySelector("[data-combo-key]"), list: combo.querySelector("[role=listbox]") };
}

function show(input, open) {
  parts(input).list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) input.removeAttribute("aria-activedescendant");
}

function choose(input, option) {
  if (!option || option.getAttribute("aria-disabled")) return;
  parts(input).key.value = option.dataset.key;
  input.value = option.dataset.text;
  show(input, false);
  parts(input).key.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(input, step) {
  const options = [...parts(input).list.querySelectorAll("[data-key]")];
  if (!options.length) return;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(at + step + options.length) % options.length];
  options.forEach((option, index) => {
    option.id ||= `${input.id}-option-${index}`;
    option.setAttribute("aria-selected", String(option === next));
  });
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

export function startCombos() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[role=combobox]")) parts(event.target).key.value = "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const input = event.target.closest("[data-combo]")?.querySelector("[role=combobox]");
    if (input) show(input, true);
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-combo] [role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option.closest("[data-combo]").querySelector("[role=combobox]"), option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[role=combobox]")) show(event.target, false);
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.("[role=combobox]") || parts(input).list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(input, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") choose(input, parts(input).list.querySelector('[aria-selected="true"]'));
    else if (event.key === "Escape") show(input, false);
    else return;
    event.preventDefault();
  });
}
