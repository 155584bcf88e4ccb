"""`lacak chat`: a questionnaire played in the terminal."""

import sys
from pathlib import Path

import typer

GIVEN = {"nama": "Sari", "pelatihan": "Menjahit Pakaian Dasar"}


def chat(
    form: str = typer.Argument(help="Nama kuesioner bawaan, atau berkas .yaml."),
    save: Path | None = typer.Option(None, help="Tulis percakapan ini sebagai transkrip uji."),
    given: list[str] = typer.Option([], help="Yang sudah diketahui, misalnya nama=Budi."),
    comment: str = typer.Option("", help="Satu kalimat tentang transkrip ini."),
) -> None:
    """Jawab kuesioner di terminal, tanpa menyimpan apa pun."""
    from bot.channels.terminal import converse
    from bot.cli.common import fail
    from bot.cli.form import read_source
    from flows.phrases import phrases
    from flows.transcript import Player, Script, write
    from flows.xlsform import FormFaults, load, publish

    known = dict(GIVEN)
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or "," in value:
            fail(f"--given {pair!r}: tulis seperti nama=Budi, tanpa koma")
        known[name] = value
    try:
        compiled = load(publish(read_source(form)))
    except FormFaults as error:
        fail("\n".join(fault.sentence(form) for fault in error.faults))
    player = Player(compiled, known, phrases())
    converse(player, sys.stdin, sys.stdout)
    if save is not None:
        script = Script(compiled.form_id, known, tuple(filter(None, [comment])))
        save.write_text(write(script, player), "utf-8")
        print(f"Ditulis ke {save}", file=sys.stderr)
