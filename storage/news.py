"""News: the words of a wave that asks nothing, and who was brought news lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.bulk import chunks
from storage.database import insert_ignore
from storage.tables import Address, Blast, Owed, Wave
from storage.tables import News as NewsTable
from storage.tables.columns import table

_news = table(NewsTable)
_wave = table(Wave)
_blast = table(Blast)
_outbox = table(Owed)
_mine = table(Address)
_theirs = _mine.alias("theirs")

NEWS = "kabar/"
"""How the name of a wave begins that brings news; a template's name follows. No form has it."""


@dataclass(frozen=True, slots=True)
class News:
    """What is said, facts by name (`{{nama}}`); what staff wrote of it; the law it goes by."""

    words: str
    content: str
    basis: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Of some people: who is in this wave, whose number is, and who had other news lately.

    A number counts for everybody who shares it.
    """

    owed: frozenset[int]
    sharing: frozenset[int]
    lately: frozenset[int]


def put(db: Connection, wave_id: int, news: News) -> None:
    """Write down what a wave says; what it said first stays."""
    row = {
        "wave_id": wave_id, "words": news.words, "content": news.content, "basis": news.basis,
    }  # fmt: skip
    insert_ignore(db, NewsTable, row, "wave_id")


def get(db: Connection, wave_id: int) -> News | None:
    """Return what a wave says, None where it asks by a form."""
    row = db.execute(select(_news).where(_news.c.wave_id == wave_id)).first()
    return News(row.words, row.content, row.basis) if row else None


def heard(db: Connection, people: Sequence[int], wave_id: int, *, since: datetime) -> Heard:
    """Return who was brought this news, or other news since; failed and canceled is not brought."""
    owed, sharing, lately = set[int](), set[int](), set[int]()
    for some in chunks(people):
        query = (
            select(
                _mine.c.respondent_id, _blast.c.wave_id, _outbox.c.status,
                (_theirs.c.respondent_id == _mine.c.respondent_id).label("is_own"),
            )
            .join(_theirs, (_theirs.c.channel == _mine.c.channel)
                  & (_theirs.c.value == _mine.c.value))
            .join(_outbox, _outbox.c.address_id == _theirs.c.id)
            .join(_blast, _blast.c.id == _outbox.c.blast_id)
            .join(_wave, _wave.c.id == _blast.c.wave_id)
            .where(
                _mine.c.respondent_id.in_(list(some)),
                _wave.c.form_pk.is_(None),
                (_wave.c.id == wave_id)
                | (func.coalesce(_outbox.c.sent_at, _outbox.c.created_at) > since),
            )
        )  # fmt: skip
        for row in db.execute(query):
            if row.wave_id == wave_id:
                (owed if row.is_own else sharing).add(row.respondent_id)
            elif row.status not in ("failed", "canceled"):
                lately.add(row.respondent_id)
    return Heard(frozenset(owed), frozenset(sharing), frozenset(lately))
