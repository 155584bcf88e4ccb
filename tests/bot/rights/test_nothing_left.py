"""After an erasure: no byte of the person in the file, and no table that was forgotten."""

from pathlib import Path

from sqlmodel import SQLModel

from bot.rights.desk import RightsDesk
from storage import enquiries, memos, respondents
from storage.enquiries import Asker
from tests.bot.test_privacy import every_byte
from tests.bot.world import World
from tests.people import SARI

HANDLED = frozenset(
    {
        "student_number", "address", "interview", "inbox", "enquiry", "join_link", "media",
        "privacy_request", "placement",
    }
)  # fmt: skip
"""Emptied or deleted by `storage.erasing`."""

STAYS = frozenset({"membership", "audience", "consent", "stop", "merged", "tombstone", "naming"})
"""Kept: a key, a cohort, a proof; nothing that says who it was (ADR 0031)."""


def test_no_table_that_points_at_people_was_forgotten() -> None:
    pointing = {
        one.name
        for one in SQLModel.metadata.sorted_tables
        for column in one.columns
        for key in column.foreign_keys
        if key.column.table.name == "respondent"
    }
    assert pointing == HANDLED | STAYS, "decide in storage.erasing what becomes of the new one"


def test_no_byte_of_an_erased_person_is_left_in_the_file(
    sqlite_world: World, tmp_path: Path
) -> None:
    world, service = sqlite_world, sqlite_world.service
    with service.database.write() as db:
        key = world.people[SARI.name]
        respondents.add_address(db, key, "whatsapp", SARI.phone, at=service.now())
        respondents.add_student_numbers(db, [(key, "", "A20180123")])
        respondents.change(db, service.vault, key, {"email": "sari.w@contoh.invalid"})
        asker = Asker("whatsapp", SARI.phone, key)
        enquiries.add(db, service.vault, asker, "halo", reason="question", at=service.now())
    secrets = (SARI.name, "sari wulandari", SARI.phone, "A20180123", "sari.w@contoh.invalid")
    world.say(SARI, "ya", "kerja", "PT Rahasia", "hapus data saya")
    RightsDesk(service).erase(1, actor="rina")
    with service.database.engine.connect() as db:
        db.exec_driver_sql("ROLLBACK")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    held = every_byte(tmp_path)
    assert [word for word in secrets if word.encode() in held] == []
    with service.database.read() as db:
        assert memos.counts(db) == {}
