// Says beside the field how an amount typed as 1.2亿 or 3500万 will be read. Only an echo: the server's Kind parses.
const FACTOR = { "": 1n, "元": 1n, "万": 10000n, "万元": 10000n, "亿": 100000000n, "亿元": 100000000n };
const SHAPE = /^(-?)(\d+)(?:\.(\d+))?(元|万元|万|亿元|亿)?$/;

// Yuan with two decimals as text, or null when the text is no amount. Whole numbers only inside, so nothing is rounded away.
export function yuan(text) {
  const match = SHAPE.exec(text.replace(/[\s,，]/g, ""));
  if (!match) return null;
  const [, sign, whole, fraction = "", unit = ""] = match;
  const digits = fraction.padEnd(10, "0");
  if (digits.length > 10) return null;
  const fen = (BigInt(whole + digits) * FACTOR[unit] * 100n) / 10n ** 10n;
  const cents = String(fen % 100n).padStart(2, "0");
  return sign + (fen / 100n).toLocaleString("en") + (cents === "00" ? "" : `.${cents}`);
}

function echo(input) {
  const output = input.parentElement.querySelector("[data-money-echo]");
  output.dataset.unit ??= output.textContent;
  const read = /[万亿]/.test(input.value) ? yuan(input.value) : null;
  output.textContent = read === null ? output.dataset.unit : `= ${read} ${output.dataset.yuan}`;
}

export function startMoney() {
  const read = (root) => root.querySelectorAll("[data-money]").forEach(echo);
  read(document);
  document.addEventListener("htmx:load", (event) => read(event.target));
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-money]")) echo(event.target);
  });
}
