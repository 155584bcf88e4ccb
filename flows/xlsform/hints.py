"""The chat hints of choices under names that other programs can carry.

pyxform, and so KoboToolbox, writes every further column of the choices sheet into the XForm as
an element, and breaks on `chat::aliases`, which it takes for two levels. In a workbook that
column is `chat_aliases`; a language is spelled with what an element's name may hold:
`chat_short.Indonesia-20--28-id-29-` is `chat::short::Indonesia (id)`.
"""

import re

_OUT = re.compile(r"chat::(aliases|short)(?:::(.+))?", re.DOTALL)
_BACK = re.compile(r"chat_(aliases|short)(?:\.(.+))?", re.DOTALL)
_FOREIGN = re.compile(r"[^A-Za-z0-9]")
_SPELLED = re.compile(r"-([0-9a-f]+)-")


def carried(column: str) -> str:
    """Return what a column of choices is called in a workbook."""
    found = _OUT.fullmatch(column)
    if found is None:
        return column
    language = _FOREIGN.sub(lambda sign: f"-{ord(sign[0]):x}-", found[2] or "")
    return f"chat_{found[1]}.{language}" if language else f"chat_{found[1]}"


def restored(column: str) -> str:
    """Return what a column of choices in a workbook is called here."""
    found = _BACK.fullmatch(column)
    if found is None:
        return column
    language = _SPELLED.sub(lambda code: chr(int(code[1], 16)), found[2] or "")
    return f"chat::{found[1]}::{language}" if language else f"chat::{found[1]}"
