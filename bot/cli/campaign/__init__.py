"""`lacak campaign`: who is asked what, when; checked, loaded, shown, switched on, planned."""

import typer

from bot.cli.campaign import calendar, checking, loading, placements

app = typer.Typer(help="Kampanye: survei terjadwal.", no_args_is_help=True)
app.command("check")(checking.check)
app.command("load")(loading.load)
app.command("list")(loading.list_campaigns)
app.command("show")(loading.show)
app.command("on")(loading.turn_on)
app.command("off")(loading.turn_off)
app.command("plan")(calendar.plan)
app.add_typer(placements.app, name="placements")
