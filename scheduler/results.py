"""What came of attempts, written down: for the message, its blast, its channel and its person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from scheduler import chances
from scheduler.blast import REFUSALS, BlastStatus
from scheduler.ports import Outcome, Verdict
from storage import blasts, channels, consents, outbox, respondents
from storage.outbox import Ending, Message

Answer = tuple[Message, Verdict]

RETRY_S = 5
"""How long a message waits that provably did not leave."""

STATUS = {
    Outcome.ACCEPTED: "sent",
    Outcome.REFUSED: "failed",
    Outcome.STOPPED: "failed",
    Outcome.HELD_BACK: "failed",
    Outcome.NOT_REACHED: "failed",
    Outcome.OUTSIDE_WINDOW: "failed",
    Outcome.UNSENT: "queued",
    Outcome.THROTTLED: "queued",
    Outcome.CHANNEL_DOWN: "queued",
    Outcome.AMBIGUOUS: "unknown",
}


def record(db: Connection, answered: Sequence[Answer], *, now: datetime) -> None:
    """Write answers down, and what they mean for their blasts, channels and people."""
    endings = [(one.id, one.attempt, _ending(verdict, now)) for one, verdict in answered]
    outbox.record_all(db, endings)
    _count(db, answered)
    for message, verdict in answered:
        _heed(db, message, verdict, now)


def _heed(db: Connection, message: Message, verdict: Verdict, now: datetime) -> None:
    """Store what an outcome means for the channel or the person."""
    match verdict.outcome:
        case Outcome.THROTTLED:
            until = now + timedelta(seconds=verdict.wait_s or RETRY_S)
            channels.hold(db, message.channel, until=until)
        case Outcome.CHANNEL_DOWN:
            channels.pause(db, message.channel, verdict.reason)
        case Outcome.OUTSIDE_WINDOW:
            chances.use_template(db, message.id, at=now, reason=verdict.reason)
        case Outcome.HELD_BACK | Outcome.NOT_REACHED:
            chances.give(db, message.id, verdict.outcome, at=now, reason=verdict.reason)
        case Outcome.STOPPED:
            reach = respondents.get_address(db, message.address_id)
            if reach is not None:
                consents.stop(
                    db, reach.respondent_id, reason="provider", at=now,
                    channel=message.channel, message_id=verdict.provider_id or message.attempt,
                )  # fmt: skip


def _count(db: Connection, answered: Sequence[Answer]) -> None:
    """Pause a blast after a run of refusals: something is wrong with it, not with people."""
    going = set[int]()
    for message, verdict in answered:
        blast_id = message.blast_id
        if blast_id is None:
            continue
        if verdict.outcome is Outcome.ACCEPTED:
            if blast_id not in going:
                blasts.accepted(db, blast_id)
            going.add(blast_id)
        elif verdict.outcome in (Outcome.REFUSED, Outcome.NOT_REACHED):
            going.discard(blast_id)
            _refused(db, blast_id, verdict.reason)


def _refused(db: Connection, blast_id: int, why: str) -> None:
    if blasts.refused(db, blast_id) >= REFUSALS:
        reason = f"{REFUSALS} kiriman berturut-turut ditolak; terakhir: {why}"
        allowed = [BlastStatus.RUNNING]
        blasts.become(db, blast_id, BlastStatus.PAUSED, allowed=allowed, reason=reason)


def _ending(verdict: Verdict, now: datetime) -> Ending:
    status = STATUS[verdict.outcome]
    wait = timedelta(seconds=verdict.wait_s or RETRY_S)
    return Ending(
        status=status,
        at=now,
        reason=verdict.reason,
        provider_id=verdict.provider_id,
        code=verdict.code,
        parts=verdict.parts,
        not_before=now + wait if status == "queued" else None,
    )
