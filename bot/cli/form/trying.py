"""`lacak form try`: a questionnaire as a web chat, before anybody is asked."""

import secrets
import sys

import typer

from bot.cli.form.sources import find_round, published


def try_form(
    form: str = typer.Argument(help="Berkas, nama kuesioner bawaan, atau nomor draf."),
    port: int = typer.Option(0, help="Porta; 0 berarti yang mana saja."),
    browser: bool = typer.Option(True, help="Buka peramban bila ada."),
) -> None:
    """Coba kuesioner sebagai percakapan web; tidak ada yang disimpan."""
    from bot.cli.common import load_settings
    from bot.logs import set_up
    from bot.office import Office
    from bot.service import utc_now
    from bot.web.app import make_trial_app, run
    from bot.web.trial import Trials, routes
    from flows.phrases import phrases
    from flows.xlsform import load
    from storage.secrets import Vault

    set_up()
    settings = load_settings()
    found = find_round(form)
    loaded = load(found.artefact if found else published(form))
    office = Office(
        settings.office_name, settings.office_contact, settings.retention_years,
        settings.office_timezone,
    )  # fmt: skip
    trials = Trials(Vault(secrets.token_urlsafe(32)), office, phrases(), utc_now)
    path = f"/coba/{secrets.token_urlsafe(9)}"

    def ready(address: str) -> None:
        print(f"READY {address}", flush=True)
        print(f"Coba di sini, Ctrl-C untuk berhenti: {address}{path}", flush=True)
        if browser and sys.stdout.isatty():
            _open(address + path)

    app = make_trial_app(office.name, routes(path, trials, lambda _request: loaded))
    run(app, host="127.0.0.1", port=port, ready=ready)


def _open(url: str) -> None:
    import contextlib
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(url)
