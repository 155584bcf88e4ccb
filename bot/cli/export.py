"""`lacak export`: answers, people and deliveries as files."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.dikti import dikti
from bot.cli.export_media import media
from bot.cli.export_messages import messages
from exports.formats import Format

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service
    from exports.responses import Table

app = typer.Typer(help="Ekspor.", no_args_is_help=True)

KIND = typer.Option(
    Format.XLSX,
    "--format",
    help="xlsx; csv untuk program; csv-excel untuk dibuka dengan klik ganda di Excel Indonesia.",
)
OUT = typer.Option(None, help="Nama berkas; tanpa ini menurut isinya.")
READERS = ("admin", "operator", "supervisor")
KEEPERS = ("admin", "operator")


app.command()(dikti)
app.command()(media)
app.command()(messages)


@app.callback()
def _group() -> None:
    """Ekspor."""


@app.command()
def responses(
    form: str = typer.Option("kebekerjaan", help="Nama kuesioner."),
    kind: Format = KIND,
    out: Path | None = OUT,
    codes: bool = typer.Option(False, help="Kode pilihan, bukan labelnya."),
    long: bool = typer.Option(False, "--long", help="Satu baris satu jawaban."),
    layout: str = typer.Option("", help="Susunan kolom resmi, misalnya siapkerja."),
    nik: bool = typer.Option(False, help="Sertakan NIK dalam susunan resmi."),
) -> None:  # fmt: skip
    """Tulis semua tanggapan satu kuesioner, satu baris satu responden, dengan kamus kolomnya."""
    from bot.cli.common import acting, fail, opened

    if layout and (long or codes):
        fail("susunan resmi punya bentuk sendiri; pakai --layout tanpa --long dan --codes")

    def tables(service: "Service", db: "Connection") -> "tuple[Table, Table | None]":
        _must_be_published(db, form)
        if layout:
            return _official(service, db, form, layout, nik=nik), None
        return _responses(service, db, form, codes=codes, long=long)

    path = out or Path(f"{layout or form}{kind.suffix}")
    with opened() as service:
        by = acting(service, *READERS)
        detail = f"{form}, layout {layout or 'all'}, long {long}, nik {nik}"
        count = write_table(service, tables, path, kind, by=by, what="responses", detail=detail)
    print(f"{count} {'jawaban' if long else 'tanggapan'} ditulis ke {path}")


@app.command()
def people(
    kind: Format = KIND,
    out: Path | None = OUT,
    long: bool = typer.Option(False, "--long", help="Satu baris satu angkatan."),
    nik: bool = typer.Option(False, "--nik", help="Sertakan NIK; hanya admin dan operator."),
) -> None:
    """Tulis semua orang yang terdaftar, dengan nomor dan angkatannya."""
    from zoneinfo import ZoneInfo

    from bot.cli.common import acting, opened
    from exports import people as register
    from storage import registers

    path = out or Path(f"orang{kind.suffix}")
    with opened() as service:
        by = acting(service, *(KEEPERS if nik else READERS))
        zone = ZoneInfo(service.office.zone)

        def tables(service: "Service", db: "Connection") -> "tuple[Table, Table | None]":
            everybody = registers.people(db, service.vault, nik=nik)
            table = register.people(everybody, zone=zone, nik=nik, is_long=long)
            return table, register.codebook(nik=nik)

        count = write_table(
            service, tables, path, kind, by=by, what="people", detail=f"long {long}, nik {nik}"
        )
    print(f"{count} {'baris' if long else 'orang'} ditulis ke {path}")


@app.command()
def deliveries(
    kind: Format = KIND,
    out: Path | None = OUT,
    codes: bool = typer.Option(False, help="Keadaan kiriman sebagai kode."),
) -> None:
    """Tulis semua kiriman, dan semua yang tidak dikirimi dengan alasannya."""
    from zoneinfo import ZoneInfo

    from bot.cli.common import acting, opened
    from exports import deliveries as ledger
    from storage import registers

    path = out or Path(f"kiriman{kind.suffix}")
    with opened() as service:
        by = acting(service, *READERS)
        zone = ZoneInfo(service.office.zone)

        def tables(_service: "Service", db: "Connection") -> "tuple[Table, Table | None]":
            table = ledger.deliveries(registers.deliveries(db), zone=zone, codes=codes)
            return table, ledger.codebook()

        count = write_table(
            service, tables, path, kind, by=by, what="deliveries", detail=f"codes {codes}"
        )
    print(f"{count} kiriman ditulis ke {path}")


def _must_be_published(db: "Connection", form: str) -> None:
    from bot.cli.common import fail
    from storage import forms

    if form not in {form_id for _pk, form_id, *_ in forms.listed(db)}:
        fail(f"kuesioner '{form}' belum pernah terbit; lihat: lacak form list")


def _responses(
    service: "Service", db: "Connection", form: str, *, codes: bool, long: bool
) -> "tuple[Table, Table]":
    from zoneinfo import ZoneInfo

    from exports import long as one_by_one
    from exports import responses as side_by_side
    from exports.codebook import codebook
    from storage import forms, interviews

    versions = [pk for pk, form_id, *_ in forms.listed(db) if form_id == form]
    zone = ZoneInfo(service.office.zone)
    compiled = {pk: service.turns.form(db, pk) for pk in versions}
    rows = interviews.rows(db, service.vault, form)
    table = (
        one_by_one.answers(rows, compiled.__getitem__, zone=zone)
        if long
        else side_by_side.responses(rows, compiled.__getitem__, versions, zone=zone, codes=codes)
    )
    return table, codebook(list(compiled.values()), is_long=long)


def _official(
    service: "Service", db: "Connection", form: str, layout: str, *, nik: bool
) -> "Table":
    from exports import official
    from storage import interviews, respondents

    return official.official(
        interviews.rows(db, service.vault, form),
        lambda form_pk: service.turns.form(db, form_pk),
        official.layout(layout),
        nik_of=lambda one: respondents.nik(db, service.vault, one) if nik else "",
    )


def write_table(
    service: "Service",
    tables: "Callable[[Service, Connection], tuple[Table, Table | None]]",
    path: Path,
    kind: Format,
    *,
    by: str,
    what: str,
    detail: str,
) -> int:
    """Write a table and its codebook, and who took it; return the number of rows."""
    from bot.cli.common import fail
    from exports.files import TooManyRows, codebook_path, write
    from storage import audit

    with service.database.read() as db:
        try:
            table, codebook = tables(service, db)
            count = write(table, path, kind, codebook=codebook)
        except TooManyRows as error:
            fail(f"Lebih dari {error} baris tidak muat di satu lembar; pakai --format csv.")
        except (LookupError, OSError) as error:
            fail(str(error))
    with service.database.write() as db:
        audit.note(
            db, actor=by, action=f"export {what}", detail=f"{count} rows, {detail}",
            at=service.now(),
        )  # fmt: skip
    if codebook is not None:
        where = f"lembar Kamus di {path}" if kind is Format.XLSX else str(codebook_path(path))
        print(f"Kamus kolom: {where}", file=sys.stderr)
    return count
