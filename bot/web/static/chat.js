// The chat page, once scripts run: replies go without reloading, and news comes by itself.
// Without this file the page's own form does the same work, one page load a reply; a page that
// only tries a form out stays that way, because nothing of it is kept anywhere but in the page.
"use strict";

const SEND_LIMIT_MS = 20000; // a hung request may be sent again: its id is counted once
const FILE_LIMIT_MS = 120000; // a photo over a slow network
const PLACE_LIMIT_MS = 20000; // a phone indoors needs its time
const TYPING_LIMIT_MS = 15000;
const LOST_AFTER_MS = 3000;
const NEAR_PX = 140;

const part = (id) => document.getElementById(id);
const [form, view, log, answers, typing] = ["chat", "view", "log", "answers", "typing"].map(part);
const [input, fresh, lost, progress] = ["text", "fresh", "lost", "progress"].map(part);
const path = form.getAttribute("action");
const isTrial = !("last" in form.dataset);
const clock = new Intl.DateTimeFormat("id-ID", {
  timeZone: form.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const isDesktop = matchMedia("(hover: hover) and (pointer: fine)").matches;
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

let last = Number(form.dataset.last); // the newest message of theirs on the page
let sending = Promise.resolve(); // replies leave one by one, in the order they were given
const failed = new Set();

const spoken = JSON.parse(form.dataset.words); // language → what the page itself says
let words = spoken[document.documentElement.lang];

// The page follows the language of the conversation, which a reply may have changed.
function speak(language) {
  if (!spoken[language] || words === spoken[language]) return;
  words = spoken[language];
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll("[data-word]")) {
    one.textContent = words[one.dataset.word];
  }
  for (const one of document.querySelectorAll("[data-aria]")) {
    one.ariaLabel = words[one.dataset.aria];
  }
}

function make(tag, className, text, more = {}) {
  return Object.assign(document.createElement(tag), { className, textContent: text }, more);
}

// crypto.randomUUID exists on https and localhost only; offices try this out on plain http.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- what the page shows

function addEntry(who, text, time) {
  const entry = part(`new-${who}`).content.firstElementChild.cloneNode(true);
  entry.classList.add("new");
  entry.querySelector("p").textContent = text;
  entry.querySelector("time").textContent = time;
  log.append(entry);
  return entry;
}

// The view's column is reversed: its end is at 0 and all above it is negative.
const isNearEnd = () => view.scrollTop > -NEAR_PX;

// Show the newest message from its first line, also where its answers fill more than the view.
function showNewest() {
  fresh.hidden = true;
  const behavior = isCalm.matches ? "auto" : "smooth";
  log.lastElementChild?.scrollIntoView({ block: "start", behavior });
}

function showTyping(isShown) {
  clearTimeout(showTyping.timer);
  typing.hidden = !isShown;
  if (isShown) showTyping.timer = setTimeout(showTyping, TYPING_LIMIT_MS, false);
}

function showProgress(now, isOpen) {
  input.placeholder = isOpen ? words.answer : words.message;
  progress.hidden = !(now && isOpen);
  if (progress.hidden) return;
  const [bar, said] = progress.children;
  bar.max = now.of;
  bar.value = now.at;
  said.textContent = `${now.at} ${words.of} ${now.of}`;
}

// The markup chat.html makes for the first question.
function showAnswers(ask) {
  const tap = (className, { label, data }) =>
    make("button", className, label, { name: "tap", value: data });
  answers.replaceChildren();
  if (ask?.hint) answers.append(make("p", "hint", ask.hint));
  if (ask?.buttons.length) {
    const several = ask.ordered ? "options several ordered" : "options several";
    const options = make("div", ask.several ? several : "options", "");
    options.append(...ask.buttons.map((one) => tap("option", one)));
    answers.append(options);
  }
  if (ask?.attach) {
    const chooser = make("label", "skip attach", words.attach);
    chooser.append(make("input", "", "", { type: "file", accept: ask.attach }));
    answers.append(chooser);
  }
  if (ask?.place) answers.append(make("button", "skip place", words.place, { type: "button" }));
  if (ask?.skip) answers.append(tap("skip", ask.skip));
  letSeveral();
  letAttach();
  letPlace();
}

// A file goes as it is, by itself: its bytes are the request.
function letAttach() {
  const chooser = answers.querySelector(".attach");
  if (!chooser) return;
  chooser.hidden = false;
  chooser.control.onchange = ({ target: { files } }) => {
    if (files[0]) say({}, `📎 ${files[0].name}`, files[0]);
  };
}

// Where we are is asked of the browser only when the button is tapped; it asks for leave itself.
function letPlace() {
  const button = answers.querySelector(".place");
  if (!button || !navigator.geolocation || !isSecureContext) return button?.remove();
  button.hidden = false;
  button.onclick = () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) =>
        say({ text: `${latitude.toFixed(6)}, ${longitude.toFixed(6)}` }, words.my_place),
      () => (button.textContent = words.no_place),
      { enableHighAccuracy: true, timeout: PLACE_LIMIT_MS },
    );
  };
}

// Where several answers are allowed, buttons become switches, and one more button sends them;
// where they are put in order, each shows its place, and all of them are wanted.
function letSeveral() {
  const options = answers.querySelector(".several");
  if (!options) return;
  const isOrdered = options.classList.contains("ordered");
  const switches = [...options.children];
  const what = isOrdered ? words.send_order : words.send_chosen;
  const done = make("button", "done", what, { disabled: true });
  let chosen = [];
  const show = () => {
    for (const one of switches) {
      const place = chosen.indexOf(one) + 1;
      one.setAttribute("aria-pressed", String(place > 0));
      one.dataset.place = place || "";
    }
    done.disabled = isOrdered ? chosen.length < switches.length : !chosen.length;
    done.textContent = chosen.length && !isOrdered ? `${what} (${chosen.length})` : what;
    done.dataset.text = chosen.map((each) => switches.indexOf(each) + 1).join(",");
    done.dataset.label = chosen.map((each) => each.textContent).join(isOrdered ? " > " : ", ");
  };
  for (const one of switches) {
    one.type = "button";
    one.onclick = () => {
      chosen = chosen.includes(one) ? chosen.filter((each) => each !== one) : [...chosen, one];
      if (!isOrdered) chosen.sort((a, b) => switches.indexOf(a) - switches.indexOf(b));
      show();
    };
  }
  show();
  options.classList.add("ready");
  options.after(done);
}

// ---- what the respondent says

form.addEventListener("submit", (event) => {
  const { name, value, textContent, dataset } = event.submitter;
  if (isTrial) return post(event, name, dataset);
  event.preventDefault();
  if (name === "tap") return say({ tap: value }, textContent);
  if (dataset.text) return say({ text: dataset.text }, dataset.label);
  const text = input.value.trim();
  input.value = "";
  fitInput();
  if (text) say({ text }, text);
});

function say(fields, said, file) {
  const time = clock.format().replace(":", ".");
  const taken = [...answers.childNodes];
  const entry = addEntry("me", said, time);
  const reply = { fields: { id: newId(), ...fields }, file, entry, taken, after: last };
  answers.replaceChildren(); // at once, so that nothing is tapped twice
  if (isDesktop) input.focus();
  else if (fields.tap) view.focus({ preventScroll: true }); // the tapped button had it
  fresh.hidden = true;
  view.scrollTop = 0; // at once: a reply that comes while this still moved would not be followed
  send(reply);
}

function post(event, name, { text }) {
  if (name === "tap" || name === "attach") input.value = "";
  else if (text) input.value = text;
  else if (!input.value.trim()) event.preventDefault();
}

function send(reply) {
  failed.delete(reply);
  mark(reply, "·", words.sending);
  sending = sending.then(() => deliver(reply));
}

function request({ fields, file }) {
  const headers = { Accept: "application/json" };
  if (!file) return [path, { headers, body: new URLSearchParams(fields), limit: SEND_LIMIT_MS }];
  headers["Content-Type"] = "application/octet-stream";
  return [`${path}/file?id=${fields.id}`, { headers, body: file, limit: FILE_LIMIT_MS }];
}

async function deliver(reply) {
  try {
    const [where, { limit, ...what }] = request(reply);
    const signal = AbortSignal.timeout?.(limit);
    const answer = await fetch(where, { method: "POST", signal, ...what });
    const { stored, error } = await answer.json();
    if (stored === true) wasStored(reply);
    else if (answer.status < 500 && answer.status !== 429) wasRefused(reply, error);
    else wasNotReached(reply);
  } catch {
    wasNotReached(reply); // also when something that is not our server answered
  }
}

function wasStored(reply) {
  mark(reply, "✓", words.stored);
  if (last === reply.after) showTyping(true); // else their reply was faster
}

function wasRefused(reply, error) {
  mark(reply, "!", words.refused);
  reply.entry.append(make("p", "trouble", error || words.not_taken));
  if (last === reply.after && !answers.hasChildNodes()) answers.append(...reply.taken);
  if (reply.fields.text && !input.value) input.value = reply.fields.text;
}

function wasNotReached(reply) {
  mark(reply, "!", words.not_sent);
  failed.add(reply);
  const onclick = () => send(reply);
  reply.entry.append(make("button", "trouble", words.try_again, { type: "button", onclick }));
}

function mark({ entry }, sign, said) {
  entry.querySelector(".trouble")?.remove();
  const tick = entry.querySelector(".tick");
  tick.textContent = sign;
  tick.setAttribute("aria-label", said);
}

// ---- what they say

let stream, again, away;
let pause_ms = 1000;

// A new stream asks for all after `last`, so opening one too many loses and doubles nothing.
function listen() {
  clearTimeout(again);
  stream?.close();
  stream = new EventSource(`${path}/events?after=${last}`);
  stream.onmessage = ({ data }) => hear(JSON.parse(data));
  stream.onopen = () => {
    pause_ms = 1000;
    away = clearTimeout(away);
    lost.textContent = "";
    failed.forEach(send);
  };
  stream.onerror = () => {
    away ??= setTimeout(() => (lost.textContent = words.reconnecting), LOST_AFTER_MS);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries by itself
    again = setTimeout(listen, pause_ms);
    pause_ms = Math.min(pause_ms * 2, 30000);
  };
}

function hear(message) {
  if (message.id <= last) return;
  last = message.id;
  speak(message.language);
  const isFollowed = isNearEnd();
  const height = view.scrollHeight;
  showTyping(false);
  const entry = addEntry("bot", message.text, message.time);
  if (message.file) {
    const link = make("a", "file", words.download, { href: message.file, download: "" });
    entry.querySelector("p").after(link);
  }
  showAnswers(message.ask);
  showProgress(message.progress, message.open);
  if (isFollowed) return showNewest();
  view.scrollTop -= view.scrollHeight - height; // what is being read stays in place
  fresh.hidden = false;
}

// ---- the window

function fitInput() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

input.addEventListener("input", fitInput);
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  part("send").click();
});
fresh.addEventListener("click", showNewest);
view.addEventListener("scroll", () => (fresh.hidden ||= isNearEnd()), { passive: true });
// iOS lays its keyboard over the page. A zoomed page is left as it is.
window.visualViewport?.addEventListener("resize", ({ target: { height, scale } }) => {
  if (scale < 1.01) form.style.height = `${height}px`;
});
if (!isTrial) {
  // Phones drop the stream of a page nobody looks at, and say nothing.
  document.addEventListener("visibilitychange", () => document.hidden || listen());
  addEventListener("pageshow", (event) => event.persisted && listen());
  addEventListener("online", listen);
  addEventListener("pagehide", () => stream.close()); // an open stream would forbid "back" its cache
  listen();
}

form.noValidate = true; // an empty message is simply not sent
letSeveral();
if (!isTrial) {
  letAttach();
  letPlace();
}
log.lastElementChild?.scrollIntoView({ block: "start" });
if (isDesktop) input.focus();
