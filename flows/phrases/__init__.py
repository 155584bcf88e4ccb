"""The bot's own sentences, one file a language, written for respondents."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of one language. `consent_version` names the notice that consents refer to."""

    consent_version: str
    sentences: Mapping[str, str]

    def say(self, key: str, facts: Mapping[str, str]) -> str:
        """Return the sentence with its facts; an unknown fact is left out rather than fatal."""
        return self.sentences[key].format_map(_Blank(facts)).strip()


def origin(given_by: str, words: Phrases) -> dict[str, str]:
    """Return the fact that says who gave us a contact; none where it was the person."""
    return {"asal": " " + words.say("given_by", {"pemberi": given_by})} if given_by else {}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


@cache
def phrases(language: str = "id") -> Phrases:
    """Return the sentences of `language`."""
    text = files(__package__).joinpath(f"{language}.yaml").read_text("utf-8")
    data = yaml.safe_load(text)
    return Phrases(data["consent_version"], MappingProxyType(data["sentences"]))
