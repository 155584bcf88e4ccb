"""`lacak hari-ini`: what today brought."""

import json
from dataclasses import asdict

import typer


def today(as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON.")) -> None:
    """Ringkasan hari ini: pesan terkirim, yang menjawab, yang perlu dilihat."""
    from bot.cli.common import opened
    from bot.today import day, said_of_day

    with opened() as service:
        found = day(service, service.now())
    if as_json:
        print(json.dumps({**asdict(found), "on": found.on.isoformat()}, ensure_ascii=False))
    else:
        print(said_of_day(found))
