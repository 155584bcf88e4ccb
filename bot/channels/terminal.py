"""The terminal: numbered text out, a line in."""

from typing import TextIO

from flows.prompts import Prompt, numbered
from flows.transcript import Player


def converse(player: Player, typed: TextIO, shown: TextIO) -> None:
    """Hold one conversation until it is over, input ends, or Ctrl-C."""
    _show(player.begin(), player, shown)
    while player.is_open:
        shown.write("\n> ")
        shown.flush()
        try:
            line = typed.readline()
        except KeyboardInterrupt:
            line = ""
        if not line:
            shown.write("\n")
            return
        if line.strip():
            _show(player.say(line.strip()), player, shown)


def _show(message: Prompt | None, player: Player, shown: TextIO) -> None:
    if message is not None:
        shown.write("\n" + numbered(message, player.words) + "\n")
