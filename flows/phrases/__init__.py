"""The bot's own sentences, one file a language, written for respondents."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from flows.words import MONTHS

LANGUAGES = ("id", "en")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})(?= \d{{4}}\b)")
_DONE = re.compile(r"(?:^|(?<=[:…] ))(dilewati|terkirim)$", re.MULTILINE)
_SAID = {"dilewati": "skipped", "terkirim": "sent"}
_SPAN = re.compile(r"(\d+) tahun")
_ABOUT = re.compile(r"(?:^|(?<=[:…] ))sekitar (?=(?:\w+ )?\d{4}$)", re.MULTILINE)
_CLOCK = re.compile(r"(?<=\d{4}) pukul (\d\d)\.(\d\d)")
_RUPIAH = re.compile(r"\bRp\d{1,3}(?:\.\d{3})+")
_DECIMAL = re.compile(r"(\d+),(\d+)")
_UNITS = {"bulan": "months", "tahun": "years", "minggu": "weeks", "hari": "days", "jam": "hours",
          "menit": "minutes", "orang": "people", "kali": "times"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of one language. `consent_version` names the notice that consents refer to.

    `labels` are the bot's own buttons, and `months` the names of months, where they differ from
    the Indonesian ones that the engine writes.
    """

    consent_version: str
    sentences: Mapping[str, str]
    language: str = "id"
    labels: Mapping[str, str] = field(default_factory=dict)
    months: Sequence[str] = MONTHS

    def say(self, key: str, facts: Mapping[str, str]) -> str:
        """Return the sentence with its facts; an unknown fact is left out rather than fatal."""
        if self.months is not MONTHS:
            facts = {name: self._translated(fact) for name, fact in facts.items()}
        return self.sentences[key].format_map(_Blank(facts)).strip()

    def label(self, text: str) -> str:
        """Return a button's label; one that is not the bot's own stays as its author wrote it."""
        known = self.labels.get(text)
        if known is not None:
            return known
        return text if self.months is MONTHS else self._translated(text)

    def _translated(self, fact: str) -> str:
        """Return a fact with what the engine or the office says in it, not what people said."""
        fact = _MONTH.sub(lambda month: self.months[MONTHS.index(month[1])], fact)
        fact = _CLOCK.sub(r" at \1:\2", _ABOUT.sub("around ", fact))
        fact = _RUPIAH.sub(lambda amount: amount[0].replace(".", ","), fact)
        if span := _SPAN.fullmatch(fact):
            return f"{span[1]} years"
        if number := _DECIMAL.fullmatch(fact):
            return f"{number[1]}.{number[2]}"
        if given := _given_by().fullmatch(fact):
            return " " + self.say("given_by", {"pemberi": given[1]})
        if fact.startswith(" lewat "):
            return fact.replace(" lewat ", " at ", 1)
        return _UNITS.get(fact) or _DONE.sub(lambda done: _SAID[done[1]], fact)


def origin(given_by: str, words: Phrases) -> dict[str, str]:
    """Return the fact that says who gave us a contact; none where it was the person."""
    return {"asal": " " + words.say("given_by", {"pemberi": given_by})} if given_by else {}


@cache
def _given_by() -> re.Pattern[str]:
    """Return what `origin` says in our own language, with who gave the contact."""
    before, after = written(LANGUAGES[0])["sentences"]["given_by"].split("{pemberi}")
    return re.compile(f" {re.escape(before)}(.+){re.escape(after)}")


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


@cache
def phrases(language: str = "id") -> Phrases:
    """Return the sentences of `language`, in Indonesian where there are none in it."""
    if language not in LANGUAGES:
        language = LANGUAGES[0]
    data = written(language)
    return Phrases(
        data["consent_version"],
        MappingProxyType({**written(LANGUAGES[0])["sentences"], **data["sentences"]}),
        language,
        MappingProxyType(data.get("labels", {})),
        data.get("months", MONTHS),
    )


def written(language: str) -> Mapping[str, Any]:
    """Return what the file of a language holds."""
    text = files(__package__).joinpath(f"{language}.yaml").read_text("utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data
