"""Supervisors and company contacts: told who gave their contact, and a refusal that sticks."""

from bot.campaigns import naming
from bot.rights.desk import RightsDesk
from bot.roster.rows import Participant
from bot.roster.store import Stored, store_roster
from storage import cohorts, consents, respondents
from storage.respondents import Person
from tests.bot.world import BATCH, ZONE, World
from tests.people import BUDI, SARI, Invented

GIVER = "Sari Wulandari (alumni 2026)"
PHONE = "6281299990001"


def bring(world: World, name: str, given_by: str = GIVER, phone: str = PHONE) -> Stored:
    person = Person(0, name, ZONE, given_by=given_by)
    service = world.service
    with service.database.write() as db:
        return store_roster(
            db, service.vault, [Participant(2, person, (phone,), "", "", BATCH, "")],
            at=service.now(),
        )  # fmt: skip


def invite(world: World, name: str) -> str:
    """Invite a contact by web chat; return the first message."""
    service = world.service
    with service.database.write() as db:
        batch = cohorts.find(db, BATCH.name)
        assert batch is not None
        for one in service.invitations.cohort(db, batch, world.form_pk, now=service.now()):
            if not one.reason:
                world.people[name], world.addresses[name] = one.respondent_id, one.address_id
    return told(world, name)


def told(world: World, name: str) -> str:
    return world.told(contact(name))[-1].prompt.text


def contact(name: str) -> Invented:
    return Invented(name, "", SARI.born, PHONE)


def test_a_contact_is_told_who_gave_it_and_may_refuse_for_good(world: World) -> None:
    name = "Joko Atasan"
    assert bring(world, name).new == 1
    first = invite(world, name)
    assert f"Kontak ini kami terima dari {GIVER}." in first
    assert "balas TIDAK, dan kami tidak menulis lagi" in first
    assert "Kontak ini" not in world.told(SARI)[0].prompt.text
    world.say(contact(name), "tidak")
    with world.service.database.read() as db:
        assert consents.is_stopped(db, world.people[name])
    again = bring(world, "Bpk. Joko", given_by="Budi Santoso")
    assert (again.new, again.erased) == (0, 1)
    assert "menolak dihubungi 21/11/2026; tidak disimpan" in again.changes[0].message
    given = Person(0, "Pak Joko", ZONE, given_by=BUDI.name)
    with world.service.database.write() as db:
        assert naming._person(world.service, db, given, PHONE, world.service.now()) is None
    assert bring(world, "Anak Pak Joko", given_by="").new == 1, "an alumnus who shares the number"


def test_who_gave_a_contact_is_forgotten_with_them(world: World) -> None:
    bring(world, "Joko Atasan", given_by=SARI.name)
    world.say(SARI, "hapus data saya")
    RightsDesk(world.service).erase(1, actor="rina")
    assert "Kontak ini kami terima dari lulusan kami." in invite(world, "Joko Atasan")


def test_who_changes_their_mind_may_be_given_again(world: World) -> None:
    name = "Joko Atasan"
    bring(world, name)
    invite(world, name)
    world.say(contact(name), "tidak", "mulai")
    with world.service.database.read() as db:
        person = world.people[name]
        assert not consents.is_stopped(db, person)
        assert respondents.get(db, person).given_by == GIVER
    assert bring(world, "Bpk. Joko", given_by="Budi Santoso").erased == 0
