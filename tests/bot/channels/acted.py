"""A conversation with the whole service, as one channel shows it: a transcript of that channel.

The moves are those of `flows.transcript`, and: `twice:` taps a button two times, `photo:`,
`program:`, `large:` and `lost:` send such a file, `slow:` one that comes by `here:`, `place:`
shares a location, `close:` ends the wave, `invite:` begins the next after so long. Nothing
leaves: a message is read once the next move is made, unless that comes `soon:`.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import text

from bot.channels.contract import NotFetched
from bot.media.fetching import Fetching
from bot.media.shelf import Shelf
from bot.service import Service
from bot.turn import Turns
from flows.events import Event, Replied
from flows.prompts import Button, Prompt
from flows.transcript import Script, tapped
from flows.xlsform import Artefact
from storage import cohorts, forms, inbox, interviews, outbox, respondents
from storage.cohorts import Batch
from storage.inbox import Arrival
from storage.respondents import Person
from tests.bot.channels.seen import KIND, TEXT, Screen
from tests.conftest import FixedClock
from tests.people import SARI

CONTENT = {
    "photo": b"\xff\xd8\xff\xe0\x00\x10JFIF kartu karyawan \xff\xd9",
    "program": b"MZ\x90\x00 bukan foto",
    "slow": b"\xff\xd8\xff\xe0\x00\x10JFIF tempat usaha \xff\xd9",
    "large": b"\xff\xd8\xff" + b"x" * 2000,
}
_ADDRESS = {"web": "sari", "whatsapp": SARI.phone, "telegram": "7000000101"}
_WAITS = {"minutes": 1, "hours": 60, "days": 1440}


class Provider:
    """Has what was sent, by what kind it is of."""

    async def fetch(self, media: str, *, most: int) -> bytes:
        content = CONTENT.get(media.rpartition("/")[2])
        if content is None or len(content) > most:
            raise NotFetched("too_large" if content else "lost", is_passing=False)
        return content


@dataclass
class Acting:
    """Sari, invited by one channel; what she does and sees is written down."""

    service: Service
    clock: FixedClock
    screen: Screen
    folder: Path
    artefact: Artefact
    lines: list[str] = field(default_factory=list)
    shown: list[tuple[int, Prompt]] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        service, now = self.service, self.clock()
        service.turns = Turns(service.vault, service.office, service.words, burst_s=3)
        self.channel = KIND[self.screen.shown_in]
        person = Person(0, SARI.name, "Asia/Makassar", SARI.born, nik=SARI.nik)
        with service.database.write() as db:
            self.form_pk = forms.publish(db, self.artefact, at=now)
            self.person = respondents.add(db, service.vault, person, at=now)
            respondents.add_address(db, self.person, self.channel, _ADDRESS[self.channel], at=now)
            self.address = respondents.addresses(db, self.person)[self.channel].id
        self._invite("1 bulan")

    def play(self, script: Script) -> str:
        """Do what the script says; return the transcript."""
        moves: dict[str, Callable[[str], None]] = {
            "user": self._say, "soon": self._say, "tap": self._tap, "twice": self._tap_twice,
            "late": self._tap_late, "wait": self._wait, "invite": self._invite_after,
            "close": self._close, "place": self._place, "slow": self._send, "here": self._fetch,
            **dict.fromkeys(("photo", "program", "large", "lost"), self._attach),
        }  # fmt: skip
        for verb, argument in script.moves:
            if verb != "soon":
                self._read()
            self.lines.append(f"{verb}: {argument}")
            self.verb = verb
            moves[verb](argument)
        self._read()
        with self.service.database.read() as db:
            standing = interviews.newest(db, self.service.vault, self.person)
        end = f"end: {standing.state.status if standing else '-'}"
        head = [f"form: {script.form}", *script.comment]
        return "\n".join([*(f"# {line}" for line in head), "", *self.lines, end, ""])

    def _say(self, words: str) -> None:
        self._happens(Replied(self.clock(), words))

    def _tap(self, label: str) -> None:
        key, prompt = self.shown[-1]
        if self.screen.can_tap(prompt):
            self._press(key, _button(prompt, label))
            return
        skip = prompt.skip is not None and prompt.skip.label == label
        number = next((n for n, one in enumerate(prompt.buttons, 1) if one.label == label), 0)
        if not skip and not number:  # what led to it cannot be done without buttons
            self.lines[-1] += "   (not offered here)"
            return
        typed = label.upper() if skip else str(number)
        self.lines[-1] = f"user: {typed}"
        self._say(typed)

    def _tap_twice(self, label: str) -> None:
        self._tap(label)
        if self.screen.shown_in != TEXT:
            key, prompt = self.shown[-1]
            self._press(key, _button(prompt, label))

    def _tap_late(self, label: str) -> None:
        for key, prompt in reversed(self.shown[:-1]):
            if any(one.label == label for one in prompt.buttons) and self.screen.can_tap(prompt):
                self._press(key, _button(prompt, label))
                return
        self.lines[-1] += "   (no buttons here)"

    def _press(self, key: int, button: Button) -> None:
        with self.service.database.read() as db:
            about = outbox.interview_of(db, key)
        self._happens(tapped(self.clock(), button), about)

    def _place(self, where: str) -> None:
        self._happens(Replied(self.clock(), where))

    def _attach(self, words: str) -> None:
        self._send(words)
        self._fetch(words)

    def _send(self, words: str) -> None:
        self._happens(Replied(self.clock(), words.strip("-"), (f"https://api/{self.verb}",)))

    def _fetch(self, _: str) -> None:
        service = self.service
        fetching = Fetching(
            service.database, service.writer, service.vault, Shelf(self.folder, service.vault),
            {self.channel: Provider()}, self.clock, 1000, self._take,
        )  # fmt: skip
        asyncio.run(fetching.sweep())

    def _happens(self, event: Event, about: int | None = None) -> None:
        name = f"{self.address}:m{next(self.numbers)}"
        arrival = Arrival(
            self.channel, name, self.person, self.address, event, interview_id=about
        )  # fmt: skip
        with self.service.database.write() as db:
            inbox.add(db, self.service.vault, arrival)
        self._take(self.person)

    def _take(self, person: int) -> None:
        with self.service.database.write() as db:
            self.service.turns.take(db, person, now=self.clock())

    def _read(self) -> None:
        """Let what is owed leave, and be read."""
        now = self.clock()
        with self.service.database.write() as db:
            sent = "UPDATE outbox SET status = 'sent', sent_at = :now WHERE status = 'queued'"
            db.execute(text(sent), {"now": now.strftime("%Y-%m-%d %H:%M:%S.%f")})
            last = self.shown[-1][0] if self.shown else 0
            fresh = outbox.at_address(db, self.service.vault, self.address, after=last)
            gone = "SELECT id FROM outbox WHERE status = 'canceled'"
            canceled = set(db.execute(text(gone)).scalars())
        for one in fresh:
            if one.id in canceled:
                continue
            self.shown.append((one.id, one.prompt))
            self.lines += [
                f"{'bot:' if not n else '':<5}{line}".rstrip()
                for n, line in enumerate(self.screen.lines(one.prompt))
            ]
        self.clock.forward(seconds=10)

    def _wait(self, span: str) -> None:
        number, unit = span.split()
        self.clock.forward(minutes=int(number) * _WAITS[unit])

    def _invite_after(self, span: str) -> None:
        self._wait(span)
        self._invite(f"sesudah {span}")

    def _invite(self, name: str) -> None:
        ended = date(2026, 10, 20)
        wanted = Batch(
            0, f"Menjahit 2026, {name}", "pelatihan", "Garmen", "Menjahit Pakaian", ended_on=ended
        )
        with self.service.database.write() as db:
            cohorts.ensure(db, wanted)
            batch = cohorts.find(db, wanted.name)
            assert batch is not None
            self.service.invitations.person(
                db, self.person, batch, self.form_pk, now=self.clock(), channel=self.channel
            )

    def _close(self, _: str) -> None:
        """Let the time of the wave be over."""
        self.clock.forward(days=30)
        with self.service.database.write() as db:
            newest = interviews.newest(db, self.service.vault, self.person)
            assert newest is not None
            self.service.closings._close(db, newest.id, self.clock())


def _button(prompt: Prompt, label: str) -> Button:
    buttons: tuple[Button, ...] = (*prompt.buttons, *((prompt.skip,) if prompt.skip else ()))
    found = [one for one in buttons if one.label == label]
    assert found, f"no button {label!r} under {prompt.text!r}"
    return found[0]
