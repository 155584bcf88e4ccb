"""A campaign file is read whole: every fault at once, with its line, and never a traceback."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import library as forms
from scheduler.campaigns import library
from scheduler.campaigns.faults import CampaignFaults, Code
from scheduler.campaigns.read import read_campaign

GOOD = library.source("kebekerjaan_pascapelatihan").decode()


def faults(source: str | bytes) -> list[tuple[int, str]]:
    data = source.encode() if isinstance(source, str) else source
    with pytest.raises(CampaignFaults) as found:
        read_campaign(data, forms=forms.names())
    return [(one.line, one.code.name) for one in found.value.faults]


@pytest.mark.parametrize("name", library.names())
def test_every_shipped_campaign_is_right_and_asks_a_form_that_there_is(name: str) -> None:
    campaign = read_campaign(library.source(name), forms=forms.names(), are_all=True)
    assert campaign.name == name
    assert campaign.waves
    assert campaign.legal_basis


def test_the_eight_campaigns_of_the_procedures_are_shipped() -> None:
    assert set(library.names()) == {
        "kebekerjaan_pascapelatihan", "kebekerjaan_caturwulan", "tracer", "tracer_12bulan",
        "pengguna_lulusan", "kebutuhan_ppg", "umpan_balik_kegiatan", "hasil_perekrutan",
    }  # fmt: skip


def test_all_faults_are_said_at_once_with_their_lines() -> None:
    wrong = """\
campaign: Kebekerjaan!
form: kebekerjan
legal_basis: suka-suka
audience: {kind: pelatihn, where: "${jenis_klamin} = 'P'"}
waves:
  - after: {months: satu}
  - {each: kuartal}
  - {each: caturwulan, on: 2026-12-01}
  - {cron: "30 9 1 * 0"}
  - {cron: "0 0 31 2 *"}
  - {on: 2026-13-01}
channels: [telegram, merpati]
hours: {send_at: "25.00", until: "17.00"}
open: {days: 3}
reminders: [1, 3]
late: kapan-kapan
cooling: 7
"""
    assert faults(wrong) == [
        (1, "KMP_05"), (2, "KMP_06"), (3, "KMP_05"), (4, "KMP_05"), (4, "KMP_10"),
        (6, "KMP_05"), (7, "KMP_05"), (8, "KMP_08"), (9, "KMP_05"), (10, "KMP_05"),
        (11, "KMP_05"), (12, "KMP_05"), (13, "KMP_05"), (15, "KMP_07"), (16, "KMP_05"),
        (17, "KMP_02"),
    ]  # fmt: skip


def test_a_reminder_past_closing_is_refused_and_says_what_would_work() -> None:
    with pytest.raises(CampaignFaults) as found:
        read_campaign(GOOD.replace("reminders: [1, 2]", "reminders: [1, 5]").encode())
    (one,) = found.value.faults
    assert one.code is Code.KMP_07
    assert "pakai paling lama 2" in one.sentence("k.yaml")
    assert one.sentence("k.yaml").startswith("KMP_07: k.yaml baris ")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('send_at: "09.00"', 'send_at: "06.00"', "KMP_11"),
        ('until: "17.00"', 'until: "08.00"', "KMP_11"),
        ('ramadan: "09.00-15.00"', 'ramadan: "17.00-18.00"', "KMP_11"),
        ("after: {months: 3}", "after: {months: 1}", "KMP_09"),
        ("form: kebekerjaan", "form:", "KMP_03"),
        ("audience: {kind: pelatihan}", "audience: pelatihan", "KMP_05"),
        ("channels: [telegram, whatsapp, web]", "channels: {a: b}", "KMP_04"),
        ("late: {kejar: 14}", "late: {kejar: lama}", "KMP_05"),
        ("open: {days: 3}", "open: {days: 3, working_days: 3}", "KMP_05"),
        ("reminder_link:", "reminder_link: kemnaker", "KMP_05"),
        ("open: {days: 3}", "open: &x {days: 3}", "KMP_01"),
    ],
)
def test_what_cannot_be_is_refused(old: str, new: str, code: str) -> None:
    assert old in GOOD
    assert code in [name for _line, name in faults(GOOD.replace(old, new, 1))]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(sorted(yaml.safe_load(GOOD))), _VALUES, max_size=4)
    | st.dictionaries(
        st.just("waves"),
        st.lists(st.dictionaries(st.sampled_from(["after", "each", "on", "cron", "by", "event"]),
                                 _VALUES, max_size=3), max_size=3),
    )
)  # fmt: skip
def test_no_value_anywhere_crashes_the_checker(changes: dict[str, object]) -> None:
    content = {**yaml.safe_load(GOOD), **changes}
    with suppress(CampaignFaults):
        found = read_campaign(yaml.safe_dump(content, allow_unicode=True).encode())
        assert found.waves


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_crash_the_checker(source: bytes) -> None:
    with pytest.raises(CampaignFaults):
        read_campaign(source)


def test_the_command_exits_1_on_faults_and_has_them_as_json(tmp_path: Path) -> None:
    import json  # noqa: PLC0415

    from tests.bot.commands import run  # noqa: PLC0415

    file = tmp_path / "k.yaml"
    file.write_text(GOOD.replace("reminders: [1, 2]", "reminders: [4]"))
    done = run(tmp_path, "campaign", "check", "k.yaml", "tracer", "tiada.yaml", "--json")
    assert done.returncode == 1
    wrong, right, absent = json.loads(done.stdout)
    assert (wrong["ok"], wrong["faults"][0]["code"], right["ok"]) == (False, "KMP_07", True)
    assert "kebutuhan_ppg" in absent["faults"][0]["message"]
    assert run(tmp_path, "campaign", "check", "tracer").returncode == 0
