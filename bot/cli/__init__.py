"""The `lacak` command: one noun a file; commands parse, delegate and print."""

from pathlib import Path

import typer

from bot.cli import chat, demo, export, form, people, serve
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
) -> None:
    """Survei alumni di dalam percakapan."""
    if env is not None and not env.is_file():
        fail(f"{env}: tidak ada; beri berkas seperti .env.example")
    OFFICE.env_file = env


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("chat")(chat.chat)
app.add_typer(form.app, name="form")
app.add_typer(people.app, name="people")
app.add_typer(export.app, name="export")


def main() -> None:
    """Run the command line."""
    app()
