"""An office that is carried goes on: interviews half-way, sealed answers, numbers, promises."""

import os
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, text

from bot.carry import backup, databases
from bot.carry.archive import opened
from bot.carry.manifest import BadBackup
from bot.carry.restore import restore
from bot.office import Office
from bot.service import Service, utc_now
from flows.state import Status
from flows.xlsform import Artefact
from storage import audit, interviews, respondents, restored
from storage.carrying import shapes as shaping
from storage.carrying.rows import NotEmpty, NotTheSame, OtherMigration
from storage.database import HEAD, Database, upgrade
from storage.secrets import Vault
from tests.bot.test_send_kill import check_nobody_twice, make_office, recover
from tests.bot.world import World, make_more
from tests.conftest import KEY, NOW
from tests.fakes.twilio import FakeTwilio
from tests.people import BUDI, SARI
from tests.storage.filling import contents, fill

OFFICE = Office("BPVP Kendari", "0401-312345", 5, "Asia/Makassar")
KINDS = ("sqlite", "postgres")
New = Callable[[str], Database]
"""Makes a new, empty database of a kind."""


@pytest.fixture
def new(fresh: Callable[[str], str]) -> Iterator[New]:
    made: list[Database] = []

    def make(kind: str) -> Database:
        made.append(Database(fresh(kind)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def told(_rows: int) -> None:
    """Watch nobody's progress."""


def make_backup(path: Path, database: Database, vault: Vault) -> Path:
    backup.write(path, database, vault, OFFICE, at=NOW, told=told)
    return path


def put_back(path: Path, target: Database, vault: Vault) -> Database:
    with opened(path, vault) as archive:
        restore(archive, target, actor="rina", at=NOW, told=told)
    return target


def tables(database: Database) -> list[str]:
    with database.read() as db:
        metadata = MetaData()
        metadata.reflect(db)
    return sorted(metadata.tables)


def moved(world: World, to: Database, make_service: Callable[[str], Service]) -> World:
    """Return the same people on another database."""
    to.close()
    return replace(world, service=make_service(to.url.render_as_string(hide_password=False)))


def finish(world: World) -> None:
    """Let Sari, who said where she works, answer the rest, and Budi begin."""
    assert world.standing(SARI).state.answers == {"status": "bekerja"}
    before = len(world.told(SARI))
    world.say(SARI, "PT Contoh", "operator", "agustus 2026")
    assert dict(world.standing(SARI).state.answers)["status"] == "bekerja"
    assert len(world.standing(SARI).state.answers) > 1
    assert len(world.told(SARI)) == before + 3
    world.say(BUDI, "ya")
    assert world.standing(BUDI).state.status is Status.ASKING
    with world.service.database.read() as db:
        vault = world.service.vault
        assert respondents.find_by_nik(db, vault, SARI.nik) == world.people[SARI.name]
        assert respondents.nik(db, vault, world.people[SARI.name]) == SARI.nik


@pytest.mark.parametrize("kind", KINDS)
def test_interviews_half_way_go_on_in_a_copy(
    world: World, new: New, kind: str, make_service: Callable[[str], Service]
) -> None:
    world.say(SARI, "ya", "kerja")
    target = new(kind)
    rows = databases.carry(world.service.database, target, told)
    assert rows == databases.size(target)
    assert target.revision() == HEAD
    finish(moved(world, target, make_service))


@pytest.mark.parametrize("kind", KINDS)
def test_interviews_half_way_go_on_after_a_restore(
    world: World, new: New, kind: str, make_service: Callable[[str], Service], tmp_path: Path
) -> None:
    world.say(SARI, "ya", "kerja")
    path = make_backup(tmp_path / "a.zip", world.service.database, world.service.vault)
    target = put_back(path, new(kind), world.service.vault)
    finish(moved(world, target, make_service))


def test_law_10_what_is_sealed_in_the_database_is_sealed_in_a_backup(
    sqlite_world: World, tmp_path: Path
) -> None:
    sqlite_world.say(SARI, "ya", "kerja", "PT Rahasia Sari")
    service = sqlite_world.service
    with zipfile.ZipFile(make_backup(tmp_path / "a.zip", service.database, service.vault)) as file:
        said = b"".join(file.read(name) for name in file.namelist())
    assert SARI.name.encode() in said
    for secret in (SARI.nik, "PT Rahasia", KEY):
        assert secret.encode() not in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_every_table_is_in_a_backup(
    database: Database, new: New, kind: str, vault: Vault, tmp_path: Path
) -> None:
    with database.write() as db:
        fill(db)
        before = dict(contents(db))
    target = put_back(make_backup(tmp_path / "a.zip", database, vault), new(kind), vault)
    with target.read() as db:
        after = dict(contents(db))
    assert [row[2:4] for row in after.pop("audit")][-1] == ("rina", "restore")
    assert before.pop("audit")
    assert after == before
    assert target.revision() == HEAD


def test_a_copy_that_goes_round_by_both_kinds_is_the_same(sqlite_url: str, new: New) -> None:
    chain = [Database(sqlite_url), new("postgres"), new("sqlite"), new("postgres")]
    found = []
    with chain[0].write() as db:
        fill(db)
    for source, target in pairwise(chain):
        databases.carry(source, target, told)
    for database in chain:
        with database.read() as db:
            found.append(contents(db))
    chain[0].close()
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_that_holds_something_is_left_as_it_was(
    world: World, new: New, kind: str, tmp_path: Path
) -> None:
    target = new(kind)
    target.migrate()
    with target.write() as db:
        audit.note(db, actor="rina", action="mine", detail="", at=NOW)
        before = contents(db)
    path = make_backup(tmp_path / "a.zip", world.service.database, world.service.vault)
    with pytest.raises(NotEmpty, match="audit"):
        databases.carry(world.service.database, target, told)
    with pytest.raises(NotEmpty, match="audit"):
        put_back(path, target, world.service.vault)
    with target.read() as db:
        assert contents(db) == before


def test_a_target_that_alters_a_row_is_found_out_and_left_empty(
    sqlite_world: World, new: New
) -> None:
    target = new("sqlite")
    target.migrate()
    with target.write() as db:
        db.execute(
            text(
                "CREATE TRIGGER shout AFTER INSERT ON respondent BEGIN "
                "UPDATE respondent SET name = upper(name) WHERE id = new.id; END"
            )
        )
    with pytest.raises(NotTheSame, match="respondent"):
        databases.carry(sqlite_world.service.database, target, told)
    assert databases.size(target) == 0


def as_of(monkeypatch: pytest.MonkeyPatch, database: Database, revision: str) -> None:
    """Let backups be written as the Lacak of an older migration did."""
    metadata = MetaData()
    with database.read() as db:
        metadata.reflect(db)
    metadata.remove(metadata.tables["alembic_version"])
    monkeypatch.setattr(backup, "shapes", lambda: shaping.shapes(metadata))
    monkeypatch.setattr(backup, "HEAD", revision)


@pytest.fixture
def older(tmp_path: Path, new: New, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup by a Lacak whose newest migration was 0001, of two people with three numbers."""
    database = new("sqlite")
    database.migrate("0001")
    with database.write() as db:
        for name in ("SITI MA'RUF, S.Pd.", "Budi"):
            db.execute(
                text(
                    "INSERT INTO respondent (name, birth_date, gender, email, zone, created_at) "
                    "VALUES (:name, '2001-05-05', '', '', 'Asia/Makassar', '2026-01-01')"
                ),
                {"name": name},
            )
        for number in (1, 2):
            db.execute(
                text(
                    "INSERT INTO address (respondent_id, channel, value, created_at) "
                    "VALUES (1, 'whatsapp', :number, '2026-01-01')"
                ),
                {"number": str(number)},
            )
    as_of(monkeypatch, database, "0001")
    path = make_backup(tmp_path / "older.zip", database, vault)
    monkeypatch.undo()
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stands_at", ["", "0001"])
def test_an_older_backup_is_migrated_after_its_rows_are_in(
    older: Path, new: New, kind: str, stands_at: str, vault: Vault
) -> None:
    target = new(kind)
    if stands_at:
        target.migrate(stands_at)
    put_back(older, target, vault)
    assert target.revision() == HEAD
    with target.read() as db:
        keys = db.execute(text("SELECT name_key FROM respondent ORDER BY id")).scalars().all()
        uses = db.execute(text('SELECT "use" FROM address ORDER BY id')).scalars().all()
    assert keys == ["siti maruf", "budi"]
    assert uses == ["spare", "main"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_older_backup_needs_tables_that_are_no_newer(
    older: Path, new: New, kind: str, vault: Vault
) -> None:
    target = new(kind)
    target.migrate()
    with pytest.raises(OtherMigration, match=HEAD):
        put_back(older, target, vault)
    assert databases.size(target) == 0


def test_a_migration_that_fails_after_the_rows_leaves_nothing(
    older: Path, new: New, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(db: Connection, revision: str = HEAD) -> None:
        if revision == HEAD:
            raise RuntimeError("a migration with a fault")
        upgrade(db, revision)

    monkeypatch.setattr("bot.carry.restore.upgrade", fails)
    for kind in KINDS:
        target = new(kind)
        with pytest.raises(RuntimeError):
            put_back(older, target, vault)
        assert tables(target) == []


def test_a_backup_of_a_later_lacak_says_to_update(
    database: Database, new: New, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "HEAD", "9999")
    path = make_backup(tmp_path / "a.zip", database, vault)
    target = new("sqlite")
    with pytest.raises(BadBackup, match=r"lebih baru.*perbarui Lacak"):
        put_back(path, target, vault)
    assert tables(target) == []


def test_a_backup_while_others_write_is_of_one_moment(
    world: World, new: New, tmp_path: Path
) -> None:
    people = make_more(world, 40)
    world.say(people[0], "ya")
    is_begun, errors = threading.Event(), list[Exception]()

    def talk() -> None:
        try:
            for who in people:
                world.say(who, "ya", "kerja", "PT Contoh")
                is_begun.set()
        except Exception as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    thread = threading.Thread(target=talk)
    thread.start()
    is_begun.wait(60)
    paths: list[Path] = []
    while thread.is_alive():
        path = tmp_path / f"{len(paths)}.zip"
        paths.append(make_backup(path, world.service.database, world.service.vault))
    thread.join()
    assert errors == []

    caught_half_way = 0
    for path in (paths[0], paths[len(paths) // 2]):
        target = put_back(path, new("sqlite"), world.service.vault)
        with target.read() as db:
            assert db.execute(text("PRAGMA foreign_key_check")).all() == []
            unanswered = (
                "SELECT count(*) FROM inbox LEFT JOIN outbox ON cause = seq "
                "WHERE outcome = 'applied' AND outbox.id IS NULL"
            )
            assert db.execute(text(unanswered)).scalar() == 0  # law 2: one commit per turn
            talks = db.execute(text("SELECT sum(revision) FROM interview")).scalar_one()
            events = db.execute(text("SELECT count(*) FROM inbox WHERE outcome = 'applied'"))
            assert talks == events.scalar_one()
            caught_half_way += talks < 42 + 40 * 3
            interviews.check_key(db, world.service.vault)
    assert caught_half_way


def test_what_was_queued_is_unknown_since_the_backup(world: World) -> None:
    with world.service.database.write() as db:
        db.execute(text("UPDATE outbox SET attempt = 'tried' WHERE id = 1"))
        db.execute(
            text(
                "INSERT INTO attempt (id, outbox_id, started_at, outcome, code) "
                "VALUES ('tried', 1, :at, 'queued', 0)"
            ),
            {"at": NOW},
        )
        db.execute(text("UPDATE outbox SET status = 'sent' WHERE id = 2"))
        before = db.execute(text("SELECT count(*) FROM outbox")).scalar_one()
        assert restored.doubt_queued(db, since=NOW, reason="dipulihkan") == before - 1
        rows = db.execute(text("SELECT status, count(*) FROM outbox GROUP BY status ORDER BY 1"))
        assert [tuple(row) for row in rows] == [("sent", 1), ("unknown", before - 1)]
        assert db.execute(text("SELECT count(*) FROM attempt")).scalar() == before - 1


def test_law_3_a_restore_sends_nothing_that_went_after_the_backup(
    sqlite_url: str, new: New, artefact: Artefact, tmp_path: Path
) -> None:
    with FakeTwilio(public_url="https://lacak.test") as twilio:
        twilio.templates["HX" + "1" * 32] = "Halo Kak {{1}}, balas YA untuk mulai."
        office = make_office(sqlite_url, artefact, twilio, 6)
        service = office.service
        path = tmp_path / "a.zip"
        backup.write(path, service.database, service.vault, OFFICE, at=utc_now(), told=told)
        service.close()
        assert recover(sqlite_url, twilio) == {"sent": 6}

        target = put_back(path, new("sqlite"), service.vault)
        assert recover(str(target.url), twilio) == {"sent": 6}
        check_nobody_twice(twilio, 6)
        assert Counter(one.to for one in twilio.outbound).most_common(1)[0][1] == 1


def test_a_backup_is_for_its_owner_only_and_never_half(
    database: Database, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cadangan"
    path = make_backup(folder / "a.zip", database, vault)
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    whole = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_backup(path, database, vault)
    assert path.read_bytes() == whole

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zipfile.ZipFile.writestr", full)
    with pytest.raises(OSError, match="No space"):
        make_backup(folder / "b.zip", database, vault)
    assert [one.name for one in folder.iterdir()] == ["a.zip"]


def test_a_backup_that_cannot_be_read_back_is_no_backup(
    database: Database, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as db:
        fill(db)
    monkeypatch.setattr("storage.carrying.shapes.Shape.row", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_backup(tmp_path / "a.zip", database, vault)
    assert list(tmp_path.glob("*.zip*")) == []


def test_parts_that_a_killed_backup_left_are_cleared_after_an_hour(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    for name, age_s in (("old.zip.x1.part", 7200), ("new.zip.x2.part", 60)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (NOW.timestamp() - age_s,) * 2)
    make_backup(tmp_path / "a.zip", database, vault)
    assert sorted(one.name for one in tmp_path.glob("*.zip*")) == ["a.zip", "new.zip.x2.part"]


def test_only_our_readable_older_backups_make_room(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    ours = [make_backup(tmp_path / f"lacak-2026112{n}-0200.zip", database, vault) for n in range(5)]
    make_backup(tmp_path / "lacak-20260101-0200.zip", database, Vault("another office's"))
    (tmp_path / "lacak-20260102-0200.zip").write_bytes(b"damaged")
    make_backup(tmp_path / "simpan.zip", database, vault)
    assert backup.prune(ours[1], vault, keep=3) == [ours[0], ours[2]]
    left = {one.name for one in tmp_path.glob("*.zip")}
    assert left == {one.name for one in (ours[1], ours[3], ours[4])} | {
        "lacak-20260101-0200.zip", "lacak-20260102-0200.zip", "simpan.zip",
    }  # fmt: skip
    assert Vault(KEY).fingerprint == vault.fingerprint != Vault("another office's").fingerprint
