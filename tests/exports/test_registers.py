"""People and deliveries as tables: everybody is in them, numbers whole, NIK only when asked."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.blasts import Blasts
from bot.service import Service
from exports import deliveries, people
from exports.table import Table
from flows.xlsform import Artefact
from storage import cohorts, consents, registers, respondents
from storage.cohorts import Batch
from storage.respondents import Person
from storage.tables import Owed
from storage.tables.columns import table
from tests.bot.world import BATCH, World, make_more, make_world
from tests.conftest import NOW
from tests.people import BUDI, SARI

ZONE = ZoneInfo("Asia/Makassar")


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


def listed(table: Table) -> list[dict[str, object]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def everybody(world: World, *, nik: bool = False, is_long: bool = False) -> list[dict[str, object]]:
    service = world.service
    with service.database.read() as db:
        found = registers.people(db, service.vault, nik=nik)
        return listed(people.people(found, zone=ZONE, nik=nik, is_long=is_long))


def test_everybody_is_in_the_register_with_what_is_known(world: World) -> None:
    service = world.service
    person = world.people[SARI.name]
    with service.database.write() as db:
        respondents.add_address(db, person, "whatsapp", SARI.phone, at=NOW)
        respondents.add_student_numbers(db, [(person, "", "A1"), (person, "Kampus", "A2")])
        other = cohorts.ensure(db, Batch(0, "Servis 2026", "pelatihan", "Otomotif", "Servis"))
        cohorts.join(db, other, person, "Tidak Lulus")
        consents.stop(db, person, reason="stop", at=NOW, channel="web", message_id="1")
    sari, budi = everybody(world)
    assert sari == {
        "id": person, "nama": SARI.name, "nim": "A1; A2", "tanggal_lahir": "2001-05-05",
        "jenis_kelamin": "", "email": "", "zona": "Asia/Makassar", "whatsapp": SARI.phone,
        "telegram": "tidak", "angkatan": f"{BATCH.name}; Servis 2026",
        "kejuruan": "Garmen Apparel; Otomotif", "pelatihan": "Menjahit Pakaian Dasar; Servis",
        "hasil": "Lulus; Tidak Lulus", "berhenti": "2026-11-21 10.00",
    }  # fmt: skip
    assert (budi["nama"], budi["berhenti"], budi["whatsapp"]) == (BUDI.name, None, None)


def test_in_long_form_each_cohort_has_a_row(world: World) -> None:
    with world.service.database.write() as db:
        other = cohorts.ensure(db, Batch(0, "Servis 2026", "pelatihan", "Otomotif", "Servis"))
        cohorts.join(db, other, world.people[SARI.name], "Lulus")
    rows = everybody(world, is_long=True)
    assert [(row["nama"], row["kejuruan"]) for row in rows] == [
        (SARI.name, "Garmen Apparel"), (SARI.name, "Otomotif"), (BUDI.name, "Garmen Apparel"),
    ]  # fmt: skip


def test_law_10_nik_is_there_only_when_it_was_asked_for(world: World) -> None:
    assert SARI.nik not in str(everybody(world))
    assert [row["nik"] for row in everybody(world, nik=True)] == [SARI.nik, BUDI.nik]


def test_people_are_read_in_parts_and_none_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "CHUNK", 3)
    make_more(world, 8)
    ids = [row["id"] for row in everybody(world)]
    assert ids == sorted(world.people.values())


def test_law_4_every_delivery_and_everybody_without_one_is_in_the_ledger(world: World) -> None:
    service = world.service
    other = Batch(0, "Servis 2026", "pelatihan", "Otomotif", "Servis")
    with service.database.write() as db:
        cohort_id = cohorts.ensure(db, other)
        for name in ("Ani", "Beni"):
            key = respondents.add(db, service.vault, Person(0, name, "Asia/Makassar"), at=NOW)
            cohorts.join(db, cohort_id, key, "Lulus")
            if name == "Ani":
                respondents.add_address(db, key, "whatsapp", SARI.phone, at=NOW)
    blasts = Blasts(service)
    blasts.send(blasts.plan("kebekerjaan", other.name, channel="whatsapp"), actor="rina")
    outbox = table(Owed)
    sent = NOW + timedelta(minutes=1)
    with service.database.write() as db:
        mine = outbox.c.blast_id.is_not(None)
        db.execute(update(outbox).where(mine).values(status="delivered", sent_at=sent))
    rows = ledger(service)
    (to_ani,) = (row for row in rows if row["siaran"] == 1)
    expected = {
        "gelombang": 1, "jenis": "undangan", "kuesioner": "kebekerjaan", "angkatan": other.name,
        "saluran": "whatsapp", "nama": "Ani", "alamat": SARI.phone, "keadaan": "sampai",
        "alasan": "", "dibuat": "2026-11-21 10.00", "terkirim": "2026-11-21 10.01",
    }  # fmt: skip
    assert {key: to_ani[key] for key in expected} == expected
    (never,) = (row for row in rows if row["keadaan"] == "tidak dikirimi")
    assert (never["nama"], never["gelombang"], never["id"]) == ("Beni", 1, None)
    assert never["alasan"]
    replies = [row for row in rows if row["jenis"] == "balasan"]
    assert {row["angkatan"] for row in replies} == {BATCH.name}


def ledger(service: Service, *, codes: bool = False) -> list[dict[str, object]]:
    with service.database.read() as db:
        return listed(deliveries.deliveries(registers.deliveries(db), zone=ZONE, codes=codes))


def test_statuses_are_codes_when_asked_for(world: World) -> None:
    words = {str(row["keadaan"]) for row in ledger(world.service)}
    codes = {str(row["keadaan"]) for row in ledger(world.service, codes=True)}
    assert (words, codes) == ({"menunggu"}, {"queued"})


@pytest.mark.parametrize(
    ("header", "codebook"),
    [
        (people.HEADER, people.codebook(nik=True)), (deliveries.HEADER, deliveries.codebook()),
    ],
    ids=["people", "deliveries"],
)  # fmt: skip
def test_every_column_is_explained(header: Sequence[str], codebook: Table) -> None:
    rows: Iterable[Sequence[object]] = codebook.rows
    assert [row[0] for row in rows] == list(header)
