"""Staff in their own chat on Telegram: linked once, heard once, and only what their role may do."""

from collections.abc import Iterator

import pytest

from bot.staffroom import commands
from flows.xlsform import Artefact
from storage import cohorts, staff
from storage.cohorts import Batch
from storage.staff import ROLES
from tests.bot.telegram_office import BATCH, FORM, Road, open_road
from tests.fakes.telegram import Person

OTHER = Batch(0, "Las 2026 angkatan 1", "pelatihan", "Las", "Las Listrik")
ASK = f"/blast {FORM} menjahit"
NOTHING_WAITS = "Ini percakapan petugas. Ketik /bantuan untuk melihat perintahnya."


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    """An office with three people who can be asked, and another cohort of nobody."""
    with open_road(database_url, artefact) as road:
        for name in ("Sari", "Budi", "Rina"):
            road.known(name)
        with road.service.database.write() as db:
            cohorts.ensure(db, OTHER)
        yield road


@pytest.fixture
def dewi(road: Road) -> Person:
    return road.staff("dewi")


def audited(road: Road) -> list[tuple[str, str, str]]:
    """Return who did what to what."""
    return [tuple(row) for row in road.rows("SELECT actor, action, detail FROM audit ORDER BY id")]


def set_role(road: Road, name: str, role: str, prodi: str = "") -> None:
    with road.service.database.write() as db:
        found = staff.find(db, name)
        assert found
        staff.set_role(db, found.id, role, prodi=prodi)


def revoke(road: Road, name: str) -> None:
    with road.service.database.write() as db:
        found = staff.find(db, name)
        assert found
        staff.revoke(db, found.id, at=road.clock())


def opens(road: Road, person: Person, token: str) -> str:
    before = len(person.sees)
    person.starts(token)
    road.quiet()
    (told,) = person.sees[before:]
    return told.text


# Links.


def test_a_one_time_link_makes_one_chat_the_staffs(road: Road) -> None:
    token = road.staff_link("dewi")
    dewi, thief = road.telegram.person("Dewi"), road.telegram.person("Penyusup")
    assert opens(road, dewi, token).startswith("Halo dewi. Yang bisa diketik di sini:")
    assert opens(road, thief, token).startswith("Tautan itu sudah pernah dipakai, Kak.")
    assert opens(road, dewi, token).startswith("Halo dewi.")
    assert road.count("staff_link") == 1
    assert road.count("inbox", "channel = 'telegram'") == 0
    assert "/blast" not in "".join(kept.text for kept in thief.sees)


def test_a_chat_of_one_of_the_staff_is_not_anothers(road: Road, dewi: Person) -> None:
    token = road.staff_link("agus")
    assert opens(road, dewi, token).startswith("Chat ini sudah terhubung dengan orang lain, Kak.")
    assert opens(road, road.telegram.person("Agus"), token).startswith("Halo agus.")


def test_a_link_of_revoked_staff_is_over(road: Road, dewi: Person) -> None:
    token = road.staff_link("agus")
    revoke(road, "agus")
    agus = road.telegram.person("Agus")
    assert opens(road, agus, token).startswith("Tautan itu sudah lewat masanya, Kak.")
    assert len(dewi.sees) == 1


# Commands.

ANSWERS = (
    ("/bantuan", "Halo dewi. Yang bisa diketik di sini:"),
    ("/START", "Halo dewi."),
    ("/help", "Halo dewi."),
    ("halo", NOTHING_WAITS),
    ("3", NOTHING_WAITS),
    ("/", "Perintah / tidak ada. Ketik /bantuan untuk melihat yang ada."),
    ("/hapus semua", "Perintah /hapus tidak ada."),
    ("/blast", "Belum bisa: sebutkan kuesionernya. Yang sudah terbit: kebekerjaan"),
    ("/blast tracer menjahit", "Belum bisa: sebutkan kuesionernya."),
    ("/kabar", "Belum bisa: tulis /kabar TEMPLAT DASAR ANGKATAN"),
    ("/kabar bursa persetujuan las", "Belum bisa: tulis kabarnya: --text"),
    ("/kabar bursa persetujuan las\nBursa kerja", "Kabar bursa untuk Las 2026 angkatan 1"),
    (f"/blast {FORM}", "Belum bisa: sebutkan angkatannya. Yang ada:\n• Las 2026 angkatan 1"),
    (f"/blast {FORM} tata boga", "Belum bisa: sebutkan angkatannya."),
    (f"/blast {FORM} angkatan 1", "Belum bisa: ada 2 angkatan yang cocok"),
    (f"/blast {FORM} las", "kebekerjaan untuk Las 2026 angkatan 1"),
    ("/status", "Belum ada siaran."),
    ("/status 7", "Belum bisa: siaran 7 tidak ada; lihat /status"),
    ("/status tujuh", "Belum bisa: tulis nomor siaran, misalnya 3"),
    ("/status 99999999999999999999", "Belum bisa: tulis nomor siaran, misalnya 3"),
    ("/jeda", "Belum bisa: tulis nomor siaran, misalnya 3"),
    ("/jeda 7", "Belum bisa: siaran 7 tidak ada"),
    ("/lanjut 7", "Belum bisa: siaran 7 tidak ada"),
    ("/stop 7", "Belum bisa: siaran 7 tidak ada"),
    ("/ulang 7", "Belum bisa: siaran 7 tidak ada"),
    ("/ulang 7 banyak", "Belum bisa: tulis nomor yang belum diketahui, misalnya 3"),
    ("/rekap menjahit", "Rekap Survei kebekerjaan"),
    ("/rekap", "Belum bisa: sebutkan angkatannya."),
    ("/hariini", "Sabtu, 21 November 2026\nPesan terkirim: 0"),
    ("/kotak", "Tidak ada pertanyaan yang menunggu."),
    ("/kotak 9", "Belum bisa: pertanyaan 9 tidak ada"),
    ("/balas", "Belum bisa: tulis nomor pertanyaan, misalnya 3"),
    ("/balas 9 halo", "Belum bisa: pertanyaan 9 tidak ada"),
    ("/tutup 9", "Belum bisa: pertanyaan 9 tidak ada"),
    ("/privasi", "Tidak ada permintaan data pribadi."),
    ("/privasi 9", "Belum bisa: permintaan 9 tidak ada"),
)


def test_every_command_answers_right_and_wrong_input(road: Road, dewi: Person) -> None:
    for words, answer in ANSWERS:
        assert road.tells(dewi, words).startswith(answer), words
    assert [one for one in audited(road) if one[1] != "recap"] == []
    assert {f"/{word}" for word in commands.COMMANDS} <= {
        words.split()[0] for words, _answer in ANSWERS
    }


def test_roles_decide_who_may_do_what(road: Road, dewi: Person) -> None:
    for role in ROLES:
        set_role(road, "dewi", role)
        shown = road.tells(dewi, "/bantuan")
        for word, command in commands.COMMANDS.items():
            told = road.tells(dewi, f"/{word} 7")
            is_refused = told == f"Peran {role} tidak boleh memakai /{word}."
            assert is_refused is (role not in command.roles), (role, word)
            assert (command.usage in shown) is not is_refused
    assert audited(road) == []


def test_a_coordinator_sees_their_own_prodi_only(road: Road, dewi: Person) -> None:
    road.tells(dewi, ASK)
    assert road.tells(dewi, "3") == "Siaran 1 dikirim. Lihat: /status 1"
    own, other = (
        road.staff("agus", "coordinator", BATCH.prodi),
        road.staff("eka", "coordinator", "Las"),
    )
    assert "3 orang, 3 harus dikirim" in road.tells(own, "/status 1")
    assert BATCH.name in road.tells(own, "/status")
    assert BATCH.name in road.tells(own, "/rekap menjahit")
    assert road.tells(other, "/status 1") == "Belum bisa: siaran 1 tidak ada; lihat /status"
    assert road.tells(other, "/status") == "Belum ada siaran."
    assert BATCH.name not in road.tells(other, "/rekap menjahit")
    assert BATCH.name not in road.tells(other, "/rekap")
    assert "tidak boleh" in road.tells(own, "/hariini")


# A blast.


def test_a_blast_is_shown_then_sent_once_its_number_is_typed(road: Road, dewi: Person) -> None:
    shown = road.tells(dewi, ASK)
    assert "Akan dikirimi: 3 orang (telegram 3)" in shown
    assert shown.endswith("Balas 3 untuk mengirim. Balasan lain membatalkan.")
    assert road.statuses() == {}
    assert road.tells(dewi, " 3 ") == "Siaran 1 dikirim. Lihat: /status 1"
    road.sweep()
    assert road.statuses() == {"sent": 3}
    assert audited(road) == [("dewi", "blast send", "blast 1, 3 people")]
    assert "terkirim: 3" in road.tells(dewi, "/status 1")
    assert "selesai: 3/3 terkirim" in road.tells(dewi, "/status")
    assert "Tidak ada yang dapat dikirimi." in road.tells(dewi, ASK)
    assert road.tells(dewi, "3") == NOTHING_WAITS


@pytest.mark.parametrize("words", ["4", "tiga", "ya", "3 orang", "٣"])
def test_another_number_calls_it_off(road: Road, dewi: Person, words: str) -> None:
    road.tells(dewi, ASK)
    assert road.tells(dewi, words).startswith("Dibatalkan; tidak ada yang dikirim.")
    assert road.tells(dewi, "3") == NOTHING_WAITS
    assert (road.statuses(), audited(road)) == ({}, [])


def test_a_number_typed_too_late_sends_nothing(road: Road, dewi: Person) -> None:
    road.tells(dewi, ASK)
    road.clock.forward(minutes=11)
    assert road.tells(dewi, "3").startswith("Tidak dikirim: sudah terlalu lama.")
    assert road.statuses() == {}


def test_a_number_that_is_not_true_any_more_sends_nothing(road: Road, dewi: Person) -> None:
    road.tells(dewi, ASK)
    road.known("Tono")
    assert "penerimanya sekarang 4, bukan 3; tidak ada yang dikirim." in road.tells(dewi, "3")
    assert road.statuses() == {}


def test_another_command_calls_it_off(road: Road, dewi: Person) -> None:
    road.tells(dewi, ASK)
    road.tells(dewi, "/status")
    assert road.tells(dewi, "3") == NOTHING_WAITS


def test_who_lost_the_role_meanwhile_sends_nothing(road: Road, dewi: Person) -> None:
    road.tells(dewi, ASK)
    set_role(road, "dewi", "supervisor")
    assert "peran supervisor tidak boleh" in road.tells(dewi, "3")
    assert road.statuses() == {}


def test_nobody_else_can_confirm(road: Road, dewi: Person) -> None:
    agus = road.staff("agus")
    road.tells(dewi, ASK)
    assert road.tells(agus, "3") == NOTHING_WAITS
    assert road.tells(dewi, "3").startswith("Siaran 1 dikirim.")
