"""What news says: its template's words or the office's own, and always how to stop."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.templates import LONGEST, SAMPLES
from scheduler.campaigns.read import LEGAL_BASES
from scheduler.news import NAMED, filled
from storage import blasts
from storage.blasts import TemplateRow
from storage.news import News

if TYPE_CHECKING:
    from sqlalchemy import Connection

HOW_TO_STOP = (
    "Balas BERHENTI bila tidak ingin menerima pesan kami lagi. (Reply STOP to stop our messages.)"
)
"""Added to what does not say it: every piece of news tells how to get no more."""

_SAYS_HOW = re.compile(r"\b(berhenti|stop)\b", re.IGNORECASE)
_NAME = re.compile(r"[\w-]{1,60}")


class WrongNews(Exception):
    """News that cannot go; the message says what would work, in Indonesian."""


def compose(
    db: "Connection", name: str, text: str, basis: str, *, channels: Sequence[str]
) -> News:  # fmt: skip
    """Return what goes under a template's name.

    A template with the fact `isi` has `text` put there; another is replaced by `text` wherever
    free text may go, and stands in its own words where none is given.

    Raises:
        WrongNews: a name, basis or text that will not do, or no template where one is needed.
    """
    if not _NAME.fullmatch(name):
        raise WrongNews(f"--template '{name}': huruf, angka, - dan _ saja, misalnya lowongan")
    if basis not in LEGAL_BASES:
        raise WrongNews(
            f"--basis '{basis}': sebutkan dasar hukumnya, salah satu dari {', '.join(LEGAL_BASES)}"
        )
    template, text = blasts.template(db, name), text.strip()
    if "whatsapp" in channels:
        _check_template(name, template)
    body = _named(template) if template else ""
    if not text and (not body or "isi" in _facts_in(body)):
        raise WrongNews('tulis kabarnya: --text "…", atau di baris sesudah /kabar')
    words = body if "isi" in _facts_in(body) else text or body
    unknown = sorted(_facts_in(text) - SAMPLES.keys() | _facts_in(text) & {"isi"})
    if unknown:
        known = ", ".join(one for one in SAMPLES if one != "isi")
        raise WrongNews(f"isian {', '.join(unknown)} tidak dikenal; yang ada: {known}")
    if not _SAYS_HOW.search(words):
        words = f"{words}\n\n{HOW_TO_STOP}"
    length = len(filled(words, {**SAMPLES, "isi": text}))
    if length > LONGEST:
        raise WrongNews(f"kabarnya {length} huruf; paling panjang {LONGEST}")
    return News(words, text, basis)


def period_of(news: News, today: date) -> str:
    """Return the name of today's sending of these words: the same words are the same sending."""
    told = hashlib.sha256(f"{news.words}\0{news.content}".encode()).hexdigest()
    return f"{today.isoformat()}.{told[:8]}"


def _check_template(name: str, template: TemplateRow | None) -> None:
    if template is None:
        raise WrongNews(
            f"belum ada templat '{name}' yang disetujui untuk WhatsApp; jalankan: "
            f"lacak template submit {name}, atau pakai --channel telegram"
        )
    if not _SAYS_HOW.search(template.body):
        raise WrongNews(
            f"templat '{name}' tidak menyebut cara berhenti (“Balas BERHENTI …”); ajukan yang "
            "menyebutnya, atau catat bunyinya: lacak template add … --text"
        )


def _named(template: TemplateRow) -> str:
    """Return a template's words with names where its numbers stand."""
    names: Mapping[str, str] = {str(n): one for n, one in enumerate(template.variables, 1)}
    return NAMED.sub(lambda found: f"{{{{{names.get(found[1], found[1])}}}}}", template.body)


def _facts_in(words: str) -> set[str]:
    return set(NAMED.findall(words))
