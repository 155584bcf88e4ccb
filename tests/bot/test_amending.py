"""A burst that changes which question is next: the one that has not left yet is not sent."""

from textwrap import dedent

import pytest
from sqlalchemy import select

from bot.service import Service
from bot.turn import Turns
from flows.events import Replied
from flows.xlsform import Artefact, publish
from storage import inbox, outbox, respondents
from storage.inbox import Arrival
from storage.tables import Owed
from storage.tables.columns import table
from tests.bot.world import World, make_world
from tests.people import SARI

_outbox = table(Owed)


@pytest.fixture(scope="session")
def branches() -> Artefact:
    """A form whose first answer decides the rest, with a note on the way."""
    source = """
        settings:
          form_id: kebekerjaan
          version: "1"
          form_title: Kabar
          default_language: Indonesia (id)
          chat::purpose: Kami ingin tahu kabar Kakak.
          chat::closing: Selesai! Terima kasih, Kak.
        survey:
          - {type: select_one kerja, name: status, label: Kerja apa?, required: "yes"}
          - {type: note, name: pesan, label: Tinggal satu lagi.}
          - {type: text, name: tempat, label: Di PT mana?, relevant: "${status} = 'a'"}
          - {type: text, name: usaha, label: Usahanya apa?, relevant: "${status} = 'b'"}
        choices:
          kerja: [{name: a, label: Karyawan}, {name: b, label: Usaha}]
    """
    return publish(dedent(source).lstrip("\n").encode())


@pytest.fixture
def world(service: Service, branches: Artefact) -> World:
    """Sari on WhatsApp, where nothing leaves: nobody dispatches."""
    service.turns = Turns(service.vault, service.office, service.words, burst_s=3)
    world = make_world(service, branches)
    with service.database.write() as db:
        key = world.people[SARI.name]
        respondents.add_address(db, key, "whatsapp", SARI.phone, at=service.now())
        world.addresses[SARI.name] = respondents.addresses(db, key)["whatsapp"].id
    return world


def say(world: World, *texts: str) -> None:
    for text in texts:
        address = world.addresses[SARI.name]
        event = Replied(world.service.now(), text)
        name = f"{next(world.numbers)}"
        world.receive(Arrival("whatsapp", name, world.people[SARI.name], address, event))


def leave(world: World) -> None:
    """Let everything owed leave, and be read."""
    with world.service.database.write() as db:
        db.exec_driver_sql("UPDATE outbox SET status = 'sent' WHERE status = 'queued'")


def owed(world: World) -> list[tuple[str, str]]:
    """Return what was ever owed to Sari there, and how far each got."""
    query = select(_outbox).where(_outbox.c.address_id == world.addresses[SARI.name])
    with world.service.database.read() as db:
        rows = db.execute(query.order_by(_outbox.c.id)).all()
        address = world.addresses[SARI.name]
        shown = outbox.at_address(db, world.service.vault, address, is_said=True)
    left = [row.id for row in rows if row.status != "canceled"]
    assert [one.id for one in shown] == left, "what was taken back was not said"
    return [(outbox._prompt(world.service.vault, row.body).text, row.status) for row in rows]


def test_a_question_that_waits_is_withdrawn_for_the_one_that_is_next_now(world: World) -> None:
    say(world, "ya")
    leave(world)
    before = len(owed(world))
    say(world, "karyawan")
    assert owed(world)[before:] == [("Tinggal satu lagi.\n\nDi PT mana?", "queued")]
    say(world, "eh usaha")
    assert owed(world)[before:] == [
        ("Tinggal satu lagi.\n\nDi PT mana?", "canceled"),
        ("Tinggal satu lagi.\n\nUsahanya apa?", "queued"),
    ]
    say(world, "makasih kak", "maksudnya usaha")
    assert [status for _, status in owed(world)[before:]] == ["canceled", "queued"]
    leave(world)
    with world.service.database.read() as db:
        (_, event), *_ = reversed(list(inbox.history(db, world.service.vault, 1)))
    assert isinstance(event, Replied)
    assert (event.early, event.shown) == (True, False)


def test_a_question_that_has_left_stays(world: World) -> None:
    say(world, "ya")
    leave(world)
    say(world, "karyawan")
    with world.service.database.write() as db:
        db.exec_driver_sql("UPDATE outbox SET status = 'sending' WHERE status = 'queued'")
    say(world, "eh usaha")
    assert [status for _, status in owed(world)[-2:]] == ["sending", "queued"]
    assert owed(world)[-1][0] == "Usahanya apa?"
