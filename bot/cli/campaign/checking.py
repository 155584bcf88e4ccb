"""`lacak campaign check`: what is wrong with a campaign, all at once."""

import json
from typing import Any

import typer

from bot.cli.campaign.sources import read, unreadable


def check(
    files: list[str] = typer.Argument(help="Berkas .yaml, atau nama kampanye bawaan."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Periksa kampanye; sebutkan semua yang keliru, dengan berkas dan barisnya."""
    reports = [_report(file) for file in files]
    if as_json:
        print(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        for one in reports:
            said = [fault["message"] for fault in one["faults"]]
            print("\n".join(said or [f"{one['file']}: baik, {one['waves']} aturan gelombang."]))
    if not all(one["ok"] for one in reports):
        raise SystemExit(1)


def _report(file: str) -> dict[str, Any]:
    from flows import library
    from scheduler.campaigns.faults import CampaignFaults
    from scheduler.campaigns.read import read_campaign

    try:
        campaign = read_campaign(read(file), forms=library.names())
    except OSError as error:
        fault = {"line": 0, "key": "", "code": "FILE", "message": unreadable(file, error)}
        return {"file": file, "ok": False, "waves": 0, "faults": [fault]}
    except CampaignFaults as error:
        faults = [
            {"line": one.line, "key": one.key, "code": one.code.name, "message": one.sentence(file)}
            for one in error.faults
        ]
        return {"file": file, "ok": False, "waves": 0, "faults": faults}
    return {"file": file, "ok": True, "waves": len(campaign.waves), "faults": []}
