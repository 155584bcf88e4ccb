"""Law 11: who was erased, or whose number is another's, does not come back by a file."""

from dataclasses import replace

import pytest

from bot.rights.desk import CannotHonour, RightsDesk
from bot.roster.rows import Participant
from bot.roster.store import Stored, store_roster
from storage import addresses, privacy, respondents
from storage.privacy import Kind
from storage.respondents import Person
from tests.bot.world import BATCH, ZONE, World
from tests.people import BUDI, SARI

NIK_OF_ANOTHER = "7471994505010099"


def row(**changes: object) -> Participant:
    """Return Sari as a file has her."""
    person = Person(0, SARI.name, ZONE, SARI.born, nik=SARI.nik)
    one = Participant(2, person, (SARI.phone,), "", "", BATCH, "Lulus")
    return replace(one, **changes)  # type: ignore[arg-type]


def bring(world: World, *rows: Participant) -> Stored:
    service = world.service
    with service.database.write() as db:
        return store_roster(db, service.vault, rows, at=service.now())


def erase(world: World) -> None:
    service = world.service
    bring(world, row(institution="", nim="A123"))
    with service.database.write() as db:
        wish, _ = privacy.open_one(
            db, service.vault, world.people[SARI.name], Kind.ERASE, text="", at=service.now()
        )
    RightsDesk(service).erase(wish.id, actor="rina")


def test_a_file_does_not_bring_an_erased_person_back_unseen(world: World) -> None:
    erase(world)
    person = row().person
    same = [
        row(),
        row(person=replace(person, nik=""), nim="A123", institution=""),
        row(person=replace(person, nik="")),
        row(person=replace(person, nik="", birth_date=None)),
    ]
    for one in same:
        found = bring(world, one)
        assert (found.new, found.erased) == (0, 1)
        assert "minta datanya dihapus 21/11/2026; tidak disimpan" in found.changes[0].message
    other = row(person=replace(person, nik=NIK_OF_ANOTHER))
    assert (bring(world, other).new, bring(world, other).erased) == (1, 0)


def test_who_asks_to_come_back_may_be_imported_anew(world: World) -> None:
    erase(world)
    sari = world.people[SARI.name]
    RightsDesk(world.service).readmit(sari, actor="rina")
    assert bring(world, row()).new == 1
    with world.service.database.read() as db:
        assert respondents.find_by_nik(db, world.service.vault, SARI.nik) not in (None, sari)
    with pytest.raises(CannotHonour, match="tidak ada orang terhapus"):
        RightsDesk(world.service).readmit(world.people[BUDI.name], actor="rina")


def test_a_number_its_owner_denied_is_not_used_again_by_a_file(world: World) -> None:
    bring(world, row())
    with world.service.database.write() as db:
        mine = respondents.addresses(db, world.people[SARI.name])["whatsapp"]
        addresses.deny(db, mine.id)
    found = bring(world, row())
    assert "pemilik nomor ini bilang bukan orangnya" in found.changes[0].message
    with world.service.database.read() as db:
        assert "whatsapp" not in respondents.addresses(db, world.people[SARI.name])
    bring(world, row(phones=("6281299999999",)))
    with world.service.database.read() as db:
        used = respondents.addresses(db, world.people[SARI.name])
    assert used["whatsapp"].value == "6281299999999"
