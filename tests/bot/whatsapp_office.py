"""An office whose people are on WhatsApp: all of it real, only Twilio is a stand-in."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bot.service import Service
from flows.xlsform import Artefact
from storage import blasts, interviews
from storage.blasts import TemplateRow
from tests.bot.live import TickingClock, serving
from tests.bot.test_blast import Office
from tests.bot.test_whatsapp_road import PUBLIC, TEMPLATE, Road
from tests.bot.twilio_settings import twilio_settings
from tests.fakes.twilio import FakeTwilio

T = TypeVar("T")


class Chats(Road):
    """The road, with what tests of one person's talk need. People are numbered."""

    clock: TickingClock

    def begin(self, number: int = 0) -> None:
        """Blast, and let somebody agree to take part."""
        self.send()
        self.wait(lambda: self.statuses().get("sent", 0) == len(self.office.people))
        self.say(number, "ya")
        self.say(number, "1")

    def answers(self, number: int = 0) -> dict[str, Any]:
        """Return somebody's answers, without the groups' names."""
        with self.service.database.read() as db:
            found = interviews.all_of(db, self.service.vault, self.office.people[number])
        return {path.rpartition("/")[2]: one for path, one in found[-1].state.answers.items()}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the loop of the service."""
        loop = self.service._loop
        assert loop
        return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=60)


@contextmanager
def open_chats(url: str, artefact: Artefact, *, size: int = 1, **settings: str) -> Iterator[Chats]:
    """Yield a running office; whatever broke Twilio's rules fails the test."""
    clock = TickingClock()
    with FakeTwilio(public_url=PUBLIC, clock=clock) as twilio:
        service = Service(twilio_settings(url, twilio.base_url, **settings), clock=clock)
        office = Office(service, artefact, size=size)
        twilio.templates[TEMPLATE] = "Halo Kak {{1}}, kami dari {{2}}. Balas YA untuk mulai."
        with service.database.write() as db:
            row = TemplateRow("kebekerjaan", TEMPLATE, ("nama", "kantor"))
            blasts.add_template(db, row, created_by="rina", at=service.now())
        with serving(service) as where:
            twilio.app_url = where
            chats = Chats(office, twilio, where)
            chats.clock = clock
            yield chats
    assert twilio.violations + twilio.contents.violations == []
