"""The names of regions, provinces and countries, made ready to be found in a reply."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from flows.regions import Region, nicknames, regions

_APOSTROPHES = re.compile(r"['’‘`´]")
_WORD_OR_BREAK = re.compile(r"[^\W_]+|[,;/()\n|:]| [-–—] ")
_JOINED = re.compile(r"(kab|kota|kabupaten)([^\W\d_]{4,})")
_PAPUA = frozenset({"91", "92", "93", "94", "95", "96"})
_LONG = 8
_SHORT = 4  # letters; a nickname this short is no name inside a sentence


class Named(NamedTuple):
    """What a name may mean.

    A `doubted` name is also something else, so it is confirmed; `province` is the code of the
    province it names, perhaps beside a region.
    """

    regions: frozenset[Region] = frozenset()
    province: str = ""
    country: str = ""
    is_island: bool = False
    doubted: bool = False


class Gazetteer(NamedTuple):
    """`by_first` finds names by their first word, the longest first.

    `closed_up` are names without their spaces; `spelt_out` those long enough that a slip of the
    thumb leaves them recognisable, so no nicknames; `words` are all that names are made of.
    """

    names: dict[str, Named]
    by_first: dict[str, list[tuple[tuple[str, ...], Named]]]
    closed_up: dict[str, str]
    spelt_out: dict[str, Named]
    words: frozenset[str]
    provinces: dict[str, str]


def words_of(text: str) -> list[str]:
    """The words in lower case, and "," for whatever sets one part of an address apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = _WORD_OR_BREAK.findall(_APOSTROPHES.sub("", plain))
    words: list[str] = []
    for word in found:
        if not word[0].isalnum():
            words.append(",")
        elif joined := _JOINED.fullmatch(word):
            known = word in gazetteer().closed_up or joined[2] not in gazetteer().closed_up
            words += [word] if known else [joined[1], joined[2]]
        else:
            words.append(word)
    return words


def same_province(code: str, region: Region) -> bool:
    """Whether a region lies in the province, the six of Papua being one in most minds."""
    own = region.code[:2]
    return own == code or {own, code} <= _PAPUA


@cache
def gazetteer() -> Gazetteer:
    """Return the index; made once, at the first place that is asked for."""
    names: dict[str, Named] = {}
    for region in regions():
        _add(names, _name(region.bare_name), {region})
    called = nicknames()
    _add_nicknames(names, called)
    _add_larger(names, called)
    return _indexed(names)


def _add_nicknames(names: dict[str, Named], called: Mapping[str, Any]) -> None:
    by_name = {region.name: region for region in regions()}
    for other, region in _inverted(called["sebutan"]):
        _add(names, other, {by_name[region]})
    for other, together in _inverted(called["salah_satu"]):
        _add(names, other, {by_name[region.strip()] for region in together.split(",")})
    for town, region in _inverted(called["kota_kecil"]):
        names.setdefault(town, Named(frozenset({by_name[region]}), doubted=True))
    for name in _listed(called["diragukan"]):
        names[name] = names[name]._replace(doubted=True)


def _add_larger(names: dict[str, Named], called: Mapping[str, Any]) -> None:
    for name, code in _inverted(called["provinsi"]):
        names[name] = names.get(name, Named())._replace(province=code)
    for island in _listed(called["pulau"]):
        names.setdefault(island, Named(is_island=True))
    for name, country in _inverted(called["luar_negeri"]):
        names.setdefault(name, Named(country=country))


def _inverted(listed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, key) for key, names in listed.items() for name in _listed(names))


def _indexed(names: dict[str, Named]) -> Gazetteer:
    by_first: dict[str, list[tuple[tuple[str, ...], Named]]] = {}
    for name, named in sorted(names.items(), key=lambda item: -item[0].count(" ")):
        words = tuple(name.split())
        by_first.setdefault(words[0], []).append((words, named))
    provinces = {region.code[:2]: region.province for region in regions()}
    closed_up = {name.replace(" ", ""): name for name in names if len(name) > _SHORT}
    official = {_name(region.bare_name) for region in regions()}
    official |= {_name(country) for country in nicknames()["luar_negeri"]}
    spelt_out = {
        name.replace(" ", ""): names[name]
        for name in official | {name for name in names if len(name) > _LONG}
    }
    made_of = frozenset(word for name in names for word in name.split())
    return Gazetteer(names, by_first, closed_up, spelt_out, made_of, provinces)


def is_short(words: tuple[str, ...]) -> bool:
    return len(words) == 1 and len(words[0]) <= _SHORT


def _add(names: dict[str, Named], name: str, found: Iterable[Region]) -> None:
    known = names.get(name, Named())
    names[name] = known._replace(regions=known.regions | frozenset(found))


def _name(written: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", written.casefold()))


def _listed(written: str) -> list[str]:
    return [_name(part) for part in written.split(",")]
