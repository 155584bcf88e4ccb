"""Looking back: answers are changed on purpose, never by a stray tap (law 7).

A late tap on an earlier question, "ubah" at any time, and the look before sending all end here.
"""

from collections.abc import Sequence

from flows import carrying, matrix
from flows.answers import Outcome, read
from flows.answers.command import command_of
from flows.answers.normal import fold, split
from flows.asking import CONSENT, Next, ask_again, ask_next, finish, keep
from flows.doubts import picked_among
from flows.effects import Effect, Say
from flows.events import Tapped
from flows.model import Form, Item, Kind
from flows.overview import (
    A_PAGE,
    CHANGE_OPTIONS,
    SEND_OPTIONS,
    STILL_OPTIONS,
    WHOLE,
    Entry,
    entries,
    page,
)
from flows.state import Doubt, State, replace
from flows.view import View
from flows.walking import stands

TAPPED = frozenset({Kind.SELECT_ONE, Kind.ACKNOWLEDGE, Kind.REPEAT})
"""Kinds of which one tap is the whole answer."""

_SEND_WORDS = ("kirim sekarang", "kirimkan", "selesai", "sudah", "sudah benar", "benar", "send")
_CHANGE_WORDS = ("ganti", "perbaiki", "koreksi", "salah", "edit", "change")
_STILL_WORDS = {
    "Ya,": (
        "masih", "masih sama", "tetap", "tetap sama", "belum berubah", "sama", "yes still", "still",
        "still the same", "the same", "nothing changed", "no change",
    ),
    "Sudah": (
        "berubah", "ada yang berubah", "pindah", "sudah pindah", "resign", "sudah resign", "keluar",
        "sudah keluar", "sudah tidak", "tidak lagi", "sudah bukan", "berhenti kerja", "changed",
        "it changed", "not any more", "not anymore", "no longer", "i resigned", "i moved",
    ),
}  # fmt: skip
_STAY_WORDS = ("batal", "batalkan", "tidak", "ga jadi", "gak jadi", "nggak jadi", "sudah", "cancel",
               "never mind", "nevermind", "no")  # fmt: skip


def late(form: Form, state: State, view: View, event: Tapped) -> Next:
    """Return what a tap on a question that is not open leads to: never an answer by itself."""
    if _is_second(state, event):
        return state, ()
    item = form.item_at(event.item)
    if item is None or not _may_change(form, state, view, item, event.option):
        return back(form, state, view, Say("late_tap"))
    value = item.choices[event.option].code if event.option >= 0 else None
    if state.answers[item.path] == value:
        is_second = bool(state.trail) and state.trail[-1] == item.path
        return (state, ()) if is_second else back(form, state, view, Say("late_tap"))
    return ask_again(form, replace(state, doubt=Doubt("change", value, item.path)), view)


def repeats(form: Form, state: State, event: Tapped) -> bool:
    """Whether a tap says again what is stored already."""
    item = form.item_at(event.item)
    if item is None or item.path not in state.answers:
        return _is_second(state, event)
    choices = item.choices
    value = choices[event.option].code if 0 <= event.option < len(choices) else None
    return bool(state.answers[item.path] == value)


def _is_second(state: State, event: Tapped) -> bool:
    """Whether a tap on what is no question of the form is the second of two."""
    agrees = event.item == CONSENT and event.option == 0
    return (agrees or event.item == WHOLE) and event.asked >= state.asked - 1


def choose(form: Form, state: State, view: View, text: str = "", *first: Effect) -> Next:
    """Return the question which answer is to be changed; `text` may name it already."""
    found = entries(form, state, view)
    if not found:
        return back(form, state, view, Say("nothing_to_change"))
    named = _named(found, text)
    if named is not None:
        return _open(form, state, view, found[named])
    last = max(0, len(found) - A_PAGE)  # the newest answers are the likeliest
    return ask_again(form, replace(state, doubt=Doubt("pick", last)), view, *first)


def back(form: Form, state: State, view: View, *first: Effect) -> Next:
    """Return to where the interview stood: the open question, or its end."""
    state = replace(state, doubt=None)
    if state.at:
        return ask_again(form, state, view, *first)
    state, effects = ask_next(form, state, view)
    return state, (*first, *effects)


def settle(form: Form, state: State, view: View, doubt: Doubt, text: str) -> Next | None:
    """Return what words lead to while the doubt is open; None when they are about something else.

    Words that name one of the options do what a tap on it would.
    """
    match doubt.about:
        case "send" if command_of(text.split(maxsplit=1)[0]) == "ubah":
            return choose(form, state, view, text)
        case "send":
            option = _send_or_change(text)
            if option is None and command_of(text) == "mulai":
                option = 0
        case "change":
            option = picked_among(CHANGE_OPTIONS, text)
            option = _agreed(text) if option is None else option
        case "still":
            option = picked_among(STILL_OPTIONS, text, _STILL_WORDS)
            option = _agreed(text) if option is None else option
        case _:
            return _settle_pick(form, state, view, doubt, text)
    return None if option is None else settle_tap(form, state, view, doubt, option)


def settle_tap(form: Form, state: State, view: View, doubt: Doubt, option: int) -> Next:
    """Return what a tap on a button of the doubt leads to."""
    match doubt.about, option:
        case "send", 0:
            return finish(form, replace(state, doubt=None), view)
        case "send", 1:
            return choose(form, state, view)
        case "change", 0:
            return _change(form, state, view, doubt)
        case "change", 1:
            return back(form, state, view, Say("unchanged"))
        case "still", 0 | 1:
            return carrying.settle(form, state, view, agreed=option == 0)
        case "pick", _:
            return _pick(form, state, view, doubt, option)
    return ask_again(form, state, view)


def _change(form: Form, state: State, view: View, doubt: Doubt) -> Next:
    item, state = form.by_path[doubt.text], replace(state, doubt=None)
    acceptable = view.accepts(item, doubt.value) if doubt.value else not view.requires(item)
    if not (acceptable and stands(view, item)):
        return back(form, state, view, Say("unchanged"))
    return keep(form, state, view, item, doubt.value)


def _may_change(form: Form, state: State, view: View, item: Item, option: int) -> bool:
    if item.path not in state.answers or not stands(view, item):
        return False
    if len(matrix.rows(form, state, view, item)) > 1:
        return False
    if option == -1:
        return not view.requires(item)
    return item.kind in TAPPED and option in view.offered(item)


def _pick(form: Form, state: State, view: View, doubt: Doubt, option: int) -> Next:
    found = entries(form, state, view)
    if 0 <= option < len(found):
        return _open(form, state, view, found[option])
    if option == len(found) and len(found) > A_PAGE:
        start = max(0, doubt.value - A_PAGE) if doubt.value else max(0, len(found) - A_PAGE)
        return ask_again(form, replace(state, doubt=Doubt("pick", start)), view)
    return back(form, state, view, Say("unchanged"))


def _settle_pick(form: Form, state: State, view: View, doubt: Doubt, text: str) -> Next | None:
    found = entries(form, state, view)
    shown = page(found, doubt.value)
    option = picked_among(shown, text)
    if option is None:
        option = _named(found, text)
    if option is None and (_stays(text) or command_of(text) in ("mulai", "nanti", "kembali")):
        return back(form, state, view, Say("unchanged"))
    if option is None:  # words such as the new answer itself must not answer the open question
        return ask_again(form, state, view) if command_of(text) == "none" else None
    return _pick(form, state, view, doubt, option)


def _open(form: Form, state: State, view: View, entry: Entry) -> Next:
    """Return the question put again; what was answered stands until another answer comes."""
    path = matrix.first(form, state, view, form.by_path[entry.path]).path
    return ask_again(form, replace(state, at=path, misses=0, doubt=None), view)


def _named(found: Sequence[Entry], text: str) -> int | None:
    """Return which answer words such as "ubah penghasilan" name, by its question."""
    words = {word for word in split(fold(text)) if command_of(word) != "ubah"}
    if not words or any(word.isdigit() for word in words):
        return None
    fits = [i for i, one in enumerate(found) if words.issubset(split(fold(one.question)))]
    return fits[0] if len(fits) == 1 else None


def _send_or_change(text: str) -> int | None:
    also = {"Kirim": _SEND_WORDS, "Ubah": _CHANGE_WORDS}
    option = picked_among(SEND_OPTIONS, text, also)
    return _agreed(text) if option is None else option


def _agreed(text: str) -> int | None:
    reading = read("yesno", text)
    return int(not reading.value) if reading.outcome is Outcome.SURE else None


def _stays(text: str) -> bool:
    return " ".join(text.lower().split()).strip(" .!") in _STAY_WORDS
