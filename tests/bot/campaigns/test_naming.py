"""Supervisors whom graduates name in their tracer study are asked, once, and told by whom."""

from flows import state as states
from storage import cohorts, interviews, respondents
from tests.bot.campaigns.office import CampaignOffice


def answer(office: CampaignOffice, person: int, name: str, phone: str) -> None:
    """Let a graduate finish the tracer study, naming somebody."""
    service = office.service
    with service.database.write() as db:
        standing = interviews.all_of(db, service.vault, person)[-1]
        answers = {**standing.state.answers, "f8": "1", "atasan_nama": name, "atasan_hp": phone}
        done = states.replace(standing.state, status=states.Status.FINISHED, answers=answers)
        interviews.save(db, service.vault, standing, done, at=office.clock())


def test_a_supervisor_named_by_two_graduates_is_asked_once_and_told_by_whom(
    office: CampaignOffice,
) -> None:
    office.publish("tracer", "pengguna_lulusan")
    people = office.people(3)
    office.cohort("Yudisium 1", "2024-11-24", people, kind="yudisium")
    office.turn_on("tracer")
    office.turn_on("pengguna_lulusan")
    office.at("2026-11-24 09:30")
    office.tick()
    with office.service.database.read() as db:
        begun = interviews.all_of(db, office.service.vault, people[0])[-1].state
    assert begun.given["tanya_atasan"] == "ya"  # asked only while somebody will write to them
    answer(office, people[0], "RINA PERMATA, S.T.", "+6281200000777")
    answer(office, people[1], "Rina Permata", "+6281200000777")
    answer(office, people[2], "", "")
    office.provider.sent.clear()
    office.at("2026-11-24 10:00")
    for _ in range(2):
        office.tick()
    ((_at, invitation),) = office.provider.sent
    assert invitation.to == "6281200000777"
    with office.service.database.read() as db:
        batch = next(one for one, _n in cohorts.listed(db) if one.kind == "atasan")
        (person, *others) = cohorts.members(db, batch.id)
        known = respondents.get(db, person)
    assert (batch.name, others) == ("Atasan lulusan Menjahit November 2026", [])
    assert known.name == "RINA PERMATA, S.T."
    with office.service.database.write() as db:
        reach = respondents.addresses(db, person)["whatsapp"]
    assert reach.value == "6281200000777"
    office.say(person, "halo")
    office.drain()
    assert "Kontak Kakak kami terima dari Orang" in office.provider.sent[-1][1].prompt.text
