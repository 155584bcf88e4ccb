"""People as an office meets them: slow, bursty, late, doubled, some through with it; two channels.

They write to a real `lacak serve` over real HTTP, whether it is alive or not.
"""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tests.bot.telegram_people import LAST, TAPPED, TYPED
from tests.fakes.telegram import Person
from tests.fakes.twilio import FakeTwilio, Kept

ODD = ("ya", "1", "2", "kembali", "lanjut", "terima kasih", "hmm", "2,5 juta", "Kendari", "bantuan")
STOP = "tolong jangan WA lagi"

PATIENCE_S = 2.0
"""How long somebody waits for a reply before they write again."""


class Manners(StrEnum):
    """How somebody answers."""

    STEADY = "steady"
    SLOW = "slow"
    BURSTY = "bursty"
    LATE = "late"
    DOUBLED = "doubled"
    STOPPING = "stopping"


class Chat(Protocol):
    """One person's chat, on whichever channel."""

    def latest(self) -> tuple[str, Sequence[str]]:
        """Return the newest message's words, and its buttons."""
        ...

    def says(self, words: str) -> None:
        """Write something."""
        ...

    def taps(self, label: str, *, old: bool = False) -> None:
        """Tap a button of the newest message, or of the first that had any."""
        ...

    def repeats(self) -> None:
        """Let the provider deliver the last message once more."""
        ...


@dataclass
class WhatsAppChat:
    """A number at Twilio's stand-in."""

    twilio: FakeTwilio
    number: str

    def latest(self) -> tuple[str, Sequence[str]]:
        found = self._heard()
        return (found[-1].body, [one for one, _ in found[-1].buttons]) if found else ("", ())

    def says(self, words: str) -> None:
        self._last = self.twilio.say(self.number, words)

    def taps(self, label: str, *, old: bool = False) -> None:
        having = [one for one in self._heard() if one.buttons]
        message = having[0 if old else -1]
        title = message.buttons[0][0] if old else label
        self._last = self.twilio.tap(message, title)

    def repeats(self) -> None:
        self.twilio.redeliver(self._last)

    def _heard(self) -> list[Kept]:
        to = f"whatsapp:{self.number}"
        return [one for one in self.twilio.outbound if one.to == to]


@dataclass
class TelegramChat:
    """A private chat at Telegram's stand-in, which itself delivers in any order."""

    person: Person

    def latest(self) -> tuple[str, Sequence[str]]:
        seen = self.person.sees
        return (seen[-1].text, [one.text for one in seen[-1].buttons]) if seen else ("", ())

    def says(self, words: str) -> None:
        self._last = self.person.says(words)

    def taps(self, label: str, *, old: bool = False) -> None:
        having = [one for one in self.person.sees if one.markup or one.earlier]
        if having:
            self._last = self.person.taps(having[0 if old else -1], 0 if old else label)

    def repeats(self) -> None:
        self.person.state.updates.repeat(self._last)


@dataclass
class Someone:
    """One person with their manners and dice."""

    chat: Chat
    name: str
    manners: Manners
    dice: random.Random
    did: int = 0
    ends_after: int = 99
    is_over: bool = False
    _saw: str = ""
    _until: float = 0.0

    def act(self) -> bool:
        """Do one thing, or nothing; whether something was sent."""
        words, buttons = self.chat.latest()
        is_waiting = words == self._saw and time.monotonic() < self._until
        if self.is_over or not words or is_waiting:
            return False
        self._saw, self._until = words, time.monotonic() + PATIENCE_S
        if self.manners is Manners.SLOW and self.dice.random() < 0.7:
            return False
        if self.manners is Manners.STOPPING and self.did >= self.ends_after:
            self.chat.says(STOP)
            self.is_over = True
        elif self.manners is Manners.LATE and self.did and self.dice.random() < 0.3:
            self.chat.taps("", old=True)
        else:
            self._answer(words, buttons)
        self.did += 1
        if self.manners is Manners.DOUBLED:
            self.chat.repeats()
        if self.manners is Manners.BURSTY and not self.is_over:
            for _ in range(2):
                self.chat.says(self.dice.choice(ODD))
        return True

    def _answer(self, words: str, buttons: Sequence[str]) -> None:
        asked = next((one for one in (*TAPPED, *TYPED) if one in words), "")
        if asked in TYPED:
            self.chat.says(TYPED[asked].format(name=self.name))
        elif TAPPED.get(asked) in buttons:
            self.chat.taps(TAPPED[asked])
        elif buttons and self.dice.random() < 0.7:
            self.chat.taps(self.dice.choice(list(buttons)))
        else:
            self.chat.says(self.dice.choice(ODD))


class Life(threading.Thread):
    """Some of the people, going on whether anybody listens or not."""

    def __init__(self, people: Sequence[Someone], pause_s: float) -> None:
        super().__init__(daemon=True)
        self.people, self.pause_s, self.acts = people, pause_s, 0
        self._over = threading.Event()
        self.broke: Exception | None = None

    def run(self) -> None:
        """Let one after another act, in no order."""
        dice = random.Random(len(self.people))
        try:
            while not self._over.wait(self.pause_s):
                self.acts += dice.choice(self.people).act()
        except Exception as error:  # noqa: BLE001 -- raised where the test waits
            self.broke = error

    def end(self) -> None:
        """Stop, and raise what went wrong."""
        self._over.set()
        self.join()
        if self.broke is not None:
            raise self.broke


def wait_for_acts(lives: Sequence[Life], acts: int, seconds: float) -> None:
    """Wait until they have done so much together, or so long."""
    deadline = time.monotonic() + seconds
    while sum(one.acts for one in lives) < acts and time.monotonic() < deadline:
        time.sleep(0.005)


def wait_for_ends(people: Sequence[Someone], number: int, seconds: float) -> None:
    """Wait until so many have come to the last question's end, or so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if sum(LAST in one.chat.latest()[0] for one in people) >= number:
            return
        time.sleep(0.1)
