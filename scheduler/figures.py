"""How far a blast is, in numbers that add up (law 4)."""

from datetime import datetime

from sqlalchemy import Connection

from scheduler.progress import waiting
from storage import audiences, blasts, waves
from storage.blasts import BlastRow
from storage.waves import WaveRow


def figures(
    db: Connection, blast: BlastRow, wave: WaveRow, *, now: datetime, day_tier: int
) -> dict[str, object]:
    """Return how far a blast is: every person of its audience is in exactly one place.

    audience = owed + `to_come` + the people of `not_sent` who were never owed a message; of those
    owed, `sent` + failed + unknown + queued + canceled are all. A reminder's audience is whom it
    was owed to. `waiting` says what some of the queued wait for, other than their turn; `next_at`
    when the first of them may go.
    """
    held = waiting(db, blast, now=now, day_tier=day_tier)
    by_status = blasts.messages(db, blast.id)
    talks = waves.interviews_by_status(db, wave.id)
    came = {rank: by_status.get(rank, 0) for rank in ("sent", "delivered", "read")}
    silent = {"new", "invited", "consenting", "lapsed"}
    is_reminder = blast.ordinal > 0
    not_sent = {} if is_reminder else dict(waves.not_sent(db, wave.id))
    later = {} if is_reminder else audiences.to_come(db, wave.id)
    for reason, number in blasts.reasons(db, blast.id).items():
        not_sent[reason] = not_sent.get(reason, 0) + number
    moments = (held.until, None if is_reminder else audiences.first_planned(db, wave.id))
    until = min((one for one in moments if one is not None and one > now), default=None)
    return {
        "blast": blast.id,
        "wave": wave.id,
        "form": wave.form_id,
        "cohort": wave.cohort,
        "period": wave.period,
        "channel": blast.channel,
        "status": blast.status,
        "reason": blast.reason,
        "audience": sum(by_status.values()) if is_reminder else waves.size(db, wave.id),
        "to_come": later,
        "owed": sum(by_status.values()),
        "queued": by_status.get("queued", 0) + by_status.get("sending", 0),
        "sent": sum(came.values()),
        "delivered": came["delivered"] + came["read"],
        "read": came["read"],
        "answered": sum(n for status, n in talks.items() if status not in silent),
        "finished": talks.get("finished", 0),
        "failed": by_status.get("failed", 0),
        "canceled": by_status.get("canceled", 0),
        "unknown": by_status.get("unknown", 0),
        "not_sent": not_sent,
        "waiting": held.reasons,
        "next_at": until.isoformat(timespec="seconds") if until else None,
    }
