"""Choices made ready for reading: which words mean which of them.

Matching works on spans of words. A span inside a longer one says nothing of its own, so
"belum kerja" is never "kerja". What is left outside the spans may still unsettle a match
(`flows.answers.sentence`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from flows.answers.normal import NEGATIONS, core, fold, once, root, shortened, split
from flows.answers.spelling import vocabulary

_NUMBER_BEFORE = re.compile(r"\s*(\d{1,2})\s*[.):=](?!\d)")
_BRACKETED = re.compile(r"\(([^)]*)\)")
_CLAUSES = re.compile(r"[,;()]|\s[-–—/]\s|\b(?:tetapi|tapi)\b")
_COMPARED = [(re.compile(sign), said) for sign, said in (
    (r"<=|≤", " paling banyak "), (r">=|≥", " paling sedikit "),
    (r"<", " kurang dari "), (r">", " lebih dari "),
)]  # fmt: skip
_POLAR = NEGATIONS | vocabulary("ya sudah oke saja ada mau bisa")
_MEANWHILE = vocabulary("sedang lagi masih")
_TAKES_OBJECT = vocabulary("dapat ada punya cari mau ingin")
_LEVEL = re.compile(r"(?<![^\W_])([^\W\d_])[-. ](\d)(?![^\W_])")
_AND = re.compile(r"(?<=[^\W\d_])\s*[&+]\s*(?=[^\W\d_])")
_DEGREES = vocabulary(
    "sangat cukup kurang agak tinggi rendah baik buruk erat sesuai setuju puas penting besar kecil"
    " sering jarang selalu mudah sulit"
)
_AMOUNT = re.compile(r"[<>≤≥]|\d\s*[-–]\s*\d|\b(?:kurang|lebih) dari\b")


class Option(NamedTuple):
    code: str
    label: str
    aliases: tuple[str, ...]


class Span(NamedTuple):
    start: int
    end: int
    codes: frozenset[str]


Slips = dict[str, list[tuple[str, frozenset[str]]]]
Phrases = dict[str, list[tuple[tuple[str, ...], frozenset[str]]]]


class Menu(NamedTuple):
    """`numbers` are the codes a label's own numbers name: 3 in "3 - 6 bulan".

    `slips` are its single words, found with a letter left out. A scale ("erat, cukup erat, …")
    takes no story.
    """

    codes: tuple[str, ...]
    labels: dict[str, str]
    exact: dict[str, frozenset[str]]
    phrases: Phrases
    rooted: Phrases
    beginnings: dict[str, frozenset[str]]
    numbers: dict[int, frozenset[str]]
    slips: Slips
    is_scale: bool

    def ordered(self, codes: Iterable[str]) -> tuple[str, ...]:
        wanted = set(codes)
        return tuple(code for code in self.codes if code in wanted)

    def spans(self, words: list[str]) -> list[Span]:
        """Every phrase found, save those within a longer one.

        Other forms of a word ("nyari" for "mencari") count where no exact form is found, or
        where they make an exact one longer.
        """
        found = _find(self.phrases, words)
        rooted = _find(self.rooted, list(map(root, words)))
        found += [span for span in rooted if not found or _contains_one(span, found)]
        return _without_objects(words, _outermost(found))


def _find(phrases: Phrases, words: list[str]) -> list[Span]:
    return [
        Span(at, at + len(phrase), codes)
        for at, word in enumerate(words)
        for phrase, codes in phrases.get(word, ())
        if tuple(words[at : at + len(phrase)]) == phrase
    ]


def _contains_one(span: Span, others: list[Span]) -> bool:
    return any(span.start <= other.start and other.end <= span.end for other in others)


def _outermost(found: list[Span]) -> list[Span]:
    spans = sorted(set(found), key=lambda span: (span.start, -span.end))
    return [
        span
        for span in spans
        if not any(
            other.start <= span.start and span.end <= other.end and span[:2] != other[:2]
            for other in spans
        )
    ]


def _without_objects(words: list[str], spans: list[Span]) -> list[Span]:
    """In "belum dapat kerja" the work is what is still missing."""
    kept: list[Span] = []
    for span in spans:
        if kept and kept[-1].end == span.start:
            before = words[kept[-1].start : kept[-1].end]
            if before[0] in NEGATIONS and before[-1] in _TAKES_OBJECT:
                continue
        kept.append(span)
    return kept


def as_typed(text: str) -> str:
    """The folded text with "<" in words and "S-1" as one word."""
    folded = fold(text)
    if "<" in folded or ">" in folded or not folded.isascii():
        for sign, said in _COMPARED:
            folded = sign.sub(said, folded)
    return _LEVEL.sub(r"\1\2", _AND.sub(" dan ", folded).replace(" and ", " dan "))


def menu_of(choices: Sequence[Any]) -> Menu:
    """Return the menu of these choices; a form's own tuple of them is known when seen again."""
    held = _SEEN.get(id(choices))
    if held is not None and held[0] is choices:
        return held[1]
    options = tuple(map(_option, choices))
    menu = _compile(options) if len(options) <= _LONG else _compile.__wrapped__(options)
    if isinstance(choices, tuple):
        if len(_SEEN) >= _MOST_SEEN:
            _SEEN.clear()
        _SEEN[id(choices)] = (choices, menu)
    return menu


_MOST_SEEN = 2_000
_LONG = 300  # choices; a list longer than this is only kept where it is a form's own
_SEEN: dict[int, tuple[Sequence[Any], Menu]] = {}


def _option(choice: Any) -> Option:
    if isinstance(choice, Mapping):
        code, label, aliases = choice["code"], choice.get("label"), choice.get("aliases")
    else:
        code, label = choice.code, getattr(choice, "label", None)
        aliases = getattr(choice, "aliases", None)
    return Option(str(code), str(label or code), tuple(aliases or ()))


@lru_cache(maxsize=512)
def _compile(options: tuple[Option, ...]) -> Menu:
    named = _gathered(options, _names)
    parts = _gathered(options, _clauses)
    exact = {**parts, **named}
    return Menu(
        tuple(option.code for option in options),
        {option.code: option.label for option in options},
        exact,
        _by_first(exact, str),
        _by_first(exact, root),
        _gathered(options, _beginnings),
        {int(number): codes for number, codes in _gathered(options, _own_numbers).items()},
        near_words(exact),
        2 * sum(not _DEGREES.isdisjoint(_words(one.label)) for one in options) > len(options),
    )


def near_words(named: Mapping[str, frozenset[str]]) -> Slips:
    """The words of five letters and more, with their codes, under each letter left out."""
    found: Slips = {}
    for word, codes in named.items():
        if len(word) > 4 and word.isalpha():
            for letters in shortened(word):
                found.setdefault(letters, []).append((word, codes))
    return found


def _gathered(
    options: tuple[Option, ...], said_of: Callable[[Option], Iterable[str]]
) -> dict[str, frozenset[str]]:
    codes: dict[str, set[str]] = {}
    for option in options:
        for said in said_of(option):
            codes.setdefault(said, set()).add(option.code)
    return {said: frozenset(of) for said, of in codes.items() if said}


def _words(text: str) -> list[str]:
    return once(split(as_typed(text)))


def _names(option: Option) -> Iterator[str]:
    """What the whole choice is called."""
    label = option.label
    yield " ".join(core(_words(label)))
    named = [label, _BRACKETED.sub(" ", label), *option.aliases]
    if not option.code.isdecimal():
        named.append(option.code)
    if number := _NUMBER_BEFORE.match(label):
        yield number[1]
        named.append(label[number.end() :])
    for name in named:
        yield " ".join(_words(name))


def _clauses(option: Option) -> Iterator[str]:
    """The parts of a label that name it alone: "full time", "BUMD", "mencari kerja"."""
    if _AMOUNT.search(option.label):
        return
    clauses = _CLAUSES.split(option.label)
    for clause in chain.from_iterable(map(_alternatives, clauses)):
        words = _words(clause)
        if NEGATIONS.isdisjoint(words) and not " ".join(words).isdecimal():
            yield " ".join(words)
            if len(words) > 2 and words[0] in _MEANWHILE:
                yield " ".join(words[1:])


def _alternatives(clause: str) -> list[str]:
    """The sides of a slash, if each is a name: "BUMN/BUMD", not "Lanjut pendidikan/pelatihan"."""
    sides = clause.split("/")
    return sides if len({len(side.split()) for side in sides}) == 1 else [clause]


def _beginnings(option: Option) -> Iterator[str]:
    words = _words(option.label)
    return (" ".join(words[:end]) for end in range(1, len(words)))


def _own_numbers(option: Option) -> Iterator[str]:
    said = _NUMBER_BEFORE.sub(" ", option.label, count=1)
    return (word for word in _words(said) if word.isdecimal() and len(word) < 5)


def _by_first(exact: Mapping[str, frozenset[str]], form: Callable[[str], str]) -> Phrases:
    """Phrases by their first word; "ya" or a number alone is no phrase of a sentence."""
    phrases: Phrases = {}
    for name, codes in exact.items():
        words = name.split()
        if not _POLAR.issuperset(words) and len(name) > 1 and not name.isdecimal():
            phrase = tuple(map(form, words))
            phrases.setdefault(phrase[0], []).append((phrase, codes))
    return phrases
