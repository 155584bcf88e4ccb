"""`lacak doctor`: what is well, what is not, and what to do."""

import json
from dataclasses import asdict

import typer


def doctor(as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON.")) -> None:
    """Periksa pengaturan, database, jam, disk, penyedia, dan pengirim."""
    import asyncio

    from bot.cli.common import load_settings
    from bot.doctor import State, examine, is_well
    from bot.logs import set_up
    from bot.service import Service

    set_up()
    service = Service(load_settings())
    try:
        found = asyncio.run(examine(service))
    finally:
        service.close()
    if as_json:
        rows = [asdict(one) for one in found]
        print(json.dumps({"ok": is_well(found), "findings": rows}, ensure_ascii=False, indent=2))
    else:
        marks = {State.WELL: "✓", State.LOOK: "!", State.FAULT: "✗"}
        for one in found:
            print(f"{marks[one.state]} {one.what}: {one.said}")
            if one.todo:
                print(f"  → {one.todo}")
    raise SystemExit(0 if is_well(found) else 1)
