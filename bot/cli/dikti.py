"""`lacak export dikti`: the official file of tracer study, and what it still lacks."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from exports.formats import Format

if TYPE_CHECKING:
    from exports.official.dikti.codes import Codes
    from flows.model import Form


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


def dikti(
    form: str = typer.Option(
        "tracer", help="Kuesioner tracer: tracer, tracer_2021, atau salinannya."
    ),
    kind: Format = typer.Option(Format.XLSX, "--format", help="Jenis berkas."),
    out: Path | None = typer.Option(None, help="Nama berkas; tanpa ini dikti-KUESIONER.JENIS."),
    codes: Path | None = typer.Option(None, help="Berkas kode PDDikti; tanpa ini DIKTI_CODES."),
    nik: bool = typer.Option(True, "--nik/--no-nik", help="Sertakan NIK, kolom wajib di situs."),
) -> None:
    """Tulis berkas unggahan tracer study Dikti, dan daftar yang masih kurang di sebelahnya."""
    from bot.cli.common import acting, fail, opened
    from exports.files import TooManyRows, write
    from exports.official.dikti import GAPS, NotOfficial, Writing, layout_of, newest_each
    from exports.official.dikti.register import register
    from exports.table import Table
    from storage import audit, forms, interviews

    path = out or Path(f"dikti-{form}{kind.suffix}")
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
                count = write(writing.table(rows), path, kind)
                write(Table(GAPS, writing.gaps), beside, kind)
            except TooManyRows as error:
                fail(f"Lebih dari {error} baris tidak muat di satu lembar; pakai --format csv.")
            except OSError as error:
                fail(str(error))
        with service.database.write() as db:
            audit.note(
                db, actor=by, action="export dikti", detail=f"{form}, {count} rows, nik {nik}",
                at=service.now(),
            )  # fmt: skip
    print(f"{count} alumni, {len(layout.columns)} kolom, ditulis ke {path}")
    print(f"{len(writing.gaps)} kekurangan ditulis ke {beside}")
