"""A form as conversations: one for each way through it, as whoever approves it would read them.

A way is the list of questions that are asked. Questions on which others hang are answered in
each way they can be; conversations in which the same questions are asked are one branch, named
by the answers that lead to it. No dice: the same form gives the same conversations.
"""

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.events import Event, Replied, Started, Tapped
from flows.model import MEDIA, Form, Item, Kind, parse_key
from flows.phrases import Phrases
from flows.prompts import Prompt, prompt, read_data
from flows.reading.outline import written
from flows.state import OPEN, State, Status
from flows.step import start, step
from flows.transcript import BEGIN
from flows.words import number

GIVEN: Mapping[str, str] = {"nama": "Sari", "pelatihan": "Menjahit Pakaian Dasar"}

MOST_RUNS = 150
MOST_STEPS = 6_000
"""Steps of all conversations together, after which no other is begun: about two seconds."""

MOST_BRANCHES = 24
MOST_MORE = 12
MOST_MOVES = 600

_SAMPLES: Mapping[str, Sequence[str]] = {
    "money": ("2,5 juta", "5 juta", "800 ribu"),
    "integer": ("3", "1", "25", "0", "100", "2020", "75", "5000"),
    "decimal": ("3,5", "0,5", "25", "100", "2020", "5000"),
    "phone": ("081234567890",),
    "email": ("sari@contoh.id",),
    "nik": ("7471015505990003",),
    "npwp": ("0123456789012345",),
    "place": ("Kota Kendari", "Kab. Konawe"),
    "date_ahead": ("1 Desember 2026", "1 Februari 2027", "1 Januari 2030"),
    "date": ("Agustus 2026", "5 Mei 2001", "21 November 2026", "1 Januari 2030", "2024"),
    "time": ("09.30", "19.45"),
    "dateTime": ("5 Agustus 2026 09.30", "1 Januari 2030 19.45"),
    "geopoint": ("-3.98, 122.51",),
}
_TEXTS = (
    "Contoh jawaban", "081234567890", "sari@contoh.id", "7471012345678901", "12345", "A1", "2026",
)  # fmt: skip
_EXAMPLE = re.compile(r"[“\"]([^“”\"]{2,60})[”\"]")
"""What authors quote in a hint is mostly an answer."""

_ROWS = re.compile(r"misalnya (\d+(?: \d+)+)")
"""What the bot gives as an example where several questions are answered at once."""

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.RANGE)
_NUMBER = re.compile(r"(?<![\w.-])\d{1,9}(?![\w.-])")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation; `who` is bot or me. `options` may be tapped."""

    who: str
    text: str
    options: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """How a question on which others hang was answered; `labels` when several ways do the same."""

    path: str
    question: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through a form. `turn` is the pick by which it left an earlier one."""

    asked: tuple[str, ...]
    said: tuple[Said, ...]
    picks: tuple[Pick, ...]
    turn: Pick | None
    finished: bool


@dataclass(frozen=True, slots=True)
class Branches:
    """The ways that were found. `unreached` are questions none of them came to."""

    found: tuple[Branch, ...]
    unreached: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is typed or attached, or which button is tapped (`option`, -1 skips)."""

    text: str
    option: int | None = None
    media: str = ""


def _plain(path: str) -> str:
    """Return a path without the places of repeats."""
    return parse_key(path)[0]


def _is_first(item: Item) -> bool:
    """Whether an item stands in no later repetition; a second may still be begun."""
    least = 2 if item.kind is Kind.REPEAT else 1
    return all(place == 1 for place in item.places[:-1]) and item.places[-1:] <= (least,)


_Plan = dict[str, _Answer]


@dataclass(frozen=True, slots=True)
class _Fork:
    """A question others hang on, as it was met: how it was answered, and how it might be."""

    path: str
    question: str
    given: _Answer
    others: tuple[_Answer, ...]


def branches(
    form: Form, words: Phrases, *, facts: Mapping[str, str], given: Mapping[str, str] = GIVEN
) -> Branches:
    """Return the conversations of a form. `facts` fill the bot's own sentences."""
    search = _Search(form, words, facts, given)
    search.each_way()
    search.what_is_left()
    return Branches(tuple(search.ways.values()), search.unreached(), bool(search.waiting))


@dataclass(slots=True)
class _Search:
    """Looks for ways through a form; `waiting` are answers that were not given yet."""

    form: Form
    words: Phrases
    facts: Mapping[str, str]
    given: Mapping[str, str]
    ways: dict[tuple[str, ...], Branch] = field(default_factory=dict)
    waiting: deque[_Plan] = field(default_factory=lambda: deque([{}]))
    tried: set[tuple[str, _Answer]] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    deciding: Mapping[str, frozenset[str]] = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        self.deciding = _deciding(self.form)

    def each_way(self) -> None:
        """Give every answer of every deciding question once, one a conversation."""
        runs = 0
        while self.waiting and runs < MOST_RUNS and len(self.ways) < MOST_BRANCHES:
            if self.steps > MOST_STEPS // 2:
                return
            runs += 1
            self.hold(self.waiting.popleft())

    def what_is_left(self) -> None:
        """Where that would be too many, give several new answers in one conversation."""
        for _ in range(MOST_MORE):
            if not (self.waiting and self.unreached()) or self.steps > MOST_STEPS:
                return
            plan: _Plan = {}
            left = deque(self.waiting)
            self.waiting.clear()
            for one in left:
                *_before, (path, answer) = one.items()
                if path in plan:
                    self.waiting.append(one)
                else:
                    plan[path] = answer
            self.hold(plan)

    def hold(self, plan: _Plan) -> None:
        """Hold one conversation, and note what else could have been answered in it."""
        talk = _Talk(self.form, self.words, plan, self.deciding, self.known)
        talk.hold(self.facts, self.given)
        self.steps += talk.steps
        self.known |= {fork.path for fork in talk.forks}
        self.seen |= {_plain(path) for path in (*talk.asked, *talk.state.answers)}
        branch = _branch(talk, plan)
        self.ways[branch.asked] = _merged(self.ways.get(branch.asked), branch)
        so_far: _Plan = {}
        for fork in talk.forks:
            self.tried.add((fork.path, fork.given))
            for other in fork.others:
                if (fork.path, other) not in self.tried:
                    self.tried.add((fork.path, other))
                    self.waiting.append({**so_far, fork.path: other})
            so_far[fork.path] = fork.given

    def unreached(self) -> tuple[str, ...]:
        asking = (item.path for item in self.form.items if item.is_answered)
        return tuple(path for path in asking if path not in self.seen)


def _deciding(form: Form) -> Mapping[str, frozenset[str]]:
    """Return the questions others hang on, each with the numbers it is compared with."""
    found: dict[str, set[str]] = {}
    for item in form.items:
        for condition in item.relevant:
            sources = [condition.source]
            waiting = [*condition.references, *condition.gathered]
            done: set[str] = set()
            while waiting:
                path = waiting.pop()
                used = form.by_path.get(path)
                if path in done or used is None:
                    continue
                done.add(path)
                if used.calculation is not None:
                    sources.append(used.calculation.source)
                    waiting += used.calculation.references | used.calculation.gathered
                if used.is_asked:
                    found.setdefault(path, set())
            numbers = {one for source in sources for one in _NUMBER.findall(source)}
            for path in done & found.keys():
                found[path] |= numbers
    return {path: frozenset(numbers) for path, numbers in found.items()}


@dataclass(slots=True)
class _Talk:
    """One conversation held from the invitation to the end.

    The answers of a fork that is `known` were all looked at when it was met first.
    """

    form: Form
    words: Phrases
    plan: Mapping[str, _Answer]
    deciding: Mapping[str, frozenset[str]]
    known: Container[str]
    state: State = field(init=False)
    shown: Prompt | None = None
    said: list[Said] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    forks: list[_Fork] = field(default_factory=list)
    steps: int = 0

    def hold(self, facts: Mapping[str, str], given: Mapping[str, str]) -> None:
        """Hold the conversation; it ends when nothing answers a question, too."""
        self.state = start(self.form)
        self._take(Started(BEGIN, given=given, facts=facts))
        for _ in range(MOST_MOVES):
            if self.state.status not in OPEN:
                return
            if self.state.status is not Status.ASKING:
                self._say(self._buttons()[0] if self._buttons() else _Answer("ya"))
            elif not self._answer():
                return

    def _answer(self) -> bool:
        item = self.form.by_path[self.state.at]
        self.asked.append(item.path)
        is_fork = _plain(item.path) in self.deciding and _is_first(item)
        is_new = is_fork and item.path not in self.known
        wanted = self.plan.get(item.path)
        if wanted is not None and self._leads_on(wanted):
            possible = [wanted]
        else:
            possible = self._possible(item, all_of_them=is_new)
        if not possible:
            return False
        if is_fork:
            chosen, *others = possible
            question = written(item.label)
            self.forks.append(_Fork(item.path, question, chosen, tuple(others)))
        self._say(possible[0])
        if self.state.doubt is not None and self._buttons():
            self._say(self._buttons()[0])
        return True

    def _possible(self, item: Item, *, all_of_them: bool) -> list[_Answer]:
        """Return answers that work, the plainest first; skipping last. One is mostly enough."""
        skip = self.shown.skip if self.shown else None
        tries = [*self._tries(item), *([_Answer(skip.label, -1)] if skip else ())]
        asked_back: list[_Answer] = []
        works: list[_Answer] = []
        for one in dict.fromkeys(tries):
            if works and not all_of_them:
                break
            is_plain = one.option is not None and item.constraint is None
            how = 1 if is_plain else self._leads_on(one)
            if how:
                (works if how == 1 else asked_back).append(one)
        return works + asked_back

    def _tries(self, item: Item) -> Iterable[_Answer]:
        buttons = self._buttons()
        if item.kind in MEDIA:
            return [_Answer("📎", media=f"contoh/{item.kind}")]
        if item.kind is Kind.REPEAT:  # one repetition, then no more
            return buttons if item.places[-1] == 1 else reversed(buttons)
        if item.kind is Kind.RANK:
            return [_Answer(", ".join(str(n + 1) for n in range(len(buttons))))]
        if item.kind is Kind.SELECT_MULTIPLE:
            return [_Answer(str(n + 1)) for n in range(len(buttons))]
        return buttons or map(_Answer, self._texts(item))

    def _texts(self, item: Item) -> Iterator[str]:
        yield from _ROWS.findall(self.shown.text if self.shown else "")
        if item.choices:  # too many to be shown: they are searched
            yield from (one.label for one in item.choices[:3])
        if item.bounds is not None:
            yield from map(number, item.bounds[:2])
        samples = _SAMPLES.get(item.reads) or (*_EXAMPLE.findall(written(item.hint)), *_TEXTS)
        compared = self.deciding.get(_plain(item.path), ()) if item.kind in _NUMBERS else ()
        if compared:
            yield samples[0]
            yield from (
                str(int(one) + by) for one in sorted(compared, key=int) for by in (-1, 0, 1)
            )
        else:
            yield from samples

    def _leads_on(self, answer: _Answer) -> int:
        """Return 1 when an answer is taken, 2 when after a "did you mean", 0 when not at all."""
        self.steps += 1
        state = step(self.form, self.state, self._event(answer)).state
        if state.doubt is not None:
            return 2 if state.doubt.about == "value" and state.doubt.value is not None else 0
        return int(state.at != self.state.at or state.status is not Status.ASKING)

    def _buttons(self) -> list[_Answer]:
        found: list[_Answer] = []
        for button in self.shown.buttons if self.shown else ():
            data = read_data(button.data)
            if data is not None:
                found.append(_Answer(button.label, data[2]))
        return found

    def _event(self, answer: _Answer) -> Event:
        if answer.media:
            return Replied(BEGIN, "", (answer.media,))
        if answer.option is None:
            return Replied(BEGIN, answer.text)
        item = self.form.by_path.get(self.state.at)
        index = item.index if item else -1
        for button in (*self.shown.buttons, self.shown.skip) if self.shown else ():
            data = read_data(button.data) if button else None
            if data is not None and data[2] == answer.option:
                return Tapped(BEGIN, *data, text=answer.text)
        return Tapped(BEGIN, self.state.asked, index, answer.option, text=answer.text)

    def _say(self, answer: _Answer) -> None:
        self.said.append(Said("me", answer.text))
        self._take(self._event(answer))

    def _take(self, event: Event) -> None:
        self.steps += 1
        turn = step(self.form, self.state, event)
        self.state = turn.state
        message = prompt(turn.effects, self.words)
        if message is not None:
            self.shown = message
            labels = tuple(button.label for button in message.buttons)
            self.said.append(Said("bot", message.text, labels, message.hint))


def _branch(talk: _Talk, plan: Mapping[str, _Answer]) -> Branch:
    picks = tuple(Pick(one.path, one.question, (one.given.text,)) for one in talk.forks)
    left = list(plan)[-1:] or [picks[0].path if picks else ""]
    turn = next((one for one in picks if one.path == left[0]), None)
    finished = talk.state.status is Status.FINISHED
    return Branch(tuple(talk.asked), tuple(talk.said), picks, turn, finished)


def _merged(known: Branch | None, other: Branch) -> Branch:
    """Return the branch with another answer that leads the same way."""
    if known is None:
        return other
    differ = [n for n, one in enumerate(known.picks) if one.labels[0] != other.picks[n].labels[0]]
    if len(differ) != 1:
        return known
    (at,) = differ
    pick = known.picks[at]
    both = replace(pick, labels=tuple(dict.fromkeys((*pick.labels, *other.picks[at].labels))))
    turn = both if known.turn and known.turn.path == both.path else known.turn
    return replace(known, picks=(*known.picks[:at], both, *known.picks[at + 1 :]), turn=turn)
