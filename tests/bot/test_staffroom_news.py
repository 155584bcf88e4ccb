"""What staff are told unasked, each thing once a chat, and how they answer people."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from flows.xlsform import Artefact
from storage import channels, staff
from tests.bot.live import TickingClock
from tests.bot.telegram_office import WEBHOOK, Road, open_road
from tests.bot.twilio_settings import twilio_environment
from tests.fakes.faults import HangUp
from tests.fakes.telegram import Person, Refuse
from tests.fakes.twilio import FakeTwilio


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    with open_road(database_url, artefact) as road:
        yield road


@pytest.fixture
def dewi(road: Road) -> Person:
    return road.staff("dewi")


@pytest.fixture
def sari(road: Road) -> Person:
    """Somebody who agreed, and is asked what she does."""
    sari = road.person("Sari Wulandari")
    road.taps(sari, "Bersedia")
    return sari


def news(road: Road, person: Person) -> list[str]:
    """Look twice, and start the staffroom anew in between; return what one of the staff is told."""
    before = len(person.sees)
    road.look()
    road.service.staffroom = type(road.service.staffroom)(road.service)
    road.look()
    return [kept.text for kept in person.sees[before:]]


def audited(road: Road) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in road.rows("SELECT actor, action, detail FROM audit ORDER BY id")]


# People who ask.


def test_a_question_reaches_every_chat_of_those_who_may_answer_once(
    road: Road, dewi: Person, sari: Person
) -> None:
    agus = road.staff("agus", "operator")
    second = road.telegram.person("Dewi di rumah")
    second.starts(road.link(staff_id=1))
    others = [road.staff("eka", "supervisor"), road.staff("tono", "coordinator", "Garmen Apparel")]
    assert "teruskan ke petugas BPVP Kendari" in road.says(sari, "kapan pelatihan lagi kak?")[-1]
    (told,) = news(road, dewi)
    assert told == (
        "💬 Sari Wulandari (bertanya):\n“kapan pelatihan lagi kak?”\n\nBalas: /balas 1 teks"
    )
    assert agus.last.text == second.last.text == told
    assert all(len(one.sees) == 1 for one in others)
    road.says(sari, "boleh dibantu tidak?")
    (told,) = news(road, dewi)
    assert "“boleh dibantu tidak?”" in told


def test_what_a_stranger_writes_is_told_without_a_name(road: Road, dewi: Person) -> None:
    road.says(road.telegram.person("Penyusup Asing"), "halo min")
    (told,) = news(road, dewi)
    assert told.startswith("💬 orang tak dikenal di telegram (belum dikenal):\n“halo min”")


def test_who_gives_up_is_told_once(road: Road, dewi: Person, sari: Person) -> None:
    road.taps(sari, "Wirausaha")
    road.says(sari, "Toko Sari")
    for _ in range(10):
        road.says(sari, "entah ya")
    assert len(news(road, dewi)) == 1
    assert "kesulitan menjawab" in dewi.last.text


def test_an_old_question_is_no_news_to_a_service_that_starts(
    road: Road, dewi: Person, sari: Person
) -> None:
    road.says(sari, "kapan pelatihan lagi kak?")
    assert len(news(road, dewi)) == 1
    road.clock.forward(days=40)
    road.run(road.service.chores.purge())
    assert road.count("memo") == 0
    assert [one for one in news(road, dewi) if "💬" in one] == []


def test_a_reply_reaches_the_person_where_they_asked(
    road: Road, dewi: Person, sari: Person
) -> None:
    road.says(sari, "kapan pelatihan lagi kak?")
    shown = road.tells(dewi, "/kotak")
    assert "1 menunggu:\n1. Sari Wulandari, bertanya\n   kapan pelatihan lagi kak?" in shown
    assert road.tells(dewi, "/kotak 1").startswith("Sari Wulandari, bertanya\n21/11 ")
    before = len(sari.sees)
    told = road.tells(dewi, "/balas 1\nHalo Kak Sari,\nsilakan datang besok.")
    assert told == "Dikirim ke Sari Wulandari. Kalau sudah beres: /tutup 1"
    assert [kept.text for kept in sari.sees[before:]] == ["Halo Kak Sari,\nsilakan datang besok."]
    assert "dewi: Halo Kak Sari," in road.tells(dewi, "/kotak 1")
    assert road.tells(dewi, "/tutup 1") == "Pertanyaan 1 ditutup."
    assert road.tells(dewi, "/tutup 1") == "Belum bisa: pertanyaan 1 sudah ditutup"
    assert road.tells(dewi, "/kotak") == "Tidak ada pertanyaan yang menunggu."
    assert audited(road) == [
        ("dewi", "inbox show", "1"), ("dewi", "inbox reply", "1"), ("dewi", "inbox show", "1"),
        ("dewi", "inbox close", "1"),
    ]  # fmt: skip
    assert "Apa nama usaha" in road.says(sari, "wirausaha")[-1]  # and the interview goes on


def test_a_reply_to_a_stranger_reaches_their_chat(road: Road, dewi: Person) -> None:
    stranger = road.telegram.person("Seseorang")
    road.says(stranger, "halo min")
    assert road.tells(dewi, "/balas 1 Halo Kak") == (
        "Dikirim ke orang tak dikenal di telegram. Kalau sudah beres: /tutup 1"
    )
    assert stranger.last.text == "Halo Kak"


def test_law_6_who_stopped_is_not_replied_to(road: Road, dewi: Person, sari: Person) -> None:
    road.says(sari, "kapan pelatihan lagi kak?", "berhenti")
    before = len(sari.sees)
    assert "orangnya minta tidak dikirimi pesan lagi" in road.tells(dewi, "/balas 1 Halo Kak")
    assert (len(sari.sees), road.count("enquiry_line", "by != ''")) == (before, 0)
    assert audited(road) == []


@pytest.mark.parametrize(
    ("text", "why"), [("", "balasannya kosong"), ("x" * 1501, "balasannya 1501 huruf")]
)
def test_a_reply_that_cannot_go_is_refused(
    road: Road, dewi: Person, sari: Person, text: str, why: str
) -> None:
    road.says(sari, "kapan pelatihan lagi kak?")
    assert why in road.tells(dewi, f"/balas 1 {text}")
    assert road.count("enquiry_line", "by != ''") == 0


def test_a_closed_whatsapp_window_refuses_a_reply(database_url: str, artefact: Artefact) -> None:
    with FakeTwilio(public_url="https://lacak.test", clock=TickingClock()) as twilio:
        settings = twilio_environment(twilio.base_url)
        with open_road(database_url, artefact, how=WEBHOOK, settings=settings) as road:
            twilio.app_url, dewi = road.where, road.staff("dewi")
            road.respondent("Sari", "6281200000101")
            twilio.say("+6281200000101", "kapan pelatihan lagi kak?")
            twilio.say("+6281200000999", "halo")
            road.quiet()
            for number in (1, 2):
                assert road.tells(dewi, f"/balas {number} Halo").startswith("Dikirim ke ")
            sent = len(twilio.outbound)
            road.clock.forward(hours=25)
            for number in (1, 2):
                assert "lewat 24 jam" in road.tells(dewi, f"/balas {number} Halo lagi")
            assert len(twilio.outbound) == sent
            assert road.count("enquiry_line", "by != ''") == 2


# Trouble.


def test_trouble_is_told_when_it_begins_and_again_only_when_it_ended(
    road: Road, dewi: Person
) -> None:
    assert news(road, dewi) == []
    for _ in range(2):
        with road.service.database.write() as db:
            channels.pause(db, "whatsapp", "Nomor pengirim ditolak.")
        (told,) = news(road, dewi)
        assert told == (
            "⚠️ Saluran whatsapp berhenti mengirim: Nomor pengirim ditolak. Periksa dengan "
            "`lacak doctor`."
        )
        assert road.count("alert", "ended_at IS NULL") == 1
        with road.service.database.write() as db:
            channels.resume(db, "whatsapp")
        assert news(road, dewi) == []
        assert road.count("alert", "ended_at IS NULL") == 0
    assert road.count("alert") == 2


def test_credentials_that_are_refused_reach_staff_once_they_are_mended(
    road: Road, dewi: Person, sari: Person
) -> None:
    road.telegram.faults = iter([Refuse(401, "Unauthorized")])
    sari.taps(sari.last, "Wirausaha")
    road.wait(lambda: road.count("channel", "paused != ''"))
    road.run(road.service.chores.look_after())
    road.wait(lambda: "Saluran telegram berhenti mengirim" in dewi.last.text)
    with road.service.database.write() as db:
        channels.resume(db, "telegram")
    road.sweep(seconds=10)
    road.quiet()
    assert "Apa nama usaha" in sari.last.text


def test_lost_invitations_are_told_after_a_while_and_until_a_person_decided(
    road: Road, dewi: Person
) -> None:
    for name in ("Sari", "Budi"):
        road.known(name)
    road.telegram.faults = iter([HangUp(accepted=False), HangUp(accepted=False)])
    blast = road.send()
    road.wait(lambda: road.statuses() == {"unknown": 2})
    assert news(road, dewi) == []
    road.clock.forward(minutes=16)
    (told,) = news(road, dewi)
    assert told.startswith(f"⚠️ 2 kiriman siaran {blast} belum diketahui sampai atau tidak.")
    road.clock.forward(days=3)
    assert [one for one in news(road, dewi) if "⚠️" in one] == []
    assert road.count("alert", "ended_at IS NULL") == 1


def test_a_lost_reply_is_told_and_is_over_by_itself(road: Road, dewi: Person, sari: Person) -> None:
    road.telegram.faults = iter([HangUp(accepted=False)] * 2)
    road.taps(sari, "Wirausaha")
    road.sweep(seconds=61)
    road.quiet()
    road.clock.forward(minutes=16)
    (told,) = news(road, dewi)
    assert told.startswith("⚠️ 1 balasan wawancara belum diketahui sampai atau tidak.")
    assert "Sejak kapan" in road.says(sari, "Toko Sari")[-1]
    road.sweep()
    road.look()
    assert road.count("alert", "ended_at IS NULL") == 0


def test_a_blast_that_pauses_itself_is_told_and_one_of_staff_is_not(
    road: Road, dewi: Person
) -> None:
    for number in range(21):
        road.known(f"Orang {number}")
    road.telegram.faults = iter([Refuse(400, "Bad Request: chat not found")] * 21)
    blast = road.send()
    road.wait(lambda: road.figures(blast)["status"] == "paused")
    (told,) = news(road, dewi)
    assert told.startswith(f"⚠️ Siaran {blast} dijeda sendiri: 20 kiriman berturut-turut ditolak")
    assert told.endswith(f"Sesudah diperbaiki: /lanjut {blast}")
    road.telegram.faults = iter(())
    assert road.tells(dewi, f"/lanjut {blast}") == f"Siaran {blast}: berjalan lagi."
    road.look()
    assert road.count("alert", "ended_at IS NULL") == 0


# The note of the day.


def at(road: Road, hour: int, day: int = 21) -> None:
    """Let it be so late in the office's zone, which is eight hours ahead."""
    now = road.clock()
    road.clock.moment += datetime(2026, 11, day, hour - 8, 30, tzinfo=now.tzinfo) - now


def test_the_note_of_the_day_comes_once_a_day_in_the_afternoon(
    road: Road, dewi: Person, sari: Person
) -> None:
    road.says(road.person("Budi"), "berhenti")
    for hour in (12, 15):
        at(road, hour)
        assert news(road, dewi) == []
    at(road, 16)
    (told,) = news(road, dewi)
    assert told.splitlines() == [
        "Sabtu, 21 November 2026", "Pesan terkirim: 4", "Orang menjawab: 2, selesai: 0",
        "Minta berhenti: 1",
    ]  # fmt: skip
    at(road, 19)
    assert news(road, dewi) == []
    at(road, 17, day=22)
    assert news(road, dewi) == []  # a quiet day
    at(road, 9, day=23)
    road.taps(sari, "Wirausaha")
    at(road, 21, day=23)
    assert news(road, dewi) == []  # too late for today
    at(road, 16, day=24)
    road.says(sari, "Toko Sari")
    (told,) = news(road, dewi)
    assert told.startswith("Selasa, 24 November 2026\nPesan terkirim: 1")


def test_a_linked_chat_hears_no_news_from_before_it_was_revoked(road: Road, dewi: Person) -> None:
    with road.service.database.write() as db:
        found = staff.find(db, "dewi")
        assert found
        staff.revoke(db, found.id, at=road.clock())
        channels.pause(db, "whatsapp", "Nomor pengirim ditolak.")
    assert news(road, dewi) == []
