"""`lacak form`: the life of a questionnaire, from a draft to a published version."""

import typer

from bot.cli.form import checking, drafting, exchange, publishing, reviewing, showing, trying

app = typer.Typer(help="Kuesioner.", no_args_is_help=True)

app.command("check")(checking.check)
app.command("play")(checking.play)
app.command("try")(trying.try_form)
app.command("import")(exchange.import_form)
app.command("export")(exchange.export_form)
app.command("diff")(exchange.diff)
app.command("draft")(drafting.draft)
app.command("submit")(drafting.submit)
app.command("review")(reviewing.review)
app.command("approve")(reviewing.approve)
app.command("publish")(publishing.publish_form)
app.command("print")(publishing.print_form)
app.command("list")(showing.list_forms)
app.command("show")(showing.show)
