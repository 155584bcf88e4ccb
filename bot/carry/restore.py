"""Put a backup back: into an empty database of either kind, at once or not at all."""

from datetime import datetime

from sqlalchemy import Connection

from bot.carry.archive import Archive
from bot.carry.manifest import BadBackup
from bot.media.shelf import Shelf
from storage import audit, restored
from storage.carrying.keys import go_on
from storage.carrying.rows import OtherMigration, Told, check_empty, confirm, rows_in
from storage.database import Database, revision_of, revisions, upgrade

DOUBT = "cadangan dipulihkan; mungkin sudah terkirim sesudah dicadangkan"


def restore(
    archive: Archive, target: Database, *, actor: str, at: datetime, told: Told,
    shelf: Shelf | None = None,
) -> int:  # fmt: skip
    """Put a backup into `target`, bring it up to date, and return how many messages are doubted.

    One transaction, the tables included: the rows go in as they were at the backup's migration,
    are read back, and are migrated from there.

    Attachments go back onto the `shelf` first: named by their content, they harm nothing should
    the rows fail.

    What was queued when the backup was taken may have gone since, so it is asked about rather
    than sent (law 3).

    Raises:
        BadBackup: it is damaged, or of a Lacak newer than this one.
        OSError: the media folder would not take an attachment.
        NotEmpty, OtherMigration, RowRefused, NotTheSame: nothing was restored.
    """
    manifest = archive.manifest
    if shelf is not None:
        for file in manifest.files:
            shelf.put_sealed(file.kept, archive.file(file))
    with target.write() as db:
        check_empty(db)
        _migrate(db, manifest.migration)
        given = [
            (entry, rows_in(db, entry.shape, archive.rows(entry), told))
            for entry in manifest.entries
        ]
        for entry, tally in given:
            confirm(db, entry.shape, tally)
            go_on(db, entry.shape, entry.highest)
        upgrade(db)
        doubted = restored.doubt_queued(db, since=manifest.at, reason=DOUBT)
        detail = f"{manifest.at.isoformat(timespec='minutes')}, {manifest.rows} rows"
        audit.note(db, actor=actor, action="restore", detail=detail, at=at)
    return doubted


def _migrate(db: Connection, wanted: str) -> None:
    """Bring empty tables to the migration of a backup."""
    known = revisions()
    if wanted not in known:
        raise BadBackup(
            f"dibuat oleh Lacak yang lebih baru (migrasi {wanted}); perbarui Lacak, lalu ulangi"
        )
    stands_at = revision_of(db)
    if stands_at is not None and known.index(stands_at) > known.index(wanted):
        raise OtherMigration(stands_at)
    upgrade(db, wanted)
