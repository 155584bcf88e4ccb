"""Channels: their shared rate, whether they are paused, and whom free text may reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.database import for_update, insert_ignore
from storage.tables import ChannelState, Receipt, Window
from storage.tables.columns import table

_channel = table(ChannelState)
_receipt = table(Receipt)
_window = table(Window)
_STATE = for_update(select(_channel).where(_channel.c.name == bindparam("named")))

WINDOW = timedelta(hours=24)
"""How long free text may go after a person's message (facts: channels §1.2)."""


_SOON = timedelta(seconds=1)
"""A channel whose next permit is due later than this is held; its own rate never takes so long."""


@dataclass(frozen=True, slots=True)
class Permits:
    """What a channel may send now: `number` messages, one more each `step_s`.

    `next_free` is the moment, as a timestamp, when the first of them was due. `is_bulk_held`:
    replies may go, messages of blasts not yet.
    """

    number: int
    next_free: float
    step_s: float
    is_bulk_held: bool = False

    def due_in_s(self, number: int, *, used: int, now: datetime) -> float:
        """Return how long until so many may go, when `used` go now."""
        return self.next_free + (used + number) * self.step_s - now.timestamp()


def permits(
    db: Connection, name: str, *, now: datetime, rate_per_s: float, burst: int
) -> Permits | None:
    """Return what may go now, None while the channel is paused; locks it until the commit.

    GCRA over one row that every sender of the channel shares, so the rate holds for all.
    """
    row = db.execute(_STATE, {"named": name}).first()
    if row is None:
        insert_ignore(db, ChannelState, {"name": name, "next_free": 0.0, "paused": ""}, "name")
        row = db.execute(_STATE, {"named": name}).one()
    if row.paused:
        return None
    step, moment = 1 / rate_per_s, now.timestamp()
    next_free = max(row.next_free, moment - burst * step)
    due = (moment - next_free) / step + 1e-3  # a timestamp is exact to 0.2 µs: 0.9999976 is one
    return Permits(max(0, int(due)), next_free, step, row.bulk_after > moment)


def use(db: Connection, name: str, found: Permits, number: int) -> None:
    """Use up some of the permits found in this transaction."""
    if number:
        _set(db, name, next_free=found.next_free + number * found.step_s)


def hold(db: Connection, name: str, *, until: datetime) -> None:
    """Send nothing on a channel before a moment: the provider asked for it."""
    insert_ignore(db, ChannelState, {"name": name, "next_free": 0.0, "paused": ""}, "name")
    db.execute(
        update(_channel)
        .where(_channel.c.name == name, _channel.c.next_free < until.timestamp())
        .values(next_free=until.timestamp())
    )


def hold_bulk(db: Connection, name: str, *, now: datetime, step_s: float, most_s: float) -> float:
    """Hold back messages of blasts for a while, twice as long each time it happens again soon.

    What comes while they are held was under way before and changes nothing. Returns when they
    go on, as a timestamp.
    """
    insert_ignore(db, ChannelState, {"name": name, "next_free": 0.0, "paused": ""}, "name")
    row, moment = db.execute(_STATE, {"named": name}).one(), now.timestamp()
    if row.bulk_after > moment:
        return float(row.bulk_after)
    is_soon = row.bulk_step and moment - row.bulk_after < 2 * row.bulk_step
    step = min(most_s, 2 * row.bulk_step) if is_soon else step_s
    _set(db, name, bulk_after=moment + step, bulk_step=step)
    return moment + step


def held(db: Connection, *, now: datetime) -> set[str]:
    """Return the channels where nothing may go for a while, because the provider asked for it."""
    soon = (now + _SOON).timestamp()
    return set(db.execute(select(_channel.c.name).where(_channel.c.next_free > soon)).scalars())


def pause(db: Connection, name: str, reason: str) -> None:
    """Send nothing on a channel until staff resume it; `reason` is theirs to read."""
    insert_ignore(db, ChannelState, {"name": name, "next_free": 0.0, "paused": ""}, "name")
    _set(db, name, paused=reason)


def resume(db: Connection, name: str) -> None:
    """Send on a channel again."""
    _set(db, name, paused="")


def states(db: Connection) -> Sequence[tuple[str, str]]:
    """Return (name, why it is paused or nothing) of every channel that was used."""
    query = select(_channel.c.name, _channel.c.paused).order_by(_channel.c.name)
    return [(row.name, row.paused) for row in db.execute(query)]


def open_window(db: Connection, address_id: int, *, at: datetime) -> None:
    """Note that a person wrote: free text may go to this address for a day."""
    row = {"address_id": address_id, "open_until": at + WINDOW}
    if insert_ignore(db, Window, row, "address_id") is None:
        db.execute(
            update(_window)
            .where(_window.c.address_id == address_id, _window.c.open_until < at + WINDOW)
            .values(open_until=at + WINDOW)
        )


def close_window(db: Connection, address_id: int, *, at: datetime) -> None:
    """Note that free text may not go to this address: its provider says so."""
    db.execute(
        update(_window)
        .where(_window.c.address_id == address_id, _window.c.open_until > at)
        .values(open_until=at)
    )


def is_window_open(db: Connection, address_id: int, *, now: datetime) -> bool:
    """Whether free text may go to this address now."""
    query = select(_window.c.open_until).where(_window.c.address_id == address_id)
    until = db.execute(query).scalar()
    return until is not None and until > now


def add_receipt(
    db: Connection,
    *,
    channel: str,
    provider_id: str,
    outbox_id: int | None,
    progress: str,
    code: int,
    at: datetime,
) -> bool:
    """Store what a provider said; False when it had said so before."""
    row = {
        "channel": channel,
        "provider_id": provider_id,
        "outbox_id": outbox_id,
        "progress": progress,
        "code": code,
        "at": at,
    }
    return insert_ignore(db, Receipt, row, "id") is not None


def has_failed(db: Connection, channel: str, provider_id: str) -> bool:
    """Whether a provider said that it could not pass a message on."""
    query = select(_receipt.c.id).where(
        _receipt.c.channel == channel,
        _receipt.c.provider_id == provider_id,
        _receipt.c.progress == "failed",
    )
    return db.execute(query.limit(1)).scalar() is not None


def last_receipts(db: Connection) -> dict[str, datetime]:
    """Return channel → when its provider last said anything of a message of ours."""
    query = select(_receipt.c.channel, func.max(_receipt.c.id)).group_by(_receipt.c.channel)
    last = [row[1] for row in db.execute(query)]
    rows = select(_receipt.c.channel, _receipt.c.at).where(_receipt.c.id.in_(last))
    return {row.channel: row.at for row in db.execute(rows)}


def _set(db: Connection, name: str, **values: object) -> None:
    found = db.execute(update(_channel).where(_channel.c.name == name).values(**values))
    if found.rowcount == 0:
        db.execute(insert(_channel).values(name=name, **{"next_free": 0.0, "paused": "", **values}))
