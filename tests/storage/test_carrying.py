"""Any office can be carried: every table, every kind of column, in an order that keeps keys."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Numeric, Table, insert, text
from sqlalchemy import types as sa_types

from storage.carrying.keys import go_on, highest
from storage.carrying.rows import (
    CHUNK,
    NotEmpty,
    OtherMigration,
    RowRefused,
    Tally,
    check_empty,
    confirm,
    rows_in,
    rows_out,
)
from storage.carrying.shapes import OFFICE, CannotCarry, Kind, Shape, shapes
from storage.database import Database
from storage.tables.columns import Moment
from tests.storage.filling import ROWS, contents, fill

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
BY_NAME = {shape.name: shape for shape in shapes()}
EVERY_KIND = Shape("one", tuple((kind.value, kind) for kind in Kind), ("integer",))
VALUES = {
    Kind.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Kind.REAL: st.floats(allow_nan=False),
    Kind.TEXT: st.text(),
    Kind.BYTES: st.binary(),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(),
    Kind.MOMENT: st.datetimes(timezones=st.just(UTC)),
}
ROW = {
    "integer": 1, "real": 0.5, "text": "a", "bytes": b"\x00\xff", "boolean": True,
    "date": date(2026, 11, 21), "moment": NOW,
}  # fmt: skip
LINE = (
    b'{"integer":1,"real":0.5,"text":"a","bytes":"AP8=","boolean":true,'
    b'"date":"2026-11-21","moment":"2026-11-21T02:00:00+00:00"}\n'
)


def test_every_table_is_carried_after_those_it_refers_to() -> None:
    names = [shape.name for shape in shapes()]
    assert sorted(names) == sorted(OFFICE.tables)
    for name in names:
        referred = {f.column.table.name for f in OFFICE.tables[name].foreign_keys}
        assert referred <= {*names[: names.index(name)]}


def test_every_stored_moment_has_its_zone() -> None:
    columns = [column for table in OFFICE.tables.values() for column in table.columns]
    moments = [one for one in columns if isinstance(one.type, (Moment, sa_types.DateTime))]
    assert [f"{one.table.name}.{one.name}" for one in moments if type(one.type) is not Moment] == []


def refers(*pairs: tuple[str, str]) -> MetaData:
    metadata = MetaData()
    for name in dict.fromkeys(name for pair in pairs for name in pair):
        foreign: list[Column[int]] = [
            Column(f"{other}_id", ForeignKey(f"{other}.id")) for one, other in pairs if one == name
        ]
        Table(name, metadata, Column("id", Integer, primary_key=True), *foreign)
    return metadata


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        (refers(("a", "a")), "a.a_id refers to its own table"),
        (refers(("a", "b"), ("b", "a"), ("c", "a")), "a, b, c refer in a circle"),
        (MetaData(), ""),
    ],
    ids=["itself", "a circle", "an unknown kind"],
)
def test_what_no_order_keeps_or_nobody_knows_is_refused_by_name(
    metadata: MetaData, said: str
) -> None:
    if not said:
        Table("a", metadata, Column("price", Numeric), Column("id", Integer, primary_key=True))
        said = "a.price is a"
    with pytest.raises(CannotCarry, match=said):
        shapes(metadata)


@given(st.fixed_dictionaries({kind.value: st.none() | VALUES[kind] for kind in Kind}))
def test_a_line_says_its_row_exactly(row: dict[str, object]) -> None:
    line = EVERY_KIND.line(row)
    assert EVERY_KIND.row(line) == row
    assert line.count(b"\n") == 1


def test_a_line_is_plain_json_in_a_fixed_form() -> None:
    assert EVERY_KIND.line(ROW) == LINE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"integer":1', b'"integer":"1"'), (b'"integer":1', b'"integer":true'),
        (b'"integer":1', b'"number":1'), (b'"integer":1,', b""), (b"AP8=", b"AP8"),
        (b"2026-11-21T", b"2026-13-21T"), (b'"text":"a"', b'"text":1'), (b"{", b"["),
        (LINE, b"null\n"), (LINE, b""),
    ],
)  # fmt: skip
def test_a_line_of_something_else_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- json's, base64's or ours
        EVERY_KIND.row(LINE.replace(old, new))


def test_a_checksum_does_not_depend_on_the_order() -> None:
    one, other = Tally(), Tally()
    for line in (b"a", b"b", b"b"):
        one.add(line)
    for line in (b"b", b"a", b"b"):
        other.add(line)
    assert one == other
    assert Tally(3, one.total + 1) != one


@pytest.fixture
def other(fresh: Callable[[str], str], database: Database) -> Iterator[Database]:
    """A migrated database of the other kind."""
    found = Database(fresh("postgres" if database.is_sqlite else "sqlite"))
    found.migrate()
    yield found
    found.close()


def test_every_table_goes_to_the_other_kind_of_database_and_back(
    database: Database, other: Database, fresh: Callable[[str], str]
) -> None:
    back = Database(fresh("sqlite" if database.is_sqlite else "postgres"))
    back.migrate()
    with database.write() as db:
        fill(db)
        before = contents(db)
    assert all(len(rows) == ROWS for rows in before.values())
    for source, target in ((database, other), (other, back)):
        with source.snapshot() as out, target.write() as into:
            for shape in shapes():
                confirm(into, shape, rows_in(into, shape, rows_out(out, shape)))
        with target.read() as db:
            assert contents(db) == before
        source.close()
    back.close()


@pytest.mark.parametrize("name", ["inbox", "outbox", "respondent"])
def test_new_keys_go_on_after_the_highest_ever_given(
    database: Database, other: Database, name: str
) -> None:
    shape, key = BY_NAME[name], BY_NAME[name].key[0]
    with database.write() as db:
        fill(db)
        go_on(db, shape, 40)  # as if the database had given 10 to 40 by itself
        for gone in ("DELETE FROM attempt", "DELETE FROM receipt", "DELETE FROM outbox"):
            db.execute(text(gone))
        if name == "inbox":
            db.execute(text("DELETE FROM inbox WHERE seq = 40"))
    with database.snapshot() as out, other.write() as into:
        for one in shapes():
            rows_in(into, one, rows_out(out, one))
            go_on(into, one, highest(out, one))
        row = {
            "inbox": {"channel": "web", "provider_id": "x", "event": b"", "outcome": "",
                      "respondent_id": 10, "received_at": NOW},
            "outbox": {"cause": 10, "address_id": 10, "body": b"", "status": "", "reason": "",
                       "created_at": NOW},
            "respondent": {"name": "x", "gender": "", "email": "", "zone": "", "created_at": NOW},
        }[name]  # fmt: skip
        made = insert(OFFICE.tables[name]).values(**row).returning(OFFICE.tables[name].c[key])
        assert into.execute(made).scalar_one() == 41


def test_a_table_that_is_empty_goes_on_too(database: Database) -> None:
    shape = BY_NAME["inbox"]
    with database.write() as db:
        assert highest(db, shape) is None
        go_on(db, shape, None)
        go_on(db, shape, 7)
        assert highest(db, shape) == 7


def test_keys_that_are_not_numbered_have_no_highest(database: Database) -> None:
    with database.write() as db:
        fill(db)
        assert highest(db, BY_NAME["channel"]) is None
        go_on(db, BY_NAME["channel"], None)
        assert highest(db, BY_NAME["window"]) == 40
        go_on(db, BY_NAME["window"], 40)


def test_only_an_empty_database_is_empty(fresh: Callable[[str], str], database: Database) -> None:
    nothing = Database(fresh("sqlite" if database.is_sqlite else "postgres"))
    with nothing.write() as db:
        check_empty(db)
        db.execute(text("CREATE TABLE guests (id INTEGER)"))
        with pytest.raises(NotEmpty, match="guests"):
            check_empty(db)
    nothing.close()
    with database.write() as db:
        check_empty(db)
        db.execute(text("INSERT INTO channel (name, next_free, paused) VALUES ('web', 0, '')"))
        with pytest.raises(NotEmpty, match="channel"):
            check_empty(db)
        db.execute(text("DELETE FROM channel"))
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(OtherMigration, match="9999"):
            check_empty(db)


@pytest.mark.parametrize(
    ("name", "why"), [("Sari\x00Dewi", "NUL"), ("x" * 201, "too long")], ids=["nul", "long"]
)
def test_a_row_that_is_refused_is_named_and_its_values_are_not(
    fresh: Callable[[str], str], name: str, why: str
) -> None:
    target = Database(fresh("postgres"))
    target.migrate()
    rows = [
        {"id": key, "channel": "web", "provider_id": name if key == 3 else str(key),
         "received_at": NOW, "content": b""}
        for key in range(1, CHUNK)
    ]  # fmt: skip
    with pytest.raises(RowRefused) as refused, target.write() as into:
        rows_in(into, BY_NAME["stray"], [rows])
    assert (refused.value.table, refused.value.key, why in refused.value.why) == (
        "stray", "id=3", True,
    )  # fmt: skip
    assert name not in str(refused.value)
    target.close()


def test_a_snapshot_shows_one_moment_while_others_write(database: Database) -> None:
    with database.write() as db:
        fill(db)
    with database.snapshot() as out:
        before = contents(out)
        with database.write() as db:
            fill(db, first=500)
        assert contents(out) == before
    with database.read() as db:
        assert all(len(rows) == 2 * ROWS for rows in contents(db).values())
