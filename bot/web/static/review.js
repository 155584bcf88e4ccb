// The supervisor's page, once scripts run: what was written stays on this device until it is sent,
// and the buttons say how many comments go along. Without this file everything works the same.
"use strict";

const done = document.body.dataset.done;
const form = document.getElementById("review");
const slot = (key) => `lacak-evaluasi-${key}`;

// A browser that keeps nothing (private, full) must not keep anybody from deciding.
function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(slot(key));
    else localStorage.setItem(slot(key), JSON.stringify(value));
  } catch {}
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(slot(key))) ?? {};
  } catch {
    return {};
  }
}

if (done) remember(done, null);
if (form) start();

function unfold(details) {
  if (!details) return;
  details.open = true;
  unfold(details.parentElement.closest("details"));
}

function start() {
  const key = form.dataset.key;
  const fields = [...form.querySelectorAll("textarea, input:not([type=hidden])")];
  const comments = fields.filter((field) => field.name.startsWith("c.") || field.name === "note");
  const count = document.getElementById("count");
  const approve = form.querySelector(".approve");

  function show() {
    const written = comments.filter((field) => field.value.trim()).length;
    count.textContent = written ? `${written} catatan tertulis.` : "Belum ada catatan.";
    approve.textContent = written ? `Setujui dengan ${written} catatan` : "Setujui";
  }

  function keep() {
    const filled = fields.filter((field) => field.value);
    remember(key, Object.fromEntries(filled.map((field) => [field.name, field.value])));
    show();
  }

  const kept = recall(key);
  for (const field of fields) {
    if (!field.value && kept[field.name]) field.value = kept[field.name];
    if (field.value) unfold(field.closest("details"));
  }
  form.addEventListener("input", keep);
  form.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches(".comment") && target.contains(document.activeElement)) {
      target.querySelector("textarea").focus();
    }
  }, true);
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault(); // a second tap while the first is on its way
    form.dataset.sent = "yes";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
  show();
}
