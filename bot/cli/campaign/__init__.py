"""`lacak campaign`: who is asked what, when; checked, loaded, shown, switched on, planned."""

import typer

from bot.cli.campaign import checking

app = typer.Typer(help="Kampanye: survei terjadwal.", no_args_is_help=True)
app.command("check")(checking.check)
