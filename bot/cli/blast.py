"""`lacak blast`: look, send once, see how far it is, pause, stop."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from bot.blasts import Blasts
    from bot.plans import Plan
    from bot.previews import Preview

app = typer.Typer(help="Siaran.", no_args_is_help=True)

FORM = typer.Argument("", help="Nama kuesioner yang sudah terbit; tanpa ini pakai --template.")
COHORT = typer.Option(help="Nama angkatan; lihat `lacak people cohorts`.")
CHANNEL = typer.Option("", help="Urutan saluran, misalnya telegram,whatsapp; tanpa ini yang ada.")
PERIOD = typer.Option("", help="Periode, misalnya 2026-C3; tanpa ini caturwulan sekarang.")
TEMPLATE = typer.Option("", help="Mengabarkan, tanpa bertanya: nama templatnya, misal lowongan.")
TEXT = typer.Option("", help="Isi kabar; boleh memuat {{nama}}, {{kantor}}, {{pelatihan}}.")
BASIS = typer.Option("", help="Dasar hukum mengirim kabar, misalnya persetujuan.")
IN_HOURS = typer.Option(
    None, "--in-hours/--now",
    help="Tunggu jam kirim, atau langsung; tanpa ini kabar menunggu, kuesioner langsung.",
)  # fmt: skip
ID = typer.Argument(metavar="ID", help="Nomor siaran.")
AS_JSON = typer.Option(False, "--json", help="Hasil sebagai JSON.")


@app.command()
def preview(  # noqa: PLR0913, PLR0917 -- each is an option staff may type
    form: str = FORM, cohort: str = COHORT, channel: str = CHANNEL, period: str = PERIOD,
    template: str = TEMPLATE, text: str = TEXT, basis: str = BASIS,
    in_hours: bool | None = IN_HOURS, as_json: bool = AS_JSON,
) -> None:  # fmt: skip
    """Tunjukkan siapa yang akan dikirimi, kapan, dan tiga contoh pesannya; belum mengirim."""
    from bot.blasts import Blasts
    from bot.cli.common import fail, opened
    from bot.plans import CannotBlast
    from bot.previews import report

    with opened() as service:
        blasts = Blasts(service)
        try:
            wanted = _Wanted(form, cohort, channel, period, template, text, basis, in_hours)
            found = blasts.preview(_plan(blasts, wanted))
        except CannotBlast as error:
            fail(str(error))
        zone = service.office.zone
    if as_json:
        print(json.dumps(report(found), ensure_ascii=False, indent=2))
    else:
        _print_preview(found, zone)


@app.command()
def send(  # noqa: PLR0913, PLR0917 -- each is an option staff may type
    form: str = FORM, cohort: str = COHORT, channel: str = CHANNEL, period: str = PERIOD,
    template: str = TEMPLATE, text: str = TEXT, basis: str = BASIS,
    in_hours: bool | None = IN_HOURS,
    yes: bool = typer.Option(False, help="Tanpa mengetik ulang jumlahnya, untuk tugas otomatis."),
) -> None:  # fmt: skip
    """Kirim siaran; jumlah penerima diketik ulang dulu. Diulang pun tetap satu siaran."""
    from bot.blasts import Blasts
    from bot.cli.common import acting, fail, opened
    from bot.plans import CannotBlast
    from bot.previews import moment
    from storage import audit

    with opened() as service:
        by = acting(service, "admin", "operator")
        blasts = Blasts(service)
        try:
            plan = _plan(
                blasts, _Wanted(form, cohort, channel, period, template, text, basis, in_hours)
            )
            found = blasts.preview(plan)
            _print_preview(found, service.office.zone)
            if not yes:
                _type_back(found.reached)
            blast_id, is_new = blasts.send(plan, actor=by)
        except CannotBlast as error:
            fail(str(error))
        with service.database.write() as db:
            audit.note(
                db, actor=by, action="blast send",
                detail=f"blast {blast_id}, {found.reached} people{plan.by_law}", at=service.now(),
            )  # fmt: skip
        zone = service.office.zone
    what = "ditulis; dikirim oleh `lacak serve`" if is_new else "sudah ada; yang baru ditambahkan"
    if found.waits:
        what += f", mulai {moment(found.first_at, zone)}"
    print(f"Siaran {blast_id} {what}. Lihat: lacak blast status {blast_id}")


@app.command()
def status(
    blast_id: int = ID, as_json: bool = AS_JSON,
    is_watched: bool = typer.Option(False, "--watch", help="Ikuti sampai selesai."),
) -> None:  # fmt: skip
    """Tunjukkan sampai di mana satu siaran; semua penerima terhitung."""
    from bot.blasts import Blasts
    from bot.cli.common import fail, opened
    from bot.cli.watching import watch
    from bot.plans import CannotBlast

    with opened() as service:
        look = partial(Blasts(service).figures, blast_id)
        try:
            found = watch(look) if is_watched else look()
        except CannotBlast as error:
            fail(str(error))
        zone = service.office.zone
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_figures(found, zone)


@app.command("list")
def list_blasts() -> None:
    """Sebutkan siaran, yang terbaru dulu."""
    from bot.blasts import STATUS_WORDS
    from bot.cli.common import opened
    from storage import blasts

    with opened() as service, service.database.read() as db:
        found = blasts.listed(db)
    for one in found:
        status = STATUS_WORDS[one.status]
        print(f"{one.id}\t{one.form_id}\t{one.channel}\t{status}\t{one.reason or '-'}")
    if not found:
        print("Belum ada siaran; mulai dari: lacak blast preview")


@app.command()
def pause(blast_id: int = ID) -> None:
    """Jeda siaran; yang sedang dikirim selesai, sisanya menunggu."""
    from scheduler.blast import BY_STAFF

    _change(blast_id, "paused", BY_STAFF)


@app.command()
def resume(blast_id: int = ID) -> None:
    """Lanjutkan siaran yang dijeda, dan salurannya bila ikut dijeda."""
    _change(blast_id, "running", "")


@app.command()
def stop(blast_id: int = ID) -> None:
    """Hentikan siaran untuk seterusnya; yang belum dikirim dibatalkan."""
    _change(blast_id, "stopped", "dihentikan petugas")


@app.command()
def retry(
    blast_id: int = ID,
    unknown: int = typer.Option(0, help="Juga sekian kiriman yang belum diketahui hasilnya."),
) -> None:
    """Kirim lagi yang gagal karena alasan sementara; yang belum diketahui hanya bila disebut."""
    from bot.blasts import Blasts
    from bot.cli.common import acting, fail, opened
    from bot.plans import CannotBlast
    from storage import audit

    with opened() as service:
        by = acting(service, "admin", "operator")
        try:
            number = Blasts(service).retry(blast_id, unknown=unknown)
        except CannotBlast as error:
            fail(str(error))
        with service.database.write() as db:
            detail = f"blast {blast_id}: {number}, unknown {unknown}"
            audit.note(db, actor=by, action="blast retry", detail=detail, at=service.now())
    print(f"{number} kiriman menunggu dikirim lagi.")


@app.command()
def reconcile() -> None:
    """Tanyakan kepada penyedia tentang kiriman yang hasilnya belum diketahui."""
    import asyncio

    from bot.cli.common import acting, opened

    with opened() as service:
        acting(service, "admin", "operator")
        before, after = asyncio.run(service.reconcile_now())
    print(f"{before} belum diketahui; sesudah ditanyakan tinggal {after}.")


class _Wanted(NamedTuple):
    form: str
    cohort: str
    channel: str
    period: str
    template: str
    text: str
    basis: str
    in_hours: bool | None


def _plan(blasts: "Blasts", wanted: _Wanted) -> "Plan":
    """Return the plan of a survey, or of news."""
    from bot.plans import CannotBlast

    is_news = bool(wanted.template)
    if is_news == bool(wanted.form):
        raise CannotBlast("sebutkan satu: nama kuesioner, atau --template untuk mengabarkan")
    if is_news and wanted.period:
        raise CannotBlast("--period hanya untuk kuesioner; kabar dikenal dari hari dan isinya")
    if is_news:
        return blasts.plan_news(
            wanted.template, wanted.cohort, text=wanted.text, basis=wanted.basis,
            channel=wanted.channel, keeps_hours=wanted.in_hours is not False,
        )  # fmt: skip
    if wanted.text or wanted.basis:
        raise CannotBlast("--text dan --basis hanya untuk mengabarkan; tambahkan --template")
    return blasts.plan(
        wanted.form, wanted.cohort, channel=wanted.channel, period=wanted.period,
        keeps_hours=bool(wanted.in_hours),
    )  # fmt: skip


def print_figures(found: Mapping[str, Any], zone: str) -> None:
    """Print a blast's figures for people."""
    from bot.blasts import STATUS_WORDS
    from bot.previews import moment

    rows = (
        ("untuk", "audience"), ("harus dikirim", "owed"), ("menunggu", "queued"),
        ("terkirim", "sent"), ("sampai", "delivered"), ("dibaca", "read"),
        ("menjawab", "answered"), ("selesai", "finished"), ("gagal", "failed"),
        ("dibatalkan", "canceled"), ("belum diketahui", "unknown"),
    )  # fmt: skip
    head = f"Siaran {found['blast']} ({found['channel']}, {STATUS_WORDS[found['status']]})"
    print(f"{head}: {found['reason']}" if found["reason"] else head)
    for words, key in rows:
        print(f"  {words:<18}{found[key]:>7}")
    if found.get("basis"):
        print(f"  kabar {found['form'].removeprefix('kabar/')}, dasar hukum: {found['basis']}")
    cost = found["cost"]
    if cost["amount"]:
        print(f"  {'perkiraan biaya':<18}{cost['amount']:>10.2f} {cost['currency']}")
    for reason, number in found["waiting"].items():
        print(f"  menunggu: {reason}: {number}")
    if found["next_at"]:
        print(f"  lanjut sekitar {moment(datetime.fromisoformat(found['next_at']), zone)}")
    for reason, number in found["to_come"].items():
        print(f"  menyusul: {reason}: {number}")
    for reason, number in found["not_sent"].items():
        print(f"  tidak dikirim: {reason}: {number}")


def _print_preview(found: "Preview", zone: str) -> None:
    from bot.previews import said

    print("\n".join(said(found, zone)))
    for name, words in found.samples:
        print(f"\nUntuk {name}:\n{words}")


def _type_back(number: int) -> None:
    from bot.cli.common import fail

    print(f"\nKetik jumlah penerima ({number}) untuk mengirim: ", end="", flush=True)
    if sys.stdin.readline().strip() != str(number):
        fail("Tidak dikirim: jumlahnya tidak sama.")


def _change(blast_id: int, status: str, reason: str) -> None:
    from bot.blasts import Blasts
    from bot.cli.common import acting, fail, opened
    from bot.plans import CannotBlast
    from scheduler.blast import BlastStatus, NotAllowed
    from storage import audit

    with opened() as service:
        by = acting(service, "admin", "operator")
        try:
            Blasts(service).change(blast_id, BlastStatus(status), reason=reason)
        except (CannotBlast, NotAllowed) as error:
            fail(str(error))
        with service.database.write() as db:
            audit.note(
                db, actor=by, action=f"blast {status}", detail=f"blast {blast_id}", at=service.now()
            )
    print(f"Siaran {blast_id}: {reason or 'berjalan lagi'}.")
