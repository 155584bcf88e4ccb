"""Drafts: the life of a form before it is published, step by step.

draft ──▶ submitted ──▶ approved ──▶ published
            │   ▲
            ▼   │ mended
          returned
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from flows.xlsform import Artefact
from storage.database import for_update
from storage.tables import Draft, DraftComment, DraftRound, DraftStep
from storage.tables.columns import table

_draft = table(Draft)
_round = table(DraftRound)
_comment = table(DraftComment)
_step = table(DraftStep)


class DraftStatus(StrEnum):
    """Where a draft stands."""

    DRAFTING = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


MAY_BECOME: Mapping[DraftStatus, frozenset[DraftStatus]] = {
    DraftStatus.DRAFTING: frozenset({DraftStatus.SUBMITTED}),
    DraftStatus.SUBMITTED: frozenset(
        {DraftStatus.SUBMITTED, DraftStatus.RETURNED, DraftStatus.APPROVED}
    ),
    DraftStatus.RETURNED: frozenset({DraftStatus.SUBMITTED}),
    DraftStatus.APPROVED: frozenset({DraftStatus.SUBMITTED, DraftStatus.PUBLISHED}),
    DraftStatus.PUBLISHED: frozenset(),
}

WAITING = (DraftStatus.DRAFTING, DraftStatus.SUBMITTED, DraftStatus.RETURNED)
"""Statuses in which somebody has a number of days."""


class StepRefused(Exception):
    """A draft cannot go from `status` to where it was to go."""

    def __init__(self, status: DraftStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Step:
    """A status a draft came to: by whom, when, and the last day for the next step."""

    status: DraftStatus
    by: str
    at: datetime
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One form on its way."""

    id: int
    form_id: str
    title: str
    author: str
    status: DraftStatus


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author hands in: the file as it is, and the artefact it makes."""

    artefact: Artefact
    title: str
    filename: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """A supervisor's decision. `by` is who acts, `name` and `title` how they sign.

    `through` is web, command or library; `comments` are by the path of the item.
    """

    status: DraftStatus
    by: str
    name: str
    title: str
    through: str
    note: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Round:
    """One submission as it was stored; `verdict` is None while it waits."""

    id: int
    draft_id: int
    number: int
    artefact: Artefact
    filename: str
    source: bytes
    submitted_by: str
    submitted_at: datetime
    reviewer: str
    link: int
    link_expires_at: datetime | None
    verdict: Verdict | None
    decided_at: datetime | None
    form_pk: int | None


def begin(db: Connection, form_id: str, title: str, step: Step) -> int:
    """Return the key of the form's draft under way, begun with this step when there is none."""
    found = find_open(db, form_id)
    if found is not None:
        return found.id
    row = {"form_id": form_id, "title": title, "author": step.by, "status": step.status}
    draft_id = int(db.execute(insert(_draft).values(**row).returning(_draft.c.id)).scalar_one())
    _add_step(db, draft_id, step)
    return draft_id


def submit(
    db: Connection, draft_id: int, handed_in: Submission, step: Step, *, reviewer: str
) -> Round:
    """Store a submission; the one before, if it still waits, is withdrawn by it.

    Raises:
        StepRefused
    """
    _go(db, draft_id, step)
    db.execute(update(_draft).where(_draft.c.id == draft_id).values(title=handed_in.title))
    return _add_round(db, draft_id, handed_in, step, reviewer=reviewer)


def record(
    db: Connection, ours: Submission, verdict: Verdict, taken: Sequence[Step], *, form_pk: int
) -> int:
    """Store the whole way of a form that was approved elsewhere and is published now."""
    first, *_, last = taken
    row = {"form_id": ours.artefact.form_id, "title": ours.title, "author": first.by}
    row["status"] = DraftStatus.PUBLISHED
    draft_id = int(db.execute(insert(_draft).values(**row).returning(_draft.c.id)).scalar_one())
    for step in taken:
        _add_step(db, draft_id, step)
    found = _add_round(db, draft_id, ours, first, reviewer="")
    values = {**_decision(verdict, last.at), "form_pk": form_pk}
    db.execute(update(_round).where(_round.c.id == found.id).values(**values))
    return draft_id


def make_link(db: Connection, round_id: int, *, expires_at: datetime) -> int:
    """Return the number of a new link to a round; earlier ones no longer open."""
    query = (
        update(_round)
        .where(_round.c.id == round_id)
        .values(link=_round.c.link + 1, link_expires_at=expires_at)
    )
    return int(db.execute(query.returning(_round.c.link)).scalar_one())


def decide(db: Connection, round_id: int, verdict: Verdict, step: Step) -> bool:
    """Store a decision; False when the round was decided or withdrawn before."""
    found = get_round(db, round_id)
    draft = _locked(db, found.draft_id)
    current = latest_round(db, draft.id)
    if current is None or current.id != round_id or draft.status is not DraftStatus.SUBMITTED:
        return False
    _go(db, draft.id, step)
    values = _decision(verdict, step.at)
    db.execute(update(_round).where(_round.c.id == round_id).values(**values))
    rows = [{"round_id": round_id, "item": i, "text": t} for i, t in verdict.comments.items()]
    if rows:
        db.execute(insert(_comment), rows)
    return True


def close(db: Connection, round_id: int, form_pk: int, step: Step) -> None:
    """Store that an approved round was published as the form version with this key.

    Raises:
        StepRefused
    """
    found = get_round(db, round_id)
    _go(db, found.draft_id, step)
    db.execute(update(_round).where(_round.c.id == round_id).values(form_pk=form_pk))


def get(db: Connection, draft_id: int) -> DraftRow | None:
    """Return a draft, or None."""
    row = db.execute(select(_draft).where(_draft.c.id == draft_id)).first()
    return None if row is None else _draft_of(row)


def find_open(db: Connection, form_id: str) -> DraftRow | None:
    """Return the draft of a form that is under way, or None."""
    query = select(_draft).where(
        _draft.c.form_id == form_id, _draft.c.status != DraftStatus.PUBLISHED
    )
    row = db.execute(query).first()
    return None if row is None else _draft_of(row)


def newest(db: Connection, form_id: str) -> DraftRow | None:
    """Return the draft of a form begun last, or None."""
    query = select(_draft).where(_draft.c.form_id == form_id).order_by(_draft.c.id.desc())
    row = db.execute(query.limit(1)).first()
    return None if row is None else _draft_of(row)


def listed(db: Connection, *statuses: DraftStatus) -> Sequence[tuple[DraftRow, Step]]:
    """Return every draft of these statuses, or of any, with its last step; oldest first."""
    query = select(_draft).order_by(_draft.c.id)
    if statuses:
        query = query.where(_draft.c.status.in_(list(statuses)))
    last = select(func.max(_step.c.id)).group_by(_step.c.draft_id)
    steps = {
        row.draft_id: _step_of(row) for row in db.execute(select(_step).where(_step.c.id.in_(last)))
    }
    return [(_draft_of(row), steps[row.id]) for row in db.execute(query)]


def steps(db: Connection, draft_id: int) -> Sequence[Step]:
    """Return what happened to a draft, in order."""
    query = select(_step).where(_step.c.draft_id == draft_id).order_by(_step.c.id)
    return [_step_of(row) for row in db.execute(query)]


def rounds(db: Connection, draft_id: int) -> Sequence[Round]:
    """Return the submissions of a draft, in order."""
    query = select(_round).where(_round.c.draft_id == draft_id).order_by(_round.c.number)
    return [_round_of(db, row) for row in db.execute(query).all()]


def latest_round(db: Connection, draft_id: int) -> Round | None:
    """Return what was submitted last, or None."""
    return next(iter(rounds(db, draft_id)[-1:]), None)


def get_round(db: Connection, round_id: int) -> Round:
    """Return the submission with this key.

    Raises:
        LookupError: there is none.
    """
    row = db.execute(select(_round).where(_round.c.id == round_id)).first()
    if row is None:
        raise LookupError(f"draft_round {round_id}")
    return _round_of(db, row)


def round_published_as(db: Connection, form_pk: int) -> Round | None:
    """Return the submission that became this form version, or None."""
    row = db.execute(select(_round).where(_round.c.form_pk == form_pk)).first()
    return None if row is None else _round_of(db, row)


def _locked(db: Connection, draft_id: int) -> DraftRow:
    return _draft_of(db.execute(for_update(select(_draft).where(_draft.c.id == draft_id))).one())


def _go(db: Connection, draft_id: int, step: Step) -> None:
    draft = _locked(db, draft_id)
    if step.status not in MAY_BECOME[draft.status]:
        raise StepRefused(draft.status)
    db.execute(update(_draft).where(_draft.c.id == draft_id).values(status=step.status))
    _add_step(db, draft_id, step)


def _add_round(
    db: Connection, draft_id: int, handed_in: Submission, step: Step, *, reviewer: str
) -> Round:
    artefact = handed_in.artefact
    number = db.execute(
        select(func.coalesce(func.max(_round.c.number), 0)).where(_round.c.draft_id == draft_id)
    ).scalar_one()
    row = {
        "draft_id": draft_id,
        "number": number + 1,
        "version": artefact.version,
        "sha256": artefact.sha256,
        "filename": handed_in.filename,
        "source": handed_in.source,
        "content": json.dumps(artefact.content, ensure_ascii=False),
        "submitted_by": step.by,
        "submitted_at": step.at,
        "reviewer": reviewer,
        "link": 0,
        **dict.fromkeys(_DECISION, ""),
    }
    key = db.execute(insert(_round).values(**row).returning(_round.c.id)).scalar_one()
    return get_round(db, int(key))


_DECISION = ("decision", "decided_by", "decided_through", "signed_name", "signed_title", "note")


def _decision(verdict: Verdict, at: datetime) -> dict[str, Any]:
    said = (
        verdict.status, verdict.by, verdict.through, verdict.name, verdict.title, verdict.note,
    )  # fmt: skip
    return {**dict(zip(_DECISION, said, strict=True)), "decided_at": at}


def _add_step(db: Connection, draft_id: int, step: Step) -> None:
    row = {"status": step.status, "by": step.by, "at": step.at, "due_on": step.due_on}
    db.execute(insert(_step).values(draft_id=draft_id, **row))


def _draft_of(row: Any) -> DraftRow:
    return DraftRow(row.id, row.form_id, row.title, row.author, DraftStatus(row.status))


def _step_of(row: Any) -> Step:
    return Step(DraftStatus(row.status), row.by, row.at, row.due_on)


def _round_of(db: Connection, row: Any) -> Round:
    form_id = db.execute(select(_draft.c.form_id).where(_draft.c.id == row.draft_id)).scalar_one()
    return Round(
        row.id,
        row.draft_id,
        row.number,
        Artefact(form_id, row.version, row.sha256, json.loads(row.content)),
        row.filename,
        row.source,
        row.submitted_by,
        row.submitted_at,
        row.reviewer,
        row.link,
        row.link_expires_at,
        _verdict_of(db, row),
        row.decided_at,
        row.form_pk,
    )


def _verdict_of(db: Connection, row: Any) -> Verdict | None:
    if not row.decision:
        return None
    query = select(_comment).where(_comment.c.round_id == row.id).order_by(_comment.c.id)
    return Verdict(
        DraftStatus(row.decision),
        row.decided_by,
        row.signed_name,
        row.signed_title,
        row.decided_through,
        row.note,
        {one.item: one.text for one in db.execute(query)},
    )
