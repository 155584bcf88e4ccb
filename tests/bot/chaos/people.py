"""People as an office meets them: slow, bursty, late, doubled, half of them through with it."""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.bot.chaos.chats import Chat
from tests.bot.telegram_people import LAST, TAPPED, TYPED

ODD = ("ya", "1", "2", "kembali", "terima kasih", "hmm", "2,5 juta", "Kendari", "bantuan")
SKIP = "Lewati"
STOP = "tolong jangan WA lagi"
AFTERWARDS = ("1", "hmm", STOP)
"""What somebody may still write who asked to be left alone; none of it takes that back."""

PATIENCE_S = 2.5
"""How long somebody waits for a reply before they write again."""

READS_S = 1.05
"""How long somebody reads before they type: longer than `BURST_SECONDS` of the office."""


class Manners(StrEnum):
    """How somebody answers."""

    STEADY = "steady"
    SLOW = "slow"
    BURSTY = "bursty"
    LATE = "late"
    DOUBLED = "doubled"


@dataclass
class Someone:
    """One person with their manners and dice.

    They ask to be left alone after `stops_after` things done, or put the phone away after
    `rests_after`; 0 of either: they go on to the end. `acts` is what they did, `due` when they
    look at their phone again.
    """

    chat: Chat
    name: str
    manners: Manners
    dice: random.Random
    stops_after: int = 0
    rests_after: int = 0
    acts: int = 0
    due: float = 0.0
    has_stopped: bool = False
    is_done: bool = False
    _saw: int = 0
    _patience: float = 0.0

    def look(self, now: float) -> None:
        """Look at the phone when it is time, and do one thing if there is one to do."""
        if now < self.due:
            return
        self.due = now + self.chat.looks_s
        count, words, buttons = self.chat.latest()
        if not words or (count == self._saw and now < self._patience):
            return
        if count != self._saw:
            self._saw, self._patience = count, now
            self.is_done = self.is_done or LAST in words
            self.due = now + self._pause(words)
            if self.due > now:
                return
        self._patience = now + PATIENCE_S
        self._act(words, buttons)
        self.acts += 1

    def _pause(self, words: str) -> float:
        if self.manners is Manners.SLOW:
            return READS_S + self.dice.random()
        is_hasty = self.chat.shows_at_once or self.manners is Manners.BURSTY
        return READS_S if not is_hasty and any(one in words for one in TYPED) else 0.0

    def _act(self, words: str, buttons: Sequence[str]) -> None:
        if self.has_stopped:
            self.chat.says(self.dice.choice(AFTERWARDS))
            self.due += 60  # nobody answers them
        elif self.stops_after and self.acts >= self.stops_after:
            self.chat.says(STOP)
            self.has_stopped = True
        elif self.is_done or 0 < self.rests_after <= self.acts:
            self.due += 60
        elif self.manners is Manners.LATE and self.acts and self.dice.random() < 0.3:
            self.chat.taps("", old=True)
        else:
            self._answer(words, buttons)
            if self.manners is Manners.DOUBLED:
                self.chat.repeats()
            if self.manners is Manners.BURSTY:
                self.chat.says(self.dice.choice(ODD))

    def _answer(self, words: str, buttons: Sequence[str]) -> None:
        asked = next((one for one in (*TAPPED, *TYPED) if one in words), "")
        if asked in TYPED:
            self._type(TYPED[asked].format(name=self.name))
        elif TAPPED.get(asked) in buttons:
            self.chat.taps(TAPPED[asked])
        elif TAPPED.get(asked) == SKIP:
            self.chat.says(SKIP)
        elif buttons and self.dice.random() < 0.7:
            self.chat.taps(self.dice.choice(list(buttons)))
        else:
            self.chat.says(self.dice.choice(ODD))

    def _type(self, text: str) -> None:
        """Write it in one message, or a word a message."""
        for one in text.split() if self.manners is Manners.BURSTY else (text,):
            self.chat.says(one)


class Life(threading.Thread):
    """Some of the people, going on whether anybody listens or not."""

    def __init__(self, people: Sequence[Someone]) -> None:
        super().__init__(daemon=True)
        self.people = people
        self._over = threading.Event()
        self.broke: Exception | None = None

    def run(self) -> None:
        """Let one after another look at their phone, again and again."""
        try:
            while not self._over.wait(0.02):
                for one in self.people:
                    one.look(time.monotonic())
                    if self._over.is_set():
                        return
        except Exception as error:  # noqa: BLE001 -- raised where the test waits
            self.broke = error

    def end(self) -> None:
        """Stop, and raise what went wrong."""
        self._over.set()
        self.join()
        if self.broke is not None:
            raise self.broke
