"""What a campaign's rules do to people: who waits, who is left out, what an edit changes."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.blasts import Blasts
from bot.previews import said
from bot.service import Service
from flows.state import Status
from storage import campaigns, respondents
from storage.audiences import State
from tests.bot.campaigns.office import WIB, WIT, WITA, CampaignOffice
from tests.conftest import FixedClock

PASCA = "kebekerjaan_pascapelatihan"


@pytest.fixture
def office(
    sqlite_url: str, make_service: Callable[[str], Service], clock: FixedClock
) -> CampaignOffice:
    """On one kind of database: these rules run no SQL of their own."""
    made = CampaignOffice(make_service(sqlite_url), clock)
    made.publish("kebekerjaan")
    return made


def test_a_reminder_goes_on_at_the_question_where_they_stopped(office: CampaignOffice) -> None:
    (one,) = office.people(1)
    office.cohort("Menjahit 1", "2026-10-24", [one])
    office.turn_on(PASCA)
    office.at("2026-11-24 08:00")
    office.run("2026-11-24 20:00")
    office.say(one, "ya", "ya", "bekerja")  # which opens the window for a day
    office.drain()
    office.provider.sent.clear()
    office.run("2026-11-25 09:00")
    ((_at, reminder),) = office.provider.sent
    assert reminder.prompt.text.startswith("Halo lagi, Kak Orang!")
    assert "perusahaan" in reminder.prompt.text.lower()


def test_a_quiet_reminder_is_followed_by_the_question_after_their_yes(
    office: CampaignOffice,
) -> None:
    (one,) = office.people(1)
    office.cohort("Menjahit 1", "2026-10-24", [one])
    office.turn_on(PASCA)
    office.at("2026-11-24 08:00")
    office.run("2026-11-24 09:00")
    office.say(one, "ya", "ya", "bekerja")
    office.drain()
    office.run("2026-11-26 09:30")  # the window of a day is shut by the second reminder
    assert "Balas YA untuk melanjutkan" in office.provider.sent[-1][1].prompt.text
    office.say(one, "ya")
    office.drain()
    asked = office.provider.sent[-1][1].prompt.text
    assert "perusahaan" in asked.lower()
    office.say(one, "PT Sinar")
    with office.service.database.read() as db:
        from storage import interviews  # noqa: PLC0415

        answers = interviews.all_of(db, office.service.vault, one)[-1].state.answers
    assert "PT Sinar" in answers.values()


def test_an_edited_rule_leaves_open_waves_alone_and_opens_nothing_twice(
    office: CampaignOffice,
) -> None:
    office.cohort("Menjahit 1", "2026-10-24", office.people(4))
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30")
    office.tick()
    edited = (("open: {days: 3}", "open: {days: 9}"), ("reminders: [1, 2]", "reminders: [5]"))
    office.turn_on(PASCA, *edited)
    office.run("2026-12-05 09:30", every_h=3)
    assert list(office.waves()) == ["2026-11-1bulan"]
    assert set(office.told().values()) == {3}  # the rule it was opened with: two reminders
    assert office.states(1) == {"closed": 4}


def test_a_zone_edited_before_the_hour_moves_the_hour(office: CampaignOffice) -> None:
    (one,) = office.people(1, WIB)
    office.cohort("Menjahit 1", "2026-10-24", [one])
    office.turn_on(PASCA)
    office.at("2026-11-24 07:30", WITA)  # the wave is open: it is 08.30 in Jayapura
    office.at("2026-11-24 08:05", WITA)
    office.tick()
    assert office.standing(1) == {("planned", ""): 1}
    with office.service.database.write() as db:
        respondents.change(db, office.service.vault, one, {"zone": WIT})
    office.tick()
    assert office.sent(WIT) == ["11-24 09:05"]


def test_who_is_answering_another_survey_waits_and_is_asked_afterwards(
    office: CampaignOffice,
) -> None:
    (one,) = office.people(1)
    office.publish("tracer")
    office.cohort("Menjahit 1", "2026-10-24", [one])
    office.cohort("Yudisium 1", "2024-11-23", [one], kind="yudisium")
    office.turn_on("tracer")
    office.turn_on(PASCA, ("cooling_off_days: 7", "cooling_off_days: 1"))
    office.at("2026-11-23 08:00")
    office.run("2026-11-24 08:00")
    office.say(one, "ya", "ya")
    office.run("2026-11-24 12:00")
    wave = office.waves()["2026-11-1bulan"]
    assert office.standing(wave) == {
        ("waiting", "sedang menjawab survei lain; dikirim sesudahnya"): 1
    }
    office.finish(one)
    office.run("2026-11-24 13:00", every_h=0.25)
    assert office.standing(wave) == {("owed", ""): 1}


def test_who_answers_another_survey_to_the_end_of_the_wave_is_told_so(
    office: CampaignOffice,
) -> None:
    (one,) = office.people(1)
    office.publish("tracer")
    office.cohort("Menjahit 1", "2026-10-24", [one])
    office.cohort("Yudisium 1", "2024-11-23", [one], kind="yudisium")
    office.turn_on("tracer", ("reminders: [7, 14, 25]", "reminders: []"))
    office.turn_on(PASCA, ("cooling_off_days: 7", "cooling_off_days: 1"))
    office.at("2026-11-23 09:30")
    office.tick()
    for day in ("2026-11-24", "2026-12-20"):
        office.at(f"{day} 09:30")
        office.say(one, "ya")
        office.tick()
    assert office.standing(office.waves()["2026-11-1bulan"]) == {
        ("skipped", "sedang menjawab survei lain; gelombangnya berakhir lebih dulu"): 1
    }


def test_nobody_is_asked_again_within_the_cooling_off_or_over_the_cap(
    office: CampaignOffice,
) -> None:
    people = office.people(2)
    for number, ended in enumerate(("2026-10-24", "2026-10-27", "2026-11-20")):
        office.cohort(f"Kelas {number}", ended, people[: 2 - number // 2])
    office.turn_on(PASCA, ("yearly_cap: 6", "yearly_cap: 2"), ("months: 3", "months: 5"))
    office.at("2026-11-24 08:00")
    office.run("2026-11-27 10:00")
    first, second = office.waves()["2026-11-1bulan"], 2
    assert office.states(first) == {"closed": 2} or office.states(first) == {"owed": 2}
    (reason,) = office.standing(second)
    assert reason == ("skipped", "sudah diundang lewat angkatan Kelas 0")
    office.run("2026-12-21 10:00", every_h=6)
    assert office.states(3) == {"owed": 1}
    office.run("2027-05-30 10:00", every_h=24)
    over = [key for wave in range(4, 10) for key in office.standing(wave)]
    assert ("skipped", "sudah 2 survei dalam setahun; batasnya 2") in over


def test_a_late_policy_may_point_to_the_next_wave(office: CampaignOffice) -> None:
    office.turn_on(PASCA, ("late: {kejar: 14}", "late: berikutnya"), since=date(2026, 11, 1))
    office.at("2026-12-01 10:00")
    office.cohort("Menjahit 1", "2026-10-24", office.people(2))
    office.tick()
    assert office.standing(1) == {
        ("skipped", "terlambat: ikut gelombang berikutnya, 24 Januari 2027"): 2
    }
    assert office.provider.sent == []


def test_a_caturwulan_asks_only_who_has_not_answered_in_it(office: CampaignOffice) -> None:
    people = office.people(3)
    office.cohort("Menjahit 1", "2026-09-24", people)
    office.turn_on(PASCA, ("months: 1", "months: 2"))
    office.at("2026-11-24 08:00")
    office.run("2026-11-24 10:00")
    office.finish(people[0])
    office.turn_on("kebekerjaan_caturwulan")
    office.run("2026-12-20 10:00", every_h=12)
    wave = office.waves()["2026-C3"]
    assert office.standing(wave)["skipped", "sudah menjawab pada 24 November 2026"] == 1
    assert office.states(wave) == {"skipped": 1, "closed": 2} or office.states(wave)["owed"] == 2


def test_a_campaigns_wave_keeps_its_rules_when_staff_send_it_too(office: CampaignOffice) -> None:
    people = office.people(3)
    office.cohort("Menjahit 1", "2026-09-24", people)
    office.turn_on("kebekerjaan_caturwulan")
    desk = Blasts(office.service)
    plan = desk.plan("kebekerjaan", "Menjahit 1", channel="whatsapp", period="2026-C3")
    office.at("2026-12-01 08:00")
    office.tick()
    wave = office.waves()["2026-C3"]
    assert office.states(wave) == {"planned": 3}
    preview = desk.preview(plan)
    assert "dibuka kampanye kebekerjaan_caturwulan" in "\n".join(said(preview, WITA))
    desk.send(plan, actor="rina")
    assert office.states(wave) == {"planned": 3}  # they wait for their nine o'clock
    office.run("2026-12-01 10:00")
    desk.send(plan, actor="rina")
    assert (office.states(wave), set(office.told().values())) == ({"owed": 3}, {1})


def test_a_blast_stopped_by_staff_takes_the_rest_of_the_wave_with_it(
    office: CampaignOffice,
) -> None:
    from bot.blasts import Blasts  # noqa: PLC0415
    from scheduler.blast import BlastStatus  # noqa: PLC0415

    office.cohort("Menjahit 1", "2026-10-24", [*office.people(2, WIT), *office.people(3, WIB)])
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30", WIT)
    office.tick()
    Blasts(office.service).change(1, BlastStatus.STOPPED)
    office.run("2026-11-24 12:00", every_h=0.5)
    assert len(office.provider.sent) == 2
    assert office.standing(1)["skipped", "siaran dihentikan petugas"] == 3


def test_a_campaign_that_is_off_opens_nothing_but_finishes_what_is_open(
    office: CampaignOffice,
) -> None:
    office.cohort("Menjahit 1", "2026-10-24", office.people(1))
    office.cohort("Menjahit 2", "2026-10-30", office.people(1))
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30")
    office.tick()
    with office.service.database.write() as db:
        assert campaigns.switch(db, PASCA, is_on=False, since=None, by="rina", at=office.clock())
    office.run("2026-12-05 10:00", every_h=3)
    assert set(office.told().values()) == {3}
    assert office.states(1) == {State.CLOSED: 1}
    assert len(office.waves()) == 1


def test_the_time_of_a_campaigns_people_closes_their_interviews_and_only_it(
    office: CampaignOffice,
) -> None:
    slow, stopped, changing, declined = people = office.people(4)
    office.cohort("Menjahit 1", "2026-10-24", people)
    office.turn_on(PASCA)
    office.at("2026-11-24 08:00")
    office.run("2026-11-24 10:00")
    office.say(slow, "ya", "ya", "bekerja", "PT Sinar")
    office.say(stopped, "ya", "ya", "bekerja", "tolong jangan WA lagi")
    office.say(declined, "ya", "tidak")
    office.say(changing, "ya", "ya", "cari kerja", "modal", "ya", "lewati")
    office.run("2026-11-25 12:00")  # each was looked at: they need no reminder
    assert office.states(1) == {State.OWED: 1, State.CLOSED: 3}

    office.say(stopped, "mulai")
    office.say(declined, "mulai")
    office.say(changing, "ubah")
    office.close()
    assert [office.status_of(one) for one in people] == [
        Status.ASKING, Status.ASKING, Status.ASKING, Status.CONSENTING
    ]  # fmt: skip
    assert office.states(1) == {State.OWED: 3, State.CLOSED: 1}

    office.run("2026-11-29 12:00", every_h=3)
    office.close()
    assert [office.status_of(one) for one in people] == [
        Status.CLOSED, Status.CLOSED, Status.FINISHED, Status.LAPSED
    ]  # fmt: skip
    assert office.standing(1)["closed", "waktunya sudah lewat"] == 3
    office.say(slow, "agustus 2026")
    office.drain()
    assert "sudah ditutup" in office.provider.sent[-1][1].prompt.text
