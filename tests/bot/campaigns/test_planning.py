"""The calendar of waves to come, and a campaign's life on the command line."""

import json
from datetime import date
from pathlib import Path

from bot.campaigns.planning import coming
from bot.demo import people
from tests.bot.campaigns.office import CampaignOffice
from tests.bot.commands import run
from tests.conftest import NOW


def test_the_plan_shows_every_wave_to_come_where_it_goes(office: CampaignOffice) -> None:
    office.cohort("Menjahit 1", "2026-11-25", office.people(3))
    office.cohort("Las 1", "2026-08-01", office.people(2))
    office.turn_on("kebekerjaan_pascapelatihan")
    now = office.clock()
    found = coming(office.service, until=date(2027, 3, 1), now=now)
    assert [(one.cohort, one.period, str(one.goes_on), one.people) for one in found] == [
        ("Menjahit 1", "2026-12-1bulan", "2026-12-26", 3),  # Christmas is a day off
        ("Las 1", "2027-02-6bulan", "2027-02-01", 2),
        ("Menjahit 1", "2027-02-3bulan", "2027-02-25", 3),
    ]
    office.run("2026-12-26 10:00", every_h=24)
    assert len(coming(office.service, until=date(2027, 3, 1), now=office.clock())) == 2


def test_a_campaign_is_loaded_planned_turned_on_and_off(tmp_path: Path) -> None:
    people.workbook(tmp_path / "peserta.xlsx", today=NOW.date())
    name = "kebekerjaan_pascapelatihan"
    said = run(tmp_path, "campaign", "on", name).stderr
    assert f"lacak campaign load {name}" in said
    assert run(tmp_path, "campaign", "load", name).returncode == 0
    assert "lacak form publish kebekerjaan" in run(tmp_path, "campaign", "on", name).stderr
    run(tmp_path, "form", "publish", "kebekerjaan")
    run(tmp_path, "people", "import", "peserta.xlsx")
    done = run(tmp_path, "campaign", "on", name, "--yes")
    assert done.returncode == 0, done.stderr
    assert "menyala" in done.stdout
    (row,) = json.loads(run(tmp_path, "campaign", "list", "--json").stdout)
    assert (row["campaign"], row["form"]) == (name, "kebekerjaan")
    planned = run(tmp_path, "campaign", "plan", "--until", "2030-01-01", "--json")
    assert {"cohort", "due_on", "goes_on", "people"} <= set(json.loads(planned.stdout)[0])
    assert "legal_basis" in run(tmp_path, "campaign", "show", name).stdout
    assert run(tmp_path, "campaign", "off", name).returncode == 0
    assert "Tidak ada" in run(tmp_path, "campaign", "plan", "--until", "2030-01-01").stdout
