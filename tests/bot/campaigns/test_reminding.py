"""A reminder outside the 24 hours goes by a template of its own, else by the invitation's."""

from pathlib import Path

from storage import blasts
from storage.blasts import TemplateRow
from tests.bot.campaigns.office import CampaignOffice
from tests.bot.commands import run, stock

PASCA = "kebekerjaan_pascapelatihan"


def template(office: CampaignOffice, name: str, sid: str) -> None:
    with office.service.database.write() as db:
        row = TemplateRow(name, sid, ("nama", "kantor"))
        blasts.add_template(db, row, created_by="rina", at=office.clock())


def used(office: CampaignOffice) -> list[str]:
    """Return which template each message goes by whose person has not written."""
    found = [office.service._template_of(message) for _at, message in office.provider.sent]
    return [one.sid for one in found if one is not None]


def test_reminders_go_by_their_own_template_else_by_the_forms(office: CampaignOffice) -> None:
    office.cohort("Menjahit 1", "2026-10-24", office.people(1))
    office.turn_on(PASCA)
    template(office, "kebekerjaan", "HX1")
    office.at("2026-11-24 08:00")
    office.run("2026-11-25 10:00")
    assert used(office) == ["HX1", "HX1"]
    template(office, "kebekerjaan/pengingat", "HX2")
    office.run("2026-11-26 10:00")
    assert used(office) == ["HX1", "HX2", "HX2"]


def test_checking_a_campaign_says_what_reminds(tmp_path: Path) -> None:
    office, check = stock(tmp_path), ("campaign", "check", PASCA)
    whatsapp = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
    assert "templat" not in run(office, *check).stdout
    assert "belum ada templat WhatsApp" in run(office, *check, **whatsapp).stdout
    add = ("template", "add", "kebekerjaan", "--variables", "nama", "--sid")
    assert run(office, *add, "HX" + "1" * 32).returncode == 0
    said = run(office, *check, **whatsapp).stdout
    assert "memakai templat undangan kebekerjaan (HX1" in said
    done = run(office, *add, "HX" + "2" * 32, "--for", "reminder")
    assert "dipakai untuk pengingat kebekerjaan" in done.stdout
    assert "memakai templatnya sendiri (HX2" in run(office, *check, **whatsapp).stdout
