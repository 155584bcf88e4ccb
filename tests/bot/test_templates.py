"""Templates: checked before Meta sees them, followed, and what they hold when they fail."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.templates import CannotSubmit, faults, follow, submit, why_not
from flows.xlsform import Artefact
from storage import alerts, templates
from storage.templates import Submission
from tests.bot.commands import run
from tests.bot.twilio_settings import twilio_environment
from tests.bot.whatsapp_office import Chats, open_chats
from tests.fakes.twilio import FakeTwilio

BODY = "Halo Kak {{1}}, kami dari {{2}} ingin tahu kabar Kakak sekarang. Balas YA ya, Kak."
ONE = Submission(
    0, "kebekerjaan", "", ("nama", "kantor"), "undangan_1", "id", "MARKETING", BODY, "unsubmitted",
    "", None,
)  # fmt: skip


@pytest.fixture
def chats(sqlite_url: str, artefact: Artefact) -> Iterator[Chats]:
    with open_chats(sqlite_url, artefact, size=3) as chats:
        yield chats


def meta_says(chats: Chats, sid: str, status: str, reason: str = "") -> None:
    chats.twilio.contents.made[sid].approval.update(status=status, rejection_reason=reason)
    chats.run(follow(chats.service))


def standing(chats: Chats, blast: int) -> tuple[object, object]:
    found = chats.office.figures(blast)
    return found["status"], found["reason"]


def test_a_template_is_submitted_followed_and_used(chats: Chats) -> None:
    made = submit(chats.service, ONE, ["Mulai"], actor="rina")
    assert made.status == "received"
    resource = chats.twilio.contents.made[made.sid]
    assert resource.variables == {"1": "Sari", "2": "BPVP Kendari"}
    assert resource.approval["category"] == "MARKETING"
    meta_says(chats, made.sid, "approved")
    chats.send()
    chats.wait(lambda: chats.statuses().get("sent", 0) == 3)
    assert {one.content_sid for one in chats.twilio.outbound} == {made.sid}
    assert "Halo Kak Orang, kami dari BPVP Kendari" in chats.heard(0)[-1]
    assert chats.twilio.outbound[0].buttons == (("Mulai", "Mulai"),)
    chats.twilio.tap(chats.twilio.outbound[0], "Mulai")
    chats.wait(lambda: "bersedia menjawab" in chats.heard(0)[-1])


@pytest.mark.parametrize("status", ["rejected", "paused", "disabled"])
def test_a_template_that_meta_stops_holds_its_blast_and_staff_are_told(
    chats: Chats, status: str
) -> None:
    with chats.service.database.write() as db:  # only the submitted one is left
        (noted,) = templates.listed(db)
        templates.set_status(db, noted.id, "disabled", category="", reason="", at=chats.clock())
    made = submit(chats.service, ONE, (), actor="rina")
    blast = chats.send()
    assert standing(chats, blast) == ("paused", "templat WhatsApp undangan_1 diterima Twilio")
    meta_says(chats, made.sid, status, "TAG_CONTENT_MISMATCH")
    state, reason = standing(chats, blast)
    assert (state, str(reason).startswith("templat WhatsApp undangan_1 ")) == ("paused", True)
    assert str(reason).endswith(": TAG_CONTENT_MISMATCH")
    chats.run(chats.service.chores.look_after())
    with chats.service.database.read() as db:
        assert any("templat WhatsApp" in one.sentence for one in alerts.standing_now(db))
    assert chats.statuses() == {"queued": 3}
    assert chats.twilio.outbound == []
    meta_says(chats, made.sid, "approved")
    chats.service.wake()
    chats.wait(lambda: chats.statuses().get("sent", 0) == 3)


def test_twilio_down_says_so_and_notes_nothing(chats: Chats) -> None:
    chats.twilio.contents.is_down = True
    with pytest.raises(CannotSubmit, match="tidak membuat"):
        submit(chats.service, ONE, (), actor="rina")
    with chats.service.database.read() as db:
        assert len(templates.listed(db)) == 1


@pytest.mark.parametrize(
    ("body", "variables", "said"),
    [
        ("{{1}}, halo dari kami semua di sini", ("nama",), "dibuka atau ditutup"),
        ("Halo kami dari kantor, salam Kak {{1}}", ("nama",), "dibuka atau ditutup"),
        ("Halo Kak {{1}} {{2}} apa kabar semua di sana?", ("nama", "kantor"), "berdampingan"),
        ("Halo Kak {{2}} dari {{1}} apa kabar semua?", ("nama", "kantor"), "berurutan"),
        ("Halo Kak {{1}} dari {{3}} apa kabar semua?", ("nama", "kantor"), "berurutan"),
        ("Halo {{1}} dari {{2}} ya", ("nama", "kantor"), "terlalu sedikit kata"),
        ("Halo Kak {{1}}, apa kabar?", ("nomor",), "tidak dikenal"),
        ("x" * 1025, (), "lebih dari 1024"),
        ("", (), "kosong"),
    ],
)
def test_what_whatsapp_would_refuse_is_said_before(
    body: str, variables: tuple[str, ...], said: str
) -> None:
    assert any(said in one for one in faults(body, variables))
    assert faults(BODY, ("nama", "kantor")) == []


def test_staff_submit_and_ask_from_the_command_line(sqlite_url: str, tmp_path: Path) -> None:
    with FakeTwilio() as twilio:
        env = {**twilio_environment(twilio.base_url), "DATABASE_URL": sqlite_url}
        wrong = run(tmp_path, "template", "submit", "kebekerjaan", "--text", "{{1}} halo", **env)
        assert (wrong.returncode, "dibuka atau ditutup" in wrong.stderr) == (1, True)
        done = run(
            tmp_path, "template", "submit", "kebekerjaan", "--text", BODY, "--variables",
            "nama,kantor", "--category", "UTILITY", **env,
        )  # fmt: skip
        assert (done.returncode, "diterima Twilio" in done.stdout) == (0, True), done.stderr
        (one,) = twilio.contents.made.values()
        one.approval.update(status="approved", category="MARKETING")
        told = run(tmp_path, "template", "status", "--json", **env)
        (said,) = json.loads(told.stdout)
        assert (said["status"], said["category"], said["sid"]) == (
            "approved", "MARKETING", one.sid,
        )  # fmt: skip
        assert twilio.contents.violations == []


def test_meta_stops_one_of_two_and_the_other_goes_on() -> None:
    good, bad = replace(ONE, status="approved"), replace(ONE, status="paused")
    assert why_not([good, bad]) == why_not([good]) == why_not([]) == ""
    assert why_not([bad]) == "templat WhatsApp undangan_1 dijeda Meta"
