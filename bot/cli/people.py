"""`lacak people`: bring alumni in, invite a cohort."""

import csv
import json
import sys
from pathlib import Path

import typer

app = typer.Typer(help="Responden.", no_args_is_help=True)


@app.command("import")
def import_people(
    file: Path = typer.Argument(help="Berkas peserta .xlsx dari SIAPkerja."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Masukkan peserta pelatihan; tidak ada yang disimpan bila berkasnya belum bersih."""
    from dataclasses import asdict

    from bot.cli.common import actor, fail, opened
    from bot.roster import read_roster, store_roster
    from storage import audit

    try:
        data = file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    with opened() as service:
        roster = read_roster(data, zone=service.office.zone)
        counts = {"rows": len(roster.participants), "new": 0, "updated": 0, "unchanged": 0}
        if not roster.faults:
            with service.database.write() as db:
                stored = store_roster(db, service.vault, roster.participants, at=service.now())
                counts = asdict(stored)
                audit.note(
                    db, actor=actor(service.settings), action="people import",
                    detail=f"{stored.rows} rows, {stored.new} new", at=service.now(),
                )  # fmt: skip
    faults = [asdict(fault) for fault in roster.faults]
    if as_json:
        print(json.dumps({**counts, "faults": faults}, ensure_ascii=False, indent=2))
    else:
        for fault in roster.faults:
            print(f"baris {fault.row}, kolom '{fault.column}': {fault.value} {fault.message}")
        print(_summary(counts, len(faults)))
    if faults:
        raise SystemExit(1)


def _summary(counts: dict[str, int], faults: int) -> str:
    if faults:
        return f"{faults} kesalahan; belum ada yang disimpan."
    return "{rows} baris: {new} baru, {updated} bertambah, {unchanged} tetap.".format(**counts)


@app.command()
def invite(
    form: str = typer.Argument(help="Nama kuesioner yang sudah terbit."),
    cohort: str = typer.Option(help="Nama angkatan; lihat `lacak people cohorts`."),
    out: Path | None = typer.Option(None, help="Berkas CSV; tanpa ini ke layar."),
) -> None:
    """Undang satu angkatan lewat percakapan web; hasilnya tautan setiap orang."""
    from bot.cli.common import actor, fail, opened
    from bot.links import make_token
    from storage import audit, cohorts, forms

    with opened() as service:
        with service.database.write() as db:
            form_pk, batch = forms.newest(db, form), cohorts.find(db, cohort)
            if form_pk is None:
                fail(f"kuesioner '{form}' belum terbit; jalankan: lacak form publish {form}")
            if batch is None:
                fail(f"angkatan '{cohort}' tidak ada; lihat: lacak people cohorts")
            invited = service.invitations.cohort(db, batch, form_pk, now=service.now())
            audit.note(
                db, actor=actor(service.settings), action="people invite",
                detail=f"{form}, cohort {batch.id}, {len(invited)} people", at=service.now(),
            )  # fmt: skip
        origin = service.settings.public_url.rstrip("/") or "http://127.0.0.1:8000"
        rows = [
            (one.name, f"{origin}/c/{make_token(service.vault, one.address_id, now=service.now())}",
             one.reason or "diundang")
            for one in invited
        ]  # fmt: skip
    file = out.open("w", encoding="utf-8-sig", newline="") if out else sys.stdout
    csv.writer(file).writerows([("nama", "tautan", "keterangan"), *rows])
    if out:
        file.close()
        print(f"{len(rows)} tautan ditulis ke {out}", file=sys.stderr)


@app.command("cohorts")
def list_cohorts() -> None:
    """Sebutkan angkatan dan jumlah anggotanya."""
    from bot.cli.common import opened
    from storage import cohorts

    with opened() as service, service.database.read() as db:
        for batch, members in cohorts.listed(db):
            print(f"{batch.name}\t{batch.prodi}\t{members} orang")
