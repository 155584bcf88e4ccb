"""A wave that is over: what was answered stays, and who writes again is told, kindly and once."""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.service import Service
from exports.responses import how_far
from flows.events import Replied
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact
from storage import closings, enquiries, inbox, interviews, outbox, respondents
from storage.inbox import Arrival
from tests.bot.test_blast import Office
from tests.bot.test_replay import replay
from tests.bot.world import World
from tests.conftest import FixedClock
from tests.people import SARI


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
