"""The life of a form, on both databases: who did what, when, and what cannot happen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from flows.xlsform import Artefact
from storage import drafts, forms
from storage.database import Database
from storage.drafts import DraftStatus, Round, Step, StepRefused, Submission, Verdict
from storage.tables import Draft
from storage.tables.columns import table
from tests.conftest import NOW

APPROVAL = Verdict(DraftStatus.APPROVED, "rina", "Rina Permata", "Kaprodi Menjahit", "web")
RETURN = Verdict(
    DraftStatus.RETURNED, "rina", "Rina Permata", "Kaprodi Menjahit", "web", "Hampir, ya.",
    {"penempatan/penghasilan": "Terlalu pribadi?", "kota": "Tambah provinsi."},
)  # fmt: skip


def step(status: DraftStatus, by: str = "sari", days: int = 0) -> Step:
    return Step(status, by, NOW + timedelta(days=days), date(2026, 11, 25))


def submission(artefact: Artefact) -> Submission:
    return Submission(artefact, "Survei kebekerjaan", "kuesioner.yaml", b"settings: \x00")


def handed_in(database: Database, artefact: Artefact, *, reviewer: str = "rina") -> Round:
    with database.write() as db:
        draft_id = drafts.begin(db, artefact.form_id, "Survei", step(DraftStatus.DRAFTING))
        return drafts.submit(
            db, draft_id, submission(artefact), step(DraftStatus.SUBMITTED), reviewer=reviewer
        )


def test_a_submission_is_kept_as_it_was_handed_in(database: Database, artefact: Artefact) -> None:
    stored = handed_in(database, artefact)
    with database.read() as db:
        assert drafts.get_round(db, stored.id) == stored
        draft = drafts.find_open(db, "kebekerjaan")
    assert (stored.artefact, stored.source) == (artefact, b"settings: \x00")
    assert (stored.number, stored.submitted_by, stored.verdict) == (1, "sari", None)
    assert draft is not None
    assert (draft.title, draft.author) == ("Survei kebekerjaan", "sari")


def test_every_step_is_kept_with_who_and_when(database: Database, artefact: Artefact) -> None:
    first = handed_in(database, artefact)
    with database.write() as db:
        assert drafts.decide(db, first.id, RETURN, step(DraftStatus.RETURNED, "rina", 1))
        second = drafts.submit(
            db, first.draft_id, submission(artefact), step(DraftStatus.SUBMITTED, days=2),
            reviewer="rina",
        )  # fmt: skip
        assert drafts.decide(db, second.id, APPROVAL, step(DraftStatus.APPROVED, "rina", 3))
        form_pk = forms.publish(db, artefact, at=NOW)
        drafts.close(db, second.id, form_pk, step(DraftStatus.PUBLISHED, days=4))
    with database.read() as db:
        steps = drafts.steps(db, first.draft_id)
        both = drafts.rounds(db, first.draft_id)
        assert drafts.find_open(db, "kebekerjaan") is None
        assert drafts.round_published_as(db, form_pk) == both[1]
    assert [(one.status, one.by, (one.at - NOW).days) for one in steps] == [
        ("draft", "sari", 0), ("submitted", "sari", 0), ("returned", "rina", 1),
        ("submitted", "sari", 2), ("approved", "rina", 3), ("published", "sari", 4),
    ]  # fmt: skip
    assert [one.verdict for one in both] == [RETURN, APPROVAL]
    assert both[0].decided_at == NOW + timedelta(days=1)


def test_a_round_is_decided_once(database: Database, artefact: Artefact) -> None:
    stored = handed_in(database, artefact)
    with database.write() as db:
        assert drafts.decide(db, stored.id, RETURN, step(DraftStatus.RETURNED, "rina"))
        assert not drafts.decide(db, stored.id, APPROVAL, step(DraftStatus.APPROVED, "rina"))
    with database.read() as db:
        assert drafts.get_round(db, stored.id).verdict == RETURN


def test_a_withdrawn_round_cannot_be_decided(database: Database, artefact: Artefact) -> None:
    first, second = handed_in(database, artefact), handed_in(database, artefact)
    assert (first.draft_id, second.number) == (second.draft_id, 2)
    with database.write() as db:
        assert not drafts.decide(db, first.id, APPROVAL, step(DraftStatus.APPROVED, "rina"))
        assert drafts.decide(db, second.id, APPROVAL, step(DraftStatus.APPROVED, "rina"))


def test_what_was_not_approved_cannot_be_published(database: Database, artefact: Artefact) -> None:
    stored = handed_in(database, artefact)

    def publish() -> None:
        with database.write() as db:
            form_pk = forms.publish(db, artefact, at=NOW)
            drafts.close(db, stored.id, form_pk, step(DraftStatus.PUBLISHED))

    with pytest.raises(StepRefused) as refused:
        publish()
    assert refused.value.status is DraftStatus.SUBMITTED
    with database.read() as db:
        assert [one.status for one in drafts.steps(db, stored.draft_id)] == ["draft", "submitted"]
        assert forms.newest(db, "kebekerjaan") is None


def test_a_form_has_one_draft_under_way(database: Database, artefact: Artefact) -> None:
    stored = handed_in(database, artefact)
    with database.write() as db:
        again = drafts.begin(db, "kebekerjaan", "Lain", step(DraftStatus.DRAFTING, "budi"))
    assert again == stored.draft_id
    row = {"form_id": "kebekerjaan", "title": "", "author": "budi", "status": "draft"}
    with pytest.raises(IntegrityError), database.write() as db:
        db.execute(table(Draft).insert().values(**row))


def test_only_the_last_link_made_counts(database: Database, artefact: Artefact) -> None:
    stored = handed_in(database, artefact)
    until = NOW + timedelta(days=14)
    with database.write() as db:
        made = [drafts.make_link(db, stored.id, expires_at=until) for _ in range(2)]
        found = drafts.get_round(db, stored.id)
    assert made == [1, 2]
    assert found == replace(stored, link=2, link_expires_at=until)


def test_drafts_are_listed_with_their_last_step(database: Database, artefact: Artefact) -> None:
    stored = handed_in(database, artefact)
    with database.write() as db:
        drafts.begin(db, "tracer", "Tracer", step(DraftStatus.DRAFTING, "budi"))
    with database.read() as db:
        everything = [(d.form_id, s.status, s.by) for d, s in drafts.listed(db)]
        waiting = [d.id for d, _s in drafts.listed(db, DraftStatus.SUBMITTED)]
        assert drafts.get(db, 99) is None
        assert drafts.newest(db, "lain") is None
    assert everything == [("kebekerjaan", "submitted", "sari"), ("tracer", "draft", "budi")]
    assert waiting == [stored.draft_id]
