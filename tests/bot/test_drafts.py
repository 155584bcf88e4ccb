"""What may be done with a draft, by whom, how late, and who hears of it. On both databases."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.drafts import reading
from bot.drafts.desk import CannotDraft, Drafting, HandedIn, said_of_due
from bot.drafts.reading import Readings
from bot.links import WrongLink, make_once, make_review, read_once, read_review
from bot.service import Service
from bot.staffroom.news import News, troubles
from flows import library
from flows.xlsform import Artefact, publish
from storage import drafts, forms, memos, staff
from storage.drafts import DraftStatus, Submission, Verdict
from tests.conftest import FixedClock

SOURCE = library.source("kebekerjaan")
CHANGED = SOURCE.decode().replace("Sebagai apa Kakak", "Jadi apa Kakak").encode()


def handed(source: bytes = SOURCE) -> Submission:
    return Submission(publish(source), "Survei kebekerjaan", "kuesioner.yaml", source)


def verdict(status: DraftStatus, *, by: str = "rina", **more: str) -> Verdict:
    comments = {"penempatan/kota": more.pop("kota")} if "kota" in more else {}
    said = {"name": "Rina Permata", "title": "Kaprodi", "through": "web", **more}
    return Verdict(status, by, comments=comments, **said)


APPROVED = verdict(DraftStatus.APPROVED)
RETURNED = verdict(DraftStatus.RETURNED, note="Hampir.", kota="Tambah provinsi.")


@pytest.fixture
def office(service: Service) -> Drafting:
    """An office of an operator and two supervisors, whose chats are linked."""
    with service.database.write() as db:
        for number, (name, role) in enumerate(
            [("sari", "operator"), ("rina", "supervisor"), ("budi", "supervisor"), ("adi", "admin")]
        ):
            staff.add(db, name, role, prodi="", at=service.now())
            found = staff.find(db, name)
            assert found is not None
            staff.link(db, found.id, "telegram", f"90{number}")
    return Drafting(service)


def told(service: Service) -> dict[str, list[str]]:
    """Return what each of the staff was told, by address, and forget it."""
    found: dict[str, list[str]] = {}
    with service.database.write() as db:
        while claimed := memos.claim(db, service.vault, ["telegram"], now=service.now()):
            for one in claimed:
                found.setdefault(one.to, []).append(one.prompt.text)
    return found


def actions(service: Service) -> list[tuple[str, str]]:
    with service.database.read() as db:
        rows = db.execute(text("SELECT actor, action FROM audit ORDER BY id")).all()
        return [(row[0], row[1]) for row in rows]


def submitted(office: Drafting, source: bytes = SOURCE) -> HandedIn:
    return office.submit(handed(source), actor="sari", reviewer="rina")


def test_the_whole_life_of_a_form(service: Service, office: Drafting, clock: FixedClock) -> None:
    office.begin("kebekerjaan", "Survei", actor="sari")
    clock.forward(hours=3)
    first = submitted(office)
    clock.forward(days=1)
    office.decide(first.round.id, RETURNED)
    clock.forward(days=1)
    second = submitted(office, CHANGED)
    clock.forward(hours=1)
    office.decide(second.round.id, APPROVED)
    artefact = office.publish(second.round.draft_id, actor="sari")

    assert artefact == publish(CHANGED)
    with service.database.read() as db:
        (published,) = forms.listed(db)
        assert forms.get(db, published[0]) == artefact
        steps = [(one.status, one.by) for one in drafts.steps(db, second.round.draft_id)]
    assert steps == [
        ("draft", "sari"), ("submitted", "sari"), ("returned", "rina"), ("submitted", "sari"),
        ("approved", "rina"), ("published", "sari"),
    ]  # fmt: skip
    assert actions(service) == [
        ("sari", "form draft"), ("sari", "form submit"), ("rina", "form return"),
        ("sari", "form submit"), ("rina", "form approve"), ("sari", "form publish"),
    ]  # fmt: skip


def test_each_hears_what_is_theirs(service: Service, office: Drafting) -> None:
    found = submitted(office)
    heard = told(service)
    assert list(heard) == ["901"]  # the supervisor it is for, and nobody else
    assert found.link in heard["901"][0]
    assert "25 November 2026" in heard["901"][0]
    office.decide(found.round.id, RETURNED)
    heard = told(service)
    assert "dikembalikan Rina Permata dengan 2 catatan" in heard["900"][0]
    assert "Kalau bukan Bapak/Ibu yang memutuskan" in heard["901"][0]
    assert set(heard) == {"900", "901"}


def test_only_what_was_approved_is_published(office: Drafting) -> None:
    found = submitted(office)
    with pytest.raises(CannotDraft, match="masih menunggu evaluasi"):
        office.publish(found.round.draft_id, actor="adi")
    office.decide(found.round.id, RETURNED)
    with pytest.raises(CannotDraft, match="dikembalikan; perbaiki"):
        office.publish(found.round.draft_id, actor="adi")
    again = submitted(office, CHANGED)
    office.decide(again.round.id, APPROVED)
    submitted(office)  # something else is handed in after the approval
    with pytest.raises(CannotDraft, match="masih menunggu evaluasi"):
        office.publish(found.round.draft_id, actor="adi")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (verdict(DraftStatus.APPROVED, by="sari"), "penyusun tidak boleh"),
        (verdict(DraftStatus.APPROVED, name="SARI"), "penyusun tidak boleh"),
        (verdict(DraftStatus.APPROVED, by="adi"), "adi bukan supervisor"),
        (verdict(DraftStatus.APPROVED, by="siapa"), "siapa bukan supervisor"),
        (verdict(DraftStatus.APPROVED, name=" R "), "nama lengkap"),
        (verdict(DraftStatus.APPROVED, title=""), "jabatan"),
        (verdict(DraftStatus.RETURNED), "paling sedikit satu catatan"),
        (verdict(DraftStatus.RETURNED, note="x" * 5_000), "paling banyak 4000 huruf"),
    ],
)
def test_a_decision_that_may_not_be_changes_nothing(
    service: Service, office: Drafting, wrong: Verdict, words: str
) -> None:
    found = submitted(office)
    with pytest.raises(CannotDraft, match=words):
        office.decide(found.round.id, wrong)
    with service.database.read() as db:
        assert drafts.get_round(db, found.round.id).verdict is None
    assert ("rina", "form approve") not in actions(service)


def test_the_second_decision_is_refused(office: Drafting) -> None:
    found = submitted(office)
    office.decide(found.round.id, APPROVED)
    with pytest.raises(CannotDraft, match="sudah diputuskan"):
        office.decide(found.round.id, replace(RETURNED, by="budi", name="Budi Santoso"))


@pytest.mark.parametrize(
    ("actor", "to", "words"),
    [
        ("sari", "", "sebutkan supervisornya dengan --to: budi, rina"),
        ("sari", "adi", "adi bukan supervisor; yang bisa: budi, rina"),
        ("rina", "rina", "tidak boleh mengevaluasi kuesionernya sendiri; yang bisa: budi"),
    ],
)
def test_a_form_is_handed_to_a_supervisor_who_did_not_write_it(
    office: Drafting, actor: str, to: str, words: str
) -> None:
    with pytest.raises(CannotDraft, match=words):
        office.submit(handed(), actor=actor, reviewer=to)


def test_the_only_other_supervisor_need_not_be_named(office: Drafting) -> None:
    assert office.submit(handed(), actor="rina").round.reviewer == "budi"


def test_an_office_without_supervisors_is_told_how_to_get_one(service: Service) -> None:
    with service.database.write() as db:
        staff.add(db, "adi", "admin", prodi="", at=service.now())
    with pytest.raises(CannotDraft, match="lacak staff add NAMA supervisor"):
        Drafting(service).submit(handed(), actor="adi")


def test_where_there_are_no_staff_yet_a_name_is_enough_but_not_ones_own(service: Service) -> None:
    office = Drafting(service)
    found = office.submit(handed(), actor="sari")
    with pytest.raises(CannotDraft, match="penyusun"):
        office.decide(found.round.id, replace(APPROVED, by="sari"))
    assert office.decide(found.round.id, APPROVED).verdict == APPROVED


def test_handing_in_the_same_again_only_makes_a_new_link(
    service: Service, office: Drafting
) -> None:
    first, again = submitted(office), submitted(office)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.round.id, again.round.link) == (first.round.id, 2)
    assert first.link != again.link
    changed = submitted(office, CHANGED)
    assert (changed.is_new, changed.round.number) == (True, 2)
    assert office.submit(handed(CHANGED), actor="sari", reviewer="budi").round.number == 3
    with service.database.read() as db:
        assert len(drafts.listed(db)) == 1


def test_a_version_that_is_taken_is_refused_before_anybody_reads_it(
    service: Service, office: Drafting
) -> None:
    with service.database.write() as db:
        forms.publish(db, publish(SOURCE), at=service.now())
    with pytest.raises(CannotDraft, match="sudah terbit dengan isi ini"):
        submitted(office)
    with pytest.raises(CannotDraft, match="naikkan 'version'"):
        submitted(office, CHANGED)
    with service.database.read() as db:
        assert drafts.listed(db) == []


def test_a_built_in_form_is_approved_by_us_and_recorded_so_once(
    service: Service, office: Drafting
) -> None:
    for _ in range(2):
        office.publish_ours(handed(), actor="adi")
    with service.database.read() as db:
        (one,) = drafts.listed(db)
        (found,) = drafts.rounds(db, one[0].id)
        steps = [(step.status, step.by) for step in drafts.steps(db, one[0].id)]
    assert steps == [("submitted", "Lacak"), ("approved", "Lacak"), ("published", "adi")]
    assert found.verdict is not None
    assert (found.verdict.by, found.verdict.through) == ("Lacak", "library")
    with pytest.raises(CannotDraft, match="naikkan"):
        office.publish_ours(handed(CHANGED), actor="adi")


def test_days_are_the_offices_and_lateness_is_told_once(
    service: Service, office: Drafting, clock: FixedClock
) -> None:
    found = submitted(office)  # Saturday, 21 November: due on Wednesday
    news, zone = News(service), ZoneInfo(service.office.zone)
    with service.database.read() as db:
        step = drafts.steps(db, found.round.draft_id)[-1]
    assert step.due_on == date(2026, 11, 25)
    assert said_of_due(step, date(2026, 11, 25)) == "paling lambat 25 November 2026"
    assert said_of_due(step, date(2026, 11, 26)).endswith("terlambat")
    told(service)
    clock.forward(days=4, hours=13)  # Wednesday, 23.00 WITA
    news.tell_troubles(clock())
    assert told(service) == {}
    clock.forward(hours=2)
    for _ in range(2):
        news.tell_troubles(clock())
    heard = told(service)
    assert "kebekerjaan belum dievaluasi rina; batasnya 25 November 2026" in heard["903"][0]
    assert "masih menunggu evaluasi Bapak/Ibu" in heard["901"][0]
    assert {address: len(words) for address, words in heard.items()} == {
        "900": 1, "901": 1, "903": 1,
    }  # fmt: skip
    office.decide(found.round.id, APPROVED)
    with service.database.read() as db:
        assert troubles(db, clock(), zone) == {}


@pytest.mark.parametrize(
    ("begin", "words"),
    [
        (lambda office: office.begin("kebekerjaan", "Survei", actor="sari"), "belum diajukan sari"),
        (
            lambda office: office.decide(submitted(office).round.id, RETURNED),
            "belum diperbaiki sari",
        ),
    ],
    ids=["drafting", "mending"],
)
def test_authors_have_their_day_too(
    service: Service,
    office: Drafting,
    clock: FixedClock,
    begin: Callable[[Drafting], object],
    words: str,
) -> None:
    begin(office)
    clock.forward(days=3)
    with service.database.read() as db:
        found = troubles(db, clock(), ZoneInfo(service.office.zone))
    assert [words in sentence for sentence in found.values()] == [True]


def test_a_reading_tells_what_changed_since_it_came_back(
    service: Service, office: Drafting
) -> None:
    first = submitted(office)
    office.decide(first.round.id, RETURNED)
    second = submitted(office, CHANGED)
    with service.database.read() as db:
        assert reading.before(db, first.round) is None
        before = reading.before(db, second.round)
    assert before is not None
    assert (before.number, before.note) == (1, "Hampir.")
    assert before.comments == {"penempatan/kota": "Tambah provinsi."}
    assert before.changes == (
        (
            "~ 4. penempatan/jabatan: kata-katanya: “Sebagai apa Kakak di sana?” → "
            "“Jadi apa Kakak di sana?”"
        ),
    )


def test_a_form_is_read_once_however_often_it_is_shown(
    service: Service, artefact: Artefact, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = Readings(service.office, service.words)
    first = readings.of(artefact)
    monkeypatch.setattr(reading, "load", None)
    assert readings.of(artefact) is first
    assert "BPVP Kendari" in first.branches.found[0].said[0].text


def test_no_token_of_another_kind_opens_an_evaluation(service: Service) -> None:
    vault = service.vault
    token = make_review(vault, 7, 2)
    assert read_review(vault, token) == (7, 2)
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (make_once(vault, 7), altered, "", "x" * 40, json.dumps(token)):
        with pytest.raises(WrongLink):
            read_review(vault, wrong)
    with pytest.raises(WrongLink):
        read_once(vault, token)
