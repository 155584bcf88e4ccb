"""`lacak db`: the database itself."""

import sys

import typer

app = typer.Typer(help="Basis data.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Basis data."""


@app.command()
def migrate() -> None:
    """Sesuaikan tabel dengan versi Lacak ini; diulang pun tidak mengubah apa-apa."""
    from bot.cli.common import opened

    with opened() as service:
        print(f"Basis data di migrasi {service.database.revision()}.")


@app.command()
def copy(
    to: str = typer.Option(help="Basis data kosong, misalnya postgresql+psycopg://…"),
    yes: bool = typer.Option(False, help="Tanpa bertanya, untuk tugas otomatis."),
) -> None:
    """Salin seluruh isi basis data kantor ini ke basis data kosong; yang lama tetap."""
    from bot.carry import databases
    from bot.cli.common import acting
    from bot.cli.databases import idle, number, office, progress, target
    from storage import audit

    with (
        office() as service,
        target(to, source=service.database) as into,
        idle(service.database),
    ):
        by = acting(service, "admin")
        rows = databases.size(service.database)
        if not yes:
            _ask(number(rows), into.url.render_as_string())
        with progress("Menyalin", rows) as told:
            carried = databases.carry(service.database, into, told)
        with service.database.write() as db:
            audit.note(
                db, actor=by, action="db copy",
                detail=f"{carried} rows to {into.url.get_backend_name()}", at=service.now(),
            )  # fmt: skip
    print(f"{number(carried)} baris disalin dan dibandingkan: sama.")
    print("Sekarang ganti DATABASE_URL dengan tujuan itu. SECRET_KEY tetap yang sekarang.")
    print("Jangan jalankan `lacak serve` lagi pada basis data yang lama.")


def _ask(rows: str, where: str) -> None:
    from bot.cli.common import fail

    print(f"{rows} baris akan disalin ke {where}. Ketik 'salin': ", end="", flush=True)
    if sys.stdin.readline().strip().casefold() != "salin":
        fail("Tidak disalin.")
