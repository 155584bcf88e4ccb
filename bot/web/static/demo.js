// The demo's board: asks how the wave stands every two seconds and shows it.
"use strict";

const EVERY_MS = 2000;
const STATUSES = {
  selesai: "selesai",
  sebagian: "sedang menjawab",
  belum: "belum menjawab",
  menolak: "tidak bersedia",
  berhenti: "berhenti",
};

const part = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("id-ID");
const rows = new Map(); // cohort's name → its row, kept so that its bar can move

function make(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

const count = (status, key) => status[key] ?? 0;

function inWords(status) {
  const some = Object.keys(STATUSES).filter((key) => count(status, key));
  return some.map((key) => `${number.format(count(status, key))} ${STATUSES[key]}`).join(", ") || "belum ada data";
}

function showBar(bar, status) {
  if (!bar.children.length) bar.append(...Object.keys(STATUSES).map((key) => make("i", key)));
  Object.keys(STATUSES).forEach((key, at) => {
    const piece = bar.children[at];
    piece.style.flexGrow = count(status, key);
    piece.hidden = !count(status, key); // else an empty piece still takes a gap
  });
  bar.setAttribute("aria-label", inWords(status));
}

function showLegend(status) {
  part("legend").replaceChildren(
    ...Object.entries(STATUSES).map(([key, label]) => {
      const one = make("div", "");
      one.append(make("i", key), make("dd", "", number.format(count(status, key))), make("dt", "", label));
      return one;
    }),
  );
}

function makeRow(cohort) {
  const row = make("li", "");
  const [share, more, bar] = [make("span", "share"), make("span", "quiet"), make("div", "bar")];
  bar.setAttribute("role", "img");
  row.append(make("b", "", cohort.name), share, more, bar);
  part("cohorts").append(row);
  return { share, more, bar };
}

function showCohort(cohort) {
  if (!rows.has(cohort.name)) rows.set(cohort.name, makeRow(cohort));
  const { share, more, bar } = rows.get(cohort.name);
  const now = count(cohort.status, "sebagian");
  share.textContent = `${number.format(count(cohort.status, "selesai"))} dari ${number.format(cohort.members)} selesai`;
  more.textContent = now ? `${cohort.programme} · ${number.format(now)} sedang menjawab` : cohort.programme;
  showBar(bar, cohort.status);
}

function showRecent(people) {
  if (!people.length) return;
  part("recent").replaceChildren(
    ...people.map(({ name, what, simulated }) => {
      const one = make("li", "");
      one.append(make("b", "", name), make("span", "quiet", what));
      if (simulated) one.append(make("span", "badge", "simulasi"));
      return one;
    }),
  );
}

function show(board) {
  part("done").textContent = number.format(count(board.status, "selesai"));
  part("total").textContent = number.format(board.total);
  part("rows").textContent = number.format(board.workbook_rows);
  showBar(part("all"), board.status);
  showLegend(board.status);
  board.cohorts.forEach(showCohort);
  showRecent(board.recent);
}

function say(pulse) {
  if (part("pulse").textContent !== pulse) part("pulse").textContent = pulse;
}

async function look() {
  try {
    const answer = await fetch("/demo/status", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    say("langsung, tiap 2 detik");
  } catch {
    say("terputus, menyambung lagi…");
  }
  setTimeout(look, EVERY_MS);
}

function letCopy(line) {
  const button = make("button", "copy", "Salin");
  button.setAttribute("aria-label", `Salin ${line.textContent}`);
  button.onclick = async () => {
    await navigator.clipboard.writeText(line.textContent);
    button.textContent = "Tersalin";
    setTimeout(() => (button.textContent = "Salin"), EVERY_MS);
  };
  line.after(button);
}

if (navigator.clipboard) document.querySelectorAll(".commands code").forEach(letCopy);
look();
