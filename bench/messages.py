"""How many messages a respondent of each branch gets, beside one question a message.

    python -m bench.messages

Each branch of a built-in form is answered as its respondents do in one word or line, twice: as
the form is, and with every table taken apart. Counted is what the office pays for: the
messages we send, from the notice to the thanks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from bench.table import Line, show
from flows import library, matrix
from flows.effects import Ask
from flows.events import Event, Replied, Started, Tapped
from flows.model import Form, Kind
from flows.phrases import phrases
from flows.prompts import prompt
from flows.state import State, Status
from flows.step import start, step
from flows.view import View
from flows.xlsform import load, publish

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FACTS = {"kantor": "Kantor Contoh", "simpan": "5 tahun", "kontak": "", "nama": "Sari"}
TYPED = {"place": "kota kendari", "money": "3 juta", "date": "1 september 2025",
         "date_ahead": "1 februari 2027", "integer": "1", "phone": "081200000101",
         "email": "sari@contoh.id"}  # fmt: skip
LATER = {"selesai": "30 april 2027", "npsn": "12345678", "nuptk": "1234567890123456"}
MOST = 200


@dataclass(frozen=True, slots=True)
class Branch:
    """A way through a form: the option picked where it is not the first."""

    form: str
    name: str
    picks: Mapping[str, str]
    given: Mapping[str, str]


def branch(form: str, name: str, *, given: Mapping[str, str] | None = None, **picks: str) -> Branch:
    """Return a way through a form."""
    return Branch(form, name, picks, {"nama": "Sari", **(given or {})})


SHORT = {"lewati_opsional": "ya"}
BRANCHES = (
    branch("tracer", "1 bekerja", f8="1", f301="2"),
    branch("tracer", "3 wiraswasta", f8="3", f301="2"),
    branch("tracer", "4 melanjutkan", f8="4", f301="2"),
    branch("tracer", "5 mencari kerja", f8="5", f301="2"),
    branch("tracer", "2 belum memungkinkan", f8="2", f301="3"),
    branch("tracer", "5, blok opsional dilewati", f8="5", f301="2", given=SHORT),
    branch("tracer", "2, blok opsional dilewati", f8="2", f301="3", given=SHORT),
    branch("tracer_2021", "1 bekerja", f8="1", f504="1", f301="2"),
    branch("kebekerjaan", "bekerja", status="bekerja"),
    branch("kebekerjaan", "mencari", status="mencari"),
    branch("pengguna_lulusan", "satu lulusan", given={"lulusan": "Sari"}),
    branch("kebutuhan_ppg", "aktif mengajar", mengajar="aktif"),
    branch("umpan_balik_kegiatan", "satu narasumber"),
    branch("umpan_balik_lengkap", "luring, satu narasumber"),
    branch("hasil_perekrutan", "ada yang mendaftar"),
    branch("borang_magang", "NIM diketahui", given={"nim": "1", "prodi": "D3"}),
    branch("balasan_magang", "diterima", hasil="diterima"),
)


def main() -> None:
    """Print the messages of each branch, and how many questions they carry."""
    lines = []
    for one in BRANCHES:
        ours, asked = walk(built_in(one.form), one)
        apart, _asked = walk(taken_apart(built_in(one.form)), one)
        what = f"{one.form}: {one.name}, {asked} questions"
        lines.append(Line(what, str(ours), str(apart), f"{ours / apart:.2f}"))
    show("messages to one respondent (peer: one question a message)", lines)


def walk(form: Form, way: Branch) -> tuple[int, int]:
    """Return (messages sent, questions asked) of one interview in which all is understood."""
    turn = step(form, start(form), Started(AT, given=way.given, facts=FACTS))
    messages, asked = 1, 0
    for _ in range(MOST):
        if turn.state.status is Status.FINISHED:
            return messages, asked
        ask = next(effect for effect in turn.effects if isinstance(effect, Ask))
        asked += max(len(ask.rows), 1) if turn.state.at else 0
        turn = step(form, turn.state, _reply(form, turn.state, way))
        assert not turn.state.misses
        assert turn.state.doubt is None
        messages += prompt(turn.effects, phrases()) is not None
    raise RuntimeError(f"{way.form}, {way.name}: stuck at {turn.state.at}")


def _reply(form: Form, state: State, way: Branch) -> Event:
    if state.status is not Status.ASKING:
        return Replied(AT, "ya")
    item = form.by_path[state.at]
    view = View(form, state, AT)
    together = matrix.rows(form, state, view, item)
    if len(together) > 1:
        return Replied(AT, " ".join("1" for _row in together))
    if item.kind is Kind.SELECT_ONE:
        codes = [choice.code for choice in item.choices]
        return Tapped(AT, state.asked, item.index, codes.index(way.picks.get(item.name, codes[0])))
    if item.kind is Kind.SELECT_MULTIPLE:
        return Replied(AT, "1")
    if item.kind in (Kind.IMAGE, Kind.FILE):
        return Replied(AT, "", ("foto.jpg",))
    return Replied(AT, LATER.get(item.name) or TYPED.get(item.reads, "Contoh"))


@cache
def built_in(name: str) -> Form:
    """Return a built-in form."""
    return load(publish(library.source(name)))


def taken_apart(form: Form) -> Form:
    """Return the form with no question put together with another."""
    return replace(form, matrices={})


if __name__ == "__main__":
    main()
