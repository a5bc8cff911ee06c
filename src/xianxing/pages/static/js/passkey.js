// Passkeys: a form with data-passkey="get|create" asks the device and sends its answer as the field "answer".
// Without WebAuthn the form stays hidden, and codes are typed instead.

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const raw = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// What the server wrote as base64url becomes bytes: the challenge, and the ids of user and credentials.
function decoded(asked) {
  const told = { ...asked, challenge: bytes(asked.challenge) };
  if (told.user) told.user = { ...told.user, id: bytes(told.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"])
    if (told[list]) told[list] = told[list].map((one) => ({ ...one, id: bytes(one.id) }));
  return told;
}

function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function answer(form) {
  const asked = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form) });
  if (!asked.ok) throw new Error(String(asked.status));
  const publicKey = decoded(await asked.json());
  return navigator.credentials[form.dataset.passkey]({ publicKey });
}

async function submit(event) {
  const form = event.currentTarget;
  if (form.elements.answer.value) return;
  event.preventDefault();
  const said = form.querySelector("[data-passkey-said]");
  said.textContent = "";
  try {
    form.elements.answer.value = encoded(await answer(form));
    form.submit();
  } catch {
    said.textContent = said.dataset.stopped;
  }
}

export function startPasskeys() {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", submit);
  }
}
