"""`lacak campaign check`: what is wrong with a campaign, all at once."""

import json
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.campaign.sources import read, unreadable

if TYPE_CHECKING:
    from scheduler.campaigns.faults import Fault
    from scheduler.campaigns.model import Campaign


def check(
    files: list[str] = typer.Argument(None, help="Berkas .yaml, atau nama kampanye bawaan."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Periksa kampanye dan kalender kantor; sebutkan semua yang keliru, berkas dan barisnya."""
    reports = [*map(_report, files or ()), *_calendar()]
    if as_json:
        print(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        for one in reports:
            said = [fault["message"] for fault in one["faults"]]
            well = f"{one['file']}: baik, {one['waves']} aturan gelombang."
            print("\n".join(said or [well, *(f"  {note}" for note in one["notes"])]))
    if not (reports or as_json):
        print("Kalender kantor: baik. Kampanye diperiksa bila berkas atau namanya disebut.")
    if not all(one["ok"] for one in reports):
        raise SystemExit(1)


def _notes(campaign: "Campaign") -> list[str]:
    """Return what staff should know of a right campaign, where WhatsApp is set up."""
    from bot.campaigns.reminding import said
    from bot.cli.common import load_settings, opened

    if not load_settings().twilio_account_sid:
        return []
    with opened() as service, service.database.read() as db:
        note = said(db, campaign)
    return [note] if note else []


def _calendar() -> list[dict[str, Any]]:
    """Return what is wrong with the office's calendar; a right one is not spoken of."""
    from bot.campaigns.office_calendar import OfficeCalendar
    from bot.cli.common import load_settings

    calendar = OfficeCalendar(load_settings().office_calendar)
    calendar.days()
    faults = [_fault(one, calendar.path) for one in calendar.faults]
    return (
        [{"file": calendar.path, "ok": False, "waves": 0, "faults": faults, "notes": []}]
        if faults
        else []
    )


def _fault(one: "Fault", file: str) -> dict[str, Any]:
    return {
        "line": one.line, "key": one.key, "code": one.code.name, "message": one.sentence(file),
    }  # fmt: skip


def _report(file: str) -> dict[str, Any]:
    from flows import library
    from scheduler.campaigns.faults import CampaignFaults
    from scheduler.campaigns.read import read_campaign

    try:
        campaign = read_campaign(read(file), forms=library.names())
    except OSError as error:
        fault = {"line": 0, "key": "", "code": "FILE", "message": unreadable(file, error)}
        return {"file": file, "ok": False, "waves": 0, "faults": [fault], "notes": []}
    except CampaignFaults as error:
        faults = [_fault(one, file) for one in error.faults]
        return {"file": file, "ok": False, "waves": 0, "faults": faults, "notes": []}
    return {
        "file": file,
        "ok": True,
        "waves": len(campaign.waves),
        "faults": [],
        "notes": _notes(campaign),
    }
