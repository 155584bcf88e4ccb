"""A wave that is over: what was answered stays, and who writes again is told, kindly and once."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.service import Service
from exports.responses import how_far
from flows.events import Replied, Tapped
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact
from storage import closings, cohorts, enquiries, inbox, interviews, outbox, respondents
from storage.cohorts import Batch
from storage.inbox import Arrival
from tests.bot.test_blast import Office
from tests.bot.test_replay import replay
from tests.bot.world import World
from tests.conftest import FixedClock
from tests.people import SARI

AGAIN = Batch(0, "Menjahit 2026 angkatan 1, 6 bulan", "pelatihan", "Garmen", "Menjahit")


class Wave:
    """A blast of four people; whoever is named by a number says something."""

    def __init__(self, service: Service, artefact: Artefact) -> None:
        self.office, self.service = Office(service, artefact, 4), service
        self.office.send()
        self.said = 0

    def say(self, number: int, *texts: str) -> None:
        person = self.office.people[number]
        for words in texts:
            self.said += 1
            with self.service.database.write() as db:
                address = respondents.addresses(db, person)["whatsapp"].id
                event = Replied(self.service.now(), words)
                arrival = Arrival("whatsapp", f"SM{self.said}", person, address, event)
                inbox.add(db, self.service.vault, arrival)
            with self.service.database.write() as db:
                self.service.turns.take(db, person, now=self.service.now())

    def told(self, number: int) -> Sequence[str]:
        person = self.office.people[number]
        with self.service.database.read() as db:
            address = respondents.addresses(db, person)["whatsapp"].id
            shown = outbox.at_address(db, self.service.vault, address)
        return [one.prompt.text for one in shown]

    def close(self) -> int:
        with self.service.database.write() as db:
            closings.end_wave(db, 1)
        with self.service.database.write() as db:
            return self.service.closings.close_due(db, now=self.service.now())

    def rows(self) -> list[interviews.Row]:
        with self.service.database.read() as db:
            return list(interviews.rows(db, self.service.vault, "kebekerjaan"))


@pytest.fixture
def wave(service: Service, artefact: Artefact) -> Wave:
    return Wave(service, artefact)


def test_what_was_answered_stays_and_the_word_is_said_once(wave: Wave) -> None:
    wave.say(0, "ya", "ya", "kerja", "PT Contoh")
    wave.say(1, "ya")
    wave.say(2, "ya", "tidak")
    before = [len(wave.told(number)) for number in range(4)]
    assert wave.close() == 3
    assert wave.close() == 0
    assert [len(wave.told(number)) for number in range(4)] == before
    rows = wave.rows()
    closed = [Status.CLOSED, Status.LAPSED, Status.DECLINED, Status.LAPSED]
    assert [row.status for row in rows] == closed
    assert [how_far(row) for row in rows] == ["sebagian", "belum", "menolak", "belum"]
    assert rows[0].state.answers["penempatan/tempat"] == "PT Contoh"
    wave.say(0, "agustus 2026", "oh ya sudah")
    assert "sudah ditutup" in wave.told(0)[before[0]]
    assert "sudah ditutup" not in wave.told(0)[-1]
    assert "penempatan/sejak" not in wave.rows()[0].state.answers
    with wave.service.database.read() as db:
        assert len(enquiries.listed(db, wave.service.vault)) >= 1
        form = wave.service.turns.form(db, rows[0].form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, wave.service.vault, rows[0].id):
            state = step(form, state, event).state
    assert state == wave.rows()[0].state


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Take back what a command run in this process does to logging: its stream ends with it."""
    root, ours = logging.getLogger(), logging.getLogger("lacak")
    before, level, root.handlers = root.handlers, ours.level, []
    yield
    root.handlers = before
    ours.setLevel(level)


@pytest.mark.usefixtures("wave", "own_logs")
def test_staff_close_a_wave(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", service.settings.database_url)
    monkeypatch.setenv("SECRET_KEY", service.settings.secret_key)
    done = CliRunner().invoke(app, ["wave", "close", "1"])
    assert (done.exit_code, done.stdout) == (
        0, "Gelombang 1 ditutup; 4 wawancara yang belum selesai berhenti di sini.\n",
    )  # fmt: skip
    assert CliRunner().invoke(app, ["wave", "close", "9"]).exit_code == 1


def test_a_change_that_was_left_counts_as_it_stands(world: World, clock: FixedClock) -> None:
    world.say(SARI, "ya", "cari kerja", "modal", "ya", "lewati", "ubah", "2")
    assert world.standing(SARI).state.status is Status.ASKING
    for hours, status in ((20, Status.ASKING), (5, Status.FINISHED)):
        clock.forward(seconds=timedelta(hours=hours).total_seconds())
        with world.service.database.write() as db:
            world.service.closings.close_due(db, now=world.service.now())
        assert world.standing(SARI).state.status is status
    assert replay(world, SARI) == world.standing(SARI).state


def test_an_interview_that_a_newer_wave_replaced_closes_with_a_word(
    world: World, clock: FixedClock
) -> None:
    world.say(SARI, "ya", "kerja", "PT Contoh")
    old = world.standing(SARI)
    clock.forward(days=40)
    with world.service.database.write() as db:
        cohorts.ensure(db, AGAIN)
        batch = cohorts.find(db, AGAIN.name)
        assert batch is not None
        key = world.people[SARI.name]
        world.service.invitations.person(db, key, batch, world.form_pk, now=clock())
    before = len(world.told(SARI))
    with world.service.database.write() as db:
        assert world.service.closings.close_due(db, now=clock()) == 1
    assert len(world.told(SARI)) == before
    with world.service.database.read() as db:
        closed = interviews.get(db, world.service.vault, old.id)
    assert (closed.state.status, closed.state.answers) == (Status.CLOSED, old.state.answers)

    asked = Tapped(clock(), old.state.asked, 1, 0)
    for name in ("t1", "t2"):
        world.receive(replace(world.arrival(SARI, "x", name), event=asked, interview_id=old.id))
        assert "sudah ditutup" in world.told(SARI)[-1].prompt.text
    world.say(SARI, "wirausaha")
    assert world.standing(SARI).state.answers["status"] == "wirausaha"
    with world.service.database.read() as db:
        form = world.service.turns.form(db, old.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, world.service.vault, old.id):
            state = step(form, state, event).state
        assert state == interviews.get(db, world.service.vault, old.id).state


def test_who_finished_the_newer_wave_is_not_told_that_the_older_is_closed(
    world: World, clock: FixedClock
) -> None:
    world.say(SARI, "ya", "kerja")
    with world.service.database.write() as db:
        cohorts.ensure(db, AGAIN)
        batch = cohorts.find(db, AGAIN.name)
        assert batch is not None
        key = world.people[SARI.name]
        world.service.invitations.person(db, key, batch, world.form_pk, now=clock())
        world.service.closings.close_due(db, now=clock())
    world.say(SARI, "cari kerja", "modal", "ya", "lewati")
    assert world.standing(SARI).state.status is Status.FINISHED
    world.say(SARI, "sama-sama kak")
    assert "ditutup" not in world.told(SARI)[-1].prompt.text
