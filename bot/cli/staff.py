"""`lacak staff`: who may do what."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.staff import StaffRow

app = typer.Typer(help="Petugas.", no_args_is_help=True)

ROLE = typer.Argument(help="admin, operator, supervisor atau coordinator.")


@app.command()
def add(
    name: str = typer.Argument(help="Nama pendek, misalnya rina."),
    role: str = ROLE,
    prodi: str = typer.Option("", help="Prodi/kejuruan seorang coordinator."),
) -> None:
    """Tambahkan petugas; yang pertama sebaiknya admin."""
    from bot.cli.common import acting, fail, opened
    from storage import audit, staff

    _check_role(role)
    with opened() as service:
        by = acting(service, "admin")
        with service.database.write() as db:
            if not staff.listed(db) and role != "admin":
                fail("petugas pertama harus admin, supaya ada yang dapat menambah yang lain")
            staff.add(db, name, role, prodi=prodi, at=service.now())
            audit.note(db, actor=by, action="staff add", detail=f"{name} {role}", at=service.now())
    print(f"{name} sekarang {role}.")


@app.command()
def role(
    name: str = typer.Argument(help="Nama petugas."),
    role: str = ROLE,
    prodi: str = typer.Option("", help="Prodi/kejuruan seorang coordinator."),
) -> None:
    """Ubah peran petugas."""
    from bot.cli.common import acting, opened
    from storage import audit, staff

    _check_role(role)
    with opened() as service:
        by = acting(service, "admin")
        with service.database.write() as db:
            found = _find(db, name)
            _keep_an_admin(db, found.id, role)
            staff.set_role(db, found.id, role, prodi=prodi)
            audit.note(db, actor=by, action="staff role", detail=f"{name} {role}", at=service.now())
    print(f"{name} sekarang {role}.")


@app.command()
def link(
    name: str = typer.Argument(help="Nama petugas."),
    phone: str = typer.Argument("", help="Nomor WhatsApp petugas."),
    telegram: bool = typer.Option(False, help="Buat tautan sekali pakai untuk Telegram-nya."),
) -> None:
    """Hubungkan petugas dengan nomor WhatsApp-nya, atau dengan Telegram-nya."""
    from bot.cli.common import acting, fail, opened
    from bot.roster.phone import read_phone
    from storage import audit, staff

    if telegram:
        _link_telegram(name)
        return
    number = read_phone(phone)
    if not number:
        fail(f"nomor '{phone}' tidak terbaca; tulis seperti 081234567890")
    with opened() as service:
        by = acting(service, "admin")
        with service.database.write() as db:
            if not staff.link(db, _find(db, name).id, "whatsapp", number):
                fail("nomor itu sudah dipakai petugas lain")
            audit.note(db, actor=by, action="staff link", detail=name, at=service.now())
    print(f"{name} terhubung.")


def _link_telegram(name: str) -> None:
    from bot.cli.common import acting, fail, opened
    from bot.handouts import CannotHandOut, Handouts
    from storage import audit

    with opened() as service:
        by = acting(service, "admin")
        with service.database.read() as db:
            found = _find(db, name)
        try:
            link, until = Handouts(service).for_staff(found.id)
        except CannotHandOut as error:
            fail(str(error))
        with service.database.write() as db:
            audit.note(db, actor=by, action="staff link", detail=name, at=service.now())
    print(f"Berikan tautan ini hanya kepada {name}; sekali pakai, sampai {until:%d-%m-%Y %H.%M}:")
    print(link)


@app.command()
def revoke(name: str = typer.Argument(help="Nama petugas.")) -> None:
    """Cabut hak petugas; catatan perbuatannya tetap ada."""
    from bot.cli.common import acting, opened
    from storage import audit, staff

    with opened() as service:
        by = acting(service, "admin")
        with service.database.write() as db:
            found = _find(db, name)
            _keep_an_admin(db, found.id, "")
            staff.revoke(db, found.id, at=service.now())
            audit.note(db, actor=by, action="staff revoke", detail=name, at=service.now())
    print(f"{name} bukan petugas lagi.")


@app.command("list")
def list_staff() -> None:
    """Sebutkan petugas dan perannya."""
    from bot.cli.common import opened
    from storage import staff

    with opened() as service, service.database.read() as db:
        for one in staff.listed(db):
            print(f"{one.name}\t{one.role}\t{one.prodi or '-'}\t{len(one.links)} tautan")


def _check_role(role: str) -> None:
    from bot.cli.common import fail
    from storage.staff import ROLES

    if role not in ROLES:
        fail(f"peran '{role}' tidak dikenal; pakai: {', '.join(ROLES)}")


def _find(db: "Connection", name: str) -> "StaffRow":
    from bot.cli.common import fail
    from storage import staff

    found = staff.find(db, name)
    if found is None:
        fail(f"'{name}' bukan petugas; lihat: lacak staff list")
    return found


def _keep_an_admin(db: "Connection", staff_id: int, role: str) -> None:
    from bot.cli.common import fail
    from storage import staff

    others = [one for one in staff.listed(db) if one.role == "admin" and one.id != staff_id]
    if role != "admin" and not others:
        fail("harus ada seorang admin; angkat admin lain dulu")
