"""What staff ask for in chat is done once, whatever comes between; and only for them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.staffroom import commands
from flows.xlsform import Artefact
from storage import staff, staff_messages
from tests.bot.telegram_office import FORM, WEBHOOK, Road, open_road
from tests.bot.telegram_people import CONSENT
from tests.fakes.telegram import Person, Refuse

ASK = f"/blast {FORM} menjahit"


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    """An office with three people who can be asked."""
    with open_road(database_url, artefact) as road:
        for name in ("Sari", "Budi", "Rina"):
            road.known(name)
        yield road


@pytest.fixture
def dewi(road: Road) -> Person:
    return road.staff("dewi")


def audited(road: Road) -> list[tuple[str, str]]:
    return [tuple(row) for row in road.rows("SELECT action, detail FROM audit ORDER BY id")]


def break_off_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let us fail after a command was done and before its answer is stored: as a kill would."""
    real, times = staff_messages.done, iter([True])

    def done(*args: Any, **more: Any) -> bool:
        if next(times, False):
            raise RuntimeError("killed")
        return real(*args, **more)

    monkeypatch.setattr(staff_messages, "done", done)


def test_law_1_the_same_update_again_sends_once(road: Road, dewi: Person) -> None:
    for words in (ASK, "3", "/status 1"):
        update = dewi.says(words)
        road.quiet()
        before = len(dewi.sees)
        for _ in range(2):
            road.telegram.redeliver(update)
            road.quiet()
        assert len(dewi.sees) == before
    road.sweep()
    assert road.statuses() == {"sent": 3}
    assert audited(road) == [("blast send", "blast 1, 3 people")]


def test_a_blast_killed_before_its_answer_is_sent_and_answered_once(
    road: Road, dewi: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    road.tells(dewi, ASK)
    break_off_once(monkeypatch)
    dewi.says("3")
    road.wait(lambda: road.statuses() == {"sent": 3})
    road.sweep(minutes=20)  # also long after it would have been too late
    road.quiet()
    assert dewi.last.text == "Siaran 1 dikirim. Lihat: /status 1"
    assert len(dewi.sees) == 3
    assert (road.count("blast"), audited(road)) == (1, [("blast send", "blast 1, 3 people")])
    assert road.count("staff_pending") == 0


def test_a_reply_killed_before_its_answer_reaches_the_person_once(
    road: Road, dewi: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sari = road.person("Tono")
    road.says(sari, "bersedia", "kapan pelatihan lagi kak?")
    stranger = road.telegram.person("Seseorang")
    road.says(stranger, "halo, ini siapa?")
    for number, person in ((1, sari), (2, stranger)):
        before = len(person.sees)
        with monkeypatch.context() as patch:
            break_off_once(patch)
            dewi.says(f"/balas {number} Halo Kak, ini dari kantor")
            road.wait(lambda: not road.count("staff_message", "done_at IS NULL"))
        road.quiet()
        assert [kept.text for kept in person.sees[before:]] == ["Halo Kak, ini dari kantor"]
        assert dewi.last.text.startswith("Dikirim ke ")
    assert [action for action, _detail in audited(road)] == ["inbox reply"] * 2
    assert road.count("enquiry_line", "by = 'dewi'") == 2


@pytest.mark.parametrize(
    ("command", "status", "answer"),
    [("jeda", "paused", "dijeda petugas"), ("stop", "stopped", "dihentikan petugas")],
)
def test_a_steering_killed_before_its_answer_is_answered_and_audited_once(
    road: Road, dewi: Person, monkeypatch: pytest.MonkeyPatch,
    command: str, status: str, answer: str,
) -> None:  # fmt: skip
    road.tells(dewi, ASK)
    road.tells(dewi, "3")
    with road.service.database.write() as db:
        db.exec_driver_sql("UPDATE outbox SET status = 'unknown' WHERE id = 1")
        db.exec_driver_sql("UPDATE blast SET status = 'running'")
    break_off_once(monkeypatch)
    before = len(dewi.sees)
    dewi.says(f"/{command} 1")
    road.quiet()
    assert [kept.text for kept in dewi.sees[before:]] == [f"Siaran 1: {answer}."]
    assert road.figures(1)["status"] == status
    assert audited(road)[1:] == [(f"blast {status}", "blast 1")]


def test_a_message_is_done_by_one_of_those_who_look_at_once(
    road: Road, dewi: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = commands.run, list[str]()

    def run(service: Any, who: Any, words: Any) -> Any:
        done.append(words.text)
        time.sleep(0.1)
        return real(service, who, words)

    monkeypatch.setattr(commands, "run", run)
    dewi.says("/status")
    road.wait(lambda: done)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(road.service.staffroom.answer, road.clock())
    road.quiet()
    assert done == ["/status"]
    assert len(dewi.sees) == 2


def test_one_command_that_fails_does_not_stop_the_next(
    road: Road, dewi: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_args: Any) -> Any:
        raise ValueError("Sari")

    broken = {**commands.COMMANDS, "rekap": commands.Command(fails, ("admin",), "", "")}
    monkeypatch.setattr(commands, "COMMANDS", broken)
    assert road.tells(dewi, "/rekap menjahit").startswith(
        "Maaf, perintah itu gagal di tempat kami."
    )
    assert road.tells(dewi, "/status") == "Belum ada siaran."
    assert "staff_command_failed" in caplog.text
    assert "Sari" not in caplog.text


def test_an_answer_that_is_slowed_down_comes_later_and_holds_all(road: Road, dewi: Person) -> None:
    road.telegram.faults = iter([Refuse(429, retry_after=30)])
    dewi.says("/status")
    road.wait(lambda: road.count("memo", "tries = 1 AND status = 'queued'"))
    dewi.says("/kotak")
    road.wait(lambda: road.count("memo", "status = 'queued'") == 2)
    time.sleep(0.1)
    assert len(dewi.sees) == 1
    road.clock.forward(seconds=31)
    road.look()
    assert [kept.text for kept in dewi.sees[1:]] == [
        "Belum ada siaran.", "Tidak ada pertanyaan yang menunggu.",
    ]  # fmt: skip


# Who is heard.


def test_revoked_staff_are_strangers(road: Road, dewi: Person) -> None:
    with road.service.database.write() as db:
        found = staff.find(db, "dewi")
        assert found
        staff.revoke(db, found.id, at=road.clock())
    assert "Akun ini belum kami kenal." in road.tells(dewi, ASK)
    assert road.says(dewi, "3") == []
    assert (road.statuses(), audited(road)) == ({}, [])


def test_what_was_written_before_somebody_was_revoked_is_not_done(road: Road, dewi: Person) -> None:
    road.tells(dewi, ASK)
    with road.service.database.write() as db:
        found = staff.find(db, "dewi")
        assert found
        staff_messages.add(
            db, road.service.vault, found.id, channel="telegram", provider_id="x",
            value=str(dewi.id), text="3", at=road.clock(),
        )  # fmt: skip
        staff.revoke(db, found.id, at=road.clock())
    road.sweep()
    road.quiet()
    assert (len(dewi.sees), road.statuses()) == (2, {})
    assert road.count("staff_message", "done_at IS NULL") == 0


def test_staff_are_heard_in_private_only(road: Road, dewi: Person) -> None:
    group = road.telegram.group("Petugas", [dewi])
    group.says(dewi, ASK)
    group.says(dewi, "3")
    road.quiet()
    assert (len(dewi.sees), len(group.sees), road.statuses()) == (1, 1, {})


def test_one_of_the_staff_may_be_a_respondent_too(road: Road, dewi: Person) -> None:
    person = road.respondent("Dewi Lestari")
    dewi.starts(road.link(person))
    road.quiet()
    assert CONSENT in dewi.last.text
    assert "Apa kesibukan" in road.says(dewi, "ya")[-1]
    asked = dewi.last
    assert "Akan dikirimi: 3 orang" in road.tells(dewi, ASK)
    assert "Apa nama usaha" in road.taps(dewi, "Wirausaha", asked)[-1]  # a tap is no number
    assert road.tells(dewi, "3").startswith("Siaran 1 dikirim.")
    assert "Sejak kapan" in road.tells(dewi, "Toko 3")
    assert road.answers("Dewi Lestari") == {"status": "wirausaha", "tempat": "Toko 3"}


def test_a_forwarded_button_means_nothing_to_staff(road: Road, dewi: Person) -> None:
    sari = road.person("Tono")
    assert road.taps(dewi, "Bersedia", sari.last) == []
    assert dewi.toasts == ["Tombol ini bukan untuk Kakak."]


def test_logs_hold_no_name_and_no_text(
    database_url: str, artefact: Artefact, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with open_road(database_url, artefact, how=WEBHOOK) as road:
        dewi, sari = road.staff("dewi"), road.person("Sari Wulandari", "6281200000101")
        road.says(sari, "kapan pelatihan lagi kak?", "apakah rahasia ini aman?")
        road.tells(dewi, "/kotak")
        road.tells(dewi, "/balas 1 rahasia sekali")
        road.says(road.telegram.person("Seseorang"), "rahasia orang lain")
        road.telegram.faults = iter([Refuse(400, "Bad Request: rahasia")] * 2)
        road.says(sari, "ya")
    facts = [str(getattr(one, "facts", "")) + one.getMessage() for one in caplog.records
             if one.name in ("lacak", "telegram", "httpx", "httpcore")]  # fmt: skip
    assert facts
    secret = ("rahasia", "Sari", "Wulandari", "62812", "dewi", str(sari.id), road.telegram.token)
    assert [one for one in facts if any(word in one for word in secret)] == []
