"""Law 11 and UU 27/2022 in chat: one's data in a file, mended, erased; each with its clock."""

from collections.abc import Iterator
from io import BytesIO

import httpx
import openpyxl
import pytest
from sqlalchemy import text

from bot.rights.desk import RightsDesk
from bot.rights.erasure import Eraser
from flows.xlsform import Artefact
from storage import addresses, erasing, interviews, privacy, respondents
from storage.privacy import Kind
from tests.bot.live import TickingClock
from tests.bot.telegram_office import PUBLIC, WEBHOOK, Road, open_road
from tests.bot.twilio_settings import twilio_environment
from tests.bot.world import World
from tests.conftest import FixedClock
from tests.fakes.twilio import FakeTwilio
from tests.people import BUDI, SARI

ASKS_BIRTH = "tulis dulu tanggal lahir Kakak"
FOR_STAFF = "memastikan dulu bahwa ini benar Kakak"


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    with open_road(database_url, artefact) as road:
        yield road


def last(world: World) -> str:
    return world.told(SARI)[-1].prompt.text


def open_wishes(world: World) -> list[tuple[str, str]]:
    with world.service.database.read() as db:
        return [(one.name, one.kind) for one in privacy.listed(db, world.service.vault)]


def sheets(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


# data saya


def test_data_saya_is_a_file_once_the_birth_date_is_right(world: World, clock: FixedClock) -> None:
    world.say(SARI, "ya", "kerja", "PT Maju", "data saya")
    assert ASKS_BIRTH in last(world)
    world.say(SARI, "1 mei 2001")
    assert "belum cocok" in last(world)
    world.say(SARI, "5 mei 2001")
    name = world.told(SARI)[-1].prompt.file
    found = world.service.rights.file_of(name)
    assert found is not None
    held = sheets(found.content)
    assert ("NIK", SARI.nik) in held["Data diri"]
    assert any(row[2] == "PT Maju" for row in held["Jawaban"])
    assert any(row[1:] == ("Kakak", "data saya") for row in held["Pesan"])
    assert BUDI.name not in str(held)
    assert open_wishes(world) == []
    assert world.standing(SARI).state.answers["status"] == "bekerja", "the interview stands"
    clock.forward(hours=25)
    assert world.service.rights.file_of(name) is None


def test_three_wrong_birth_dates_leave_it_to_staff(world: World) -> None:
    world.say(SARI, "data saya", "1 mei 2001", "2 mei 2001", "3 mei 2001")
    assert FOR_STAFF in last(world)
    world.say(SARI, "5 mei 2001", "data saya")
    assert FOR_STAFF in last(world)
    assert not any(one.prompt.file for one in world.told(SARI))
    assert open_wishes(world) == [(SARI.name, "show")]


@pytest.mark.parametrize("source", ["link", "claimed"])
def test_law_11_an_address_by_its_own_word_shows_nothing(world: World, source: str) -> None:
    with world.service.database.write() as db:
        db.execute(text("UPDATE address SET source = :source"), {"source": source})
    world.say(SARI, "data saya", "5 mei 2001")
    assert FOR_STAFF in world.told(SARI)[1].prompt.text
    assert not any(one.prompt.file for one in world.told(SARI))


def test_law_11_a_shared_address_shows_nothing(world: World) -> None:
    service = world.service
    with service.database.write() as db:
        reach = respondents.get_address(db, world.addresses[SARI.name])
        assert reach is not None
        assert addresses.is_verified(db, reach.id)
        respondents.add_address(
            db, world.people[BUDI.name], reach.channel, reach.value, at=service.now()
        )
        assert not addresses.is_verified(db, reach.id)
    world.say(SARI, "data saya", "5 mei 2001")
    assert not any(one.prompt.file for one in world.told(SARI))


def test_who_stopped_may_still_ask(world: World) -> None:
    world.say(SARI, "berhenti", "data saya", "5 mei 2001")
    assert world.told(SARI)[-1].prompt.file


def test_on_telegram_the_file_comes_as_a_document(road: Road) -> None:
    sari = road.known("Sari Wulandari")
    road.invite()
    before = len(sari.sees)
    said = road.says(sari, "data saya", "1 januari 2000")
    assert ASKS_BIRTH in said[0]
    documents = [kept.document for kept in sari.sees[before:] if kept.document]
    assert documents == ["data-saya.xlsx"]
    assert "semua data Kakak" in sari.last.text


def test_on_whatsapp_twilio_is_told_where_the_file_is(
    database_url: str, artefact: Artefact
) -> None:
    with FakeTwilio(public_url=PUBLIC, clock=TickingClock()) as twilio:
        settings = twilio_environment(twilio.base_url)
        with open_road(database_url, artefact, how=WEBHOOK, settings=settings) as road:
            twilio.app_url = road.where
            road.respondent("Sari Wulandari", "6281200000101")
            for words in ("data saya", "1 januari 2000"):
                twilio.say("+6281200000101", words)
                road.quiet()
            attached = twilio.outbound[-1].attached
            assert attached.startswith(f"{PUBLIC}/berkas/")
            got = httpx.get(attached.replace(PUBLIC, road.where))
            assert "Data diri" in sheets(got.content)


def test_on_the_web_the_file_is_fetched_by_a_link_that_ends(road: Road) -> None:
    road.respondent("Sari Wulandari")
    road.invite()
    service = road.service
    with service.database.write() as db:
        wish, _ = privacy.open_one(
            db, service.vault, road.people["Sari Wulandari"], Kind.SHOW, text="", at=service.now()
        )
    assert service.rights.address_of(f"dossier:{wish.id}") == ""
    with service.database.write() as db:
        privacy.grant(db, wish.id, at=service.now())
    path = service.rights.address_of(f"dossier:{wish.id}")
    got = httpx.get(road.where + path)
    assert got.status_code == 200
    assert got.headers["cache-control"] == "no-store"
    assert "Data diri" in sheets(got.content)
    assert httpx.get(road.where + path[:-4] + "AAAA").status_code == 404
    road.clock.forward(hours=25)
    assert httpx.get(road.where + path).status_code == 410


# hapus data saya


def erase(world: World, request_id: int = 1) -> None:
    RightsDesk(world.service).erase(request_id, actor="rina")


def test_hapus_data_saya_stops_and_waits_for_staff(world: World, clock: FixedClock) -> None:
    world.say(SARI, "ya", "kerja", "hapus data saya")
    assert "diselesaikan petugas BPVP Kendari paling lambat 24 November 2026 pukul 10.00" in last(
        world
    )
    owed = len(world.told(SARI))
    world.say(SARI, "halo")
    assert len(world.told(SARI)) == owed
    assert open_wishes(world) == [(SARI.name, "erase")]
    clock.forward(hours=73)
    assert RightsDesk(world.service).listed()[0].is_late(clock())
    world.say(SARI, "mulai")
    assert open_wishes(world) == []
    assert len(world.told(SARI)) == owed + 1


def test_an_erased_person_is_nowhere_and_counted_still(world: World) -> None:
    world.say(
        SARI, "ya", "kerja", "PT Rahasia Sekali", "agustus 2026", "juru jahit", "hapus data saya"
    )
    erase(world)
    erase(world)
    service = world.service
    with service.database.read() as db:
        assert respondents.find(db, world.people[SARI.name]) is None
        assert respondents.find_by_nik(db, service.vault, SARI.nik) is None
        assert addresses.holders(db, "web", SARI.phone) == []
        rows = db.exec_driver_sql("SELECT count(*) FROM interview").scalar()
    assert rows == 2
    standing = world.standing(SARI)
    assert standing.state.given == {}
    assert "PT Rahasia Sekali" not in str(standing.state.answers)
    assert {one.prompt.text for one in world.told(SARI)} == {""}


def test_coded_answers_stay_as_figures_where_a_cohort_is_large_enough(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(SARI, "ya", "kerja", "PT Maju", "hapus data saya")
    service = world.service
    eraser = Eraser(service.vault, service.turns, service.words)
    with service.database.read() as db:
        (few,) = eraser.kept(db, world.people[SARI.name]).values()
        monkeypatch.setattr("bot.rights.erasure.FEW", 2)
        (enough,) = eraser.kept(db, world.people[SARI.name]).values()
    assert few.answers == {}
    assert enough.answers == {"status": "bekerja"}
    assert (enough.facts, enough.given, enough.kept) == ({}, {}, {})


def test_an_erased_row_leaves_the_sheets_and_stays_in_the_recap(world: World) -> None:
    world.say(SARI, "ya", "kerja", "hapus data saya")
    erase(world)
    service = world.service
    with service.database.read() as db:
        shown = [one.name for one in interviews.rows(db, service.vault, "kebekerjaan")]
        counted = list(interviews.rows(db, service.vault, "kebekerjaan", erased=True))
    assert shown == [BUDI.name]
    assert [one.name for one in counted] == [erasing.NAME, BUDI.name]


def test_ubah_data_opens_a_request_and_ubah_in_an_interview_does_not(world: World) -> None:
    world.say(SARI, "ya", "ubah data")
    assert "Tulis di sini apa yang perlu diperbaiki" in last(world)
    assert open_wishes(world) == [(SARI.name, "change")]
    world.say(BUDI, "ya", "ubah")
    assert open_wishes(world) == [(SARI.name, "change")]


def test_staff_are_told_of_a_wish_once_and_when_it_is_late(road: Road) -> None:
    dewi, sari = road.staff("dewi"), road.person("Sari Wulandari")
    road.says(sari, "hapus data saya")
    road.look()
    road.look()
    (told,) = [one.text for one in dewi.sees if "🔐" in one.text]
    assert "Sari Wulandari minta datanya dihapus (permintaan 1)" in told
    assert "(sisa 71 jam)" in road.tells(dewi, "/privasi")
    assert "alamat terbukti: BELUM" in road.tells(dewi, "/privasi 1")
    assert "Permintaan data pribadi: 1 (/privasi)" in road.tells(dewi, "/hariini")
    road.clock.forward(hours=73)
    road.look()
    assert "1 permintaan data pribadi lewat batas" in dewi.last.text
