"""The `lacak` command: one noun a file; commands parse, delegate and print."""

import typer

from bot.cli import chat, demo, export, form, people, serve

app = typer.Typer(
    name="lacak",
    help="Survei alumni di dalam percakapan.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("chat")(chat.chat)
app.add_typer(form.app, name="form")
app.add_typer(people.app, name="people")
app.add_typer(export.app, name="export")


def main() -> None:
    """Run the command line."""
    app()
