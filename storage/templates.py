"""Messages submitted to Meta for approval, and what Meta said of each last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage import blasts
from storage.blasts import TemplateRow
from storage.news import NEWS
from storage.tables import Blast, MessageTemplate, Wave
from storage.tables.columns import table

_template = table(MessageTemplate)
_blast = table(Blast)
_wave = table(Wave)

APPROVED = "approved"

REMINDER = "/pengingat"
"""How the name ends under which a form's own template for reminders is kept. No form has it."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A message for a form; `variables` names its facts in order, `status` is Meta's word.

    `checked_at` None: Meta was never asked about it.
    """

    id: int
    form_id: str
    sid: str
    variables: tuple[str, ...]
    name: str
    language: str
    category: str
    body: str
    status: str
    reason: str
    checked_at: datetime | None


def add(db: Connection, one: Submission, *, created_by: str, at: datetime) -> int:
    """Note a message that was made at Twilio; returns its key."""
    row = {
        "form_id": one.form_id, "sid": one.sid, "variables": ",".join(one.variables),
        "name": one.name, "language": one.language, "category": one.category, "body": one.body,
        "status": one.status, "reason": one.reason, "checked_at": one.checked_at,
        "created_by": created_by, "created_at": at,
    }  # fmt: skip
    return int(db.execute(insert(_template).values(**row).returning(_template.c.id)).scalar_one())


def listed(db: Connection, form_id: str = "") -> Sequence[Submission]:
    """Return every message, or one form's, oldest first."""
    query = select(_template).order_by(_template.c.id)
    if form_id:
        query = query.where(_template.c.form_id == form_id)
    return [
        Submission(
            r.id, r.form_id, r.sid, tuple(filter(None, r.variables.split(","))), r.name,
            r.language, r.category, r.body, r.status, r.reason, r.checked_at,
        )
        for r in db.execute(query)
    ]  # fmt: skip


def set_status(
    db: Connection, template_id: int, status: str, *, category: str, reason: str, at: datetime
) -> bool:
    """Write down what Meta says now; whether it says something else than before."""
    before = db.execute(
        select(_template.c.status, _template.c.category).where(_template.c.id == template_id)
    ).one()
    db.execute(
        update(_template)
        .where(_template.c.id == template_id)
        .values(
            status=status, category=category or before.category, reason=reason, checked_at=at
        )
    )  # fmt: skip
    return str(before.status) != status


def for_reminder(db: Connection, form_id: str) -> TemplateRow | None:
    """Return what reminds of a form where free text may not go: its own template, or the form's."""
    return blasts.template(db, form_id + REMINDER) or blasts.template(db, form_id)


def of_blast(db: Connection, blast_id: int) -> TemplateRow | None:
    """Return what a blast goes by where free text may not, None where nothing may."""
    query = (
        select(_wave.c.form_id, _blast.c.ordinal)
        .join(_wave, _wave.c.id == _blast.c.wave_id)
        .where(_blast.c.id == blast_id)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    if row.ordinal:
        return for_reminder(db, row.form_id)
    return blasts.template(db, row.form_id.removeprefix(NEWS))


def blasts_of(db: Connection, form_id: str, status: str) -> Sequence[tuple[int, str]]:
    """Return (key, reason) of the WhatsApp blasts of a form, or of news by that template."""
    query = (
        select(_blast.c.id, _blast.c.channel, _blast.c.reason)
        .join(_wave, _wave.c.id == _blast.c.wave_id)
        .where(_wave.c.form_id.in_((form_id, NEWS + form_id)), _blast.c.status == status)
        .order_by(_blast.c.id)
    )
    return [(r.id, r.reason) for r in db.execute(query) if "whatsapp" in r.channel.split(",")]
