"""Small forms as a test writes them: what it is about, under settings that are right."""

import re
from textwrap import dedent

SETTINGS = "settings: {form_id: uji, version: '1', form_title: Uji, chat::purpose: Uji coba.}\n"


def form(sheets: str) -> bytes:
    """A form file whose line 1 is right settings; `sheets` begins on line 2."""
    return (SETTINGS + dedent(sheets).lstrip("\n")).encode()


def survey(*rows: str) -> bytes:
    """A form of these rows, the first on line 3: `type: text, name: a, label: A`."""
    return (SETTINGS + "survey:\n" + "".join(f"  - {{{row}}}\n" for row in rows)).encode()


def lines_in(source: bytes) -> int:
    """How many lines an editor shows, the empty one after the last line feed too."""
    return len((re.sub(r"\r\n?", "\n", source.decode("utf-8", "replace")) + ".").splitlines())
