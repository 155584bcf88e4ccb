"""What has been kept long enough goes by itself, and nothing that somebody still needs."""

from collections.abc import Mapping

from sqlalchemy import text

from flows.events import Wrote
from storage import enquiries, inbox, privacy, respondents, retention
from storage.enquiries import Asker
from storage.inbox import Arrival
from storage.privacy import Kind, Outcome
from tests.bot.world import World
from tests.conftest import FixedClock
from tests.people import BUDI, SARI


def run(world: World) -> Mapping[str, int]:
    service = world.service
    return service.keeping.run(service.in_transaction, now=service.now(), actor="rina")


def planned(world: World) -> dict[str, int]:
    service = world.service
    with service.database.read() as db:
        found = retention.plan(db, service.keeping.terms, now=service.now())
    assert all("UU 27/2022 Ps" in one.rule.why for one in found)
    return {one.rule.kind: one.count for one in found if one.count}


def wish(world: World, kind: Kind) -> int:
    service = world.service
    with service.database.write() as db:
        return privacy.open_one(
            db, service.vault, world.people[SARI.name], kind, text="", at=service.now()
        )[0].id


def ask(world: World) -> None:
    service = world.service
    with service.database.write() as db:
        asker = Asker("web", "x", world.people[BUDI.name], world.addresses[BUDI.name])
        key, _ = enquiries.add(
            db, service.vault, asker, "kapan wisuda?", reason="question", at=service.now()
        )
        enquiries.close(db, key, by="rina", at=service.now())


def send_all(world: World) -> None:
    with world.service.database.write() as db:
        db.execute(text("UPDATE outbox SET status = 'sent'"))


def test_words_go_after_a_year_but_not_those_of_an_open_request(
    world: World, clock: FixedClock
) -> None:
    world.say(SARI, "ya", "kerja")
    ask(world)
    send_all(world)
    request = wish(world, Kind.CHANGE)
    assert planned(world) == {}
    clock.forward(days=366)
    due = {"raw": 2, "enquiry": 1, "message": 1}
    assert planned(world) == due, "Sari's stay: her request is open"
    assert run(world) == due
    assert run(world) == {}
    assert [one.prompt.text for one in world.told(BUDI)] == [""]
    assert "Apa nama" in world.told(SARI)[-1].prompt.text
    with world.service.database.write() as db:
        privacy.close(db, request, by="rina", at=clock(), outcome=Outcome.DONE)
    assert planned(world) == {"message": 3}


def test_answers_go_when_the_promised_years_are_over_and_may_be_imported_again(
    world: World, clock: FixedClock
) -> None:
    world.say(SARI, "ya", "kerja", "PT Maju")
    send_all(world)
    request = wish(world, Kind.SHOW)
    clock.forward(days=5 * 365 + 40)
    assert run(world)["person"] == 1
    service = world.service
    with service.database.read() as db:
        assert respondents.find(db, world.people[BUDI.name]) is None
        assert respondents.find(db, world.people[SARI.name]) is not None
        assert db.execute(text("SELECT count(*) FROM tombstone")).scalar() == 0
        audited = db.execute(text("SELECT detail FROM audit WHERE action = 'retention run'"))
        assert "1 person" in audited.scalars().one()
    with service.database.write() as db:
        privacy.close(db, request, by="rina", at=clock(), outcome=Outcome.DONE)
    assert run(world)["person"] == 1
    assert world.standing(SARI).state.answers == {}


def test_news_that_we_told_people_keeps_nobody_longer(world: World, clock: FixedClock) -> None:
    clock.forward(days=5 * 365 + 40)
    name, address = world.people[BUDI.name], world.addresses[BUDI.name]
    event = Wrote(clock(), "rina")
    with world.service.database.write() as db:
        told = Arrival("office", f"news:7:{name}", name, address, event)
        inbox.add_done(db, world.service.vault, told, at=clock())
    assert planned(world)["person"] == 2


def test_a_wave_that_is_being_sent_keeps_its_people(world: World, clock: FixedClock) -> None:
    clock.forward(days=5 * 365 + 40)
    assert planned(world)["person"] == 2
    with world.service.database.write() as db:
        db.execute(
            text(
                "INSERT INTO wave (id, form_id, form_pk, cohort_id, period, opened_at)"
                " SELECT 1, 'kebekerjaan', form_pk, cohort_id, '2026-C3', created_at"
                " FROM interview LIMIT 1"
            )
        )
        db.execute(
            text(
                "INSERT INTO blast (id, wave_id, ordinal, channel, status, reason, refusals,"
                " created_by, created_at) SELECT 1, 1, 0, 'web', 'running', '', 0, 'rina',"
                " opened_at FROM wave"
            )
        )
        db.execute(
            text(
                "INSERT INTO audience (wave_id, respondent_id, interview_id, reason)"
                " SELECT 1, respondent_id, id, '' FROM interview"
            )
        )
    assert "person" not in planned(world)
