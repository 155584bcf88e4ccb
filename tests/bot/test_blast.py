"""Blasts: one ledger row for everyone, one message for each, and steering that holds."""

import asyncio
from datetime import date

import pytest

from bot.blasts import Blasts
from bot.plans import CannotBlast
from bot.service import Service
from flows.events import Replied
from flows.state import Status
from flows.xlsform import Artefact
from scheduler.blast import MAY_BECOME, REFUSALS, BlastStatus, NotAllowed
from scheduler.campaigns.calendar import caturwulan
from scheduler.dispatch import Dispatcher
from scheduler.ports import Outcome, Verdict
from storage import blasts, cohorts, consents, forms, inbox, respondents
from storage.blasts import TemplateRow
from storage.cohorts import Batch
from storage.inbox import Arrival
from storage.outbox import Message
from storage.reasons import NEVER_ARRIVED
from storage.respondents import Person

FIRST = Batch(0, "Angkatan 1", "pelatihan", "Garmen", "Menjahit")
SECOND = Batch(0, "Angkatan 2", "pelatihan", "Garmen", "Menjahit Lanjutan")


class Provider:
    """A sender that answers as it is told and notes what it was given."""

    channels: tuple[str, ...] = ("whatsapp",)
    rate_per_s: float | None = None
    burst = 4
    day_tier: int | None = None
    can_find = True

    def __init__(self) -> None:
        self.answer = Verdict(Outcome.ACCEPTED, provider_id="SM")
        self.sent: list[Message] = []

    async def send(self, message: Message) -> Verdict:
        self.sent.append(message)
        return self.answer

    async def find(self, _message: Message) -> Verdict:
        return Verdict(Outcome.AMBIGUOUS)


class Office:
    """Twelve people in one batch, with a number each, and a blast of kebekerjaan."""

    def __init__(self, service: Service, artefact: Artefact, size: int = 12) -> None:
        self.service = service
        self.provider = Provider()
        self.blasts = Blasts(service)
        with service.database.write() as db:
            forms.publish(db, artefact, at=service.now())
            self.people = [self._person(db, number) for number in range(size)]
            self._join(db, FIRST, self.people)

    def _person(self, db: object, number: int) -> int:
        person = Person(0, f"Orang {number}", "Asia/Makassar", date(2000, 1, 1), nik=f"747199{number:010}")  # fmt: skip  # noqa: E501
        one = respondents.add(db, self.service.vault, person, at=self.service.now())  # type: ignore[arg-type]
        self.number(db, one, f"62812000{number:05}")
        return one

    def number(self, db: object, one: int, value: str) -> None:
        respondents.add_address(db, one, "whatsapp", value, at=self.service.now())  # type: ignore[arg-type]

    def _join(self, db: object, batch: Batch, people: list[int]) -> None:
        key = cohorts.ensure(db, batch)  # type: ignore[arg-type]
        for one in people:
            cohorts.join(db, key, one, "Lulus")  # type: ignore[arg-type]

    def send(self, cohort: str = FIRST.name) -> int:
        plan = self.blasts.plan("kebekerjaan", cohort, channel="whatsapp")
        return self.blasts.send(plan, actor="rina")[0]

    def drain(self, *, sweep: bool = False) -> None:
        dispatcher = Dispatcher(
            self.service.writer, self.service.vault, self.provider, self.service.now
        )

        async def work() -> None:
            if sweep:
                await dispatcher.sweep()
            else:
                await dispatcher.drain()

        asyncio.run(work())

    def figures(self, blast_id: int) -> dict[str, object]:
        found = dict(self.blasts.figures(blast_id))
        never_owed = {reason: n for reason, n in found["not_sent"].items() if reason != "uji"}
        assert found["audience"] == found["owed"] + sum(never_owed.values()) - found[
            "canceled"
        ] + sum(found["to_come"].values())
        parts = ("queued", "sent", "failed", "canceled", "unknown")
        assert found["owed"] == sum(found[part] for part in parts)
        return found


@pytest.fixture
def office(service: Service, artefact: Artefact) -> Office:
    return Office(service, artefact)


def test_of_many_people_the_clock_of_serve_asks_the_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.blasts.AT_ONCE", 5)
    monkeypatch.setattr("bot.blasts.ASK", 5)
    blast = office.send()
    found = office.figures(blast)
    assert (found["audience"], found["owed"], found["to_come"]) == (12, 5, {"sedang disiapkan": 7})
    office.drain(sweep=True)
    assert office.figures(blast)["status"] == "running"
    office.blasts.change(blast, BlastStatus.PAUSED)
    asyncio.run(office.service.chores.run_campaigns())
    assert office.figures(blast)["owed"] == 5
    office.blasts.change(blast, BlastStatus.RUNNING)
    asyncio.run(office.service.chores.run_campaigns())
    office.drain(sweep=True)
    assert (len(office.provider.sent), office.figures(blast)["status"]) == (12, "finished")


def test_what_provably_never_arrived_is_sent_again_by_retry(office: Office) -> None:
    office.provider.answer = Verdict(Outcome.REFUSED, reason=NEVER_ARRIVED)
    blast = office.send()
    office.drain(sweep=True)
    assert office.blasts.figures(blast)["not_sent"] == {NEVER_ARRIVED: 12}
    office.provider.answer = Verdict(Outcome.ACCEPTED, provider_id="SM")
    assert office.blasts.retry(blast) == 12
    office.drain(sweep=True)
    assert office.figures(blast)["sent"] == 12


def test_a_stopped_blast_is_not_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.blasts.AT_ONCE", 5)
    monkeypatch.setattr("bot.blasts.ASK", 5)
    blast = office.send()
    office.blasts.change(blast, BlastStatus.STOPPED)
    asyncio.run(office.service.chores.run_campaigns())
    assert office.figures(blast)["not_sent"] == {"siaran dihentikan petugas": 12}
    with pytest.raises(CannotBlast, match="sudah dihentikan untuk seterusnya"):
        office.send()


def test_everyone_of_the_cohort_gets_one_message(office: Office) -> None:
    blast = office.send()
    office.drain(sweep=True)
    assert len(office.provider.sent) == len({m.to for m in office.provider.sent}) == 12
    found = office.figures(blast)
    assert (found["audience"], found["sent"], found["status"]) == (12, 12, "finished")
    assert "Halo Kak Orang!" in office.provider.sent[0].prompt.text


def test_the_same_send_twice_is_one_blast(office: Office) -> None:
    first = office.send()
    office.drain()
    assert office.send() == first
    office.drain()
    assert len(office.provider.sent) == 12


def test_who_joins_later_is_added_by_sending_again(office: Office) -> None:
    blast = office.send()
    office.drain(sweep=True)
    with office.service.database.write() as db:
        office._join(db, FIRST, [office._person(db, 99)])
    assert office.send() == blast
    office.drain(sweep=True)
    assert len(office.provider.sent) == 13
    assert office.figures(blast)["audience"] == 13


def test_law_4_everyone_who_is_not_sent_to_has_a_reason(office: Office) -> None:
    service, now = office.service, office.service.now()
    with service.database.write() as db:
        consents.stop(db, office.people[0], reason="stopped", at=now, channel="web", message_id="m")
        lone = respondents.add(db, service.vault, Person(0, "Tanpa Nomor", "Asia/Jakarta"), at=now)
        twin = respondents.add(db, service.vault, Person(0, "Adik Orang", "Asia/Jakarta"), at=now)
        office.number(db, twin, "6281200000001")
        office._join(db, FIRST, [lone, twin])
    found = office.figures(office.send())
    assert found["audience"] == 14
    assert found["owed"] == 11
    assert found["not_sent"] == {
        "berhenti menerima pesan": 1,
        "tidak ada alamat di saluran ini": 1,
    }
    assert found["to_come"] == {
        "nomornya dipakai bersama orang lain yang sedang menjawab; dikirim sesudahnya": 1
    }


def test_law_11_one_person_in_two_batches_gets_one_invitation(office: Office) -> None:
    with office.service.database.write() as db:
        office._join(db, SECOND, office.people[:3])
    office.send()
    second = office.figures(office.send(SECOND.name))
    office.drain()
    assert second["not_sent"] == {"sudah diundang lewat angkatan Angkatan 1": 3}
    assert len(office.provider.sent) == 12


def test_law_6_a_stop_while_queued_cancels_the_message(office: Office) -> None:
    blast = office.send()
    with office.service.database.write() as db:
        consents.stop(
            db, office.people[3], reason="stopped", at=office.service.now(), channel="web",
            message_id="m",
        )  # fmt: skip
    office.drain(sweep=True)
    found = office.figures(blast)
    assert (found["sent"], found["canceled"]) == (11, 1)
    assert found["not_sent"] == {"berhenti menerima pesan": 1}


def test_a_paused_blast_sends_nothing_and_goes_on_where_it_stopped(office: Office) -> None:
    blast = office.send()
    office.blasts.change(blast, BlastStatus.PAUSED, reason="dijeda petugas")
    office.drain()
    assert office.provider.sent == []
    office.blasts.change(blast, BlastStatus.RUNNING)
    office.drain()
    assert len(office.provider.sent) == 12


def test_a_stopped_blast_takes_back_what_is_queued(office: Office) -> None:
    blast = office.send()
    office.blasts.change(blast, BlastStatus.STOPPED)
    office.drain(sweep=True)
    found = office.figures(blast)
    assert (found["canceled"], office.provider.sent) == (12, [])
    with pytest.raises(NotAllowed):
        office.blasts.change(blast, BlastStatus.RUNNING)


def test_what_may_become_what_is_a_table_without_dead_ends_but_stopped() -> None:
    assert [one for one, after in MAY_BECOME.items() if not after] == [BlastStatus.STOPPED]
    assert set(MAY_BECOME) == set(BlastStatus)


def test_a_run_of_refusals_pauses_the_blast_by_itself(service: Service, artefact: Artefact) -> None:
    office = Office(service, artefact, size=REFUSALS + 40)
    office.provider.answer = Verdict(Outcome.REFUSED, reason="uji", code=63013)
    blast = office.send()
    office.drain(sweep=True)
    found = office.figures(blast)
    assert found["status"] == "paused"
    assert str(found["reason"]).startswith(f"{REFUSALS} kiriman berturut-turut ditolak")
    assert len(office.provider.sent) < REFUSALS + 40


def test_replies_go_before_bulk(office: Office) -> None:
    service = office.service
    blast = office.send()
    with service.database.write() as db:
        reach = respondents.addresses(db, office.people[5])["whatsapp"]
        event = Replied(service.now(), "ya")
        inbox.add(
            db, service.vault, Arrival("whatsapp", "SM1", reach.respondent_id, reach.id, event)
        )
        service.turns.take(db, reach.respondent_id, now=service.now())
    office.drain()
    assert office.provider.sent[0].blast_id is None
    assert "Apakah Kakak bersedia menjawab?" in office.provider.sent[0].prompt.text
    assert [m.blast_id for m in office.provider.sent[1:]] == [blast] * 12


def test_the_first_reply_to_an_invitation_opens_the_talk_and_is_no_consent(office: Office) -> None:
    office.send()
    service = office.service
    with service.database.write() as db:
        reach = respondents.addresses(db, office.people[0])["whatsapp"]
        for number, text in enumerate(("ya kak", "ya")):
            event = Replied(service.now(), text)
            arrival = Arrival("whatsapp", f"SM{number}", reach.respondent_id, reach.id, event)
            inbox.add(db, service.vault, arrival)
        service.turns.take(db, reach.respondent_id, now=service.now())
        from storage import interviews  # noqa: PLC0415

        state = interviews.all_of(db, service.vault, reach.respondent_id)[-1].state
    assert state.status is Status.ASKING
    assert state.at == "status"


def test_a_reply_before_any_receipt_counts_as_answered(office: Office) -> None:
    blast = office.send()
    service = office.service
    with service.database.write() as db:
        reach = respondents.addresses(db, office.people[0])["whatsapp"]
        event = Replied(service.now(), "tidak")
        inbox.add(
            db, service.vault, Arrival("whatsapp", "SM9", reach.respondent_id, reach.id, event)
        )
        service.turns.take(db, reach.respondent_id, now=service.now())
    assert office.figures(blast)["answered"] == 1


def test_a_preview_counts_and_shows_what_sending_would_do_and_changes_nothing(
    office: Office,
) -> None:
    plan = office.blasts.plan("kebekerjaan", FIRST.name, channel="whatsapp")
    found = office.blasts.preview(plan)
    assert (found.reached, found.not_sent, len(found.samples)) == (12, {}, 3)
    with office.service.database.read() as db:
        assert blasts.listed(db) == []


@pytest.mark.parametrize(
    ("form", "cohort", "channel", "said"),
    [
        ("tracer", FIRST.name, "web", "lacak form publish tracer"),
        ("kebekerjaan", "Angkatan 9", "web", "Angkatan 1"),
        ("kebekerjaan", FIRST.name, "merpati", "whatsapp"),
    ],
    ids=["form", "cohort", "channel"],
)
def test_a_plan_of_what_is_not_there_says_what_is(
    office: Office, form: str, cohort: str, channel: str, said: str
) -> None:
    with pytest.raises(CannotBlast, match=said):
        office.blasts.plan(form, cohort, channel=channel)


def test_the_newest_template_of_a_form_is_used(office: Office) -> None:
    with office.service.database.write() as db:
        for sid in ("HX1", "HX2"):
            row = TemplateRow("kebekerjaan", sid, ("nama", "kantor"))
            blasts.add_template(db, row, created_by="rina", at=office.service.now())
        found = blasts.template(db, "kebekerjaan")
    assert found == TemplateRow("kebekerjaan", "HX2", ("nama", "kantor"))


@pytest.mark.parametrize(
    ("day", "period"),
    [("2026-01-01", "2026-C1"), ("2026-04-30", "2026-C1"), ("2026-05-01", "2026-C2"),
     ("2026-08-31", "2026-C2"), ("2026-09-01", "2026-C3"), ("2026-12-31", "2026-C3")],
)  # fmt: skip
def test_a_caturwulan_has_four_months(day: str, period: str) -> None:
    assert caturwulan(date.fromisoformat(day)) == period


def test_a_blast_over_the_web_reaches_everyone_with_a_page_of_their_own(office: Office) -> None:
    plan = office.blasts.plan("kebekerjaan", FIRST.name, channel="web")
    assert office.blasts.preview(plan).reached == 12
    blast, _is_new = office.blasts.send(plan, actor="rina")
    assert office.figures(blast)["owed"] == 12
