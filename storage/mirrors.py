"""Linked spreadsheets, their sheets, and which responses each holds as they are."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from storage import interviews
from storage.bulk import chunks
from storage.database import for_update, insert_ignore
from storage.tables import (
    Cohort,
    FormVersion,
    Interview,
    MirrorLink,
    MirrorQuota,
    MirrorRow,
    MirrorSheet,
    Respondent,
)
from storage.tables.columns import table

_link = table(MirrorLink)
_sheet = table(MirrorSheet)
_row = table(MirrorRow)
_quota = table(MirrorQuota)
_interview = table(Interview)
_cohort = table(Cohort)
_respondent = table(Respondent)
_form = table(FormVersion)

OFFICE = ""
"""The prodi of the office's own spreadsheet, which has everyone."""


class Taken(Exception):
    """The prodi has a spreadsheet already, or the spreadsheet is another prodi's."""


class LeaseLost(Exception):
    """Another flusher took the sheet over; what this one knows of it is old."""


@dataclass(frozen=True, slots=True)
class Link:
    """A linked spreadsheet."""

    id: int
    prodi: str
    spreadsheet_id: str
    title: str
    personal: bool
    codes: bool
    linked_by: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """The tab of a form; see `storage.tables.mirror`. `tokens` is token → when it was settled."""

    id: int
    link_id: int
    form_id: str
    tab: int | None = None
    place: Mapping[str, int] = field(default_factory=dict)
    pending: int | None = None
    tokens: Mapping[int, datetime] = field(default_factory=dict)
    thorough: bool = False
    state: str = "active"
    trouble: str = ""
    detail: str = ""
    failures: int = 0
    next_try: datetime | None = None
    flushed_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What of a response a row shows: the interview's revision, and that nobody was reached."""

    revision: int
    is_unreachable: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a sheet is: responses it should have, has as they are, and has but should not."""

    wanted: int
    current: int
    stale: int

    @property
    def waiting(self) -> int:
        """How many responses are to be written or removed."""
        return self.wanted - self.current + self.stale


def add_link(db: Connection, link: Link) -> int:
    """Store a link and return its key; `link.id` is not looked at.

    Raises:
        Taken: prodi and spreadsheet have one link each.
    """
    values = {name: getattr(link, name) for name in Link.__slots__ if name != "id"}
    try:
        with db.begin_nested():
            made = db.execute(insert(_link).values(**values).returning(_link.c.id)).scalar_one()
    except IntegrityError as error:
        raise Taken from error
    return int(made)


def remove_link(db: Connection, link_id: int) -> None:
    """Forget a link and what was known of its sheets; the spreadsheet itself stays."""
    mine = select(_sheet.c.id).where(_sheet.c.link_id == link_id)
    db.execute(delete(_row).where(_row.c.sheet_id.in_(mine)))
    db.execute(delete(_sheet).where(_sheet.c.link_id == link_id))
    db.execute(delete(_link).where(_link.c.id == link_id))


def links(db: Connection) -> Sequence[Link]:
    """Return every link, by prodi."""
    rows = db.execute(select(_link).order_by(_link.c.prodi)).mappings()
    return [Link(**row) for row in rows]


def ensure_sheet(db: Connection, link_id: int, form_id: str) -> None:
    """Make sure that a form has a sheet in a link."""
    blank = _stored(Sheet(0, link_id, form_id))
    values = {**blank, "link_id": link_id, "form_id": form_id, "owner": "", "lease_until": None}
    insert_ignore(db, MirrorSheet, values, "id")


def sheets(db: Connection) -> Sequence[Sheet]:
    """Return every sheet, oldest first."""
    return [_sheet_of(row) for row in db.execute(select(_sheet).order_by(_sheet.c.id))]


def get(db: Connection, sheet_id: int) -> Sheet:
    """Return one sheet."""
    return _sheet_of(db.execute(select(_sheet).where(_sheet.c.id == sheet_id)).one())


def claim(
    db: Connection, sheet_id: int, owner: str, *, now: datetime, lease: timedelta
) -> Sheet | None:
    """Return the sheet, held by `owner` for a while; None while another flusher holds it."""
    is_free = or_(
        _sheet.c.lease_until.is_(None), _sheet.c.lease_until <= now, _sheet.c.owner == owner
    )
    held = db.execute(
        update(_sheet)
        .where(_sheet.c.id == sheet_id, is_free)
        .values(owner=owner, lease_until=now + lease)
    )
    return get(db, sheet_id) if held.rowcount else None


def save(
    db: Connection, sheet: Sheet, owner: str, *, now: datetime, lease: timedelta | None
) -> None:
    """Write down what became of a sheet and hold it on, or with no lease let it go.

    Raises:
        LeaseLost: it is held by another; nothing was written.
    """
    until = None if lease is None else now + lease
    held = db.execute(
        update(_sheet)
        .where(_sheet.c.id == sheet.id, _sheet.c.owner == owner, _sheet.c.lease_until > now)
        .values(**_stored(sheet), lease_until=until)
    )
    if not held.rowcount:
        raise LeaseLost


def note_rows(
    db: Connection, sheet_id: int, seen: Mapping[int, Mark], gone: Iterable[int] = ()
) -> None:
    """Remember which responses a sheet was seen to hold, and which it does not."""
    for keys in chunks([*gone, *seen]):
        db.execute(delete(_row).where(_row.c.sheet_id == sheet_id, _row.c.interview_id.in_(keys)))
    fresh = [
        {
            "sheet_id": sheet_id,
            "interview_id": key,
            "revision": mark.revision,
            "is_unreachable": mark.is_unreachable,
        }
        for key, mark in seen.items()
    ]
    if fresh:
        db.execute(insert(_row), fresh)


def rows(db: Connection, sheet_id: int) -> dict[int, Mark]:
    """Return interview → what of it the sheet was last seen to hold."""
    query = select(_row).where(_row.c.sheet_id == sheet_id)
    return {one.interview_id: Mark(one.revision, one.is_unreachable) for one in db.execute(query)}


def forget_rows(db: Connection, sheet_id: int) -> None:
    """Take a sheet for empty: everything is to be written again."""
    db.execute(delete(_row).where(_row.c.sheet_id == sheet_id))


def start_anew(db: Connection, link_id: int) -> None:
    """Take every sheet of a link for not made yet."""
    for sheet in sheets(db):
        if sheet.link_id == link_id:
            forget_rows(db, sheet.id)
            blank = Sheet(sheet.id, link_id, sheet.form_id)
            db.execute(update(_sheet).where(_sheet.c.id == sheet.id).values(**_stored(blank)))


def take_permit(
    db: Connection, name: str, *, now: datetime, rate_per_s: float, burst: int
) -> float:
    """Take one request's permit and return 0, or return how many seconds until there is one.

    GCRA over one row: so many a second, and `burst` that were saved up.
    """
    insert_ignore(db, MirrorQuota, {"name": name, "next_free": 0.0}, "name")
    query = for_update(select(_quota.c.next_free).where(_quota.c.name == name))
    step, moment = 1 / rate_per_s, now.timestamp()
    free = max(db.execute(query).scalar_one(), moment - (burst - 1) * step)
    if free > moment + 1e-3:
        return float(free - moment)
    db.execute(update(_quota).where(_quota.c.name == name).values(next_free=free + step))
    return 0.0


def hold_permits(db: Connection, name: str, *, until: datetime) -> None:
    """Let no request go before a moment: Google asked for it."""
    insert_ignore(db, MirrorQuota, {"name": name, "next_free": 0.0}, "name")
    at = until.timestamp()
    db.execute(
        update(_quota).where(_quota.c.name == name, _quota.c.next_free < at).values(next_free=at)
    )


def fingerprint(db: Connection) -> tuple[int, int, int]:
    """Return numbers of which one changes when any sheet may be behind."""
    return (*interviews.newest_change(db), interviews.failed_messages(db))


def behind(db: Connection, spellings: Mapping[int, Collection[str] | None]) -> dict[int, Behind]:
    """Return sheet → how far it is.

    `spellings` is link → its prodi as cohorts spell it, None for all. Three grouped queries,
    however many sheets there are.
    """
    wanted: Counter[tuple[str, str]] = Counter()
    for prodi, form_id, number in db.execute(_grouped(func.count())):
        wanted[prodi, form_id] += number
    current: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    query = (
        _grouped(_row.c.sheet_id, func.count())
        .join(_row, _row.c.interview_id == _interview.c.id)
        .where(
            _row.c.revision == _interview.c.revision,
            _row.c.is_unreachable == interviews.UNREACHABLE,
        )
        .group_by(_row.c.sheet_id)
    )
    for prodi, form_id, sheet_id, number in db.execute(query):
        current[sheet_id][prodi, form_id] += number
    counted = db.execute(select(_row.c.sheet_id, func.count()).group_by(_row.c.sheet_id))
    held = {one[0]: one[1] for one in counted}
    found = {}
    for sheet in sheets(db):
        names = spellings[sheet.link_id]
        is_mine = [
            key for key in wanted if key[1] == sheet.form_id and (names is None or key[0] in names)
        ]
        right = sum(current[sheet.id][key] for key in is_mine)
        total = sum(wanted[key] for key in is_mine)
        found[sheet.id] = Behind(total, right, held.get(sheet.id, 0) - right)
    return found


def _grouped(*columns: Any) -> Any:
    prodi = func.coalesce(_cohort.c.prodi, "")
    return (
        select(prodi, _form.c.form_id, *columns)
        .select_from(_interview)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .join(_respondent, _respondent.c.id == _interview.c.respondent_id)
        .join(_cohort, _cohort.c.id == _interview.c.cohort_id, isouter=True)
        .where(_respondent.c.erased_at.is_(None))
        .group_by(prodi, _form.c.form_id)
    )


def _sheet_of(row: Any) -> Sheet:
    values = {name: getattr(row, name) for name in Sheet.__slots__}
    tokens = {int(k): datetime.fromisoformat(v) for k, v in json.loads(row.tokens).items()}
    return replace(Sheet(**values), place=json.loads(row.place), tokens=tokens)


def _stored(sheet: Sheet) -> dict[str, Any]:
    keys = ("id", "link_id", "form_id")
    values = {name: getattr(sheet, name) for name in Sheet.__slots__ if name not in keys}
    tokens = {str(token): at.isoformat() for token, at in sheet.tokens.items()}
    return {**values, "place": json.dumps(dict(sheet.place)), "tokens": json.dumps(tokens)}
