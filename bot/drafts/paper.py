"""An approved draft as a PDF for the office's files, kept as long as its records."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.drafts.desk import STATUS, CannotDraft, Drafting
from bot.drafts.reading import Readings
from scheduler.working_days import working_days_late
from storage import audit, drafts
from storage.drafts import DraftRow, DraftStatus, Round, Step

if TYPE_CHECKING:
    from bot.service import Service
    from exports.print.approved_form import Event, Signature

_THROUGH = {
    "web": "lewat tautan sekali pakai",
    "command": "lewat perintah Lacak",
    "library": "bersama kuesioner bawaan Lacak",
}


def on_paper(service: "Service", round_id: int, *, actor: str) -> bytes:
    """Return the PDF of an approved submission; that it was printed is audited.

    Raises:
        CannotDraft: it was not approved.
    """
    from exports.print.approved_form import Approved, approved_form  # noqa: PLC0415 -- loads typst

    with service.database.write() as db:
        found = drafts.get_round(db, round_id)
        verdict = found.verdict
        if verdict is None or verdict.status is not DraftStatus.APPROVED:
            raise CannotDraft("kuesioner ini belum disetujui, jadi belum ada yang dicetak")
        draft, steps = drafts.get(db, found.draft_id), drafts.steps(db, found.draft_id)
        assert draft is not None  # noqa: S101 -- a round has a draft
        what = f"draft {draft.id}, round {found.number}"
        audit.note(db, actor=actor, action="form print", detail=what, at=service.now())
    reading = Readings(service.office, service.words).of(found.artefact)
    artefact, content, zone = found.artefact, found.artefact.content, ZoneInfo(service.office.zone)
    names = {entry.path: f"{entry.number}. " for entry in reading.entries if entry.number}
    notes = [f"{names.get(path, '')}{path}: {text}" for path, text in verdict.comments.items()]
    return approved_form(
        Approved(
            artefact.form_id,
            reading.form.title,
            artefact.version,
            artefact.sha256,
            f"pyxform {content['pyxform']}, mesin Lacak {content['engine']}",
            reading.purpose,
            reading.entries,
            list(_signatures(draft, found, zone)),
            list(_history(steps, zone)),
            [*([verdict.note] if verdict.note else []), *notes],
        ),
        office=service.office.name,
        printed_on=Drafting(service).today(),
    )


def _signatures(draft: DraftRow, found: Round, zone: ZoneInfo) -> "Iterator[Signature]":
    from exports.print.approved_form import Signature  # noqa: PLC0415 -- as above

    verdict, at = found.verdict, found.decided_at
    assert verdict is not None and at is not None  # noqa: S101, PT018 -- it was approved
    seal = found.artefact.sha256[:12]
    submitted = f"Diajukan oleh {found.submitted_by}; sidik isi {seal}"
    yield Signature(
        "Disusun oleh", draft.author, "penyusun", found.submitted_at.astimezone(zone), submitted
    )
    how = f"Disetujui secara digital {_THROUGH[verdict.through]}; sidik isi {seal}"
    yield Signature("Disetujui oleh", verdict.name, verdict.title, at.astimezone(zone), how)


def _history(steps: Sequence[Step], zone: ZoneInfo) -> "Iterator[Event]":
    from exports.print.approved_form import Event  # noqa: PLC0415 -- as above

    due = None
    for step in steps:
        at = step.at.astimezone(zone)
        late = working_days_late(due, at.date()) if due else 0
        remark = f"terlambat {late} hari kerja" if late else ""
        yield Event(STATUS[step.status].capitalize(), step.by, at, remark)
        due = step.due_on
