"""`lacak wave`: one survey for one cohort in one period, and everyone it is for."""

import json

import typer

app = typer.Typer(help="Gelombang.", no_args_is_help=True)

STATE_WORDS = {
    "planned": "dijadwalkan",
    "waiting": "tunggu",
    "owed": "diundang",
    "closed": "ditutup",
    "skipped": "tidak dikirimi",
}
"""What staff call where a person of a wave stands."""


@app.command("list")
def list_waves() -> None:
    """Sebutkan gelombang, yang terbaru dulu."""
    from bot.cli.common import opened
    from storage import waves

    with opened() as service, service.database.read() as db:
        for one in waves.listed(db):
            print(f"{one.id}\t{one.form_id}\t{one.cohort}\t{one.period}")


@app.command()
def close(wave_id: int = typer.Argument(metavar="ID", help="Nomor gelombang.")) -> None:
    """Tutup satu gelombang: jawaban sejauh ini tetap tersimpan sebagai sebagian."""
    from bot.cli.common import acting, fail, opened
    from storage import audit, closings, waves

    with opened() as service:
        name = acting(service, "admin", "operator")
        with service.database.write() as db:
            if waves.get(db, wave_id) is None:
                fail(f"gelombang {wave_id} tidak ada; lihat: lacak wave list")
            closings.end_wave(db, wave_id)
            audit.note(
                db, actor=name, action="wave close", detail=f"wave {wave_id}", at=service.now()
            )
        number, more = 0, 1
        while more:
            with service.database.write() as db:
                more = service.closings.close_due(db, now=service.now())
            number += more
    print(f"Gelombang {wave_id} ditutup; {number} wawancara yang belum selesai berhenti di sini.")


@app.command()
def show(
    wave_id: int = typer.Argument(metavar="ID", help="Nomor gelombang."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Tunjukkan sampai di mana satu gelombang; semua anggotanya terhitung."""
    from bot.blasts import Blasts
    from bot.cli.blast import print_figures
    from bot.cli.common import fail, opened
    from storage import audiences, blasts, waves

    with opened() as service:
        with service.database.read() as db:
            wave = waves.get(db, wave_id)
            sent = blasts.of_wave(db, wave_id)
            standing = audiences.standing(db, wave_id)
        if wave is None:
            fail(f"gelombang {wave_id} tidak ada; lihat: lacak wave list")
        figures = [dict(Blasts(service).figures(one.id)) for one in sent]
        zone = service.office.zone
    report = {
        "wave": wave.id,
        "form": wave.form_id,
        "cohort": wave.cohort,
        "period": wave.period,
        "campaign": wave.campaign,
        "due_on": wave.due_on.isoformat() if wave.due_on else None,
        "closed_at": wave.closed_at.isoformat() if wave.closed_at else None,
        "standing": [
            {"state": state, "reason": reason, "people": number}
            for (state, reason), number in sorted(standing.items())
        ],
        "blasts": figures,
    }
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    print(f"Gelombang {wave.id}: {wave.form_id}, {wave.cohort}, {wave.period}")
    for (state, reason), number in sorted(standing.items()) if wave.campaign else ():
        print(f"  {STATE_WORDS[state]:<14}{number:>7}  {reason}".rstrip())
    for one in figures:
        print_figures(one, zone)
