"""What providers tell us, stored before it is acknowledged (law 1): messages and receipts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.contract import Disposition, Inbound, Progress, Receipt
from bot.logs import log
from bot.senders import OUTCOMES
from flows.events import Event, Replied, Tapped
from flows.prompts import read_data
from scheduler.blast import BlastStatus
from scheduler.ports import Outcome
from storage import addresses, blasts, channels, consents, inbox, interviews, outbox
from storage.inbox import Arrival
from storage.respondents import Reach
from storage.secrets import Vault

STATUS = {
    Progress.ACCEPTED: "sent",
    Progress.SENT: "sent",
    Progress.DELIVERED: "delivered",
    Progress.READ: "read",
    Progress.FAILED: "failed",
}


AGAIN_MIN = 5
TRIES = 3
"""A message that a provider failed to pass on goes again after so many minutes, so often at
most (facts: channels §1.8)."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Stores what came from one provider's channel; `explain` says what its codes mean."""

    vault: Vault
    channel: str
    explain: Callable[[int], tuple[Disposition, str]]

    def message(self, db: Connection, inbound: Inbound, payload: bytes) -> int | None:
        """Store a message once; return whose turn it is, or None: known before, or nobody's."""
        reach = self._whose(db, inbound.address)
        if reach is None:
            is_new = inbox.add_stray(
                db, self.vault, channel=self.channel, provider_id=inbound.provider_id,
                at=inbound.at, content=payload or inbound.text.encode(),
            )  # fmt: skip
            if is_new:
                log("message_of_nobody", logging.WARNING, channel=self.channel)
            return None
        tapped = read_data(inbound.data)
        event: Event = Replied(inbound.at, inbound.text)
        if tapped:
            event = Tapped(inbound.at, *tapped, text=inbound.text)
        arrival = Arrival(
            self.channel, inbound.provider_id, reach.respondent_id, reach.id, event, payload
        )
        if inbox.add(db, self.vault, arrival) is None:
            return None
        channels.open_window(db, reach.id, at=inbound.at)
        return reach.respondent_id

    def receipt(self, db: Connection, receipt: Receipt, *, at: datetime) -> bool:
        """Store a receipt once and move its message up; False when it said nothing new."""
        message_id = outbox.find_sent(
            db, delivery_id=receipt.delivery_id, attempt=receipt.attempt_id,
            provider_id=receipt.provider_id,
        )  # fmt: skip
        is_new = channels.add_receipt(
            db, channel=self.channel, provider_id=receipt.provider_id, outbox_id=message_id,
            progress=receipt.progress, code=receipt.code, at=at,
        )  # fmt: skip
        if message_id is None:
            log("receipt_of_nothing", logging.WARNING, channel=self.channel, code=receipt.code)
            return False
        reason = self._heed_failure(db, receipt, message_id, at) if is_new else ""
        if is_new and self._may_go_again(db, receipt, message_id, at):
            return True
        return outbox.advance(
            db, message_id, status=STATUS[receipt.progress], at=at,
            provider_id=receipt.provider_id, reason=reason,
        )  # fmt: skip

    def _may_go_again(
        self, db: Connection, receipt: Receipt, message_id: int, at: datetime
    ) -> bool:
        """Queue a message again that failed for a passing reason: that it failed is proof."""
        if receipt.progress is not Progress.FAILED:
            return False
        disposition, _said = self.explain(receipt.code)
        if OUTCOMES[disposition] not in (Outcome.UNSENT, Outcome.THROTTLED):
            return False
        later = at + timedelta(minutes=AGAIN_MIN)
        queued = outbox.requeue(db, message_id, not_before=later, tries=TRIES)
        if queued is not None and queued[0] is not None:
            finished = [BlastStatus.FINISHED]
            blasts.become(db, queued[0], BlastStatus.RUNNING, allowed=finished)
        return queued is not None

    def _heed_failure(self, db: Connection, receipt: Receipt, message_id: int, at: datetime) -> str:
        """Store what a failure means for the person or the channel; return its reason."""
        if receipt.progress is not Progress.FAILED:
            return ""
        disposition, said = self.explain(receipt.code)
        reason = f"{said} ({receipt.code})"
        match OUTCOMES[disposition]:
            case Outcome.STOPPED:
                person = outbox.recipient(db, message_id)
                if person is not None:
                    consents.stop(
                        db, person, reason="provider", at=at, channel=self.channel,
                        message_id=receipt.provider_id,
                    )  # fmt: skip
            case Outcome.CHANNEL_DOWN:
                channels.pause(db, self.channel, reason)
        return reason

    def _whose(self, db: Connection, value: str) -> Reach | None:
        """Return whose message this is: who is being interviewed there, else who was written to."""
        held = addresses.holders(db, self.channel, value)
        talking = (one for one in held if interviews.is_open(db, one.respondent_id))
        return next(talking, held[0] if held else None)
