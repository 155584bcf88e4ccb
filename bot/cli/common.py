"""What every command needs: a service from the settings, who acts, and how it fails."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bot.service import Service
    from bot.settings import Settings


def fail(message: str) -> NoReturn:
    """End with a message on stderr and exit code 1."""
    print(message, file=sys.stderr)
    raise SystemExit(1)


@dataclass
class Office:
    """Which office commands act for (`--env FILE`, else the environment), and as whom (`--as`)."""

    env_file: Path | None = None
    staff: str = ""


OFFICE = Office()


def load_settings() -> "Settings":
    """Return the settings, or end with every fault in them."""
    from bot.settings import WrongSettings, read_settings

    try:
        if OFFICE.env_file is not None:
            return read_settings({}, OFFICE.env_file)
        return read_settings()
    except WrongSettings as error:
        fail(str(error))


@contextmanager
def opened() -> Iterator["Service"]:
    """Yield a service on a migrated database, for one command."""
    from bot.logs import set_up
    from bot.service import Service
    from storage.secrets import WrongKey

    set_up()
    settings = load_settings()
    check_key(settings)
    service = Service(settings)
    try:
        service.database.migrate()
        yield service
    except WrongKey:
        fail("SECRET_KEY is not the one this data was stored with; use the one from then.")
    finally:
        service.close()


def check_key(settings: "Settings") -> None:
    """End when there is no key: what is stored without one could be read by anyone."""
    if not settings.secret_key:
        fail(
            "SECRET_KEY is empty. Make one and put it into .env:\n"
            '  python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )


def actor(settings: "Settings") -> str:
    """Return who acts, for the audit line."""
    return OFFICE.staff or settings.lacak_staff or getpass.getuser()


def acting(service: "Service", *roles: str) -> str:
    """Return who acts, after making sure that their role allows it.

    Until the first `staff add`, whoever runs commands on this machine may do everything.
    """
    from storage import staff

    name = actor(service.settings)
    with service.database.read() as db:
        if not staff.listed(db):
            return name
        found = staff.find(db, name)
    if found is None:
        fail(f"'{name}' bukan petugas. Pakai --as NAMA, atau LACAK_STAFF; lihat: lacak staff list")
    if found.role not in roles:
        fail(f"peran {found.role} tidak boleh melakukan ini; perlu {' atau '.join(roles)}")
    return name
