"""Recaps of what is stored: the ledger's people, their answers, and who may see them."""

from datetime import date

import pytest

from bot.blasts import Blasts
from bot.recaps import CannotRecap, make_recap
from bot.service import Service
from exports.recap import Recap, render_text
from flows.events import Replied
from flows.xlsform import Artefact
from storage import blasts, cohorts, consents, forms, inbox, interviews, respondents
from storage.blasts import TemplateRow
from storage.cohorts import Batch
from storage.inbox import Arrival
from storage.respondents import Person
from storage.staff import StaffRow
from storage.tables import Audit, Owed
from storage.tables.columns import table
from tests.conftest import FixedClock

FIRST = Batch(0, "Menjahit 1", "pelatihan", "Garmen", "Menjahit")
SECOND = Batch(0, "Menjahit 2", "pelatihan", "Garmen", "Menjahit Lanjutan")
WELDING = Batch(0, "Las 1", "pelatihan", "Las", "Las Dasar")
TEMPLATE = TemplateRow("kebekerjaan", "HX" + "a" * 32, ("nama",))


class Office:
    """People in batches, blasts of kebekerjaan on WhatsApp, and what became of each message."""

    def __init__(self, service: Service, artefact: Artefact) -> None:
        self.service = service
        self.blasts = Blasts(service)
        self._replies = 0
        with service.database.write() as db:
            self.form_pk = forms.publish(db, artefact, at=service.now())
            blasts.add_template(db, TEMPLATE, created_by="rina", at=service.now())

    def join(self, batch: Batch, number: int, *, first: int = 0) -> list[int]:
        """Store so many people with a number each, and put them into the batch."""
        now, people = self.service.now(), []
        with self.service.database.write() as db:
            key = cohorts.ensure(db, batch)
            for n in range(first, first + number):
                one = Person(0, f"Orang {batch.name} {n}", "Asia/Makassar", date(2000, 1, 1))
                people.append(respondents.add(db, self.service.vault, one, at=now))
                value = f"62812{key:04}{n:04}"
                respondents.add_address(db, people[-1], "whatsapp", value, at=now)
                cohorts.join(db, key, people[-1], "Lulus")
        return people

    def also_in(self, batch: Batch, people: list[int]) -> None:
        with self.service.database.write() as db:
            key = cohorts.ensure(db, batch)
            for one in people:
                cohorts.join(db, key, one, "Lulus")

    def send(self, batch: Batch, *, channel: str = "whatsapp", period: str = "") -> None:
        plan = self.blasts.plan("kebekerjaan", batch.name, channel=channel, period=period)
        self.blasts.send(plan, actor="rina")

    def became(self, person: int, status: str, reason: str = "") -> None:
        """What the provider said of the person's newest message."""
        owed = table(Owed)
        with self.service.database.write() as db:
            standing = interviews.newest(db, self.service.vault, person)
            assert standing is not None
            db.execute(
                owed.update()
                .where(owed.c.interview_id == standing.id)
                .values(status=status, reason=reason)
            )

    def say(self, person: int, *texts: str) -> None:
        service = self.service
        for text in texts:
            self._replies += 1
            with service.database.write() as db:
                ways = respondents.addresses(db, person)
                address = next(iter(ways.values())).id
                event = Replied(service.now(), text)
                arrival = Arrival("whatsapp", f"m{self._replies}", person, address, event)
                inbox.add(db, service.vault, arrival)
                service.turns.take(db, person, now=service.now())

    def stop(self, person: int) -> None:
        with self.service.database.write() as db:
            consents.stop(
                db, person, reason="stopped", at=self.service.now(), channel="web", message_id="m"
            )

    def link(self, batch: Batch) -> None:
        """Invite a batch by personal web links, outside every wave."""
        with self.service.database.write() as db:
            found = cohorts.find(db, batch.name)
            assert found is not None
            self.service.invitations.cohort(db, found, self.form_pk, now=self.service.now())

    def recap(
        self, *, who: StaffRow | None = None, cohort: str = "", prodi: str = "", period: str = ""
    ) -> Recap:
        return make_recap(
            self.service, who.name if who else "rina", who, form_id="kebekerjaan", cohort=cohort,
            prodi=prodi, period=period,
        )  # fmt: skip


@pytest.fixture
def office(service: Service, artefact: Artefact) -> Office:
    return Office(service, artefact)


def test_law_4_everyone_of_the_cohort_is_in_the_recap_once(office: Office) -> None:
    people = office.join(FIRST, 9)
    office.stop(people[8])
    office.send(FIRST)
    office.became(people[0], "read")
    office.became(people[1], "delivered")
    office.became(people[2], "sent")
    office.became(people[3], "failed", "nomor tidak ada di saluran ini (63003)")
    office.became(people[4], "unknown", "hasil kirim belum diketahui")
    office.became(people[5], "delivered")
    office.say(people[5], "ya", "ya", "kerja")
    office.became(people[6], "sent")
    office.say(people[6], "ya", "tidak")
    late = office.join(FIRST, 1, first=50)
    found = office.recap(cohort=FIRST.name).turnout
    assert (found.target, found.invited, found.reached, found.answered) == (10, 8, 4, 1)
    assert (found.declined, found.silent) == (1, 2)
    assert found.unreached == {
        "belum diundang": 1,
        "berhenti menerima pesan": 1,
        "hasil kirim belum diketahui": 1,
        "menunggu dikirim": 1,
        "nomor tidak ada di saluran ini (63003)": 1,
        "terkirim, belum ada tanda sampai": 1,
    }
    assert late


def test_a_page_is_reached_when_its_message_is_out(office: Office) -> None:
    people = office.join(FIRST, 2)
    office.send(FIRST, channel="web")
    office.became(people[0], "sent")
    found = office.recap(cohort=FIRST.name).turnout
    assert (found.reached, found.unreached) == (1, {"menunggu dikirim": 1})


def test_law_11_one_person_of_two_cohorts_counts_once_with_the_answer_given(
    office: Office,
) -> None:
    people = office.join(FIRST, 6)
    office.also_in(SECOND, people[:1])
    office.join(SECOND, 2)
    office.send(FIRST)
    office.send(SECOND)
    office.say(people[0], "ya", "ya", "kerja")
    assert office.recap(cohort=FIRST.name).turnout.answered == 1
    second = office.recap(cohort=SECOND.name).turnout
    assert (second.target, second.answered) == (3, 1)
    prodi = office.recap(prodi="garmen").turnout
    assert (prodi.target, prodi.answered) == (8, 1)


def test_a_recap_is_of_the_newest_period_unless_one_is_named(office: Office) -> None:
    people = office.join(FIRST, 3)
    office.send(FIRST, period="2026-C2")
    office.say(people[0], "ya", "ya", "masih cari kerja", "1", "ya", "lewati")
    office.send(FIRST, period="2026-C3")
    found = office.recap(cohort=FIRST.name)
    assert (found.period, found.turnout.answered, found.turnout.invited) == ("2026-C3", 0, 1)
    before = office.recap(cohort=FIRST.name, period="2026-C2")
    assert (before.turnout.finished, before.turnout.invited) == (1, 3)


def test_answers_by_personal_link_count_but_not_those_of_long_ago(
    office: Office, clock: FixedClock
) -> None:
    people = office.join(FIRST, 3)
    office.link(FIRST)
    assert office.recap(cohort=FIRST.name).turnout.invited == 3
    office.say(people[0], "ya", "masih cari kerja", "1", "ya", "lewati")
    office.say(people[1], "ya", "kerja")
    by_link = office.recap(cohort=FIRST.name)
    assert (by_link.period, by_link.turnout.finished, by_link.turnout.partly) == ("", 1, 1)

    clock.forward(days=120)
    office.say(people[1], "PT Contoh")
    clock.forward(hours=1)
    office.send(FIRST, channel="web", period="2027-C1")
    found = office.recap(cohort=FIRST.name).turnout
    assert (found.finished, found.partly) == (0, 0)
    assert found.unreached["sedang menjawab survei lain; dikirim sesudahnya"] == 1
    office.say(people[1], "agustus 2026")
    assert office.recap(cohort=FIRST.name).turnout.partly == 1


def test_the_answers_are_in_the_recap_and_their_words_fit_a_phone(office: Office) -> None:
    people = office.join(FIRST, 6)
    office.send(FIRST)
    for one in people[:5]:
        office.say(one, "ya", "ya", "masih cari kerja", "1", "ya", "lewati")
    text = render_text(office.recap(cohort=FIRST.name))
    assert "gross: 83,3 % (5 dari 6 sasaran)" in text
    assert "net: 100,0 % (5 dari 5 terjangkau)" in text
    assert "Belum bekerja, sedang mencari\n  ████████████████████ 5 · 100 %" in text
    assert "Angkatan Menjahit 1\nPeriode 2026-C3, keadaan 21 November 2026" in text


def test_a_cohort_that_was_never_asked_has_a_recap_too(office: Office) -> None:
    office.join(FIRST, 2)
    text = render_text(office.recap(cohort=FIRST.name))
    assert "Diundang: 0" in text
    assert "• 2 belum diundang" in text


def staff(role: str, prodi: str = "") -> StaffRow:
    return StaffRow(1, "sari", role, prodi)


def test_a_coordinator_sees_their_own_prodi_and_nothing_else(office: Office) -> None:
    office.join(FIRST, 2)
    office.join(WELDING, 3)
    own = staff("coordinator", "las, Tata Boga")
    assert office.recap(who=own).turnout.target == 3
    assert office.recap(who=own, cohort=WELDING.name).turnout.target == 3
    assert office.recap(who=own, prodi="LAS").scope == "Prodi Las"
    for wrong in ({"cohort": FIRST.name}, {"prodi": "Garmen"}):
        with pytest.raises(CannotRecap) as error:
            office.recap(who=own, **wrong)
        assert "Las" in str(error.value)
        assert "Garmen, " not in str(error.value)
        assert "Menjahit 2" not in str(error.value)
    for role in ("admin", "operator", "supervisor"):
        assert office.recap(who=staff(role), prodi="Garmen").turnout.target == 2


@pytest.mark.parametrize(
    ("who", "asked", "said"),
    [
        (None, {}, "sebutkan --cohort atau --prodi; prodi yang ada: Garmen"),
        (None, {"cohort": "x"}, "angkatan 'x' tidak ada; yang ada: Menjahit 1"),
        (None, {"prodi": "x"}, "prodi 'x' tidak ada; prodi yang ada: Garmen"),
        (staff("coordinator"), {}, "lacak staff role sari coordinator --prodi NAMA"),
        (staff("coordinator", "Boga"), {}, "belum ada angkatan di prodi Boga"),
    ],
)
def test_what_cannot_be_recapped_says_what_would_work(
    office: Office, who: StaffRow | None, asked: dict[str, str], said: str
) -> None:
    office.join(FIRST, 1)
    with pytest.raises(CannotRecap, match=r"^[a-z]") as error:
        office.recap(who=who, **asked)
    assert said in str(error.value)


def test_an_office_without_forms_or_cohorts_says_what_to_do(service: Service) -> None:
    with pytest.raises(CannotRecap, match="lacak form list"):
        make_recap(service, "rina", None, form_id="kebekerjaan", cohort="x")


def test_an_office_without_people_says_what_to_do(office: Office) -> None:
    with pytest.raises(CannotRecap, match="lacak people import"):
        office.recap(cohort="x")


def test_every_look_is_audited_and_names_nobody(office: Office) -> None:
    office.join(FIRST, 1)
    office.recap(who=staff("operator"), cohort=FIRST.name)
    with office.service.database.read() as db:
        lines = [(one.actor, one.action, one.detail) for one in db.execute(table(Audit).select())]
    assert lines == [("sari", "recap", "kebekerjaan, cohort [1], no period")]
