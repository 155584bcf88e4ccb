"""`lacak chat`: a questionnaire played in the terminal."""

import sys
from pathlib import Path

import typer

GIVEN = {"nama": "Sari", "pelatihan": "Menjahit Pakaian Dasar"}


def chat(
    form: str = typer.Argument(help="Nama kuesioner bawaan, atau berkas .yaml atau .xlsx."),
    save: Path | None = typer.Option(None, help="Tulis percakapan ini sebagai transkrip uji."),
    given: list[str] = typer.Option([], help="Yang sudah diketahui, misalnya nama=Budi."),
    language: str = typer.Option("", "--language", help="Salah satu bahasa kuesioner."),
    comment: str = typer.Option("", help="Satu kalimat tentang transkrip ini."),
) -> None:
    """Jawab kuesioner di terminal, tanpa menyimpan apa pun."""
    from bot.channels.terminal import converse
    from bot.cli.common import fail
    from bot.cli.form.sources import published
    from flows.phrases import phrases
    from flows.transcript import Player, Script, write
    from flows.xlsform import load

    known = dict(GIVEN)
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or "," in value:
            fail(f"--given {pair!r}: tulis seperti nama=Budi, tanpa koma")
        known[name] = value
    compiled = load(published(form))
    player = Player(compiled, known, phrases(), language=language)
    converse(player, sys.stdin, sys.stdout)
    if save is not None:
        script = Script(compiled.form_id, known, tuple(filter(None, [comment])))
        save.write_text(write(script, player), "utf-8")
        print(f"Ditulis ke {save}", file=sys.stderr)
