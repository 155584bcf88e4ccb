"""Law 4: who is in another interview is neither interrupted nor forgotten, and it adds up."""

import asyncio

import pytest
from sqlalchemy import text

from bot.service import Service
from flows import library
from flows.events import Replied
from flows.xlsform import Artefact, publish
from scheduler.blast import BlastStatus
from storage import channels, consents, forms, inbox, respondents
from storage.inbox import Arrival
from storage.reasons import ANSWERED, SHARED, STOPPED, TALKING
from storage.respondents import Person
from tests.bot.test_blast import FIRST, Office
from tests.conftest import FixedClock

OTHER = "umpan_balik_kegiatan"


@pytest.fixture(scope="module")
def other() -> Artefact:
    return publish(library.source(OTHER))


@pytest.fixture
def office(service: Service, artefact: Artefact, other: Artefact) -> Office:
    """An office of four whose first is answering kebekerjaan."""
    office = Office(service, artefact, size=4)
    with service.database.write() as db:
        forms.publish(db, other, at=service.now())
    plan = office.blasts.plan("kebekerjaan", FIRST.name, channel="whatsapp")
    office.blasts.send(plan, actor="rina")
    office.drain(sweep=True)
    office.provider.sent.clear()
    return office


def say(office: Office, number: int, words: str) -> None:
    service = office.service
    with service.database.write() as db:
        reach = respondents.addresses(db, office.people[number])["whatsapp"]
        event = Replied(service.now(), words)
        name = f"{number}:{event.at}:{words}"
        inbox.add(
            db, service.vault, Arrival("whatsapp", name, reach.respondent_id, reach.id, event)
        )
        channels.open_window(db, reach.id, at=service.now())
        service.turns.take(db, reach.respondent_id, now=service.now())


def send_other(office: Office) -> int:
    plan = office.blasts.plan(OTHER, FIRST.name, channel="whatsapp")
    return office.blasts.send(plan, actor="rina")[0]


def look_again(office: Office) -> None:
    clock = office.service.now
    assert isinstance(clock, FixedClock)
    clock.forward(seconds=21)
    asyncio.run(office.service.chores.run_campaigns())
    office.drain(sweep=True)


def bulk(office: Office) -> list[str]:
    return [m.to[-1] for m in office.provider.sent if m.blast_id is not None]


def test_a_survey_waits_until_another_is_over(office: Office, clock: FixedClock) -> None:
    clock.forward(hours=30)
    say(office, 0, "ya")
    say(office, 1, "tidak")  # declines: over at once
    blast = send_other(office)
    office.drain(sweep=True)
    found = office.figures(blast)
    assert (found["owed"], found["to_come"]) == (3, {TALKING: 1})
    assert found["status"] == "running"
    assert sorted(bulk(office)) == ["1", "2", "3"]
    clock.forward(hours=23)
    look_again(office)
    assert len(bulk(office)) == 3
    say(office, 0, "tidak jadi, saya tidak bersedia")
    say(office, 0, "berhenti")
    look_again(office)
    assert office.figures(blast)["not_sent"] == {STOPPED: 1}
    assert office.figures(blast)["status"] == "finished"


def test_a_survey_comes_when_the_other_has_fallen_silent(office: Office, clock: FixedClock) -> None:
    clock.forward(hours=30)
    say(office, 0, "ya")
    blast = send_other(office)
    clock.forward(hours=25)
    look_again(office)
    found = office.figures(blast)
    assert (found["sent"], found["not_sent"], found["status"]) == (4, {}, "finished")
    look_again(office)
    assert sorted(bulk(office)) == ["0", "1", "2", "3"]


def test_who_waits_in_a_stopped_blast_is_told_so(office: Office) -> None:
    blast = send_other(office)
    assert office.figures(blast)["to_come"] == {TALKING: 4}
    office.blasts.change(blast, BlastStatus.STOPPED)
    look_again(office)
    found = office.figures(blast)
    assert found["not_sent"] == {"siaran dihentikan petugas": 4}
    assert bulk(office) == []


def test_a_survey_that_was_stopped_before_it_went_holds_nobody_up(
    service: Service, artefact: Artefact, other: Artefact
) -> None:
    office = Office(service, artefact, size=4)
    with service.database.write() as db:
        forms.publish(db, other, at=service.now())
    mistaken = office.send()
    plan = office.blasts.plan(OTHER, FIRST.name, channel="whatsapp,web")
    assert office.blasts.preview(plan).not_sent == {TALKING: 4}
    office.blasts.change(mistaken, BlastStatus.STOPPED)
    found = office.figures(send_other(office))
    assert (found["owed"], found["to_come"]) == (4, {})


def test_a_paused_blast_keeps_its_waiting_people(office: Office, clock: FixedClock) -> None:
    blast = send_other(office)
    office.blasts.change(blast, BlastStatus.PAUSED)
    clock.forward(hours=48)
    look_again(office)
    assert (bulk(office), office.figures(blast)["to_come"]) == ([], {TALKING: 4})
    office.blasts.change(blast, BlastStatus.RUNNING)
    look_again(office)
    assert len(bulk(office)) == 4


def test_a_shared_number_is_asked_of_one_after_the_other(office: Office, clock: FixedClock) -> None:
    service = office.service
    clock.forward(hours=30)
    with service.database.write() as db:
        twin = respondents.add(db, service.vault, Person(0, "Adik", "Asia/Jakarta"), at=clock())
        office.number(db, twin, "6281200000000")
        office._join(db, FIRST, [twin])
    blast = send_other(office)
    office.drain()
    assert office.figures(blast)["to_come"] == {SHARED: 1}
    clock.forward(hours=25)
    look_again(office)
    assert office.figures(blast)["to_come"] == {}
    assert sorted(bulk(office)) == ["0", "0", "1", "2", "3"]


def test_who_has_answered_in_this_period_is_not_asked_again(office: Office) -> None:
    with office.service.database.write() as db:
        db.execute(
            text("UPDATE interview SET status = 'finished', finished_at = :now"),
            {"now": office.service.now()},
        )
        db.execute(text("UPDATE audience SET interview_id = NULL, state = 'skipped'"))
    blast = office.send()
    found = office.blasts.figures(blast)
    assert found["not_sent"] == {ANSWERED: 4}


def test_a_period_may_have_any_name(office: Office) -> None:
    plan = office.blasts.plan(OTHER, FIRST.name, channel="whatsapp", period="sesudah kunjungan")
    assert office.blasts.preview(plan).not_sent == {TALKING: 4}
    blast, _is_new = office.blasts.send(plan, actor="rina")
    assert office.figures(blast)["to_come"] == {TALKING: 4}


def test_a_stop_while_waiting_wins(office: Office, clock: FixedClock) -> None:
    blast = send_other(office)
    with office.service.database.write() as db:
        consents.stop(
            db, office.people[0], reason="stopped", at=clock(), channel="web", message_id="m"
        )
    clock.forward(hours=25)
    look_again(office)
    found = office.figures(blast)
    assert (found["sent"], found["not_sent"]) == (3, {STOPPED: 1})
