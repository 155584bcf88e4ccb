"""`lacak export`: answers as files."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from exports.official.dikti.codes import Codes
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


def _codes(path: Path, *, is_named: bool) -> "Codes":
    """Return what the office states in its file; nothing where there is none unless it is named."""
    from bot.cli.common import fail
    from exports.official.dikti.codes import Codes, WrongCodes, read_codes

    if not path.is_file() and not is_named:
        return Codes()
    try:
        return read_codes(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, WrongCodes) as error:
        fail(f"{path}: {error}")


@app.command()
def dikti(
    form: str = typer.Option(
        "tracer", help="Kuesioner tracer: tracer, tracer_2021, atau salinannya."
    ),
    format: Format = typer.Option(Format.xlsx, help="Jenis berkas."),
    out: Path | None = typer.Option(None, help="Nama berkas; tanpa ini dikti-KUESIONER.JENIS."),
    codes: Path | None = typer.Option(None, help="Berkas kode PDDikti; tanpa ini DIKTI_CODES."),
    nik: bool = typer.Option(True, "--nik/--no-nik", help="Sertakan NIK, kolom wajib di situs."),
) -> None:
    """Tulis berkas unggahan tracer study Dikti, dan daftar yang masih kurang di sebelahnya."""
    from bot.cli.common import acting, fail, opened
    from exports.files import WRITERS
    from exports.official.dikti import GAPS, NotOfficial, Writing, layout_of, newest_each
    from exports.official.dikti.register import register
    from exports.responses import Table
    from storage import audit, forms, interviews

    path = out or Path(f"dikti-{form}.{format}")
    beside = path.with_name(f"{path.stem}-kekurangan{path.suffix}")
    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        stated = _codes(codes or Path(service.settings.dikti_codes), is_named=codes is not None)
        with service.database.read() as db:
            newest = forms.newest(db, form)
            if newest is None:
                fail(f"kuesioner '{form}' belum pernah terbit; lihat: lacak form list")

            def form_of(form_pk: int) -> "Form":
                return service.turns.form(db, form_pk)

            try:
                layout = layout_of(form_of(newest))
            except NotOfficial:
                fail(
                    f"kuesioner '{form}' bukan kuesioner inti Dikti: settings-nya tanpa chat::core"
                )
            chosen = newest_each(
                interviews.rows(db, service.vault, form),
                lambda row: form_of(row.form_pk).core == layout.core,
            )
            writing = Writing(layout, form_of, register(db, service.vault, stated, with_nik=nik))
            try:
                rows = interviews.rows(db, service.vault, form, only=chosen)
                count = WRITERS[format](writing.table(rows), path)
                WRITERS[format](Table(GAPS, writing.gaps), beside)
            except OSError as error:
                fail(str(error))
        with service.database.write() as db:
            audit.note(
                db, actor=by, action="export dikti", detail=f"{form}, {count} rows, nik {nik}",
                at=service.now(),
            )  # fmt: skip
    print(f"{count} alumni, {len(layout.columns)} kolom, ditulis ke {path}")
    print(f"{len(writing.gaps)} kekurangan ditulis ke {beside}")
