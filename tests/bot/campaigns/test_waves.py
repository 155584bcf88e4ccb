"""Waves open by themselves, once, with everyone of their audience in exactly one state (law 4)."""

from datetime import date

from bot.blasts import Blasts
from storage import audiences, blasts, consents
from storage.consents import Agreement
from storage.reasons import WITHDRAWN
from tests.bot.campaigns.office import WIB, WIT, WITA, CampaignOffice

PASCA = "kebekerjaan_pascapelatihan"


def test_a_wave_goes_a_month_after_the_training_at_nine_in_each_zone(
    office: CampaignOffice,
) -> None:
    people = [*office.people(2, WIB), *office.people(2, WITA), *office.people(2, WIT)]
    office.cohort("Menjahit 1", "2026-10-24", people)
    office.turn_on(PASCA)
    office.at("2026-11-24 06:00")
    office.run("2026-11-24 12:00", every_h=0.5)
    assert office.sent() == ["11-24 08:00"] * 2 + ["11-24 09:00"] * 2 + ["11-24 10:00"] * 2
    (wave,) = office.waves().values()
    assert list(office.waves()) == ["2026-11-1bulan"]
    assert office.standing(wave) == {("owed", ""): 6}
    assert "Halo Kak Orang!" in office.provider.sent[0][1].prompt.text


def test_reminders_go_to_who_has_not_finished_and_stop_at_closing(office: CampaignOffice) -> None:
    people = office.people(3)
    office.cohort("Menjahit 1", "2026-10-24", people)
    office.turn_on(PASCA, ("reminder_link:", "reminder_link: https://siapkerja.contoh.invalid"))
    office.at("2026-11-24 08:00")
    office.run("2026-11-24 10:00")
    office.finish(people[0])
    office.say(people[1], "ya", "ya")  # begins, and stops at the first question
    office.drain()
    office.provider.sent.clear()
    office.run("2026-11-30 10:00")
    assert office.sent() == ["11-25 09:00"] * 2 + ["11-26 09:00"] * 2
    texts = " ".join(one.prompt.text for _at, one in office.provider.sent)
    assert "mengingatkan lagi" in texts
    assert "Jawaban Kakak yang tadi sudah tersimpan" in texts
    assert all("siapkerja.contoh.invalid" in one.prompt.text for _at, one in office.provider.sent)
    (wave,) = office.waves().values()
    assert office.states(wave) == {"closed": 3}


def test_ticking_again_or_with_another_clock_changes_nothing(office: CampaignOffice) -> None:
    office.cohort("Menjahit 1", "2026-10-24", office.people(5))
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30")
    office.tick()
    before = office.standing(1)
    other = CampaignOffice(office.service, office.clock)  # a second process, or after a restart
    for one in (other, office, other):
        done = one.tick()
        assert (done.opened, done.invited, done.reminded) == (0, 0, 0)
    assert office.standing(1) == before
    assert max(office.told().values()) == 1


def test_a_clock_stopped_for_two_days_catches_up_once(office: CampaignOffice) -> None:
    office.cohort("Menjahit 1", "2026-10-24", office.people(3))
    office.cohort("Menjahit 2", "2026-10-25", office.people(3))
    office.turn_on(PASCA, since=date(2026, 11, 1))
    office.at("2026-11-24 09:30")
    office.tick()
    office.at("2026-11-26 18:00")  # nothing ran, and now it is evening
    assert office.tick().opened == 1
    assert len(office.provider.sent) == 3
    office.run("2026-11-27 09:30", every_h=0.5)
    assert sorted(office.told().values()) == [1, 1, 1, 2, 2, 2]  # of two reminders missed, one
    assert office.states(2) == {"owed": 3}


def test_every_reason_why_somebody_is_not_asked_is_told(office: CampaignOffice) -> None:
    people = office.people(4)
    (lone,) = office.people(1, has_number=False)
    (left,) = office.people(1)
    office.cohort("Menjahit 1", "2026-10-24", [*people, lone, left])
    office.cohort("Menjahit 2", "2026-10-25", people[:1])
    office.turn_on(PASCA, ("channels: [telegram, whatsapp, web]", "channels: [whatsapp]"))
    service, clock = office.service, office.clock
    with service.database.write() as db:
        consents.stop(db, people[1], reason="stopped", at=clock(), channel="web", message_id="m")
    office.at("2026-11-24 07:30")
    office.tick()
    with service.database.write() as db:
        from storage import cohorts  # noqa: PLC0415

        cohorts.set_outcome(db, 1, left, "Mengundurkan Diri")
    office.run("2026-11-25 10:00")
    assert office.standing(1) == {
        ("owed", ""): 4,
        ("skipped", "berhenti menerima pesan"): 1,
        ("waiting", "tidak ada alamat di saluran ini"): 1,
    }
    assert office.standing(2) == {("skipped", "sudah diundang lewat angkatan Menjahit 1"): 1}
    office.run("2026-12-12 10:00", every_h=6)
    assert office.standing(1)["skipped", "tidak ada alamat di saluran ini"] == 1


def test_somebody_imported_late_gets_what_the_policy_says(office: CampaignOffice) -> None:
    cohort = office.cohort("Menjahit 1", "2026-10-24", office.people(1))
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30")
    office.tick()
    with office.service.database.read() as db:
        assert audiences.lacking(db, since=date(2026, 1, 1)) == []
    office.at("2026-12-01 10:00")
    office.cohort("Menjahit 1", "2026-10-24", office.people(1))
    office.run("2026-12-01 11:00")
    assert office.sent()[-1] == "12-01 10:00"
    office.run("2026-12-10 10:00", every_h=12)
    assert office.states(1) == {"closed": 2}
    office.at("2026-12-20 10:00")
    office.cohort("Menjahit 1", "2026-10-24", office.people(1))
    office.tick()
    assert cohort == 1
    assert (
        office.standing(1)["skipped", "terlambat: jadwalnya 24 November 2026, dikejar 14 hari"] == 1
    )


def test_what_is_still_queued_at_closing_time_waits_for_the_morning(
    office: CampaignOffice,
) -> None:
    office.cohort("Menjahit 1", "2026-10-24", office.people(3))
    office.turn_on(PASCA)
    office.at("2026-11-24 16:59")
    office.tick(sends=False)  # a slow channel: nothing has left yet
    office.at("2026-11-24 17:01")
    office.tick()
    assert office.provider.sent == []
    office.at("2026-11-25 09:01")
    office.tick()
    assert office.sent() == ["11-25 09:01"] * 3


def test_nobody_is_reminded_of_one_survey_the_day_they_are_asked_another(
    office: CampaignOffice,
) -> None:
    one = office.people(1)
    office.publish("tracer")
    office.cohort("Yudisium 2024", "2024-11-16", one, kind="yudisium")
    office.cohort("Menjahit 1", "2026-10-23", one)
    office.turn_on("tracer", since=date(2026, 11, 1))
    office.turn_on(PASCA, ("reminders: [1, 2]", "reminders: []"))
    office.at("2026-11-16 08:00")
    office.run("2026-11-27 10:00", every_h=4)
    with office.service.database.read() as db:
        forms = {one.id: one.form_id for one in blasts.listed(db)}
    sent = [(at.day, forms[one.blast_id or 0]) for at, one in office.provider.sent]
    assert sent == [(16, "tracer"), (23, "kebekerjaan"), (25, "tracer")]


def test_law_6_a_campaign_by_consent_leaves_out_who_said_no_since(office: CampaignOffice) -> None:
    people = office.people(3)
    office.cohort("Temu alumni", "2026-11-20", people, kind="kegiatan")
    office.publish("umpan_balik_kegiatan")
    office.turn_on("umpan_balik_kegiatan")
    refuse(office, people[0], "umpan_balik_kegiatan")
    refuse(office, people[2], "tracer")  # another survey: no word about this one
    office.at("2026-11-23 09:01")
    office.tick(sends=False)
    refuse(office, people[1], "umpan_balik_kegiatan")
    office.drain()
    assert len(office.provider.sent) == 1
    (blast,) = {message.blast_id for _at, message in office.provider.sent}
    found = Blasts(office.service).figures(blast or 0)
    assert (found["audience"], found["not_sent"]) == (3, {WITHDRAWN: 2})


def refuse(office: CampaignOffice, person: int, form: str) -> None:
    with office.service.database.write() as db:
        no = Agreement(person, form, False, "1", "x", office.clock(), "whatsapp", "SM")
        consents.add(db, no)
