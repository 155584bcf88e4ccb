"""The answers so far in words, and the questions that are about all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows import matrix
from flows.effects import Ask, Effect, Option, Say
from flows.model import MEDIA, Form, Item
from flows.state import Doubt, State
from flows.view import View
from flows.walking import met
from flows.words import spoken

WHOLE = -2
"""The item number in the buttons of questions that are about no item, or about an answer to one.

Such a button counts only while its own question is open.
"""

ABOUT = frozenset({"change", "pick", "send", "still"})
"""Doubts about the interview rather than the open question."""

FEW = 3
"""So many answers need no summary: they are still on the screen."""

MOST_SHOWN = 12
"""A longer summary is not read; WhatsApp would bill it as several messages."""

SURELY_MANY = 40
"""So many answers are not put into words only to find them too many."""

A_PAGE = 8
"""Answers to choose from at once: with "others" and "never mind" they fit a WhatsApp list."""

LONGEST_QUESTION = 60

CHANGE_OPTIONS = (Option(0, "Ya, ganti"), Option(1, "Tidak"))
STILL_OPTIONS = (Option(0, "Ya, masih"), Option(1, "Sudah berubah"))
SEND_OPTIONS = (Option(0, "Kirim"), Option(1, "Ubah"))
OTHERS = "Pertanyaan lainnya"
SKIPPED = "dilewati"
NEVER_MIND = "Tidak jadi"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that stands: the question's path, and both in words."""

    path: str
    question: str
    answer: str


def entries(form: Form, state: State, view: View) -> Sequence[Entry]:
    """Return the answers that stand, in the order of the form; rows put together are one."""
    return list(_entries(form, state, view))


def listed(found: Sequence[Entry]) -> str:
    """Return the answers as a short list that can be read on a phone."""
    return "\n".join(f"• {_labelled(one)}" for one in found)


def told(form: Form, state: State, view: View) -> Sequence[Effect]:
    """Return what is said of the answers when an interview ends without asking for a look."""
    if form.summary == "no":
        return ()
    if len(state.answers) > SURELY_MANY:
        return (Say("summary_long"),)
    found = _given(entries(form, state, view))
    if len(found) <= FEW:
        return ()
    if len(found) > MOST_SHOWN:
        return (Say("summary_long"),)
    return (Say("summary", {"answers": listed(found)}),)


def ask(form: Form, state: State, view: View, doubt: Doubt) -> tuple[Effect, ...]:
    """Return the question that a doubt about the whole interview is put as."""
    match doubt.about:
        case "send":
            found = _given(entries(form, state, view))
            say = Say("summary_send", {"answers": listed(found)})
            if len(found) > MOST_SHOWN:
                say = Say("summary_send_long", {"count": str(len(found))})
            options: tuple[Option, ...] = SEND_OPTIONS
        case "change":
            item = view.worded(form.by_path[doubt.text])
            say = Say(
                "change_meant",
                {
                    "question": shortened(view.fill(item.wording, item)),
                    "old": in_short(item, state.answers.get(item.path)),
                    "new": in_short(item, doubt.value),
                },
            )
            options = CHANGE_OPTIONS
        case "still":
            say, options = Say("note", text=doubt.text), STILL_OPTIONS
        case _:
            say, options = Say("pick"), page(entries(form, state, view), doubt.value)
    return (say, Ask(state.asked, WHOLE, "", options=options))


def page(found: Sequence[Entry], start: int) -> tuple[Option, ...]:
    """Return the answers to choose from, beginning with the `start`-th; the last two are ways out.

    Their numbers are the entries'; `len(found)` stands for others, one more for never mind.
    """
    shown = [
        Option(i, _labelled(one)) for i, one in enumerate(found) if start <= i < start + A_PAGE
    ]
    more = (Option(len(found), OTHERS),) if len(found) > A_PAGE else ()
    return (*shown, *more, Option(len(found) + 1, NEVER_MIND))


def in_short(item: Item, value: object) -> str:
    """Return an answer in words; files by that they were sent."""
    if value is None:
        return SKIPPED
    if item.kind in MEDIA:
        return "terkirim"
    return spoken(item, value)


def shortened(text: str) -> str:
    """Return the first line or question, cut where it grows too long for a glance."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    head, mark, _rest = line.partition("? ")
    line = head + "?" if mark else line
    return line if len(line) <= LONGEST_QUESTION else f"{line[: LONGEST_QUESTION - 1].rstrip()}…"


def _labelled(one: Entry) -> str:
    question = one.question if one.question.endswith("…") else one.question.rstrip(" ?:.") + ":"
    return f"{question} {shortened(one.answer)}"


def _given(found: Sequence[Entry]) -> Sequence[Entry]:
    return [one for one in found if one.answer != SKIPPED]


def _entries(form: Form, state: State, view: View) -> Iterator[Entry]:
    seen = set()
    for item in met(form, view):
        if item.path not in state.answers or not view.is_relevant(item):
            continue
        rows = matrix.rows(form, state, view, item) if item.matrix else ()
        if len(rows) < 2:
            words = matrix.wording(form, item, view)
            said = in_short(view.worded(item), state.answers[item.path])
            yield Entry(item.path, shortened(words), said)
        elif (key := matrix.key(item)) not in seen:
            seen.add(key)
            words = matrix.ask(form, view, rows, 0).text
            yield Entry(item.path, shortened(words), matrix.answered(rows, state))
