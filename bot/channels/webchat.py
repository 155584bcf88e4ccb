"""The web chat: our own page is the provider, so a message arrives the moment it is owed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flows.events import Event, Replied, Tapped
from flows.prompts import read_data
from scheduler.ports import Outcome, Verdict
from storage.outbox import Message

KIND = "web"
SIMULATED = "simulasi"
"""Web chat of an invented person in the demo: the same road under a name that says so."""

MAX_TEXT = 4000
"""Characters in one reply: as much as Telegram allows, so answers fit everywhere."""


class Hub:
    """Wakes the open pages of an address when there is something new to read."""

    def __init__(self) -> None:
        self._pages: dict[int, set[asyncio.Event]] = defaultdict(set)
        self.is_closed = False

    @contextmanager
    def page(self, address_id: int) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever the address is owed something."""
        event = asyncio.Event()
        self._pages[address_id].add(event)
        try:
            yield event
        finally:
            self._pages[address_id].discard(event)
            if not self._pages[address_id]:
                del self._pages[address_id]

    def tell(self, address_id: int) -> None:
        """Wake the pages of an address, if any is open."""
        for event in self._pages.get(address_id, ()):
            event.set()

    def close(self) -> None:
        """Wake every page for the last time, so that a stopping server is not held up."""
        self.is_closed = True
        for events in self._pages.values():
            for event in events:
                event.set()


class WebSender:
    """Fulfils `scheduler.ports.Sender`: the page reads the outbox itself when told to look."""

    channels: tuple[str, ...] = (KIND, SIMULATED)
    rate_per_s: float | None = None
    burst = 0
    day_tier: int | None = None
    can_find = True

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def send(self, message: Message) -> Verdict:
        """Tell open pages to look; a closed page shows the message when it is opened."""
        self._hub.tell(message.address_id)
        return Verdict(Outcome.ACCEPTED)

    async def find(self, _message: Message) -> Verdict:
        """What is owed is on the page: it arrived, whoever was told."""
        return Verdict(Outcome.ACCEPTED)


class BadReply(Exception):
    """A request that is no reply; the message says in Indonesian what would work."""


def parse(at: datetime, text: str, tap: str) -> Event:
    """Return what the page's form says: a tap, or else text.

    Raises:
        BadReply: it is empty, too long, or a button we never made.
    """
    if tap:
        data = read_data(tap)
        if data is None:
            raise BadReply("Tombol itu tidak kami kenal. Muat ulang halamannya ya, Kak.")
        return Tapped(at, *data)
    if not text.strip():
        raise BadReply("Jawabannya masih kosong, Kak.")
    if len(text) > MAX_TEXT:
        raise BadReply(f"Jawabannya terlalu panjang; paling banyak {MAX_TEXT} huruf ya, Kak.")
    return Replied(at, text)
