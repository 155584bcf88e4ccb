"""Sends memos: what we write to staff and to strangers, one after another."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from bot.channels.contract import Channel, NothingFits, Window
from bot.logs import log
from bot.senders import verdict_of
from scheduler.ports import Outcome, Verdict
from storage import channels, memos
from storage.memos import MemoRow
from storage.secrets import Vault
from storage.writer import Writer

T = TypeVar("T")

TRIES = 40
"""So often, with ever longer waits, is a memo tried that provably did not leave: for two days."""

LONGEST_WAIT = timedelta(hours=2)


class MemoPost:
    """Sends what is owed to bare addresses; used in one event loop."""

    def __init__(
        self,
        writer: Writer,
        vault: Vault,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._vault = vault
        self._channels = channels
        self._clock = clock

    async def send_owed(self) -> int:
        """Send what is due; return how many were taken. Never raises for what a provider may do.

        Where a channel asks us to slow down, it is held for everything, and the rest waits too.
        """
        taken = await self._write(self._claim)
        slow: dict[str, Verdict] = {}
        for memo in taken:
            verdict = slow.get(memo.channel) or await self._send(memo)
            if verdict.outcome is Outcome.THROTTLED:
                slow[memo.channel] = verdict
            await self._write(partial(self._record, memo, verdict))
        return len(taken)

    def _claim(self, db: Connection) -> Sequence[MemoRow]:
        now = self._clock()
        memos.lapse(db, now=now)
        free = self._channels.keys() - channels.held(db, now=now)
        return memos.claim(db, self._vault, sorted(free), now=now)

    async def _send(self, memo: MemoRow) -> Verdict:
        channel = self._channels[memo.channel]
        try:
            wires = channel.render(memo.prompt, memo.to, Window(is_open=True))
        except NothingFits as error:
            return Verdict(Outcome.REFUSED, reason=str(error))
        verdict = Verdict(Outcome.REFUSED, reason="pesannya kosong")
        for number, wire in enumerate(wires):
            name = f"memo-{memo.id}-{number}"
            try:
                verdict = verdict_of(await channel.send(wire, delivery_id=name, attempt_id=name))
            except Exception as error:  # noqa: BLE001 -- a fault of ours, when it may be out
                return Verdict(Outcome.AMBIGUOUS, reason=type(error).__name__)
            if verdict.outcome is not Outcome.ACCEPTED:
                return verdict if number == 0 else Verdict(Outcome.AMBIGUOUS, reason="sebagian")
        return verdict

    def _record(self, memo: MemoRow, verdict: Verdict, db: Connection) -> None:
        status, again = _STATUS[verdict.outcome], None
        if status == "queued":
            if memo.tries >= TRIES:
                status = "failed"
            wait = timedelta(seconds=verdict.wait_s or 5 * 2 ** min(memo.tries, 12))
            again = self._clock() + min(wait, LONGEST_WAIT)
            if verdict.outcome is Outcome.THROTTLED:
                channels.hold(db, memo.channel, until=again)
        if status == "failed":
            log("memo_not_sent", logging.WARNING, channel=memo.channel, code=verdict.code)
        memos.record(db, memo.id, status=status, reason=verdict.reason, not_before=again)

    async def _write(self, operation: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._writer.submit(operation))


_STATUS = {
    Outcome.ACCEPTED: "sent",
    Outcome.REFUSED: "failed",
    Outcome.STOPPED: "failed",
    Outcome.UNSENT: "queued",
    Outcome.THROTTLED: "queued",
    Outcome.CHANNEL_DOWN: "queued",
    Outcome.AMBIGUOUS: "unknown",
}
