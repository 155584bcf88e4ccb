"""Migration 0002 on a database that people were stored in before it."""

from pathlib import Path

from sqlalchemy import text

from storage import cohorts, respondents
from storage.database import HEAD, Database
from storage.respondents import Use, name_key
from tests.bot.roster.files import TODAY


def test_people_stored_before_are_found_after(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    database.migrate("0001")
    name = "SITI MA'RUF, S.Pd."
    with database.write() as db:
        db.execute(
            text(
                "INSERT INTO respondent (name, birth_date, gender, email, zone, created_at) "
                "VALUES (:name, '2001-05-05', '', '', 'Asia/Makassar', '2026-01-01')"
            ),
            {"name": name},
        )
        for value in ("6281200000101", "6285700000103"):
            db.execute(
                text(
                    "INSERT INTO address (respondent_id, channel, value, created_at) "
                    "VALUES (1, 'whatsapp', :value, '2026-01-01')"
                ),
                {"value": value},
            )
    database.migrate()
    assert database.revision() == HEAD
    with database.read() as db:
        assert db.execute(text("SELECT name_key FROM respondent")).scalar() == name_key(name)
        born = TODAY.replace(2001, 5, 5)
        assert respondents.find_by_birth(db, "Siti Maruf", born) == 1
        uses = {one.value: one.use for one in respondents.all_addresses(db, 1)}
        assert uses == {"6281200000101": Use.SPARE, "6285700000103": Use.MAIN}
        assert cohorts.listed(db) == []
    database.close()
