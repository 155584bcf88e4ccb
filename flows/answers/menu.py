"""Choices made ready for reading: which words mean which of them.

Matching works on spans of words. A span inside a longer one says nothing of its own, so
"belum kerja" is never "kerja". What is left outside the spans may still unsettle a match
(`flows.answers.sentence`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from flows.answers.brackets import Bracket, brackets_of
from flows.answers.known import known_names
from flows.answers.labels import (
    Option,
    beginnings,
    clauses,
    endings,
    initials,
    marks,
    names,
    option_of,
    own_numbers,
    words_of,
)
from flows.answers.normal import NEGATIONS, root, shortened
from flows.answers.spelling import vocabulary

_POLAR = NEGATIONS | vocabulary("ya sudah oke saja ada mau bisa")
_TAKES_OBJECT = vocabulary("dapat ada punya cari mau ingin")
_DEGREES = vocabulary(
    "sangat cukup kurang agak tinggi rendah baik buruk erat sesuai setuju puas penting besar kecil"
    " sering jarang selalu mudah sulit"
)


class Span(NamedTuple):
    start: int
    end: int
    codes: frozenset[str]


Slips = dict[str, list[tuple[str, frozenset[str]]]]
Phrases = dict[str, list[tuple[tuple[str, ...], frozenset[str]]]]


class Menu(NamedTuple):
    """`numbers` are the codes a label's own numbers name: 3 in "3 - 6 bulan".

    `slips` are its single words, found with a letter left out. A scale ("erat, cukup erat, …")
    takes no story. `closed_up` are the names without spaces, `marks` the words that labels have,
    `said` the codes of "Ya" and "Tidak". Where no name `bears_numbers` a number typed can only be
    the one shown.
    """

    codes: tuple[str, ...]
    labels: dict[str, str]
    exact: dict[str, frozenset[str]]
    phrases: Phrases
    rooted: Phrases
    beginnings: dict[str, frozenset[str]]
    endings: dict[str, frozenset[str]]
    closed_up: dict[str, frozenset[str]]
    marks: dict[str, frozenset[str]]
    brackets: tuple[Bracket, ...]
    numbers: dict[int, frozenset[str]]
    slips: Slips
    said: tuple[str, str] | None
    is_scale: bool
    bears_numbers: bool

    def shown_at(self, text: str) -> str | None:
        """The code shown with the number that a text is, where it can be nothing else."""
        if self.bears_numbers or not (text.isdecimal() and len(text) < 3):
            return None
        number = int(text)
        return self.codes[number - 1] if 0 < number <= len(self.codes) else None

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


def menu_of(choices: Sequence[Any]) -> Menu:
    """Return the menu of these choices; a form's own tuple of them is known when seen again."""
    held = _SEEN.get(id(choices))
    if held is not None and held[0] is choices:
        return held[1]
    options = tuple(map(option_of, choices))
    menu = _compile(options) if len(options) <= _LONG else _compile.__wrapped__(options)
    if isinstance(choices, tuple):
        if len(_SEEN) >= _MOST_SEEN:
            _SEEN.clear()
        _SEEN[id(choices)] = (choices, menu)
    return menu


_MOST_SEEN = 2_000
_LONG = 300  # choices; a list longer than this is only kept where it is a form's own
_SEEN: dict[int, tuple[Sequence[Any], Menu]] = {}


@lru_cache(maxsize=512)
def _compile(options: tuple[Option, ...]) -> Menu:
    named = _gathered(options, names)
    parts = _gathered(options, clauses)
    exact = {**_gathered(options, initials), **parts, **named}
    exact |= known_names(options, exact)
    return Menu(
        tuple(option.code for option in options),
        {option.code: option.label for option in options},
        exact,
        _by_first(exact, str),
        _by_first(exact, root),
        _gathered(options, beginnings),
        _gathered(options, endings),
        _closed_up(exact),
        _gathered(options, marks),
        brackets_of(options),
        {int(number): codes for number, codes in _gathered(options, own_numbers).items()},
        near_words(exact),
        _yes_and_no(options),
        2 * sum(not _DEGREES.isdisjoint(words_of(one.label)) for one in options) > len(options),
        any(any(map(str.isdigit, name)) for name in exact),
    )


def _yes_and_no(options: Iterable[Option]) -> tuple[str, str] | None:
    """The codes of the labels "Ya" and "Tidak", if these are among the choices."""
    by_label = {" ".join(words_of(option.label)): option.code for option in options}
    no = next((by_label[said] for said in ("tidak", "belum", "bukan") if said in by_label), None)
    return (by_label["ya"], no) if "ya" in by_label and no else None


def _closed_up(exact: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The names without their spaces, where that leaves them one name: "wirausaha"."""
    found: dict[str, frozenset[str]] = {}
    for name, codes in exact.items():
        closed = name.replace(" ", "")
        if len(closed) > 5 and closed.isalpha():
            found[closed] = found.get(closed, frozenset()) | codes
    return found


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


def _by_first(exact: Mapping[str, frozenset[str]], form: Callable[[str], str]) -> Phrases:
    """Phrases by their first word; "ya" or a number alone is no phrase of a sentence."""
    phrases: Phrases = {}
    for name, codes in exact.items():
        words = name.split()
        if not _POLAR.issuperset(words) and len(name) > 1 and not name.isdecimal():
            phrase = tuple(map(form, words))
            phrases.setdefault(phrase[0], []).append((phrase, codes))
    return phrases
