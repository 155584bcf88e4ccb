"""A wrong calendar file stops nothing: the last good one holds, and everybody is told where."""

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.campaigns import Campaigns
from bot.doctor import State, examine
from tests.bot.campaigns.office import CampaignOffice
from tests.bot.commands import run

GOOD = "libur: {2026-11-24: Dies natalis}\n"


def test_campaigns_go_on_by_the_last_good_calendar(office: CampaignOffice, tmp_path: Path) -> None:
    file = tmp_path / "kalender.yaml"
    file.write_text(GOOD)
    settings = replace(office.service.settings, office_calendar=str(file))
    office.service.settings = settings
    office.service.campaigns = office.campaigns = Campaigns(office.service)
    office.cohort("Menjahit 1", "2026-10-24", office.people(2))
    office.turn_on("kebekerjaan_pascapelatihan")
    office.at("2026-11-24 08:00")
    office.tick()
    file.write_text(GOOD + "masuk: [besok]\n")
    os.utime(file, (1, 1))
    office.run("2026-11-25 10:00")
    assert office.sent() == ["11-25 09:00"] * 2  # the office's own day off held

    (found,) = [one for one in asyncio.run(examine(office.service)) if "kalender" in one.what]
    assert found.state is State.FAULT
    assert f"KMP_05: {file} baris 2: 'masuk': nilai 'besok' keliru" in found.said
    assert "kalender yang terakhir benar" in found.todo
    told = office.service.staffroom._news._calendar()["calendar"]
    assert "Kalender kantor tidak terpakai" in told
    assert "baris 2" in told

    file.write_text(GOOD)
    os.utime(file, (2, 2))
    assert office.service.staffroom._news._calendar() == {}
    file.unlink()
    assert "berkasnya tidak ada" in office.service.staffroom._news._calendar()["calendar"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("libur: {2026-02-30: Hari aneh}\n", "baris 1: 'libur': nilai '2026-02-30' keliru"),
        ("libur:\n  2026-11-24: a\n bad\n", "kalender.yaml baris"),
        ("liburan: {2026-11-24: a}\n", "kunci 'liburan' tidak dikenal"),
        (None, "berkasnya tidak ada; periksa OFFICE_CALENDAR"),
    ],
)
def test_check_and_doctor_say_where_the_calendar_is_wrong(
    tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "kalender.yaml"
    if content is not None:
        file.write_text(content)
    checked = run(tmp_path, "campaign", "check", "tracer", "--json", OFFICE_CALENDAR=str(file))
    assert checked.returncode == 1
    good, bad = json.loads(checked.stdout)
    assert (good["ok"], bad["ok"]) == (True, False)
    assert said in bad["faults"][0]["message"]
