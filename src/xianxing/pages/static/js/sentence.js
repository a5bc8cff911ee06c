// The filter's form: choosing a field shows that field's conditions and values; the others are not sent.
function choose(select) {
  for (const set of select.form.querySelectorAll("[data-field]")) {
    const on = set.dataset.field === select.value;
    set.hidden = !on;
    set.disabled = !on;
  }
}

export function startSentences() {
  document.querySelectorAll("[data-sentence-field]").forEach(choose);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-sentence-field]")) choose(event.target);
  });
}
