"""Whether a reply asks something instead of answering."""

import re

from flows.answers.normal import core, fold, split
from flows.answers.spelling import vocabulary

_ASKING = vocabulary(
    "apa apakah apaan kenapa knp ngapain mengapa gimana gmn gmna bagaimana bgmn siapa sapa spa"
    " kapan kpn berapa brp brapa mana dimana dmn kemana darimana bolehkah bisakah haruskah"
    " adakah emangnya memangnya kok what why how when where who which"
)
_LEADING = vocabulary(
    "ini itu kalau maksud maksudnya emang memang terus trus lalu tapi dan untuk buat yang saya ya"
    " hmm hm anu eh oh loh lho lah jadi tanya nanya bertanya mau boleh ingin izin numpang bedanya"
    " beda"
)
_ANYTHING = re.compile(
    r"\b(?:apa|mana|kapan|berapa|siapa|gimana) ?-? ?(?:saja|pun|apa|adanya|kek)\b|\bapalah\b"
    r"|\b(?:entah|siapa tahu|tidak apa|tanpa|kenapa kenapa)\b"
)


def is_question(text: str) -> bool:
    """True for "maksudnya apa?" and "kenapa tanya gaji"; not for "3jt?", nor "apa saja"."""
    marked = "?" in text
    words = split(_ANYTHING.sub(" ", fold(text)))
    if not marked and len(words) < 2:
        return False
    if marked and not _ASKING.isdisjoint(words):
        return True
    opening = [word for word in core(words) if word not in _LEADING]
    return bool(opening) and opening[0] in _ASKING
