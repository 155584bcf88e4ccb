"""`lacak mirror`: the copy of responses, in Google Sheets and in workbooks."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bot.mirroring.loop import Outcome
    from bot.service import Service

app = typer.Typer(help="Salinan lembar.", no_args_is_help=True)

PRODI = typer.Argument(help="Prodi atau kejuruan; `kantor` untuk semua prodi dalam satu berkas.")
SOME = typer.Argument("", help="Prodi yang tertaut; tanpa ini semuanya.")
EDITORS = ("admin", "operator")
STATES = {
    "active": "berjalan",
    "blocked": "tertahan",
    "gone": "hilang",
    "full": "penuh",
    "broken_layout": "susunan rusak",
}


@app.callback()
def _group() -> None:
    """Salinan lembar."""


@app.command()
def link(
    prodi: str = PRODI,
    url: str = typer.Argument(help="Alamat spreadsheet dari bilah alamat peramban."),
    personal: bool = typer.Option(False, help="Salin juga isian pribadi seperti penghasilan."),
    codes: bool = typer.Option(False, help="Kode pilihan, bukan labelnya."),
) -> None:
    """Tautkan spreadsheet buatan kantor; aksesnya dicoba dulu, dan yang kurang disebutkan."""
    from bot.cli.common import acting, fail, opened
    from bot.mirroring.links import Asked, CannotLink
    from bot.mirroring.office import NotSetUp, called

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            done = service.mirroring.links.link(Asked(prodi, url, personal, codes), actor=by)
        except (CannotLink, NotSetUp) as error:
            fail(str(error))
    print(f"{called(done.prodi)} tertaut ke '{done.title}'.")
    print("Salinannya dibuat `lacak serve` sebentar lagi; sekarang juga: lacak mirror sync")


@app.command()
def unlink(prodi: str = PRODI) -> None:
    """Lepas spreadsheet; isinya tetap ada, dan jawaban tetap tersimpan di Lacak."""
    from bot.cli.common import acting, fail, opened
    from bot.mirroring.links import CannotLink
    from bot.mirroring.office import called

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            done = service.mirroring.links.unlink(prodi, actor=by)
        except CannotLink as error:
            fail(str(error))
    print(f"{called(done.prodi)} tidak lagi disalin ke '{done.title}'.")
    print("Berkas itu tidak diperbarui lagi: hapus, atau cabut akses yang tidak perlu.")


@app.command()
def status(as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON.")) -> None:
    """Tunjukkan keadaan tiap salinan, dan apa yang perlu dilakukan."""
    from bot.cli.common import opened
    from bot.mirroring import standing
    from bot.mirroring.office import NotSetUp

    with opened() as service:
        links = list(standing(service.mirroring.office))
        advice = {(one.prodi, one.form_id): one.sentence for one in service.mirroring.alerts()}
        account, missing = "", ""
        try:
            account = service.mirroring.api().email
        except NotSetUp as error:
            missing = str(error)
        folder = str(service.copier.folder)
    for one in links:
        for sheet in one["sheets"]:
            sheet["advice"] = advice.get((one["prodi"], sheet["form"]), "")
    if as_json:
        found = {"account": account, "missing": missing, "workbooks": folder, "links": links}
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print(f"Akun layanan: {account}" if account else missing)
    print(f"Buku kerja: {folder}")
    for one in links:
        _print_link(one)
    if not links:
        print("Belum ada spreadsheet yang tertaut; lihat: lacak mirror link --help")


@app.command()
def sync(prodi: str = SOME) -> None:
    """Perbarui semua salinan sekarang; kolom dan catatan buatan sendiri dibiarkan."""
    from bot.cli.common import fail, opened

    with opened() as service:
        is_well = True
        if not prodi:
            is_well = _sync_workbooks(service)
        is_well = _flush(service, prodi, thorough=False) and is_well
    if not is_well:
        fail("Ada salinan yang belum dapat diperbarui.")


@app.command()
def verify(prodi: str = SOME) -> None:
    """Bandingkan setiap sel spreadsheet dengan jawaban, dan betulkan yang berbeda."""
    from bot.cli.common import acting, fail, opened

    with opened() as service:
        acting(service, *EDITORS)
        if not _flush(service, prodi, thorough=True):
            fail("Ada salinan yang belum dapat diperiksa.")


@app.command()
def rebuild(prodi: str = PRODI) -> None:
    """Buat ulang lembar satu prodi; yang lama tetap ada, diberi nama '(lama)'."""
    from bot.cli.common import acting, fail, opened
    from bot.mirroring.links import CannotLink
    from bot.mirroring.office import NotSetUp

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            done = service.mirroring.links.rebuild(prodi, actor=by)
        except (CannotLink, NotSetUp) as error:
            fail(str(error))
        is_well = _flush(service, prodi, thorough=False)
    print(f"Lembar lama di '{done.title}' tidak diperbarui lagi; hapus bila tidak diperlukan.")
    if not is_well:
        fail("Lembar baru belum dapat dibuat.")


def _sync_workbooks(service: "Service") -> bool:
    flushes = service.copier.copy(service.now(), always=True)
    for one in flushes:
        print(f"{one.path}: {one.inserted} baru, {one.updated} diubah, {one.deleted} dihapus")
        if one.trouble:
            print(f"  {one.trouble}: {one.advice}")
    if not flushes:
        print("Belum ada kuesioner yang terbit.")
    return not any(one.trouble for one in flushes)


def _flush(service: "Service", prodi: str, *, thorough: bool) -> bool:
    """Flush linked spreadsheets and say what became of each; whether all are well."""
    from bot.cli.common import fail
    from bot.mirroring.links import CannotLink
    from bot.mirroring.office import NotSetUp

    mirroring = service.mirroring
    try:
        links = [mirroring.links.find(prodi)] if prodi else mirroring.links.all()
        if not links:
            return True
        return _print_outcomes(mirroring.loop.flush_now(links, thorough=thorough), mirroring.email)
    except (CannotLink, NotSetUp) as error:
        fail(str(error))


def _print_outcomes(outcomes: Iterable["Outcome"], email: str) -> bool:
    from bot.mirroring.office import called
    from exports.mirror.google.trouble import ADVICE

    is_well = True
    for one in outcomes:
        flushed = one.flushed
        name = f"{called(one.link.prodi)} ({one.sheet.form_id}), Google"
        if flushed.is_busy:
            print(f"{name}: sedang diperbarui oleh proses lain")
        elif flushed.trouble:
            is_well = False
            print(f"{name}: {ADVICE[flushed.trouble].format(email=email)}")
        else:
            done = flushed.done
            print(f"{name}: {done.inserted} baru, {done.updated} diubah, {done.deleted} dihapus")
    return is_well


def _print_link(link: Mapping[str, Any]) -> None:
    print(f"\n{link['prodi']}: {link['title']}\n  {link['url']}")
    for sheet in link["sheets"]:
        words = STATES[sheet["state"]]
        print(f"  {sheet['form']}: {words}, {sheet['copied']} dari {sheet['responses']} tersalin")
        if sheet["advice"]:
            print(f"    {sheet['advice']}")
