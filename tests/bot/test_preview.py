"""A preview says who, when and for how long; a status may be watched until it is over."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli import watching
from bot.previews import said
from bot.service import Service
from flows.xlsform import Artefact
from scheduler.forecast import Load, last_goes_at
from storage import channels, respondents, tiers
from storage.respondents import Person
from tests.bot.commands import run, stock
from tests.bot.test_blast import FIRST, Office
from tests.bot.test_cli_blast import COHORT
from tests.conftest import NOW, settings_for


@pytest.mark.parametrize(
    ("people", "days"), [(1, 0), (238, 0), (239, 1), (476, 1), (477, 2), (2380, 9)]
)
def test_a_tier_of_250_spreads_people_over_days(people: int, days: int) -> None:
    last = last_goes_at(Load(people), now=NOW, rate_per_s=80, tier=250, counted=())
    assert (last - NOW) // tiers.DAY == days


def test_people_counted_today_leave_less_room() -> None:
    counted = [NOW - timedelta(hours=20)] * 200
    load = Load(strangers=50)
    last = last_goes_at(load, now=NOW, rate_per_s=80, tier=250, counted=counted)
    assert timedelta(hours=4) < last - NOW < timedelta(hours=4, minutes=2)
    known = last_goes_at(Load(0, known=50), now=NOW, rate_per_s=80, tier=250, counted=counted)
    assert known - NOW < timedelta(seconds=1)


@settings(max_examples=50)
@given(
    st.integers(0, 700), st.integers(0, 50), st.integers(20, 300),
    st.lists(st.integers(0, 1439), max_size=350),
)  # fmt: skip
def test_no_forecast_is_sooner_than_the_rate_or_the_tier_allow(
    strangers: int, known: int, tier: int, minutes: list[int]
) -> None:
    counted = [NOW - timedelta(minutes=one) for one in sorted(minutes, reverse=True)]
    last = last_goes_at(Load(strangers, known), now=NOW, rate_per_s=80, tier=tier, counted=counted)
    assert last >= NOW + timedelta(seconds=max(0, strangers + known - 1) / 80.001)
    most = tiers.bulk_people(tier)
    assert strangers <= most * ((last - NOW) // tiers.DAY + 1) or not strangers


def test_a_preview_says_zones_times_and_days(
    make_service: Callable[[str], Service], sqlite_url: str, artefact: Artefact,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(
        "tests.conftest.settings_for", lambda url: settings_for(url, WHATSAPP_DAILY_TIER="10")
    )
    service = make_service(sqlite_url)
    here = Office(service, artefact, size=24)
    with service.database.write() as db:
        east = Person(0, "Dewi", "Asia/Jayapura")
        one = respondents.add(db, service.vault, east, at=service.now())
        here.number(db, one, "6281299999999")
        here._join(db, FIRST, [one])
        writing = respondents.addresses(db, here.people[0])["whatsapp"]
        channels.open_window(db, writing.id, at=service.now())
    found = here.blasts.preview(here.blasts.plan("kebekerjaan", FIRST.name, channel="whatsapp"))
    assert (found.by_zone, found.strangers) == ({"Asia/Makassar": 24, "Asia/Jayapura": 1}, 24)
    assert found.days == 3
    text = "\n".join(said(found, service.office.zone))
    assert "WITA 24, WIT 1" in text
    assert "3 hari: pertama 21 Nov 10.00 WITA, terakhir 23 Nov 10.02 WITA" in text
    assert "Batas harian WhatsApp 10 orang" in text


def test_a_preview_as_json_and_a_watched_status(tmp_path: Path) -> None:
    office = stock(tmp_path)
    words = ("blast", "preview", "kebekerjaan", "--cohort", COHORT, "--channel", "whatsapp")
    found = json.loads(run(office, *words, "--json").stdout)
    assert (found["reached"], found["messages"], found["days"]) == (20, 20, 1)
    assert found["first_at"] <= found["last_at"]
    assert len(found["samples"]) == 3
    send = ("blast", "send", "kebekerjaan", "--cohort", COHORT, "--channel", "whatsapp", "--yes")
    assert run(office, *send).returncode == 0
    assert run(office, "blast", "stop", "1").returncode == 0
    done = run(office, "blast", "status", "1", "--watch")
    assert "20/20" in done.stderr
    assert "dibatalkan             20" in done.stdout


def test_watching_ends_with_the_blast_and_shows_its_rate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moment = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    monkeypatch.setattr(time, "sleep", lambda s: moment.__setitem__(0, moment[0] + s))

    def look() -> Mapping[str, Any]:
        sent = min(200, int(moment[0] * 50))
        status = "finished" if sent == 200 else "running"
        return {"blast": 1, "owed": 200, "queued": 200 - sent, "sent": sent, "status": status,
                "failed": 0, "unknown": 0, "waiting": {"batas harian": 200 - sent}}  # fmt: skip

    assert watching.watch(look)["sent"] == 200
    said_last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "200/200" in said_last
    assert "50/detik" in said_last
