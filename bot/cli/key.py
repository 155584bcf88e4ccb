"""`lacak key`: replacing SECRET_KEY, and how far that is."""

import json
import sys

import typer

app = typer.Typer(help="Kunci enkripsi.", no_args_is_help=True)

HOW = (
    "SECRET_KEY_OLD kosong. Untuk mengganti kunci:\n"
    '  1. buat kunci baru: python3 -c "import secrets; print(secrets.token_urlsafe(32))"\n'
    "  2. di .env: SECRET_KEY_OLD = kunci yang sekarang, SECRET_KEY = kunci baru\n"
    "  3. mulai ulang `lacak serve`, lalu: lacak key rotate"
)


@app.command()
def rotate() -> None:
    """Enkripsi ulang semuanya dengan SECRET_KEY; layanan boleh tetap berjalan."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.keys import Progress, reseal_files, rotate
    from storage import audit

    with opened() as service:
        by = acting(service, "admin")
        if service.vault.old is None:
            fail(HOW)
        if service.vault.old.fingerprint == service.vault.fingerprint:
            fail("SECRET_KEY dan SECRET_KEY_OLD sama; SECRET_KEY harus kunci yang baru")
        done = Progress()
        for done in rotate(service.database, service.vault, service.now):
            if sys.stderr.isatty():
                print(f"\r{done.part}: {done.seen} baris", end="", file=sys.stderr)
        files, broken = reseal_files(service.media.shelf)
        with service.database.write() as db:
            detail = f"{done.seen} rows, {done.changed} changed, {done.left} left, {files} files"
            audit.note(db, actor=by, action="key rotate", detail=detail, at=service.now())
    print(f"{done.seen} baris diperiksa, {done.changed} dan {files} berkas dienkripsi ulang.")
    if done.left + broken:
        fail(
            f"{done.left} baris dan {broken} berkas tidak terbuka dengan kunci "
            "mana pun; simpan kedua kunci, pulihkan dari cadangan, lalu ulangi"
        )
    print("Selesai. Buat cadangan baru, lalu kosongkan SECRET_KEY_OLD di .env.")


@app.command()
def status(as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON.")) -> None:
    """Sebutkan berapa yang belum dienkripsi dengan SECRET_KEY yang sekarang."""
    from bot.cli.common import acting, opened
    from storage import rekeying

    with opened() as service:
        acting(service, "admin", "operator")
        with service.database.read() as db:
            left = dict(rekeying.leftovers(db, service.vault))
        shelf = service.media.shelf
        left["media.file"] = sum(1 for name in shelf.names() if shelf.is_old(name))
    if as_json:
        print(json.dumps({"left": sum(left.values()), "parts": left}, indent=2))
        return
    for name, number in left.items():
        print(f"{name}\t{number} belum")
