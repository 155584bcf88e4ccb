"""`lacak serve`: the service."""

from typing import TYPE_CHECKING

import typer

from bot.cli.common import fail, load_settings

if TYPE_CHECKING:
    from bot.service import Service


def serve(
    host: str = typer.Option("127.0.0.1", help="Alamat yang didengarkan."),
    port: int = typer.Option(8000, help="Porta; 0 berarti yang mana saja."),
) -> None:
    """Jalankan layanan: halaman percakapan, giliran wawancara, dan pengiriman."""
    from bot.logs import set_up
    from bot.service import Service
    from bot.single import AlreadyRunning
    from bot.web.app import make_app, run
    from scheduler.wakeup.local import LocalClock

    set_up()
    settings = load_settings()
    _refuse_open_doors(settings.secret_key, settings.public_url, host)
    service = Service(settings)
    lock = service.sender_lock()
    try:
        lock.take()
    except AlreadyRunning as error:
        where = f" at {error.address}" if error.address else ""
        fail(
            f"Another `lacak serve`{where} uses this database. It takes one sender; stop that one."
        )
    service.database.migrate()
    _check_channels(service)
    _check_key(service)

    def ready(address: str) -> None:
        lock.write(address)
        print(f"READY {address}", flush=True)

    app = make_app(service, LocalClock())
    run(app, host=host, port=port, ready=ready, closing=service.hub.close)


def _refuse_open_doors(secret_key: str, public_url: str, host: str) -> None:
    """End when others could reach us while the key is missing or known to everyone (law 10)."""
    from urllib.parse import urlsplit

    from bot.settings import DEMO_KEY
    from bot.web.health import is_loopback

    public = urlsplit(public_url).hostname or "localhost"
    if secret_key not in ("", DEMO_KEY) or (is_loopback(host) and is_loopback(public)):
        return
    fail(
        "SECRET_KEY is empty or the demo's, and others can reach this address. Make one:\n"
        '  python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
    )


def _check_channels(service: "Service") -> None:
    """End when a channel is half or wrongly set up."""
    from bot.settings import WrongSettings

    try:
        _ = service.gateways
    except WrongSettings as error:
        fail(str(error))


def _check_key(service: "Service") -> None:
    """End when the data was stored with another key, before anything is taken in."""
    from storage import interviews
    from storage.secrets import WrongKey

    try:
        with service.database.read() as db:
            interviews.check_key(db, service.vault)
    except WrongKey:
        fail("SECRET_KEY is not the one this data was stored with; use the one from then.")
