"""News for a cohort: the road of a survey's blast, and no interview at its end."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.blasts import Blasts
from bot.news import HOW_TO_STOP
from bot.plans import CannotBlast, Plan
from bot.previews import said
from bot.service import Service
from bot.staffroom.blasting import said_of
from flows.xlsform import Artefact
from scheduler.blast import BlastStatus
from scheduler.news import COOLING, SAME_NUMBER
from storage import blasts, consents, enquiries, news, respondents, waves
from storage.blasts import TemplateRow
from storage.consents import Agreement
from storage.database import Database
from storage.reasons import ERASURE, NO_ADDRESS, STOPPED, TALKING, WITHDRAWN
from storage.respondents import Person
from tests.bot.live import TickingClock
from tests.bot.telegram_office import BATCH, PUBLIC, WEBHOOK, Road, open_road
from tests.bot.test_blast import FIRST, SECOND, Office
from tests.bot.test_waiting import look_again, say
from tests.bot.twilio_settings import twilio_environment
from tests.conftest import FixedClock
from tests.fakes.twilio import FakeTwilio

SID = "HX" + "2" * 32
BODY = "Halo Kak {{1}}, kabar dari {{2}}: {{3}}. Balas BERHENTI bila tidak ingin kabar lagi."
ROWS = (
    "INSERT INTO form VALUES (1, 'kebekerjaan', '1', 'x', '{}', '2026-11-21')",
    "INSERT INTO cohort (id, name, kind, prodi, programme) VALUES (1, 'A', 'pelatihan', 'B', 'C')",
    """INSERT INTO wave (id, form_id, form_pk, cohort_id, period, opened_at)
    VALUES (1, 'kebekerjaan', 1, 1, '2026-C3', '2026-11-21')""",
    """INSERT INTO blast (id, wave_id, ordinal, channel, status, reason, refusals, created_by,
    created_at) VALUES (1, 1, 0, 'web', 'finished', '', 0, 'rina', '2026-11-21')""",
)
JOB = "PT Contoh mencari lima\noperator jahit"


def noted(service: Service, name: str = "lowongan", body: str = BODY) -> None:
    with service.database.write() as db:
        row = TemplateRow(name, SID, ("nama", "kantor", "isi"), body)
        blasts.add_template(db, row, created_by="rina", at=service.now())


class Newsroom(Office):
    """An office of four people with a template for vacancies."""

    def news(self, cohort: str = FIRST.name, words: str = JOB, name: str = "lowongan") -> Plan:
        return self.blasts.plan_news(
            name, cohort, text=words, basis="persetujuan", channel="whatsapp"
        )

    def tell(self, cohort: str = FIRST.name, words: str = JOB) -> int:
        return self.blasts.send(self.news(cohort, words), actor="rina")[0]

    def heard(self) -> list[str]:
        return [one.prompt.text for one in self.provider.sent]


@pytest.fixture
def office(service: Service, artefact: Artefact) -> Newsroom:
    noted(service)
    return Newsroom(service, artefact, size=4)


def test_everyone_hears_the_news_once_and_nobody_is_interviewed(office: Newsroom) -> None:
    before = office.blasts.preview(office.news())
    assert (before.reached, before.not_sent, before.cost.each) == (4, {}, 0)
    blast = office.tell()
    office.drain(sweep=True)
    assert office.tell() == blast
    office.drain(sweep=True)
    assert sorted(office.heard()) == [before.samples[0][1]] * 4
    assert "PT Contoh mencari lima\noperator jahit. Balas BERHENTI" in office.heard()[0]
    assert office.provider.sent[0].facts["isi"] == "PT Contoh mencari lima operator jahit"
    found = office.figures(blast)
    assert (found["audience"], found["sent"], found["status"]) == (4, 4, "finished")
    assert (found["form"], found["basis"]) == ("kabar/lowongan", "persetujuan")
    with office.service.database.read() as db:
        assert db.execute(text("SELECT count(*) FROM interview")).scalar() == 0
        assert db.execute(text("SELECT count(*) FROM audience WHERE owed_at IS NULL")).scalar() == 4


def test_who_joins_later_is_told_by_sending_again(office: Newsroom) -> None:
    blast = office.tell()
    office.drain(sweep=True)
    with office.service.database.write() as db:
        office._join(db, FIRST, [office._person(db, 99)])
    preview = office.blasts.preview(office.news())
    assert (preview.reached, bool(preview.sent_before)) == (1, True)
    assert office.tell() == blast
    office.drain(sweep=True)
    assert (len(office.heard()), office.figures(blast)["audience"]) == (5, 5)


def test_law_4_everyone_who_is_not_told_has_a_reason(office: Newsroom) -> None:
    service, now = office.service, office.service.now()
    with service.database.write() as db:
        consents.stop(db, office.people[0], reason="stopped", at=now, channel="web", message_id="m")
        lone = respondents.add(db, service.vault, Person(0, "Tanpa Nomor", "Asia/Jakarta"), at=now)
        twin = respondents.add(db, service.vault, Person(0, "Adik Orang", "Asia/Jakarta"), at=now)
        office.number(db, twin, "6281200000001")
        office._join(db, FIRST, [lone, twin])
    not_told = {STOPPED: 1, NO_ADDRESS: 1, SAME_NUMBER: 1}
    assert office.blasts.preview(office.news()).not_sent == not_told
    for _again in range(2):
        found = office.figures(office.tell())
        assert (found["audience"], found["owed"], found["not_sent"]) == (6, 3, not_told)


def test_law_6_a_stop_while_queued_holds_and_a_stopped_blast_is_taken_back(
    office: Newsroom,
) -> None:
    blast = office.tell()
    with office.service.database.write() as db:
        consents.stop(
            db, office.people[3], reason="stopped", at=office.service.now(), channel="web",
            message_id="m",
        )  # fmt: skip
    office.blasts.change(blast, BlastStatus.PAUSED, reason="dijeda petugas")
    office.drain()
    assert office.heard() == []
    office.blasts.change(blast, BlastStatus.RUNNING)
    office.drain(sweep=True)
    assert (len(office.heard()), office.figures(blast)["canceled"]) == (3, 1)


def agreed(office: Newsroom, number: int, *answers: bool) -> None:
    with office.service.database.write() as db:
        for yes in answers:
            consents.add(
                db,
                Agreement(office.people[number], "kebekerjaan", yes, "1", "x",
                          office.service.now(), "whatsapp", "SM"),
            )  # fmt: skip


@pytest.mark.parametrize("basis", ["persetujuan", "tugas_publik"])
def test_law_6_the_basis_is_looked_at_again_when_it_is_sent(office: Newsroom, basis: str) -> None:
    plan = office.blasts.plan_news(
        "lowongan", FIRST.name, text=JOB, basis=basis, channel="whatsapp"
    )
    agreed(office, 0, True, False)
    is_consent = basis == "persetujuan"
    assert office.blasts.preview(plan).not_sent == ({WITHDRAWN: 1} if is_consent else {})
    blast, _new = office.blasts.send(plan, actor="rina")
    agreed(office, 1, True, False)
    agreed(office, 2, False, True)
    with office.service.database.write() as db:
        db.execute(
            text(
                "INSERT INTO privacy_request (respondent_id, kind, text, opened_by, opened_at, "
                "due_at, tries, closed_by, outcome) VALUES (:one, 'erase', :none, '', :now, :now, "
                "0, '', '')"
            ),
            {"one": office.people[3], "none": b"", "now": office.service.now()},
        )
    office.drain(sweep=True)
    found = office.figures(blast)
    assert found["not_sent"] == ({WITHDRAWN: 2, ERASURE: 1} if is_consent else {ERASURE: 1})
    assert (found["sent"], found["status"]) == (1 if is_consent else 3, "finished")


def test_nobody_hears_two_pieces_of_news_within_the_cooling_off(
    office: Newsroom, clock: FixedClock
) -> None:
    with office.service.database.write() as db:
        office._join(db, SECOND, [*office.people[:1], office._person(db, 98)])
    stopped = office.tell(words="ini keliru")
    office.blasts.change(stopped, BlastStatus.STOPPED)  # nobody heard it: it cools nothing
    office.tell()
    office.drain(sweep=True)
    clock.forward(days=6)
    second = office.tell(SECOND.name, "Bursa kerja hari Sabtu")
    assert office.figures(second)["not_sent"] == {COOLING: 1}
    clock.forward(days=1, minutes=1)
    again = office.tell(SECOND.name, "Bursa kerja hari Minggu")
    assert office.figures(again)["not_sent"] == {COOLING: 1}  # the other of the two, told before
    assert office.figures(again)["owed"] == 1


def test_who_is_answering_a_survey_is_told_afterwards(office: Newsroom, clock: FixedClock) -> None:
    office.send()
    office.drain(sweep=True)
    say(office, 0, "ya")
    clock.forward(hours=20)
    say(office, 0, "1")
    clock.forward(hours=5)
    office.drain(sweep=True)
    office.provider.sent.clear()
    blast = office.tell()
    office.drain(sweep=True)
    found = office.figures(blast)
    assert (found["owed"], found["to_come"], found["status"]) == (3, {TALKING: 1}, "running")
    clock.forward(hours=25)
    look_again(office)
    office.drain(sweep=True)
    assert office.figures(blast)["sent"] == 4
    assert len({one.to for one in office.provider.sent}) == 4


def test_failed_news_is_retried_and_unknown_news_only_by_its_number(office: Newsroom) -> None:
    blast = office.tell()
    with office.service.database.write() as db:
        db.execute(text("UPDATE outbox SET status = 'unknown' WHERE id = 1"))
    office.drain(sweep=True)
    with pytest.raises(CannotBlast, match="yang belum diketahui ada 1, bukan 3"):
        office.blasts.retry(blast, unknown=3)
    assert office.blasts.retry(blast, unknown=1) == 1
    office.drain(sweep=True)
    assert office.figures(blast)["sent"] == 4


def test_news_waits_for_the_hours_of_each_zone(office: Newsroom, clock: FixedClock) -> None:
    with office.service.database.write() as db:
        east = respondents.add(
            db, office.service.vault, Person(0, "Dewi", "Asia/Jayapura"), at=clock()
        )
        office.number(db, east, "6281299999999")
        office._join(db, FIRST, [east])
    clock.moment = datetime(2026, 11, 20, 3, 45, tzinfo=UTC)  # Friday 11.45 WITA, 12.45 WIT
    before = office.blasts.preview(office.news())
    assert "Sekarang di luar jam kirim" in "\n".join(said(before, office.service.office.zone))
    assert before.first_at == datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 13.00 WIT
    assert before.last_at == datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # 13.00 WITA
    blast = office.tell()
    found = office.figures(blast)
    assert (found["owed"], found["to_come"]) == (0, {"menunggu jam kirimnya": 5})
    assert found["next_at"] == "2026-11-20T04:00:00+00:00"
    again = office.blasts.preview(office.news())
    assert (again.reached, again.not_sent) == (0, {"menunggu jam kirimnya": 5})
    told = said_of(found, office.service.office.zone)
    assert "lanjut sekitar 20 Nov 12.00 WITA\nmenyusul, menunggu jam kirimnya: 5" in told
    for hour, heard in ((4, 1), (5, 5)):
        clock.moment = datetime(2026, 11, 20, hour, 1, tzinfo=UTC)
        look_again(office)
        assert len(office.heard()) == heard
    assert office.figures(blast)["status"] == "finished"


def test_what_is_queued_when_the_hours_end_goes_the_next_day_that_is_no_holiday(
    office: Newsroom, clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 12, 24, 8, 59, tzinfo=UTC)  # 16.59 WITA; cuti bersama, Natal
    first = office.blasts.preview(office.news()).first_at
    assert first == datetime(2026, 12, 26, 1, 0, tzinfo=UTC)
    blast = office.tell()
    clock.moment = first
    asyncio.run(office.service.chores.run_campaigns())
    clock.moment = datetime(2026, 12, 26, 9, 1, tzinfo=UTC)  # the sender was down till 17.01
    look_again(office)
    assert office.heard() == []
    assert office.figures(blast)["waiting"] == {"menunggu jam kirimnya": 4}
    clock.moment = datetime(2026, 12, 27, 1, 1, tzinfo=UTC)
    look_again(office)
    assert len(office.heard()) == 4


def test_staff_may_send_news_at_once_and_a_survey_in_hours(
    office: Newsroom, clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 11, 21, 15, tzinfo=UTC)  # 23.00 WITA
    survey = office.blasts.plan("kebekerjaan", FIRST.name, channel="whatsapp", keeps_hours=True)
    waits, _new = office.blasts.send(survey, actor="rina")
    assert office.figures(waits)["owed"] == 0
    at_once = replace(survey, keeps_hours=False)
    warned = "\n".join(said(office.blasts.preview(at_once), office.service.office.zone))
    assert "Agar menunggu, pakai: lacak blast send … --in-hours" in warned
    assert office.blasts.send(at_once, actor="rina") == (waits, False)
    assert office.figures(waits)["owed"] == 4


@pytest.mark.parametrize(
    ("more", "would"),
    [
        ({"basis": ""}, "dasar hukumnya, salah satu dari persetujuan"),
        ({"template": "bursa"}, "belum ada templat 'bursa'"),
        ({"template": "bisu"}, "tidak menyebut cara berhenti"),
        ({"text": ""}, "tulis kabarnya"),
        ({"text": "Halo {{nik}}"}, "isian nik tidak dikenal"),
        ({"text": "a" * 1000}, "paling panjang 1024"),
        ({"cohort": "Angkatan 9"}, "Angkatan 1"),
        ({"template": "../x"}, "huruf, angka"),
    ],
    ids=lambda one: str(one)[:20],
)
def test_news_that_cannot_go_says_what_would(
    office: Newsroom, more: dict[str, str], would: str
) -> None:
    noted(office.service, "bisu", "Halo Kak {{1}}, dari {{2}}: {{3}}. Terima kasih.")
    given = {"template": "lowongan", "cohort": FIRST.name, "text": JOB, "basis": "persetujuan"}
    given |= more
    with pytest.raises(CannotBlast, match=would):
        office.blasts.plan_news(
            given["template"], given["cohort"], text=given["text"], basis=given["basis"],
            channel="whatsapp",
        )  # fmt: skip


@dataclass
class Town:
    """Telegram and WhatsApp, both running."""

    road: Road
    twilio: FakeTwilio

    def on_whatsapp(self, number: str) -> list[str]:
        return [one.body for one in self.twilio.outbound if one.to == f"whatsapp:+{number}"]


@pytest.fixture
def town(database_url: str, artefact: Artefact) -> Iterator[Town]:
    with FakeTwilio(public_url=PUBLIC, clock=TickingClock()) as twilio:
        twilio.templates[SID] = BODY
        settings = twilio_environment(twilio.base_url)
        with open_road(database_url, artefact, how=WEBHOOK, settings=settings) as road:
            twilio.app_url = road.where
            noted(road.service)
            yield Town(road, twilio)
        assert twilio.violations == []


def test_a_vacancy_reaches_telegram_and_whatsapp_and_a_stop_ends_it(town: Town) -> None:
    road, budi = town.road, "6281200000102"
    sari = road.known("Sari")
    road.respondent("Budi", budi)
    desk = Blasts(road.service)
    plan = desk.plan_news(
        "lowongan", BATCH.name, text=JOB, basis="persetujuan", channel="telegram,whatsapp"
    )
    blast, _new = desk.send(plan, actor="rina")
    road.service.wake()
    road.wait(lambda: town.on_whatsapp(budi) and sari.sees)
    assert "PT Contoh mencari lima\noperator jahit. Balas BERHENTI" in sari.last.text
    assert "Halo Kak Budi" in town.on_whatsapp(budi)[0]
    assert "PT Contoh mencari lima operator jahit. Balas BERHENTI" in town.on_whatsapp(budi)[0]
    assert town.twilio.outbound[0].content_sid == SID
    road.quiet()
    assert road.figures(blast)["sent"] == 2
    town.twilio.report(town.twilio.outbound[0], "read", arrives=False)
    road.clock.forward(minutes=6)
    road.run(road.service.chores.fetch_outcomes())
    assert road.figures(blast)["read"] == 1

    town.twilio.say(f"+{budi}", "Di mana alamatnya, Kak?")
    road.quiet()
    with road.service.database.read() as db:
        assert [one.name for one in enquiries.listed(db, road.service.vault)] == ["Budi"]
    assert road.says(sari, "berhenti") != []
    assert (road.is_stopped("Sari"), road.count("interview")) == (True, 0)
    road.clock.forward(days=8)
    later = desk.plan_news(
        "lowongan", BATCH.name, text="Bursa kerja", basis="persetujuan", channel="telegram"
    )
    assert desk.preview(later).not_sent == {STOPPED: 1, NO_ADDRESS: 1}


def test_staff_bring_news_from_their_chat(town: Town) -> None:
    road = town.road
    sari, dewi = road.known("Sari"), road.staff("dewi")
    assert "dasar hukumnya, salah satu" in road.tells(dewi, f"/kabar lowongan ya menjahit\n{JOB}")
    asked = f"/kabar lowongan persetujuan menjahit\n{JOB}"
    told = road.tells(dewi, asked)
    assert f"Kabar lowongan untuk {BATCH.name}, dasar persetujuan" in told
    assert "PT Contoh mencari lima" in told
    assert "Siaran 1 dikirim" in road.tells(dewi, "1")
    road.quiet()
    assert [one.text.count("PT Contoh") for one in sari.sees] == [1]
    assert "Tidak ada yang dapat dikirimi" in road.tells(dewi, asked)
    assert "kabar/lowongan" in road.tells(dewi, "/status 1")
    audited = road.rows("SELECT detail FROM audit WHERE action = 'blast send'")
    assert [tuple(one) for one in audited] == [("blast 1, 1 people, basis persetujuan",)]


def test_within_the_day_of_their_message_people_read_the_offices_own_words(town: Town) -> None:
    road, budi = town.road, "6281200000102"
    road.respondent("Budi", budi)
    noted(road.service, "bursa", "Halo Kak {{1}}, ada kabar. Balas BERHENTI untuk berhenti, Kak.")
    town.twilio.say(f"+{budi}", "halo")
    road.quiet()
    desk = Blasts(road.service)
    plan = desk.plan_news(
        "bursa", BATCH.name, text="Bursa kerja, Kak {{nama}}!", basis="persetujuan",
        channel="whatsapp",
    )  # fmt: skip
    desk.send(plan, actor="rina")
    road.service.wake()
    road.wait(lambda: any("Bursa" in one for one in town.on_whatsapp(budi)))
    assert town.on_whatsapp(budi)[-1] == f"Bursa kerja, Kak Budi!\n\n{HOW_TO_STOP}"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_wave_and_what_points_at_it_outlive_the_migration(
    fresh: Callable[[str], str], kind: str
) -> None:
    database = Database(fresh(kind))
    database.migrate("0011")
    with database.write() as db:
        for row in ROWS:
            db.execute(text(row))
    database.migrate()
    with database.read() as db:
        (wave,) = waves.listed(db)
        assert (wave.form_id, wave.form_pk, wave.period) == ("kebekerjaan", 1, "2026-C3")
        assert db.execute(text("SELECT wave_id FROM blast")).scalar() == wave.id
        assert news.get(db, wave.id) is None
        assert (wave.basis, wave.keeps_hours) == ("", False)
    with pytest.raises(IntegrityError), database.write() as db:
        db.execute(text("UPDATE blast SET wave_id = 99"))
    database.close()
