"""`lacak people`: bring alumni in, look at them, mend what is known of them."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typer

from bot.cli import invite
from bot.cli import mapping as columns

app = typer.Typer(help="Responden.", no_args_is_help=True)
app.add_typer(columns.app, name="mapping")
app.command("invite")(invite.invite)

SHOWS_PROGRESS_OVER = 2_000  # rows
EDITORS = ("admin", "operator")
READERS = ("admin", "operator", "supervisor")


@app.command("import")
def import_people(
    file: Path = typer.Argument(help="Berkas .xlsx atau .csv: SIAPkerja, kampus, atau lainnya."),
    mapping: str = typer.Option("", help="Nama pemetaan tersimpan, atau berkas .yaml-nya."),
    accept_good: bool = typer.Option(False, help="Simpan baris yang benar meski ada yang keliru."),
    replace: bool = typer.Option(False, help="Ganti data lama yang berbeda dari berkas."),
    dry_run: bool = typer.Option(False, help="Tunjukkan saja, tanpa menyimpan."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Masukkan peserta atau lulusan; tidak ada yang disimpan bila berkasnya belum bersih.

    Orang dikenali dari NIK, kalau tidak ada dari NIM, kalau tidak ada dari nama dan tanggal
    lahir. Nomor atau email yang berbeda ditunjukkan dulu, dan baru diganti dengan --replace.
    """
    from dataclasses import asdict

    from bot.cli.common import acting, fail, opened
    from bot.roster import read_roster, store_roster
    from bot.roster.read import MAX_BYTES
    from storage import audit, rekeying

    try:
        with file.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    with opened() as service:
        by = acting(service, *EDITORS)
        with service.database.read() as db:
            if rekeying.is_unfinished(db, service.vault):
                fail("kunci data sedang diganti; selesaikan dulu: lacak key rotate")
        roster = read_roster(
            data, zone=service.office.zone, office=service.office.name,
            today=service.now().date(), layout=columns.named(service, mapping), track=_track,
        )  # fmt: skip
        blocked = bool(roster.faults) and not accept_good
        with service.database.write() as db:
            stored = store_roster(
                db, service.vault, roster.participants, at=service.now(), replace=replace,
                accept_good=accept_good, dry_run=dry_run or blocked, track=_track,
            )  # fmt: skip
            faults = sorted([*roster.faults, *stored.faults], key=lambda one: one.row)
            blocked = bool(faults) and not accept_good
            if not blocked and not dry_run:
                audit.note(
                    db, actor=by, action="people import", at=service.now(),
                    detail=f"{roster.rows} rows, {stored.new} new, {stored.updated} updated, "
                    f"{len(faults)} faults, replace {replace}",
                )  # fmt: skip
    names = ("new", "updated", "unchanged")
    counts = {"rows": roster.rows, **{n: 0 if blocked else getattr(stored, n) for n in names}}
    changes = sorted([*roster.changes, *stored.changes], key=lambda one: one.row)
    if as_json:
        report: dict[str, Any] = {**counts, "faults": [asdict(one) for one in faults]}
        if stored.erased:
            report["erased"] = stored.erased
        if changes:
            report["changes"] = [asdict(one) for one in changes]
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_cells([asdict(one) for one in faults] + [asdict(one) for one in changes])
        print(_summary(counts, len(faults), blocked=blocked, dry_run=dry_run))
    if blocked:
        raise SystemExit(1)


@app.command("cohorts")
def list_cohorts() -> None:
    """Sebutkan angkatan dan jumlah anggotanya."""
    from bot.cli.common import opened
    from storage import cohorts

    with opened() as service, service.database.read() as db:
        for batch, members in cohorts.listed(db):
            print(f"{batch.name}\t{batch.prodi}\t{members} orang")


@app.command("list")
def list_people(
    cohort: str = typer.Option("", help="Hanya angkatan ini."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Sebutkan orang, dengan nomor yang disamarkan."""
    from bot.cli.common import acting, fail, opened
    from bot.roster.cells import masked
    from storage import audit, cohorts, respondents

    with opened() as service:
        by = acting(service, *READERS)
        with service.database.write() as db:
            batch = cohorts.find(db, cohort) if cohort else None
            if cohort and batch is None:
                fail(f"angkatan '{cohort}' tidak ada; lihat: lacak people cohorts")
            rows: list[dict[str, Any]] = [
                {"id": one.id, "name": one.name, "phone": masked(phone), "cohorts": names}
                for one, phone, names in respondents.listed(db, cohort)
            ]
            detail = f"{len(rows)} people, cohort {batch.id if batch else 'all'}"
            audit.note(db, actor=by, action="people list", detail=detail, at=service.now())
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        print(f"{row['id']}\t{row['name']}\t{row['phone'] or '-'}\t{'; '.join(row['cohorts'])}")


@app.command()
def show(
    respondent_id: int = typer.Argument(metavar="ID", help="Nomor orang; lihat `people list`."),
    nik: bool = typer.Option(False, "--nik", help="Tampilkan NIK utuh."),
) -> None:
    """Tampilkan satu orang; setiap kali dibuka, dicatat."""
    from bot.cli.common import acting, opened
    from bot.roster.profile import profile
    from storage import audit

    with opened() as service:
        by = acting(service, *(EDITORS if nik else READERS))
        with service.database.write() as db:
            _must_exist(db, respondent_id)
            lines = profile(db, service.vault, respondent_id, nik=nik)
            audit.note(
                db, actor=by, action="people show nik" if nik else "people show",
                detail=str(respondent_id), at=service.now(),
            )  # fmt: skip
    for name, value in lines:
        print(f"{name}: {value}")


@app.command()
def edit(
    respondent_id: int = typer.Argument(metavar="ID", help="Nomor orang; lihat `people list`."),
    name: str = typer.Option("", help="Nama yang benar."),
    phone: str = typer.Option("", help="Nomor HP yang dipakai sekarang."),
    email: str = typer.Option("", help="Alamat email."),
    zone: str = typer.Option("", help="WIB, WITA, atau WIT."),
    given_by: str = typer.Option("", help="Siapa yang memberi kontak ini, bila bukan orangnya."),
    dry_run: bool = typer.Option(False, help="Tunjukkan saja, tanpa menyimpan."),
) -> None:
    """Perbaiki data satu orang."""
    from bot.cli.common import acting, fail, opened
    from bot.roster.profile import Unusable, edit_person, read_edits
    from storage import audit

    try:
        values = read_edits(name=name, phone=phone, email=email, zone=zone, given_by=given_by)
    except Unusable as error:
        fail(str(error))
    if not values:
        fail("sebutkan yang diperbaiki: --name, --phone, --email, --zone, atau --given-by")
    with opened() as service:
        by = acting(service, *EDITORS)
        with service.database.write() as db:
            _must_exist(db, respondent_id)
            lines = edit_person(
                db, service.vault, respondent_id, values, at=service.now(), dry_run=dry_run
            )
            if not dry_run:
                detail = f"{respondent_id}: {', '.join(values)}"
                audit.note(db, actor=by, action="people edit", detail=detail, at=service.now())
    print("\n".join(lines) or "tidak ada yang berubah")


@app.command()
def merge(
    respondent_id: int = typer.Argument(metavar="ID", help="Nomor yang ganda."),
    into: int = typer.Argument(metavar="INTO", help="Nomor yang tetap dipakai."),
    dry_run: bool = typer.Option(False, help="Tunjukkan saja, tanpa menggabungkan."),
) -> None:
    """Gabungkan dua catatan satu orang; semua milik ID menjadi milik INTO."""
    from bot.cli.common import acting, fail, opened
    from bot.roster.profile import CANNOT_MERGE, in_staffs_words
    from storage import audit, merging

    with opened() as service:
        by = acting(service, *EDITORS)
        with service.database.write() as db:
            try:
                merging.check(db, respondent_id, into)
                if dry_run:
                    print(f"akan pindah: {in_staffs_words(merging.counts(db, respondent_id))}")
                    return
                done = merging.merge(db, service.vault, respondent_id, into, at=service.now())
            except merging.CannotMerge as error:
                fail(CANNOT_MERGE[error.reason])
            detail = f"{respondent_id} into {into}: {dict(done.moved)}"
            audit.note(db, actor=by, action="people merge", detail=detail, at=service.now())
    print(f"{respondent_id} sekarang {into}; pindah: {in_staffs_words(done.moved)}")
    if done.stayed:
        print(f"tetap pada catatan lama: {in_staffs_words(done.stayed)}")


def _must_exist(db: Any, respondent_id: int) -> None:
    from bot.cli.common import fail
    from storage import respondents

    if respondents.find(db, respondent_id) is None:
        into = respondents.merged_into(db, respondent_id)
        fail(
            f"{respondent_id} sudah digabung ke {into}; pakai nomor {into}"
            if into
            else f"orang bernomor {respondent_id} tidak ada; lihat: lacak people list"
        )


def _track(rows: Sequence[Any]) -> Iterable[Any]:
    """Show how far a long import is, to whoever watches a terminal."""
    if len(rows) <= SHOWS_PROGRESS_OVER or not sys.stderr.isatty():
        return rows
    from rich.console import Console
    from rich.progress import track

    return track(rows, description="Memeriksa", console=Console(stderr=True), transient=True)


def _print_cells(cells: Iterable[dict[str, Any]]) -> None:
    for one in cells:
        where = f"baris {one['row']}, kolom '{one['column']}': " if one["row"] else ""
        print(f"{where}{one['value']}{': ' if one['value'] else ''}{one['message']}")


def _summary(counts: dict[str, int], faults: int, *, blocked: bool, dry_run: bool) -> str:
    if blocked:
        return f"{faults} kesalahan di {counts['rows']} baris; belum ada yang disimpan."
    said = "{rows} baris: {new} baru, {updated} bertambah, {unchanged} tetap".format(**counts)
    said += f", {faults} kesalahan tidak disimpan" if faults else ""
    return f"{said} (percobaan, belum disimpan)." if dry_run else f"{said}."
