"""`lacak campaign placements`: what SIAPkerja knows already, and where it differs from answers."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.campaigns.placements import Conflict

app = typer.Typer(help="Penempatan yang sudah terisi di SIAPkerja.", no_args_is_help=True)
AS_JSON = typer.Option(False, "--json", help="Hasil sebagai JSON.")


@app.command("import")
def import_placements(
    file: Path = typer.Argument(help="Unduhan peserta SIAPkerja, .xlsx atau .csv."),
    as_json: bool = AS_JSON,
) -> None:
    """Impor penempatan; yang sudah terisi di SIAPkerja tidak ditanya atau diingatkan lagi."""
    from bot.campaigns.placements import WrongFile, import_file
    from bot.cli.common import acting, fail, opened
    from storage import audit

    try:
        data = file.read_bytes()
    except OSError as error:
        fail(f"{file}: tidak terbaca ({error.strerror})")
    with opened() as service:
        by = acting(service, "admin", "operator")
        try:
            found = import_file(service, data, by=by)
        except WrongFile as error:
            fail(f"{file}: {error}")
        with service.database.write() as db:
            detail = f"{found.new} new, {found.closed} closed, {len(found.faults)} faults"
            audit.note(db, actor=by, action="placements import", detail=detail, at=service.now())
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for one in found.faults:
            print(f"{file} baris {one.row}, kolom '{one.column}': {one.message}")
        if found.faults:
            print("Belum ada yang disimpan; perbaiki lalu ulangi.")
        else:
            print(
                f"{found.rows} baris: {found.placed} penempatan, {found.new} baru atau berubah; "
                f"{found.closed} orang di gelombang yang terbuka ditutup: terisi di SIAPkerja."
            )
            _print(found.conflicts)
    if found.faults:
        raise SystemExit(1)


@app.command("conflicts")
def conflicts(as_json: bool = AS_JSON) -> None:
    """Sebutkan orang yang jawabannya berbeda dengan SIAPkerja; keduanya tetap disimpan."""
    from bot.campaigns import placements
    from bot.cli.common import acting, opened
    from storage import audit

    with opened() as service:
        by = acting(service, "admin", "operator")
        found = placements.conflicts(service)
        with service.database.write() as db:
            detail = f"{len(found)} differ"
            audit.note(db, actor=by, action="placements conflicts", detail=detail, at=service.now())
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _print(found)


def _print(found: "Sequence[Conflict]") -> None:
    for one in found:
        print(
            f"{one.respondent_id}\t{one.name}\t{one.what}\tmenjawab: {one.answered}\t"
            f"SIAPkerja: {one.imported}"
        )
    if not found:
        print("Tidak ada yang berbeda antara jawaban dan SIAPkerja.")
