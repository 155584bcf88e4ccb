"""Merging people who are already in the middle of things."""

from datetime import date

import pytest
from sqlalchemy import insert, select, text

from storage import cohorts, consents, inbox, interviews, merging, respondents
from storage.respondents import Person
from storage.tables import Audience, Wave
from storage.tables.columns import table
from tests.bot.world import BATCH, ZONE, World
from tests.people import SARI, Invented

TWIN = Invented("Sari W", "", date(2001, 5, 5), "")


@pytest.fixture
def twins(world: World) -> tuple[World, int, int]:
    """Sari, and Sari once more without her NIK, invited for another batch and half-way."""
    service, now = world.service, world.service.now()
    other = cohorts.Batch(0, "Membatik 2026", "pelatihan", "Kriya", "Membatik")
    with service.database.write() as db:
        twin = respondents.add(db, service.vault, Person(0, TWIN.name, ZONE, TWIN.born), at=now)
        for batch in (BATCH, other):
            cohorts.join(db, cohorts.ensure(db, batch), twin, "Lulus")
        batch_row = cohorts.find(db, other.name)
        assert batch_row is not None
        invited = service.invitations.person(db, twin, batch_row, world.form_pk, now=now)
        for key in (twin, world.people[SARI.name]):
            respondents.add_address(db, key, "whatsapp", "6281200000101", at=now)
    world.people[TWIN.name], world.addresses[TWIN.name] = twin, invited.address_id
    world.say(TWIN, "ya", "kerja")
    return world, twin, world.people[SARI.name]


def test_interviews_messages_and_consents_move(twins: tuple[World, int, int]) -> None:
    world, twin, sari = twins
    service = world.service
    before = world.standing(TWIN)
    with service.database.write() as db:
        done = merging.merge(db, service.vault, twin, sari, at=service.now())
        found = interviews.get(db, service.vault, before.id)
        assert found.state == before.state
        assert found.respondent_id == sari
        assert len(interviews.all_of(db, service.vault, sari)) == 2
        assert (done.stayed, merging.counts(db, twin)) == ({}, {})
        assert consents.has_agreed(db, sari, "kebekerjaan", service.words.consent_version)
        assert len([a for a in respondents.all_addresses(db, sari) if a.channel == "whatsapp"]) == 1
        names = [batch.name for batch, _outcome in cohorts.of_person(db, sari)]
    assert sorted(names) == ["Membatik 2026", BATCH.name]
    assert world.receive(_said_at(world, sari))
    with service.database.read() as db:
        assert inbox.count_waiting(db) == 0
        orphans = db.execute(
            text("SELECT count(*) FROM inbox WHERE respondent_id = :twin"), {"twin": twin}
        )
        assert orphans.scalar() == 0


def _said_at(world: World, sari: int) -> inbox.Arrival:
    """What the twin types after the merge arrives as Sari's."""
    world.people[TWIN.name] = sari
    return world.arrival(TWIN, "Toko Contoh")


def test_law_6_a_stop_of_either_holds_for_both(twins: tuple[World, int, int]) -> None:
    world, twin, sari = twins
    service = world.service
    with service.database.write() as db:
        consents.stop(db, twin, reason="stopped", at=service.now(), channel="web", message_id="m1")
        merging.merge(db, service.vault, twin, sari, at=service.now())
        assert consents.is_stopped(db, sari)


def test_law_4_a_wave_with_both_keeps_a_row_for_each(twins: tuple[World, int, int]) -> None:
    world, twin, sari = twins
    service, now = world.service, world.service.now()
    with service.database.write() as db:
        batch = cohorts.find(db, BATCH.name)
        assert batch is not None
        wave, audience = table(Wave), table(Audience)
        row = {"form_id": "kebekerjaan", "form_pk": world.form_pk, "cohort_id": batch.id,
               "period": "2026-C3", "opened_at": now}  # fmt: skip
        key = db.execute(insert(wave).values(**row).returning(wave.c.id)).scalar_one()
        for one in (twin, sari):
            db.execute(insert(audience).values(wave_id=key, respondent_id=one, reason="uji"))
        done = merging.merge(db, service.vault, twin, sari, at=now)
        assert done.stayed == {"audience": 1}
        rows = db.execute(select(audience.c.respondent_id).where(audience.c.wave_id == key))
        assert sorted(rows.scalars()) == sorted((twin, sari))
