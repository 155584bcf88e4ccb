"""What providers say of messages of ours: receipts move them up, failures mean something."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.channels.contract import Progress, Receipt, Refusal
from bot.logs import log
from bot.senders import OUTCOMES
from scheduler import chances
from scheduler.blast import BlastStatus
from scheduler.ports import Outcome
from storage import blasts, channels, consents, outbox, resends

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

SLOW_S, SLOWEST_S = 60.0, 3600.0
"""How long blasts wait when a provider says it was too much, at first and at most. What it gave
back costs no try: three tries would be used up in a quarter of an hour (peers §2.7)."""


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
        is_repeated = receipt.progress is Progress.FAILED and not is_new
        if is_repeated or self._is_overtaken(db, receipt, message_id):
            return False
        reason = self._heed_failure(db, receipt, message_id, at) if is_new else ""
        if is_new and self._may_go_again(db, receipt, message_id, at, reason):
            return True
        return outbox.advance(
            db, message_id, status=STATUS[receipt.progress], at=at,
            provider_id=receipt.provider_id, reason=reason,
        )  # fmt: skip

    def _is_overtaken(self, db: Connection, receipt: Receipt, message_id: int) -> bool:
        """Whether a receipt says less than is known: of a failed attempt, or an older one.

        Receipts come in any order. That a message arrived is news at any time.
        """
        match receipt.progress:
            case Progress.ACCEPTED | Progress.SENT:
                return channels.has_failed(db, self.channel, receipt.provider_id)
            case Progress.FAILED:
                return not resends.is_latest(db, message_id, receipt.attempt_id)
        return False

    def _may_go_again(
        self, db: Connection, receipt: Receipt, message_id: int, at: datetime, reason: str
    ) -> bool:
        """Queue a message again that failed for a passing reason: that it failed is proof."""
        if receipt.progress is not Progress.FAILED:
            return False
        is_bulk = resends.blast_of(db, message_id) is not None
        match OUTCOMES[self.explain(receipt.code).disposition]:
            case Outcome.THROTTLED if is_bulk:
                resumed = channels.hold_bulk(
                    db, self.channel, now=at, step_s=SLOW_S, most_s=SLOWEST_S
                )
                later = datetime.fromtimestamp(resumed, UTC)
                is_queued = resends.put_off(db, message_id, until=later, reason=reason)
            case Outcome.UNSENT | Outcome.THROTTLED:
                later = at + timedelta(minutes=AGAIN_MIN)
                is_queued = resends.requeue(
                    db, message_id, not_before=later, tries=TRIES, reason=reason
                )
            case Outcome.OUTSIDE_WINDOW:
                is_queued = chances.use_template(db, message_id, at=at, reason=reason)
            case Outcome.HELD_BACK | Outcome.NOT_REACHED as outcome:
                return chances.give(db, message_id, outcome, at=at, reason=reason)
            case _:
                return False
        blast_id = resends.blast_of(db, message_id) if is_queued else None
        if blast_id is not None:
            blasts.become(db, blast_id, BlastStatus.RUNNING, allowed=[BlastStatus.FINISHED])
        return is_queued

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
