// A list under the keyboard: j and k walk, Enter opens, x chooses; the bulk bar stands only while rows are chosen.
import { typing } from "./shell.js";

function rowsOf(table) {
  return [...table.querySelectorAll("tbody tr[data-key]")];
}

function walk(table, step) {
  const rows = rowsOf(table);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("is-at"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  rows[at]?.classList.remove("is-at");
  next.classList.add("is-at");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("th a, a")?.focus({ preventScroll: true });
}

function count(form) {
  const boxes = [...form.querySelectorAll("tbody [name=key]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").classList.toggle("is-picked", box.checked);
  form.querySelector("[data-bulk-count]").textContent = chosen.length;
  form.querySelector("[data-bulk-bar]").hidden = chosen.length === 0;
  const all = form.querySelector("[data-pick-all]");
  all.checked = chosen.length > 0 && chosen.length === boxes.length;
  all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
}

function set(form, checked) {
  for (const box of form.querySelectorAll("tbody [name=key]")) box.checked = checked;
  count(form);
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const table = document.querySelector("table[data-rows]");
  if (!table) return;
  const row = table.querySelector("tr.is-at");
  if (event.key === "j" || event.key === "k") walk(table, event.key === "j" ? 1 : -1);
  else if (event.key === "x" && row) row.querySelector("[name=key]")?.click();
  else if (event.key === "Enter" && row?.dataset.url && event.target === document.body) location.assign(row.dataset.url);
  else return;
  event.preventDefault();
}

export function startRows() {
  document.addEventListener("keydown", key);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) set(form, event.target.checked);
    else if (event.target.matches("[name=key]")) count(form);
  });
  document.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-bulk-clear]");
    if (clear) set(clear.form, false);
  });
  document.querySelectorAll("[data-bulk]").forEach(count);
}
