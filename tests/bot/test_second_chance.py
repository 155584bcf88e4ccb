"""What a provider will not pass on goes later, elsewhere or as a template; never twice."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.channels.contract import Progress, Receipt
from bot.channels.whatsapp_errors import refusal
from bot.receipts import SLOW_S, Receipts
from bot.service import Service
from flows.events import Started
from flows.xlsform import Artefact
from scheduler.ports import Verdict
from storage import channels, consents, inbox, interviews, outbox, respondents
from storage.inbox import Arrival
from storage.outbox import Invitation
from tests.bot.test_blast import Office, Provider
from tests.conftest import FixedClock

RECEIPTS = Receipts("whatsapp", refusal)


@pytest.fixture
def office(service: Service, artefact: Artefact) -> Office:
    office = Office(service, artefact, size=4)
    office.provider = Numbering()
    return office


class Numbering(Provider):
    """A provider that gives every message a number of its own, on either channel."""

    channels: tuple[str, ...] = ("whatsapp", "telegram")

    async def send(self, message: object) -> Verdict:
        verdict = await super().send(message)  # type: ignore[arg-type]
        return Verdict(verdict.outcome, provider_id=f"SM{len(self.sent)}", reason="uji")


def report(office: Office, place: int, progress: Progress, code: int = 0) -> None:
    """Let the provider say something of the message that was sent at that place."""
    sent = office.provider.sent[place]
    receipt = Receipt(f"SM{place + 1}", progress, str(sent.id), sent.attempt, code)
    with office.service.database.write() as db:
        RECEIPTS.take(db, receipt, at=office.service.now())


def statuses(office: Office) -> list[str]:
    with office.service.database.read() as db:
        return list(db.execute(text("SELECT status FROM outbox ORDER BY id")).scalars())


def test_63049_goes_again_no_sooner_than_a_day_later_and_three_times_at_most(
    office: Office, clock: FixedClock
) -> None:
    office.send()
    office.drain()
    tried = [0]
    for wait_h in (24, 48):
        report(office, tried[-1], Progress.FAILED, 63049)
        assert statuses(office)[0] == "queued"
        clock.forward(hours=wait_h, minutes=-1)
        office.drain()
        assert len(office.provider.sent) == 3 + len(tried)
        clock.forward(minutes=2)
        office.drain()
        tried.append(len(office.provider.sent) - 1)
    report(office, tried[-1], Progress.FAILED, 63049)
    assert statuses(office) == ["failed", "sent", "sent", "sent"]


@pytest.mark.parametrize("code", [63049, 63024])
def test_who_is_not_reached_on_one_channel_is_on_the_next(office: Office, code: int) -> None:
    service = office.service
    with service.database.write() as db:
        respondents.add_address(db, office.people[0], "telegram", "777", at=service.now())
    plan = office.blasts.plan("kebekerjaan", "Angkatan 1", channel="whatsapp,telegram")
    blast, _is_new = office.blasts.send(plan, actor="rina")
    office.drain(sweep=True)
    report(office, 0, Progress.FAILED, code)
    report(office, 1, Progress.FAILED, code)  # has no other channel
    office.drain(sweep=True)
    assert [(m.channel, m.to) for m in office.provider.sent[4:]] == [("telegram", "777")]
    assert office.blasts.figures(blast)["sent"] == 3


def test_a_late_sent_of_a_failed_attempt_changes_nothing_but_delivered_does(
    office: Office,
) -> None:
    office.send()
    office.drain()
    report(office, 0, Progress.FAILED, 63049)
    report(office, 0, Progress.SENT)
    report(office, 0, Progress.FAILED, 63049)
    assert statuses(office)[0] == "queued"
    report(office, 0, Progress.DELIVERED)
    assert statuses(office)[0] == "delivered"


def test_a_failure_of_an_older_attempt_says_nothing_of_the_newer(
    office: Office, clock: FixedClock
) -> None:
    office.send()
    office.drain()
    report(office, 0, Progress.FAILED, 63009)
    clock.forward(minutes=6)
    office.drain()
    assert len(office.provider.sent) == 5
    first = office.provider.sent[0]
    with office.service.database.write() as db:
        receipt = Receipt("SM1", Progress.FAILED, str(first.id), first.attempt, 63024)
        RECEIPTS.take(db, receipt, at=clock())
    assert statuses(office)[0] == "sent"


def test_63018_holds_back_blasts_longer_each_time_and_costs_no_try(
    office: Office, clock: FixedClock
) -> None:
    office.provider.rate_per_s = 100.0
    office.send()
    office.drain()
    place = 0
    for times in range(5):
        report(office, place, Progress.FAILED, 63018)
        wait_s = SLOW_S * 2**times
        clock.forward(seconds=wait_s - 1)
        office.drain()
        assert len(office.provider.sent) == 4 + times
        clock.forward(seconds=2)
        office.drain()
        place = len(office.provider.sent) - 1
        assert place == 4 + times
    with office.service.database.write() as db:
        found = channels.permits(db, "whatsapp", now=clock(), rate_per_s=100, burst=4)
    assert found is not None
    assert not found.is_bulk_held


def test_63016_closes_the_window_so_that_the_template_goes(
    office: Office, clock: FixedClock
) -> None:
    with office.service.database.write() as db:
        reach = respondents.addresses(db, office.people[0])["whatsapp"]
        channels.open_window(db, reach.id, at=clock() - timedelta(hours=23))
    office.send()
    office.drain()
    assert office.provider.sent[0].window_open
    report(office, 0, Progress.FAILED, 63016)
    office.drain()
    assert (office.provider.sent[-1].to, office.provider.sent[-1].window_open) == (
        reach.value, False
    )  # fmt: skip


def test_21610_stops_the_person_for_every_blast(office: Office) -> None:
    office.send()
    office.drain()
    report(office, 0, Progress.FAILED, 21610)
    with office.service.database.read() as db:
        assert consents.is_stopped(db, office.people[0])
    assert statuses(office)[0] == "failed"


def owe_again(office: Office, blast_id: int) -> None:
    """Owe everyone of a blast the same message once more, in another blast of its wave."""
    service, now = office.service, office.service.now()
    with service.database.write() as db:
        db.execute(
            text(
                "INSERT INTO blast (wave_id, ordinal, channel, status, reason, refusals, "
                "created_by, created_at) SELECT wave_id, 1, channel, 'running', '', 0, "
                "created_by, created_at FROM blast WHERE id = :id"
            ),
            {"id": blast_id},
        )
        for one in office.provider.sent:
            assert one.interview_id is not None
            person = interviews.get(db, service.vault, one.interview_id).respondent_id
            arrival = Arrival(
                "office", f"remind:{one.id}", person, one.address_id, Started(now),
                interview_id=one.interview_id,
            )  # fmt: skip
            cause = inbox.add_done(db, service.vault, arrival, at=now)
            assert cause is not None
            again = Invitation(
                blast_id + 1, cause, one.address_id, one.interview_id, one.prompt, {}
            )
            outbox.owe_invitation(db, service.vault, again, at=now)


def test_two_blasts_to_one_person_are_six_seconds_apart(office: Office, clock: FixedClock) -> None:
    blast = office.send()
    office.drain()
    owe_again(office, blast)
    clock.forward(seconds=5)
    office.drain()
    assert len(office.provider.sent) == 4
    clock.forward(seconds=2)
    office.drain()
    assert [m.blast_id for m in office.provider.sent[4:]] == [blast + 1] * 4
