"""What people attached: wanted, kept or given up, each once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.database import insert_ignore
from storage.secrets import Vault
from storage.tables import Media
from storage.tables.columns import table

_media = table(Media)
_SOURCE = "media.source"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attachment that a provider still has; `tries` were made."""

    id: int
    seq: int
    respondent_id: int
    channel: str
    source: str
    tries: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: its name, what it is, and its content's size in bytes."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What an event's attachments came to: files kept, and why others are `missing`."""

    names: tuple[str, ...]
    missing: str


def want(
    db: Connection,
    vault: Vault,
    *,
    seq: int,
    respondent_id: int,
    channel: str,
    sources: Sequence[str],
    at: datetime,
) -> None:
    """Note that an event's attachments are to be fetched; wanted before, nothing changes."""
    for place, source in enumerate(sources):
        row = {
            "seq": seq, "place": place, "respondent_id": respondent_id, "channel": channel,
            "source": vault.seal(source, _SOURCE), "status": "waiting", "reason": "", "name": "",
            "content_type": "", "size": 0, "tries": 0, "due_at": at, "created_at": at,
        }  # fmt: skip
        insert_ignore(db, Media, row, "id")


def keep(
    db: Connection, *, seq: int, respondent_id: int, channel: str, file: Kept, at: datetime
) -> None:
    """Note a file that came with its event and is kept already."""
    db.execute(
        insert(_media).values(
            seq=seq, place=0, respondent_id=respondent_id, channel=channel, status="kept",
            reason="", name=file.name, content_type=file.content_type, size=file.size, tries=0,
            created_at=at, settled_at=at,
        )
    )  # fmt: skip


def due(db: Connection, vault: Vault, *, now: datetime, limit: int = 50) -> Sequence[Wanted]:
    """Return what should be fetched now, oldest first."""
    query = select(_media).where(_media.c.status == "waiting", _media.c.due_at <= now)
    return [
        Wanted(
            row.id, row.seq, row.respondent_id, row.channel,
            vault.open(row.source, _SOURCE).decode(), row.tries,
        )
        for row in db.execute(query.order_by(_media.c.due_at, _media.c.id).limit(limit))
    ]  # fmt: skip


def later(db: Connection, media_id: int, *, due_at: datetime) -> None:
    """Count a try that brought nothing, and try again then."""
    db.execute(
        update(_media)
        .where(_media.c.id == media_id, _media.c.status == "waiting")
        .values(tries=_media.c.tries + 1, due_at=due_at)
    )


def settle(db: Connection, media_id: int, found: Kept | str, *, at: datetime) -> None:
    """Write down the file an attachment is kept as, or why there is none."""
    values: dict[str, object] = {"source": None, "due_at": None, "settled_at": at}
    if isinstance(found, Kept):
        values |= {"status": "kept", "name": found.name, "content_type": found.content_type}
        values |= {"size": found.size}
    else:
        values |= {"status": "failed", "reason": found}
    db.execute(
        update(_media).where(_media.c.id == media_id, _media.c.status == "waiting").values(values)
    )


def settled(db: Connection, seq: int) -> Settled | None:
    """Return what an event's attachments came to; None while one is waited for."""
    query = select(_media.c.status, _media.c.name, _media.c.reason).where(_media.c.seq == seq)
    rows = db.execute(query.order_by(_media.c.place)).all()
    if not rows or any(row.status == "waiting" for row in rows):
        return None
    names = tuple(dict.fromkeys(row.name for row in rows if row.status == "kept"))
    return Settled(names, next((row.reason for row in rows if row.status == "failed"), ""))


def names(db: Connection, only: Collection[str] | None = None) -> set[str]:
    """Return the names of the files that rows know, all or of these."""
    query = select(_media.c.name).where(_media.c.status == "kept").distinct()
    if only is not None:
        query = query.where(_media.c.name.in_(list(only)))
    return set(db.execute(query).scalars())


def figures(db: Connection) -> tuple[int, int, int]:
    """Return (files kept, their bytes, attachments waited for)."""
    kept = select(_media.c.name, func.max(_media.c.size).label("size"))
    kept_files = kept.where(_media.c.status == "kept").group_by(_media.c.name).subquery()
    files = db.execute(
        select(func.count(), func.coalesce(func.sum(kept_files.c.size), 0)).select_from(kept_files)
    ).one()
    waiting = select(func.count()).select_from(_media).where(_media.c.status == "waiting")
    return int(files[0]), int(files[1]), int(db.execute(waiting).scalar_one())


def forget(db: Connection, respondent_id: int) -> int:
    """Forget a person's attachments; their files go with the next tidying. Returns how many."""
    found = db.execute(delete(_media).where(_media.c.respondent_id == respondent_id))
    return int(found.rowcount)
