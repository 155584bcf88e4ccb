"""A questionnaire tried out on a random respondent, from the invitation to the end.

The dice are an argument (law 9): the same dice hold the same conversation. Each step is taken
twice, once from the state as it came out of its JSON, and both must agree; the state that went
in must be as it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from flows import matrix
from flows.asking import answered
from flows.events import Event, Replied, Started, Tapped
from flows.held import held_as
from flows.language import words_for
from flows.model import MEDIA, Form, Item, Kind
from flows.overview import WHOLE
from flows.phrases import Phrases
from flows.prompts import numbered, prompt
from flows.state import State, Status
from flows.step import EventNotAllowed, Turn, start, step
from flows.view import View

BEGIN = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
OFFICE = {"kantor": "Kantor Contoh", "simpan": "5 tahun", "kontak": "", "nama": "Sari"}
GIVEN = {"nama": "Sari", "pelatihan": "Menjahit"}
MOST_MOVES = 4_000
PATIENCE = 12
"""Replies to one question after which the respondent has had enough."""

ODD = (
    "kembali", "kembali", "lewati", "nanti ya", "bantuan", "ulang", "lanjut", "data saya", "",
    "🙏", "2", "99", "ya", "tidak", "kerja atau usaha", "2jt500", "2025", "gak tau", "rahasia",
    "awal 2024", "berhenti", "mulai", "ubah", "x" * 300,
)  # fmt: skip
_TEXTS = (
    "PT Contoh", "operator", "Kendari", "kue basah", "Sari", "0812345678", "081234567890",
    "sari@contoh.id", "7471", "7471012345678901", "A1", "abc", "Ya", "12", "1", "A-1", "a",
)  # fmt: skip
_NUMBERS = (
    0, 1, 2, 3, 5, 7, 10, 12, 18, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 365, 500, 1_000,
    2_000, 2_020, 5_000, 10_000, 50_000, 1_000_000, 2_500_000, 812_345_678,
)  # fmt: skip
_DAYS = (0, -1, 1, -7, 7, -30, 30, -90, -180, -365, 365, -1_000, -6_000, -8_000, -12_000, -20_000)
_CLOCKS = ("07:30", "12:00", "19:45", "00:15")
_PLACES = ("-3.98, 122.51", "-6.2, 106.8", "0.5, 101.4")


_AS_READ: Mapping[str, Sequence[str]] = {
    "email": ("sari@contoh.id", "budi.santoso@contoh.co.id"),
    "money": ("2,5 jt", "3 juta", "1.500.000"),
    "nik": ("7471015505990003",),
    "npwp": ("0123456789012345",),
    "phone": ("081234567890", "+6281298765432"),
    "place": ("Kota Kendari", "Kab. Konawe", "Kota Bogor"),
}
"""What fits a question that is read as more than text, or as more than a number."""


class Dice(Protocol):
    """What `random.Random` gives."""

    def random(self) -> float: ...

    def randrange(self, stop: int, /) -> int: ...


class Unsound(Exception):
    """A step changed what it was given, or said something else the second time."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One conversation. `lines` are what was said, in order: who, and the words."""

    form: Form
    turns: tuple[tuple[Event, Turn], ...]
    said: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> State:
        """Where the conversation ended."""
        return self.turns[-1][1].state

    @property
    def lines(self) -> Sequence[str]:
        """The conversation, one line or paragraph a message."""
        return [f"{who}: {text}" for who, text in self.said]

    def as_data(self) -> dict[str, Any]:
        """Return the conversation as plain data."""
        state = self.state
        form = self.form.spoken(state.language)
        return {
            "form": self.form.key,
            "status": str(state.status),
            "finished": state.status is Status.FINISHED,
            "steps": len(self.turns),
            "messages": [{"from": who, "text": text} for who, text in self.said],
            "answers": dict(answered(form, state, View(form, state, self.turns[-1][0].at))),
        }


@dataclass(slots=True)
class _Respondent:
    form: Form
    dice: Dice
    at: datetime
    given: Mapping[str, str]
    language: str
    tries: dict[str, int] = field(default_factory=dict)

    def pick(self, options: Sequence[Any]) -> Any:
        return options[self.dice.randrange(len(options))]

    def next(self, state: State) -> Event:
        self.at += timedelta(seconds=1 + self.dice.randrange(20_000))
        if state.status is Status.NEW:
            return Started(
                self.at, given=self.given, facts=OFFICE, seed=self.dice.randrange(1_000),
                language=self.language,
            )  # fmt: skip
        if state.status in (Status.STOPPED, Status.DECLINED):
            return Replied(self.at, "mulai")
        if state.status is not Status.ASKING:
            return Replied(self.at, "ya")
        self.tries[state.at] = self.tries.get(state.at, 0) + 1
        if self.tries[state.at] > PATIENCE:
            return Replied(self.at, "tolong jangan kirim pesan lagi")
        return self.reply(state)

    def reply(self, state: State) -> Event:
        form = self.form.spoken(state.language)
        if self.dice.random() < 0.08:
            return Replied(self.at, self.pick(ODD))
        if not state.at:
            option = 0 if self.dice.random() < 0.8 else self.dice.randrange(5)
            return Tapped(self.at, state.asked, WHOLE, option)
        item = form.by_path[state.at]
        if state.doubt is not None and self.dice.random() < 0.8:
            option = state.doubt.options[0] if state.doubt.options else 0
            option = 1 if state.doubt.about == "stop" else option
            return Tapped(self.at, state.asked, item.index, option)
        if self.dice.random() < 0.03:
            return Tapped(self.at, self.dice.randrange(9), item.index, self.dice.randrange(9))
        view = View(form, state, self.at)
        if not view.requires(item) and self.dice.random() < 0.15:
            return Replied(self.at, "lewati")
        return self.fitting(item, view, state)

    def fitting(self, item: Item, view: View, state: State) -> Event:
        """Return a reply that answers the question, if any we know of does."""
        if item.kind in MEDIA:
            return Replied(self.at, "", (f"contoh/{item.kind}-{self.dice.randrange(9)}",))
        if item.kind is Kind.REPEAT:
            option = int(self.dice.random() < 0.5)
            text = item.choices[option].label
            return Tapped(self.at, state.asked, item.index, option, text)
        together = matrix.rows(self.form.spoken(state.language), state, view, item)
        if len(together) > 1:
            return self.filling(together)
        if item.choices:
            return self.choosing(item, view, state)
        ways: Callable[[Item], Sequence[str]] = _WAYS.get(item.kind, lambda _item: _TEXTS)
        words = _AS_READ.get(item.reads) or ways(item)
        accepted = [text for text in words if self.is_accepted(item, view, text)]
        return Replied(self.at, self.pick(accepted or words))

    def filling(self, together: Sequence[Item]) -> Event:
        """Return a reply to several questions at once, mostly to all of them."""
        most = len(together[0].choices) or 9
        numbers = [str(1 + self.dice.randrange(most)) for _one in together]
        if self.dice.random() < 0.1:
            return Replied(self.at, self.pick(("satu-satu", f"semua {numbers[0]}", numbers[0])))
        if self.dice.random() < 0.1:
            return Replied(self.at, f"b {numbers[0]}")
        return Replied(self.at, " ".join(numbers))

    def is_accepted(self, item: Item, view: View, text: str) -> bool:
        value = held_as(item, text) if item.kind is not Kind.GEOPOINT else text
        return value is not None and view.accepts(item, value)

    def choosing(self, item: Item, view: View, state: State) -> Event:
        item = view.worded(item)
        offered = list(view.offered(item)) or [0]
        if item.kind is Kind.RANK:
            order = sorted(range(1, len(offered) + 1), key=lambda _n: self.dice.random())
            return Replied(self.at, ", ".join(map(str, order)))
        if item.kind is Kind.SELECT_MULTIPLE:
            picked = [n for n in range(1, len(offered) + 1) if self.dice.random() < 0.4]
            return Replied(self.at, ", ".join(map(str, picked or [1])))
        choices = [i for i in offered if view.accepts(item, item.choices[i].code)] or offered
        index = self.pick(choices)
        if self.dice.random() < 0.5:
            return Tapped(self.at, state.asked, item.index, index, item.choices[index].label)
        return Replied(self.at, item.choices[index].label)


def rehearse(
    form: Form,
    dice: Dice,
    words: Phrases,
    *,
    at: datetime = BEGIN,
    given: Mapping[str, str] = GIVEN,
    language: str = "",
) -> Rehearsal:
    """Hold one random conversation and return it.

    Raises:
        Unsound: a step is not what `flows.step` promises.
    """
    turns = tuple(converse(form, dice, at=at, given=given, language=language))
    said: list[tuple[str, str]] = []
    for event, turn in turns:
        if isinstance(event, Replied | Tapped):
            said.append(("user", _heard(event)))
        message = prompt(turn.effects, words_for(turn.state.language, words))
        if message is not None:
            said.append(("bot", numbered(message, words)))
    return Rehearsal(form, turns, tuple(said))


def reply(form: Form, state: State, dice: Dice, at: datetime) -> Event:
    """Return what somebody might do at the open question: mostly fitting, sometimes odd."""
    respondent = _Respondent(form, dice, at, GIVEN, state.language)
    return respondent.reply(state) if state.at or state.doubt else Replied(at, respondent.pick(ODD))


def converse(
    form: Form,
    dice: Dice,
    *,
    at: datetime = BEGIN,
    given: Mapping[str, str] = GIVEN,
    language: str = "",
) -> Iterator[tuple[Event, Turn]]:
    """Yield the events of one random conversation and the turns they lead to.

    It ends when the interview does, or when the respondent cannot go on.
    """
    respondent = _Respondent(form, dice, at, given, language)
    state = start(form)
    for _ in range(MOST_MOVES):
        event = respondent.next(state)
        try:
            turn = checked_step(form, state, event)
        except EventNotAllowed:
            continue
        yield event, turn
        state = turn.state
        if state.status is Status.FINISHED:
            return
        if max(respondent.tries.values(), default=0) > PATIENCE:
            return


def checked_step(form: Form, state: State, event: Event) -> Turn:
    """Take a step, and make sure that it could be taken again and changed nothing.

    Raises:
        Unsound: it could not, or did.
    """
    before = state.to_json()
    turn = step(form, state, event)
    if state.to_json() != before:
        raise Unsound(f"{form.key}: {state.at}: the state was changed")
    again = step(form, State.from_json(before), event)
    if again != turn or State.from_json(turn.state.to_json()) != turn.state:
        raise Unsound(f"{form.key}: {state.at}: the second time was different")
    return turn


def _heard(event: Replied | Tapped) -> str:
    if isinstance(event, Tapped):
        return event.text or f"[tombol {event.option}]"
    return " ".join((event.text, *(f"[{one}]" for one in event.media))).strip()


def _numbers(item: Item) -> Sequence[str]:
    if item.bounds is None:
        return [str(number) for number in _NUMBERS]
    least, most, step_ = item.bounds
    steps = int(min((most - least) / step_, 20))
    return [f"{least + n * step_:g}" for n in range(steps + 1)]


def _dates(_item: Item) -> Sequence[str]:
    today = BEGIN.date()
    return [(today + timedelta(days=days)).isoformat() for days in _DAYS]


def _moments(_item: Item) -> Sequence[str]:
    return [f"{day} {clock}" for day in _dates(_item) for clock in _CLOCKS]


_WAYS: Mapping[Kind, Callable[[Item], Sequence[str]]] = {
    Kind.INTEGER: _numbers,
    Kind.DECIMAL: _numbers,
    Kind.RANGE: _numbers,
    Kind.DATE: _dates,
    Kind.TIME: lambda _item: _CLOCKS,
    Kind.DATETIME: _moments,
    Kind.GEOPOINT: lambda _item: _PLACES,
}
