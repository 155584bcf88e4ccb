"""What providers say of messages of ours: receipts move them up, failures mean something."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.contract import Progress, Receipt, Refusal
from bot.logs import log
from bot.senders import OUTCOMES
from scheduler.blast import BlastStatus
from scheduler.ports import Outcome
from storage import blasts, channels, consents, outbox

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
class Receipts:
    """Stores one channel's receipts; `explain` says what its codes mean."""

    channel: str
    explain: Callable[[int], Refusal]

    def take(self, db: Connection, receipt: Receipt, *, at: datetime) -> bool:
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
        if OUTCOMES[self.explain(receipt.code).disposition] not in (
            Outcome.UNSENT,
            Outcome.THROTTLED,
        ):
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
        refusal = self.explain(receipt.code)
        reason = f"{refusal.reason} ({receipt.code})"
        match OUTCOMES[refusal.disposition]:
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
