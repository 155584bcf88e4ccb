"""`lacak export`: answers as files."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from flows.model import Form

app = typer.Typer(help="Ekspor.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Ekspor."""


class Format(StrEnum):
    """Files we write."""

    xlsx = "xlsx"
    csv = "csv"


@app.command()
def responses(
    form: str = typer.Option("kebekerjaan", help="Nama kuesioner."),
    format: Format = typer.Option(Format.xlsx, help="Jenis berkas."),
    out: Path | None = typer.Option(None, help="Nama berkas; tanpa ini KUESIONER.JENIS."),
    codes: bool = typer.Option(False, help="Kode pilihan, bukan labelnya."),
    layout: str = typer.Option("", help="Susunan kolom resmi, misalnya siapkerja."),
    nik: bool = typer.Option(False, help="Sertakan NIK dalam susunan resmi."),
) -> None:
    """Tulis semua tanggapan satu kuesioner, satu baris satu responden."""
    from zoneinfo import ZoneInfo

    from bot.cli.common import acting, fail, opened
    from exports import official
    from exports import responses as all_responses
    from exports.files import WRITERS
    from storage import audit, forms, interviews, respondents

    path = out or Path(f"{layout or form}.{format}")
    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        with service.database.read() as db:
            versions = [pk for pk, form_id, *_ in forms.listed(db) if form_id == form]
            if not versions:
                fail(f"kuesioner '{form}' belum pernah terbit; lihat: lacak form list")

            def form_of(form_pk: int) -> "Form":
                return service.turns.form(db, form_pk)

            rows = interviews.rows(db, service.vault, form)
            try:
                table = (
                    official.official(
                        rows, form_of, official.layout(layout),
                        nik_of=lambda one: respondents.nik(db, service.vault, one) if nik else "",
                    )
                    if layout
                    else all_responses.responses(
                        rows, form_of, versions, zone=ZoneInfo(service.office.zone), codes=codes
                    )
                )  # fmt: skip
                count = WRITERS[format](table, path)
            except (LookupError, OSError) as error:
                fail(str(error))
        with service.database.write() as db:
            audit.note(
                db, actor=by, action="export responses",
                detail=f"{form}, {count} rows, layout {layout or 'all'}, nik {nik}",
                at=service.now(),
            )  # fmt: skip
    print(f"{count} tanggapan ditulis ke {path}")
