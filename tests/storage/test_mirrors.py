"""What is known of linked spreadsheets: which are behind, and who may write to them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert

from bot.service import Service
from exports.responses import how_far
from flows.xlsform import Artefact
from storage import interviews, mirrors
from storage.mirrors import Behind, Link, Mark
from storage.tables import Audience, Inbound, Interview, Owed
from storage.tables.columns import table
from tests.bot.world import BATCH, World, make_world
from tests.conftest import NOW
from tests.people import BUDI, SARI, Invented

LINK = Link(0, BATCH.prodi, "1abc", "Garmen", False, False, "rina", NOW)
LEASE = timedelta(minutes=10)


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


@pytest.fixture
def sheet_id(world: World) -> int:
    with world.service.database.write() as db:
        link_id = mirrors.add_link(db, LINK)
        mirrors.ensure_sheet(db, link_id, "kebekerjaan")
        mirrors.ensure_sheet(db, link_id, "kebekerjaan")
        (sheet,) = mirrors.sheets(db)
    return sheet.id


def behind(world: World, *spellings: str) -> Behind:
    with world.service.database.read() as db:
        (link,) = mirrors.links(db)
        (found,) = mirrors.behind(db, {link.id: spellings or None}).values()
    return found


def as_they_are(world: World, sheet_id: int) -> None:
    service = world.service
    with service.database.write() as db:
        rows = list(interviews.rows(db, service.vault, "kebekerjaan"))
        seen = {row.id: Mark(row.revision, row.is_unreachable) for row in rows}
        mirrors.note_rows(db, sheet_id, seen)


def message_to(world: World, who: Invented, status: str) -> None:
    """Let a message to one person have come so far."""
    standing = world.standing(who)
    event = {
        "channel": "whatsapp", "provider_id": f"{who.name} {status}", "event": b"", "outcome": "",
        "respondent_id": standing.respondent_id, "received_at": NOW, "done_at": NOW,
    }  # fmt: skip
    owed = {
        "interview_id": standing.id, "address_id": world.addresses[who.name], "body": b"",
        "status": status, "reason": "", "attempt": "", "provider_id": "", "created_at": NOW,
    }  # fmt: skip
    inbox, outbox = table(Inbound), table(Owed)
    with world.service.database.write() as db:
        cause = db.execute(insert(inbox).values(**event).returning(inbox.c.seq)).scalar_one()
        db.execute(insert(outbox).values(cause=cause, **owed))


def test_a_spreadsheet_has_one_prodi_and_a_prodi_one_spreadsheet(world: World) -> None:
    with world.service.database.write() as db:
        mirrors.add_link(db, LINK)
        for other in (replace(LINK, prodi="Otomotif"), replace(LINK, spreadsheet_id="1xyz")):
            with pytest.raises(mirrors.Taken):
                mirrors.add_link(db, other)
        assert [link.prodi for link in mirrors.links(db)] == [BATCH.prodi]


def test_a_sheet_is_behind_by_what_it_was_not_seen_to_hold(world: World, sheet_id: int) -> None:
    assert behind(world) == Behind(2, 0, 0)
    as_they_are(world, sheet_id)
    assert behind(world).waiting == 0
    world.say(SARI, "ya")
    assert behind(world) == Behind(2, 1, 1)


def test_a_sheet_is_of_its_prodi_alone(world: World, sheet_id: int) -> None:
    as_they_are(world, sheet_id)
    assert behind(world, BATCH.prodi) == Behind(2, 2, 0)
    assert behind(world, "Otomotif") == Behind(0, 0, 2)


def test_an_erased_response_leaves_the_sheet_with_a_row_too_many(
    world: World, sheet_id: int
) -> None:
    as_they_are(world, sheet_id)
    gone = world.standing(BUDI).id
    with world.service.database.write() as db:
        for part in (Owed, Audience, Inbound):
            db.execute(delete(table(part)).where(table(part).c.interview_id == gone))
        db.execute(delete(table(Interview)).where(table(Interview).c.id == gone))
    assert behind(world) == Behind(1, 1, 1)


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (("failed",), "tidak terjangkau"), (("failed", "delivered"), "belum"),
        (("unknown",), "belum"), (("canceled",), "belum"),
    ],
)  # fmt: skip
def test_who_was_never_reached_is_told_apart(
    world: World, sheet_id: int, outcomes: tuple[str, ...], said: str
) -> None:
    with world.service.database.write() as db:
        db.execute(delete(table(Owed)))
    as_they_are(world, sheet_id)
    for outcome in outcomes:
        message_to(world, BUDI, outcome)
    service = world.service
    with service.database.read() as db:
        rows = {r.name: how_far(r) for r in interviews.rows(db, service.vault, "kebekerjaan")}
    assert rows == {SARI.name: "belum", BUDI.name: said}
    assert behind(world).waiting == (2 if said != "belum" else 0)


def test_one_flusher_holds_a_sheet_until_its_lease_lapses(world: World, sheet_id: int) -> None:
    with world.service.database.write() as db:
        mine = mirrors.claim(db, sheet_id, "satu", now=NOW, lease=LEASE)
        assert mine is not None
        assert mirrors.claim(db, sheet_id, "dua", now=NOW, lease=LEASE) is None
        later = NOW + LEASE
        assert mirrors.claim(db, sheet_id, "dua", now=later, lease=LEASE) is not None
        with pytest.raises(mirrors.LeaseLost):
            mirrors.save(db, mine, "satu", now=later, lease=LEASE)


def test_a_sheet_comes_back_as_it_was_saved(world: World, sheet_id: int) -> None:
    with world.service.database.write() as db:
        found = mirrors.claim(db, sheet_id, "satu", now=NOW, lease=LEASE)
        assert found is not None
        changed = replace(
            found, tab=7, place={"_id": 0}, pending=9, tokens={5: NOW}, thorough=True,
            state="blocked", trouble="unshared", failures=2, next_try=NOW,
        )  # fmt: skip
        mirrors.save(db, changed, "satu", now=NOW, lease=None)
        assert mirrors.get(db, sheet_id) == changed
        assert mirrors.claim(db, sheet_id, "dua", now=NOW, lease=LEASE) is not None


def test_removing_a_link_forgets_all_of_it(world: World, sheet_id: int) -> None:
    as_they_are(world, sheet_id)
    with world.service.database.write() as db:
        (link,) = mirrors.links(db)
        mirrors.remove_link(db, link.id)
        assert (mirrors.links(db), mirrors.sheets(db), mirrors.rows(db, sheet_id)) == ([], [], {})
