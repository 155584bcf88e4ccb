"""Turns on both databases: laws 1, 2, 5 and 6 of the design."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text

import bot.turn
from bot.turn import TurnFailed
from flows import library
from flows.state import Status
from flows.step import step
from flows.xlsform import publish
from storage import cohorts, consents, forms, inbox, interviews
from tests.bot.world import BATCH, World
from tests.conftest import FixedClock
from tests.people import BUDI, SARI

BEKERJA = ("ya", "kerja", "CV Maju Contoh", "agustus 2026", "operator", "2", "Kendari", "sesuai",
           "2,5 jt", "lewati", "lewati")  # fmt: skip


def count(world: World, table: str, where: str = "1=1") -> int:
    with world.service.database.read() as db:
        statement = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608 -- our own words
        found: int = db.exec_driver_sql(statement).scalar_one()
        return found


def test_a_whole_interview_is_kept(world: World) -> None:
    world.say(SARI, *BEKERJA)

    state = world.standing(SARI).state
    assert state.status is Status.FINISHED
    assert state.answers["penempatan/tempat"] == "CV Maju Contoh"
    assert state.answers["penempatan/penghasilan"] == 2_500_000
    assert world.told(SARI)[-1].prompt.text.startswith("Selesai!")


def test_law_1_the_same_event_delivered_three_times_is_one_event(world: World) -> None:
    world.say(SARI, "ya")
    again = world.arrival(SARI, "kerja", "same")

    assert [world.receive(again) for _ in range(3)] == [True, False, False]

    assert count(world, "inbox", "provider_id LIKE '%%:same'") == 1
    assert len(world.told(SARI)) == 3
    assert world.standing(SARI).state.answers == {"status": "bekerja"}


def test_law_1_the_same_event_delivered_concurrently_is_one_event(world: World) -> None:
    world.say(SARI, "ya")
    again = world.arrival(SARI, "kerja", "same")
    world.service.vault.hash("warm")
    stored: list[bool] = []
    gate = threading.Barrier(6)

    def deliver() -> None:
        gate.wait()
        future = world.service.writer.submit(lambda db: inbox.add(db, world.service.vault, again))
        stored.append(future.result(timeout=60) is not None)
        world.service.take_turns(again.respondent_id).result(timeout=60)

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(stored) == [False] * 5 + [True]
    assert len(world.told(SARI)) == 3
    assert world.standing(SARI).state.answers == {"status": "bekerja"}


def test_law_1_the_same_event_from_many_connections_is_one_event(world: World) -> None:
    """Without the one writer, as several processes would do it."""
    world.say(SARI, "ya")
    again = world.arrival(SARI, "kerja", "same")
    gate = threading.Barrier(5)
    errors: list[Exception] = []

    def deliver() -> None:
        gate.wait()
        try:
            world.receive(again)
            world.take(again.respondent_id)
        except Exception as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    threads = [threading.Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert count(world, "inbox", "provider_id LIKE '%%:same'") == 1
    assert len(world.told(SARI)) == 3


def test_law_2_a_turn_that_breaks_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(SARI, "ya")
    before = world.standing(SARI)

    def broken(*_: object, **__: object) -> int:
        raise RuntimeError("disk")

    monkeypatch.setattr("storage.outbox.owe", broken)
    with pytest.raises(TurnFailed):
        world.receive(world.arrival(SARI, "kerja", "once"))
    assert world.standing(SARI) == before
    assert count(world, "inbox", "done_at IS NULL") == 1

    monkeypatch.undo()
    world.take(world.people[SARI.name])
    assert world.standing(SARI).state.answers == {"status": "bekerja"}
    assert len(world.told(SARI)) == 3


def test_an_event_no_turn_can_take_is_set_aside_and_the_next_is_heard(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(SARI, "ya")
    real = step

    def fragile(form: object, state: object, event: object) -> object:
        if getattr(event, "text", "") == "racun":
            raise RuntimeError("a fault of ours")
        return real(form, state, event)  # type: ignore[arg-type]

    monkeypatch.setattr(bot.turn, "step", fragile)
    with world.service.database.write() as db:
        for message in ("racun", "kerja"):
            inbox.add(db, world.service.vault, world.arrival(SARI, message))
    world.service.take_turns(world.people[SARI.name]).result(timeout=60)

    assert count(world, "inbox", "outcome = 'failed'") == 1
    assert world.standing(SARI).state.answers == {"status": "bekerja"}


def test_law_5_a_version_published_mid_interview_changes_nothing_for_it(world: World) -> None:
    world.say(SARI, "ya", "kerja")
    source = library.source("kebekerjaan").decode()
    newer = source.replace("2026112401", "2026112402").replace(
        "Sebagai apa Kakak", "Apa jabatan Kakak"
    )
    with world.service.database.write() as db:
        newest = forms.publish(db, publish(newer.encode()), at=world.service.now())
    world.say(SARI, *BEKERJA[2:4])

    assert newest != world.form_pk
    assert world.standing(SARI).form_pk == world.form_pk
    assert world.told(SARI)[-1].prompt.text.endswith("Sebagai apa Kakak di sana?")


def test_law_5_a_published_version_never_changes(world: World) -> None:
    changed = library.source("kebekerjaan").decode().replace("Sebagai apa", "Jadi apa")
    with pytest.raises(forms.VersionTaken), world.service.database.write() as db:
        forms.publish(db, publish(changed.encode()), at=world.service.now())


def test_law_6_after_a_stop_nothing_is_owed_until_mulai(world: World) -> None:
    world.say(SARI, "ya", "BERHENTI")
    owed = len(world.told(SARI))
    world.say(SARI, "halo", "kerja", "1", "ya", "terima kasih")
    world.tap(SARI, 2, 2, 0)

    assert len(world.told(SARI)) == owed
    assert count(world, "stop", "lifted_at IS NULL") == 1
    assert world.standing(SARI).state.answers == {}

    world.say(SARI, "MULAI", "kerja")
    assert count(world, "stop", "lifted_at IS NULL") == 0
    assert world.standing(SARI).state.answers == {"status": "bekerja"}


def test_law_6_who_stopped_is_not_invited_again(world: World) -> None:
    world.say(SARI, "STOP")
    service = world.service
    other = replace(BATCH, name="Menjahit 2026 angkatan 2")
    with service.database.write() as db:
        batch_id = cohorts.ensure(db, other)
        cohorts.join(db, batch_id, world.people[SARI.name], "Lulus")
        batch = cohorts.find(db, other.name)
        assert batch is not None
        invited = service.invitations.cohort(db, batch, world.form_pk, now=service.now())
    assert [one.reason for one in invited] == ["berhenti menerima pesan"]


def test_law_6_a_stop_after_the_interview_holds_too(world: World) -> None:
    world.say(SARI, *BEKERJA, "stop kak")
    owed = len(world.told(SARI))
    world.say(SARI, "halo")

    assert len(world.told(SARI)) == owed
    with world.service.database.read() as db:
        assert consents.is_stopped(db, world.people[SARI.name])


def test_an_older_interview_does_not_speak_after_a_stop(world: World) -> None:
    world.say(SARI, "ya")
    with world.service.database.write() as db:
        consents.stop(
            db, world.people[SARI.name], reason="stopped", at=world.service.now(),
            channel="whatsapp", message_id="SM1",
        )  # fmt: skip
    owed = len(world.told(SARI))
    world.say(SARI, "kerja")
    assert len(world.told(SARI)) == owed
    assert world.standing(SARI).state.answers == {}


def test_consent_is_stored_with_its_proof(world: World) -> None:
    world.receive(world.arrival(SARI, "ya", "agrees"))
    world.receive(world.arrival(BUDI, "tidak", "refuses"))

    with world.service.database.read() as db:
        rows: Sequence[tuple[object, ...]] = [
            tuple(row)
            for row in db.execute(
                text(
                    "SELECT respondent_id, form_id, agreed, text_version, channel, message_id,"
                    " length(text_sha256), at IS NOT NULL FROM consent ORDER BY id"
                )
            )
        ]
    version = world.service.words.consent_version
    sari, budi = world.people[SARI.name], world.people[BUDI.name]
    ids = [f"{world.addresses[one.name]}:{m}" for one, m in ((SARI, "agrees"), (BUDI, "refuses"))]
    assert rows == [
        (sari, "kebekerjaan", True, version, "web", ids[0], 64, True),
        (budi, "kebekerjaan", False, version, "web", ids[1], 64, True),
    ]


def test_who_agreed_before_is_not_asked_again(world: World) -> None:
    world.say(SARI, *BEKERJA)
    service = world.service
    second = type(BATCH)(0, "Menjahit lanjutan", "pelatihan", "Garmen", "Menjahit Lanjutan")
    with service.database.write() as db:
        cohorts.join(db, cohorts.ensure(db, second), world.people[SARI.name], "Lulus")
        batch = cohorts.find(db, second.name)
        assert batch is not None
        service.invitations.cohort(db, batch, world.form_pk, now=service.now())
    assert world.standing(SARI).state.status is Status.ASKING
    assert world.told(SARI)[-1].prompt.text.startswith("Halo lagi, Kak Sari!")


def test_inviting_twice_owes_one_message(world: World) -> None:
    with world.service.database.write() as db:
        batch = cohorts.find(db, BATCH.name)
        assert batch is not None
        again = world.service.invitations.cohort(db, batch, world.form_pk, now=world.service.now())
    assert {one.reason for one in again} == {"sudah diundang"}
    assert len(world.told(SARI)) == 1


def test_two_people_never_hear_each_other(world: World) -> None:
    world.say(SARI, "ya")
    world.say(BUDI, "ya", "wirausaha")
    world.say(SARI, "kerja")
    assert world.standing(SARI).state.answers == {"status": "bekerja"}
    assert world.standing(BUDI).state.answers == {"status": "wirausaha"}


def test_raw_payloads_go_after_seven_days_and_events_stay(world: World, clock: FixedClock) -> None:
    world.say(SARI, "ya", "kerja")
    service = world.service
    for days, gone in ((0, {}), (8, {"raw": 2})):
        clock.forward(days=days)
        assert service.keeping.run(service.in_transaction, now=clock(), actor="lacak") == gone

    assert count(world, "inbox", "payload IS NOT NULL") == 0
    with world.service.database.read() as db:
        standing = interviews.all_of(db, world.service.vault, world.people[SARI.name])[0]
        assert len(list(inbox.history(db, world.service.vault, standing.id))) == 3
