"""`lacak form import`, `export`, `diff`: Excel and KoboToolbox there and back; what changed."""

import sys
from pathlib import Path

import typer

from bot.cli.form.sources import beside, find, read_source

FORM = typer.Argument(help="Berkas, nama kuesioner bawaan atau terbit, atau nomor draf.")
FORCE = typer.Option(False, "--force", help="Timpa berkas yang sudah ada.")


def import_form(
    file: Path = typer.Argument(help="Buku kerja XLSForm (.xlsx) dari Excel atau KoboToolbox."),
    out: Path | None = typer.Option(None, help="Berkas YAML; tanpa ini di samping aslinya."),
    force: bool = FORCE,
) -> None:
    """Jadikan buku kerja XLSForm sebuah draf YAML; tidak ada yang hilang."""
    from bot.cli.common import fail
    from flows.xlsform import FormFaults, examine
    from flows.xlsform.adopt import adopted, sheets_left_out
    from flows.xlsform.source import read_sheets
    from flows.xlsform.write import to_yaml

    source = read_source(str(file))
    target = out or file.with_suffix(".yaml")
    _refuse_overwriting(target, force=force)
    try:
        sheets = read_sheets(source)
    except FormFaults as error:
        fail("\n".join(fault.sentence(str(file), is_workbook=True) for fault in error.faults))
    if not sheets.is_workbook:
        fail(f"{file}: ini bukan buku kerja .xlsx; yang sudah YAML tidak perlu diimpor")
    examined = examine(source, name=file.stem, attached=beside(str(file)))
    for one in examined.faults:
        print(one.sentence(str(file), is_workbook=True), file=sys.stderr)
    for name in sheets_left_out(source):
        print(f"lembar '{name}' tidak ikut: Lacak tidak memakainya", file=sys.stderr)
    version = _today()
    whole = adopted(sheets, form_id=file.stem, version=f"{version}01")
    text = to_yaml(whole, comment=f"Diimpor dari {file.name}.")
    target.write_text(text, "utf-8")
    examined = examine(text.encode(), attached=beside(str(target)))
    left = [one for one in examined.faults if not one.is_warning]
    print(f"Ditulis ke {target}: {len(whole.survey)} baris.")
    if left:
        print(
            f"{len(left)} hal perlu dibereskan di situ; lihat: lacak form check {target}",
            file=sys.stderr,
        )
    _begin(target, whole.settings.text("form_id"), whole.settings.text("form_title"))


def export_form(
    form: str = FORM,
    out: Path = typer.Option(help="Berkas .xlsx yang ditulis."),
    force: bool = FORCE,
) -> None:
    """Tulis kuesioner sebagai buku kerja yang diterima KoboToolbox dan Lacak."""
    from bot.cli.common import fail
    from flows.xlsform.adopt import adopted
    from flows.xlsform.write import TooLong, to_workbook

    _refuse_overwriting(out, force=force)
    whole = adopted(find(form).written, form_id=Path(form).stem, version=f"{_today()}01")
    try:
        workbook = to_workbook(whole)
    except TooLong as error:
        fail(
            f"{form} baris {error.line}, kolom '{error.column}': {error.length} huruf, padahal "
            "satu sel Excel paling banyak 32767; singkatkan dulu."
        )
    out.write_bytes(workbook)
    print(f"Ditulis ke {out}.")


def diff(
    before: str = FORM,
    after: str = FORM,
) -> None:
    """Sebutkan yang berubah: butir, pilihan, dan syaratnya, dalam kalimat."""
    from flows.reading.changes import said
    from flows.reading.compare import compare

    old, new = find(before), find(after)
    lines = list(said(compare(old.sheets, new.sheets), old.form, new.form))
    print("\n".join(lines) or "Tidak ada yang berubah.")


def _refuse_overwriting(path: Path, *, force: bool) -> None:
    from bot.cli.common import fail

    if path.exists() and not force:
        fail(f"{path} sudah ada; pilih nama lain dengan --out, atau timpa dengan --force")


def _today() -> str:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from bot.cli.common import load_settings

    zone = ZoneInfo(load_settings().office_timezone)
    return datetime.now(UTC).astimezone(zone).strftime("%Y%m%d")


def _begin(path: Path, form_id: str, title: str) -> None:
    """Begin to count the days of drafting, where there is an office to count them in."""
    from bot.cli.common import acting, load_settings, opened
    from bot.drafts.desk import Drafting, said_of_due

    if not load_settings().secret_key:
        print("Hari penyusunan belum dihitung: kantor belum disiapkan (.env).", file=sys.stderr)
        return
    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        desk = Drafting(service)
        draft, step = desk.begin(form_id, title, actor=by)
        due = said_of_due(step, desk.today())
    print(f"Draf {draft.id} dicatat{f', {due}' if due else ''}. Ajukan: lacak form submit {path}")
