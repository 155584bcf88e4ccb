"""Hearing Telegram: by webhook where we have a public address, else by asking.

Either way an update is stored before Telegram may forget it: a webhook is answered, and the
offset moved on, only after the commit (law 1; facts: channels §2.1).
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy.exc import InterfaceError, OperationalError

from bot.channels.contract import Heard, Malformed, NotAnswered
from bot.logs import log

PATH = "/hooks/telegram"
WAIT_S = 25.0
"""How long Telegram holds a question open when there is nothing new."""

PATIENCE_S = 2.0
LONGEST_S = 60.0
"""After trouble we wait so long, doubling up to the longest."""

TRIES = 5
"""So often is one update tried before it is kept as it came: it must not hold all others up."""


class Updates(Protocol):
    """What listening needs of the channel."""

    kind: str

    async def updates(self, offset: int | None, *, wait_s: float) -> list[dict[str, Any]]: ...

    async def listen_at(self, url: str) -> None: ...

    async def stop_listening(self) -> None: ...

    def parse_update(self, raw: object, *, at: datetime) -> Sequence[Heard]: ...


class Listener:
    """Listens from `start` until `stop`; used in one event loop.

    `take` stores what was heard, with the update as it came, and returns once it is durable;
    `keep` does the same for an update that says nothing we can read.
    """

    def __init__(
        self,
        channel: Updates,
        *,
        public_url: str,
        clock: Callable[[], datetime],
        take: Callable[[Sequence[Heard], bytes], Awaitable[None]],
        keep: Callable[[str, bytes], Awaitable[None]],
    ) -> None:
        self._channel = channel
        self._public_url = public_url.rstrip("/")
        self._clock = clock
        self._take = take
        self._keep = keep
        self._task: asyncio.Task[None] | None = None
        self._offset: int | None = None
        self._failed = 0

    def start(self) -> None:
        """Begin; what fails is tried again, so that a service starts without a network."""
        work = self._be_called if self._public_url else self._ask
        self._task = asyncio.ensure_future(work())

    async def stop(self) -> None:
        """Stop asking. What was given and not stored will be given again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _be_called(self) -> None:
        """Tell Telegram where to call us."""
        await self._patiently(lambda: self._channel.listen_at(self._public_url + PATH))
        log("listening", channel=self._channel.kind, how="webhook")

    async def _ask(self) -> None:
        """Ask for updates for ever."""
        await self._patiently(self._channel.stop_listening)
        log("listening", channel=self._channel.kind, how="polling")
        while True:
            await self._patiently(self._ask_once)

    async def _ask_once(self) -> None:
        """Store what there is, oldest first: the offset confirms all that came before it."""
        listed = await self._channel.updates(self._offset, wait_s=WAIT_S)
        for raw in sorted(listed, key=_place):
            await self._store(raw)
            if _place(raw) >= 0:
                self._offset = _place(raw) + 1

    async def _store(self, raw: dict[str, Any]) -> None:
        payload = json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace")
        try:
            heard = self._channel.parse_update(raw, at=self._clock())
        except Malformed:
            log("update_not_read", logging.WARNING, channel=self._channel.kind)
            await self._keep(_name(raw, payload), payload)
            return
        try:
            await self._take(heard, payload)
        except Exception as error:
            self._failed += 1
            if self._failed < TRIES or _is_away(error):
                raise
            await self._keep(_name(raw, payload), payload)
            log("update_set_aside", logging.ERROR, channel=self._channel.kind,
                kind=type(error).__name__)  # fmt: skip
        self._failed = 0

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it until it is done, waiting longer each time it fails."""
        wait_s = PATIENCE_S
        while True:
            try:
                return await work()
            except NotAnswered as trouble:
                log("not_listening", logging.WARNING, channel=self._channel.kind, why=str(trouble))
                pause_s = max(trouble.wait_s, wait_s)
            except Exception as error:  # noqa: BLE001 -- the database, say: nothing was confirmed
                kind = type(error).__name__
                log("not_listening", logging.ERROR, channel=self._channel.kind, why=kind)
                pause_s = wait_s
            await asyncio.sleep(pause_s)
            wait_s = min(wait_s * 2, LONGEST_S)


def _is_away(error: BaseException | None) -> bool:
    """Whether the database is away or busy, and not the update wrong: then nobody's is heard."""
    if isinstance(error, OperationalError | InterfaceError | OSError):
        return True
    return error is not None and _is_away(error.__cause__)


def _place(raw: Mapping[str, Any]) -> int:
    """Return an update's number, -1 for one that has none."""
    number = raw.get("update_id")
    return number if type(number) is int else -1


def _name(raw: Mapping[str, Any], payload: bytes) -> str:
    """Return what an update that we cannot take is stored under."""
    return str(_place(raw)) if _place(raw) >= 0 else sha256(payload).hexdigest()
