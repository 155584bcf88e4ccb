"""What may be done with a draft, and who may do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.drafts import telling
from bot.links import make_review
from flows.words import long_date
from scheduler.working_days import working_days_after
from storage import audit, drafts, forms, staff
from storage.drafts import DraftRow, DraftStatus, Round, Step, Submission, Verdict

if TYPE_CHECKING:
    from bot.service import Service
    from flows.xlsform import Artefact

LINK_DAYS = 14
"""How long a link to evaluate opens: longer than the days allowed, shorter than a term."""

MOST_WORDS = 4_000
"""Characters of one comment."""

STATUS = {
    DraftStatus.DRAFTING: "disusun",
    DraftStatus.SUBMITTED: "menunggu evaluasi",
    DraftStatus.RETURNED: "dikembalikan",
    DraftStatus.APPROVED: "disetujui",
    DraftStatus.PUBLISHED: "terbit",
}
US = "Lacak"
"""Who approves the built-in questionnaires: they are reviewed with the program."""


class CannotDraft(Exception):
    """A step that cannot be taken; the message says what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission with the link its supervisor opens. `is_new`: it was not there before."""

    round: Round
    link: str
    until: datetime
    is_new: bool


class Drafting:
    """The drafts of one office."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._zone = ZoneInfo(service.office.zone)

    def begin(self, form_id: str, title: str, *, actor: str) -> tuple[DraftRow, Step]:
        """Begin to count the days of drafting; a draft under way goes on."""
        service = self._service
        step = self._step(DraftStatus.DRAFTING, actor)
        with service.database.write() as db:
            known = drafts.find_open(db, form_id)
            draft_id = drafts.begin(db, form_id, title, step)
            if known is None:
                self._note(db, actor, "form draft", form_id)
            draft = _found(drafts.get(db, draft_id), form_id)
            return draft, drafts.steps(db, draft_id)[-1]

    def submit(self, handed_in: Submission, *, actor: str, reviewer: str = "") -> HandedIn:
        """Hand a form in for evaluation; the same again only makes a new link.

        Raises:
            CannotDraft: there is no supervisor who may decide, or the version is taken.
        """
        artefact = handed_in.artefact
        with self._service.database.write() as db:
            self._refuse_published(db, artefact)
            supervisor = self._supervisor(db, reviewer, actor)
            first = self._step(DraftStatus.DRAFTING, actor, days=None)
            draft_id = drafts.begin(db, artefact.form_id, handed_in.title, first)
            known = drafts.latest_round(db, draft_id)
            is_new = not (
                known is not None
                and known.verdict is None
                and (known.artefact.sha256, known.reviewer) == (artefact.sha256, supervisor)
            )
            if is_new:
                step = self._step(DraftStatus.SUBMITTED, actor)
                known = drafts.submit(db, draft_id, handed_in, step, reviewer=supervisor)
                what = f"draft {draft_id}, {artefact.form_id} {artefact.version}"
                self._note(db, actor, "form submit", what)
            assert known is not None  # noqa: S101 -- else it is new
            return self._handed_in(db, known, is_new=is_new)

    def decide(self, round_id: int, verdict: Verdict) -> Round:
        """Store what a supervisor decided.

        Raises:
            CannotDraft: it was decided or withdrawn, they may not, or something is missing.
        """
        service = self._service
        with service.database.write() as db:
            found = drafts.get_round(db, round_id)
            draft = _found(drafts.get(db, found.draft_id), str(round_id))
            _check_words(verdict)
            self._check_author(db, draft, found, verdict)
            step = self._step(verdict.status, verdict.by)
            if not drafts.decide(db, round_id, verdict, step):
                raise CannotDraft("kuesioner ini sudah diputuskan atau sudah diganti yang baru")
            action = "form approve" if verdict.status is DraftStatus.APPROVED else "form return"
            what = f"draft {draft.id}, round {found.number}, {verdict.through}"
            self._note(db, verdict.by, action, what)
            decided = drafts.get_round(db, round_id)
            telling.decided(service, db, draft, decided, now=service.now())
            return decided

    def publish(self, draft_id: int, *, actor: str) -> "Artefact":
        """Publish what was approved, exactly as it was approved.

        Raises:
            CannotDraft: it was not approved, or the version is taken.
        """
        service = self._service
        with service.database.write() as db:
            draft = self.find(db, str(draft_id))
            found = drafts.latest_round(db, draft_id)
            if found is None or draft.status is not DraftStatus.APPROVED:
                raise CannotDraft(_not_approved(draft))
            try:
                form_pk = forms.publish(db, found.artefact, at=service.now())
            except forms.VersionTaken:
                raise CannotDraft(_taken(found.artefact)) from None
            drafts.close(db, found.id, form_pk, self._step(DraftStatus.PUBLISHED, actor))
            what = f"{draft.form_id} {found.artefact.version}, draft {draft_id}"
            self._note(db, actor, "form publish", what)
            return found.artefact

    def publish_ours(self, ours: Submission, *, actor: str) -> "Artefact":
        """Publish a built-in questionnaire: approved by us, and recorded as that.

        Raises:
            CannotDraft: the version is published with other content.
        """
        service, artefact = self._service, ours.artefact
        approval = Verdict(DraftStatus.APPROVED, US, US, "penyusun kuesioner bawaan", "library")
        with service.database.write() as db:
            try:
                form_pk = forms.publish(db, artefact, at=service.now())
            except forms.VersionTaken:
                raise CannotDraft(_taken(artefact)) from None
            if drafts.round_published_as(db, form_pk) is None:
                steps = [
                    self._step(DraftStatus.SUBMITTED, US, days=None),
                    self._step(DraftStatus.APPROVED, US),
                    self._step(DraftStatus.PUBLISHED, actor),
                ]
                drafts.record(db, ours, approval, steps, form_pk=form_pk)
            what = f"{artefact.form_id} {artefact.version}, built in"
            self._note(db, actor, "form publish", what)
        return artefact

    def find(self, db: Connection, name: str) -> DraftRow:
        """Return the draft with this number, or of the form with this name.

        Raises:
            CannotDraft: there is none.
        """
        is_number = name.isascii() and name.isdigit() and len(name) < 10
        return _found(drafts.get(db, int(name)) if is_number else drafts.newest(db, name), name)

    def approved(self, db: Connection, artefact: "Artefact") -> DraftRow:
        """Return the draft in which exactly this form was approved.

        Raises:
            CannotDraft: it was not, or its version is published with other content.
        """
        if forms.is_taken(db, artefact):
            raise CannotDraft(_taken(artefact))
        draft = drafts.find_open(db, artefact.form_id)
        if draft is None:
            raise CannotDraft(
                f"{artefact.form_id} belum disetujui. Ajukan dulu: lacak form submit BERKAS"
            )
        found = drafts.latest_round(db, draft.id)
        if found is not None and found.artefact.sha256 != artefact.sha256:
            raise CannotDraft(
                f"isi berkas ini berbeda dengan yang diajukan ({found.artefact.sha256[:12]}). "
                f"Ajukan lagi, atau terbitkan yang disetujui: lacak form publish {draft.id}"
            )
        return draft

    def link(self, round_: Round) -> str:
        """Return the address where a submission is evaluated."""
        origin = self._service.settings.public_url.rstrip("/") or "http://127.0.0.1:8000"
        return f"{origin}/e/{make_review(self._service.vault, round_.id, round_.link)}"

    def today(self) -> date:
        """Return the day it is in the office."""
        return self._service.now().astimezone(self._zone).date()

    def _handed_in(self, db: Connection, found: Round, *, is_new: bool) -> HandedIn:
        now = self._service.now()
        until = now + timedelta(days=LINK_DAYS)
        drafts.make_link(db, found.id, expires_at=until)
        found = drafts.get_round(db, found.id)
        due_on = drafts.steps(db, found.draft_id)[-1].due_on
        draft = _found(drafts.get(db, found.draft_id), "")
        link = self.link(found)
        telling.waiting(self._service, db, draft, found, link=link, due_on=due_on, now=now)
        return HandedIn(found, link, until.astimezone(self._zone), is_new)

    def _step(self, status: DraftStatus, by: str, *, days: int | None = 0) -> Step:
        """Return a step taken now; `days` None has no last day for the next one."""
        settings = self._service.settings
        allowed = {
            DraftStatus.DRAFTING: settings.form_draft_days,
            DraftStatus.RETURNED: settings.form_draft_days,
            DraftStatus.SUBMITTED: settings.form_review_days,
        }.get(status)
        due = working_days_after(self.today(), allowed) if allowed and days is not None else None
        return Step(status, by, self._service.now(), due)

    def _supervisor(self, db: Connection, wanted: str, author: str) -> str:
        """Return the supervisor who is to decide; nobody by name in an office without staff."""
        if not staff.listed(db):
            return wanted
        able = [
            one.name for one in staff.listed(db) if one.role == "supervisor" and one.name != author
        ]
        if wanted and wanted not in able:
            why = "tidak boleh mengevaluasi kuesionernya sendiri"
            why = why if wanted == author else "bukan supervisor"
            raise CannotDraft(f"{wanted} {why}; yang bisa: {', '.join(able) or '-'}")
        if not able:
            raise CannotDraft(
                "belum ada supervisor lain untuk mengevaluasi; tambahkan dulu: "
                "lacak staff add NAMA supervisor"
            )
        if not wanted and len(able) > 1:
            raise CannotDraft(f"sebutkan supervisornya dengan --to: {', '.join(able)}")
        return wanted or able[0]

    def _check_author(
        self, db: Connection, draft: DraftRow, found: Round, verdict: Verdict
    ) -> None:
        authors = {draft.author.casefold(), found.submitted_by.casefold()}
        if authors & {verdict.by.casefold(), verdict.name.casefold()}:
            raise CannotDraft(
                "penyusun tidak boleh mengevaluasi kuesionernya sendiri; minta supervisor lain"
            )
        if staff.listed(db):
            who = staff.find(db, verdict.by)
            if who is None or who.role != "supervisor":
                raise CannotDraft(
                    f"{verdict.by} bukan supervisor; hanya supervisor yang memutuskan"
                )

    def _refuse_published(self, db: Connection, artefact: "Artefact") -> None:
        for _pk, form_id, version, sha256 in forms.versions(db):
            if (form_id, version) == (artefact.form_id, artefact.version):
                if sha256 == artefact.sha256:
                    raise CannotDraft(f"{form_id} versi {version} sudah terbit dengan isi ini")
                raise CannotDraft(_taken(artefact))

    def _note(self, db: Connection, actor: str, action: str, detail: str) -> None:
        audit.note(db, actor=actor, action=action, detail=detail, at=self._service.now())


def said_of_due(step: Step, today: date) -> str:
    """Return until when the next step is in time, and whether that is over; blank without a day."""
    if step.due_on is None:
        return ""
    until = f"paling lambat {long_date(step.due_on.isoformat())}"
    return f"{until}, terlambat" if today > step.due_on else until


def clean(comments: Mapping[str, str]) -> dict[str, str]:
    """Return comments without those that say nothing."""
    return {path: text.strip() for path, text in comments.items() if text.strip()}


def _check_words(verdict: Verdict) -> None:
    if len(verdict.name.strip()) < 3:
        raise CannotDraft("tulis nama lengkap yang memutuskan")
    if len(verdict.title.strip()) < 2:
        raise CannotDraft("tulis jabatan yang memutuskan")
    if max(map(len, (verdict.note, *verdict.comments.values()))) > MOST_WORDS:
        raise CannotDraft(f"satu catatan paling banyak {MOST_WORDS} huruf")
    says = verdict.note.strip() or any(verdict.comments.values())
    if verdict.status is DraftStatus.RETURNED and not says:
        raise CannotDraft("tulis paling sedikit satu catatan, supaya penyusun tahu yang diperbaiki")


def _found(draft: DraftRow | None, name: str) -> DraftRow:
    if draft is None:
        raise CannotDraft(f"draf '{name}' tidak ada; lihat: lacak form list")
    return draft


def _not_approved(draft: DraftRow) -> str:
    what = {
        DraftStatus.DRAFTING: "belum diajukan; ajukan: lacak form submit BERKAS",
        DraftStatus.SUBMITTED: "masih menunggu evaluasi",
        DraftStatus.RETURNED: "dikembalikan; perbaiki lalu ajukan lagi: lacak form submit BERKAS",
        DraftStatus.PUBLISHED: "sudah terbit",
        DraftStatus.APPROVED: "belum diajukan",
    }[draft.status]
    return f"draf {draft.id} ({draft.form_id}) {what}"


def _taken(artefact: "Artefact") -> str:
    return (
        f"{artefact.form_id} versi {artefact.version} sudah terbit dengan isi lain; "
        "naikkan 'version' di berkasnya."
    )
