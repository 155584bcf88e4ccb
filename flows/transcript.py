"""A conversation as a text file that staff can read and a test can replay.

    # form: kebekerjaan
    # given: nama=Sari, pelatihan=Menjahit
    # What this conversation shows, in a sentence.

    bot:  Halo Kak Sari! …
          1. Bersedia
    user: 1
    save: status = bekerja

`soon:` is typed before the last message could be read, `tap:` presses a button by its label,
`late:` one of an earlier message, `photo:` sends one, `wait:` lets time pass (`3 days`,
`2 hours`), `again:` begins the next wave after so long; the last line `end:` names the status
the interview is left in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.carrying import carried
from flows.effects import Save
from flows.events import Event, Replied, Started, Tapped, silence
from flows.language import words_for
from flows.model import Form
from flows.phrases import Phrases
from flows.prompts import Button, Prompt, numbered, prompt, read_data
from flows.state import OPEN, State
from flows.step import Turn, start, step

BEGIN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
"""When a transcript's conversation starts: transcripts have no clock of their own."""

OFFICE = {"kantor": "BPVP Kendari", "simpan": "5 tahun", "kontak": " lewat 0401-312345", "asal": ""}
_MOVE = re.compile(r"(user|soon|tap|late|photo|wait|again): +(.*)")
_WAIT = re.compile(r"(\d+) (minutes|hours|days)")


@dataclass(frozen=True, slots=True)
class Script:
    """The part of a transcript that people wrote: who it is about and what they do."""

    form: str
    given: Mapping[str, str]
    comment: tuple[str, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Player:
    """Plays one form in memory and writes down what is said.

    After each turn the state goes through JSON, so one that cannot be stored fails at once.
    """

    form: Form
    given: Mapping[str, str]
    words: Phrases
    now: datetime = BEGIN
    last: datetime = BEGIN
    language: str = ""
    lines: list[str] = field(default_factory=list)
    state: State = field(init=False)
    shown: Prompt | None = None
    earlier: list[Prompt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = start(self.form)

    @property
    def is_open(self) -> bool:
        """Whether the interview still waits for the respondent."""
        return self.state.status in OPEN

    def begin(self) -> Prompt | None:
        """Start the interview and return its first message."""
        facts = {**OFFICE, "nama": self.given.get("nama", "")}
        return self._happen(
            Started(self.now, given=self.given, facts=facts, language=self.language)
        )

    def again(self, span: str) -> Prompt | None:
        """Let time pass, then begin the next wave with the same respondent."""
        self.lines.append(f"again: {span}")
        self._pass(span)
        earlier = carried(self.form, self.state.answers)
        self.state, self.last = start(self.form), self.now
        facts = {**OFFICE, "nama": self.given.get("nama", "")}
        return self._happen(
            Started(self.now, given=self.given, facts=facts, consented=True, earlier=earlier)
        )

    def say(self, text: str) -> Prompt | None:
        """Type something."""
        self.lines.append(f"user: {text}")
        return self._happen(Replied(self.now, text, silent_h=silence(self.last, self.now)))

    def say_early(self, text: str) -> Prompt | None:
        """Type something before the last message could be read."""
        self.lines.append(f"soon: {text}")
        return self._happen(Replied(self.now, text, early=True))

    def tap(self, label: str) -> Prompt | None:
        """Press the button called `label` of the message last shown.

        Raises:
            LookupError: it has no such button.
        """
        self.lines.append(f"tap:  {label}")
        return self._press([self.shown] if self.shown else [], label)

    def tap_late(self, label: str) -> Prompt | None:
        """Press the button called `label` of the newest earlier message that has one.

        Raises:
            LookupError: none has.
        """
        self.lines.append(f"late: {label}")
        return self._press(self.earlier[-2::-1], label)

    def photo(self, reference: str) -> Prompt | None:
        """Send a picture or file, known by its reference, without a word."""
        self.lines.append(f"photo: {reference}")
        return self._happen(Replied(self.now, "", (reference,)))

    def wait(self, span: str) -> None:
        """Let time pass, for example `3 days`."""
        self.lines.append(f"wait: {span}")
        self._pass(span)

    def _pass(self, span: str) -> None:
        found = _WAIT.fullmatch(span)
        if found is None:
            raise ValueError(f"'{span}' must be like '3 days'")
        self.now += timedelta(**{found[2]: int(found[1])})

    def _press(self, messages: Sequence[Prompt], label: str) -> Prompt | None:
        buttons = (button for one in messages for button in (*one.buttons, one.skip))
        button = next((one for one in buttons if one and one.label == label), None)
        if button is None:
            raise LookupError(f"no button '{label}'")
        return self._happen(tapped(self.now, button))

    def _happen(self, event: Event) -> Prompt | None:
        turn = step(self.form, self.state, event)
        self.last = self.now
        self.state = State.from_json(turn.state.to_json())
        message = prompt(turn.effects, words_for(self.state.language, self.words))
        self.lines += _saves(turn)
        if message is not None:
            self.shown = message
            self.earlier.append(message)
            self.lines += _indented(numbered(message, self.words))
        return message


def tapped(now: datetime, button: Button) -> Tapped:
    """Return the event of pressing a button that a prompt showed."""
    data = read_data(button.data)
    if data is None:
        raise ValueError(f"button data {button.data!r} is not ours")
    return Tapped(now, *data, text=button.label)


def read_script(text: str) -> Script:
    """Return what people do in a transcript; what the bot says there is left out."""
    head = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    named = dict(line.split(": ", 1) for line in head if re.match(r"(form|given): ", line))
    given = dict(pair.split("=", 1) for pair in named.get("given", "").split(", ") if pair)
    comment = tuple(line for line in head if not re.match(r"(form|given): ", line))
    moves = (_MOVE.match(line) for line in text.splitlines())
    return Script(named["form"], given, comment, tuple((m[1], m[2]) for m in moves if m))


def play(form: Form, script: Script, words: Phrases) -> str:
    """Return the whole transcript of a script."""
    player = Player(form, script.given, words)
    player.begin()
    moves = {
        "user": player.say, "soon": player.say_early, "tap": player.tap,
        "late": player.tap_late, "photo": player.photo, "wait": player.wait,
        "again": player.again,
    }  # fmt: skip
    for verb, argument in script.moves:
        moves[verb](argument)
    return write(script, player)


def write(script: Script, player: Player) -> str:
    """Return a player's conversation as a transcript."""
    given = ", ".join(f"{name}={value}" for name, value in script.given.items())
    head = [f"form: {script.form}", f"given: {given}", *script.comment]
    lines = [*(f"# {line}" for line in head), "", *player.lines, f"end:  {player.state.status}"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _saves(turn: Turn) -> Iterator[str]:
    for effect in turn.effects:
        if isinstance(effect, Save):
            name = effect.path.split("/")[-1]
            yield f"save: {name} = {_written(effect.value)}"


def _written(value: Any) -> str:
    match value:
        case None:
            return "-"
        case {"min": low, "max": high}:
            return f"{low}..{high}"
        case {"kabkota": place, "kode_kemendagri": code}:
            return f"{place} ({code or 'luar negeri'})"
        case {"value": held, **rest}:
            return f"{held} (approx)" if rest.get("approx") else str(held)
        case list():
            return " ".join(value)
    return str(value)


def _indented(text: str) -> list[str]:
    first, *rest = text.splitlines()
    return [f"bot:  {first}", *(f"      {line}" if line else "" for line in rest)]
