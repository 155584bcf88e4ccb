"""The `lacak` command: one noun a file; commands parse, delegate and print."""

from pathlib import Path

import typer

from bot.cli import (
    backup,
    blast,
    campaign,
    chat,
    db,
    demo,
    doctor,
    export,
    form,
    inbox,
    incident,
    key,
    mirror,
    people,
    privacy,
    recap,
    retention,
    serve,
    staff,
    template,
    today,
    wave,
)
from bot.cli.common import OFFICE, fail

app = typer.Typer(
    name="lacak",
    help="Survei alumni di dalam percakapan.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def office(
    env: Path | None = typer.Option(None, help="Berkas pengaturan kantor, pengganti .env."),
    as_staff: str = typer.Option("", "--as", help="Nama petugas yang bertindak."),
) -> None:
    """Survei alumni di dalam percakapan."""
    if env is not None and not env.is_file():
        fail(f"{env}: tidak ada; beri berkas seperti .env.example")
    OFFICE.env_file = env
    OFFICE.staff = as_staff


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("chat")(chat.chat)
app.command("doctor")(doctor.doctor)
app.command("hari-ini")(today.today)
app.add_typer(form.app, name="form")
app.add_typer(people.app, name="people")
app.add_typer(blast.app, name="blast")
app.add_typer(campaign.app, name="campaign")
app.add_typer(wave.app, name="wave")
app.add_typer(template.app, name="template")
app.add_typer(staff.app, name="staff")
app.add_typer(inbox.app, name="inbox")
app.add_typer(privacy.app, name="privacy")
app.add_typer(retention.app, name="retention")
app.add_typer(incident.app, name="incident")
app.add_typer(export.app, name="export")
app.add_typer(mirror.app, name="mirror")
app.add_typer(db.app, name="db")
app.add_typer(key.app, name="key")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("recap")(recap.recap)


def main() -> None:
    """Run the command line."""
    app()
