"""Choices made ready for reading: which words mean which of them.

Matching works on spans of words. A span inside a longer one says nothing of its own, so
"belum kerja" is never "kerja". What is left outside the spans may still unsettle a match.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from flows.answers.normal import NEGATIONS, core, fold, split, vocabulary

_NUMBER_BEFORE = re.compile(r"\s*(\d{1,2})\s*[.):=-]")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_POLAR = NEGATIONS | vocabulary("ya sudah ok oke saja ada mau bisa")

# Words that turn what they stand by into a wish, a memory, a question or someone else's life.
UNSETTLING = vocabulary(
    "dulu dulunya dahulu pernah mantan eks bekas mau ingin akan bakal rencana rencananya niat"
    " calon kalau jika semoga berhenti resign keluar habis selesai phk cari mencari lamar"
    " melamar ngelamar lamaran butuh nunggu menunggu tunggu gagal hampir siap mungkin kayaknya"
    " sepertinya kayanya entah besok nanti kadang apa apakah gimana bagaimana maksudnya mana"
    " kenapa suami istri ortu ayah bapak teman keluarga anak adik kurang agak sangat lumayan"
    " cukup sedikit setengah semi terlalu paling antara atau bantu lowongan pelatihan alasan"
    " tergantung bingung tutup bangkrut dipecat pecat nganggur pengangguran lulusan biasa banget"
    " sekali saudara tetangga depan"
    " persiapan daftar mendaftar tes test seleksi coba mencoba tua orangtua sendiri stop off cuti"
    " pensiun putus diberhentikan dirumahkan lepas malas males susah sulit sempat tadinya awalnya"
    " sebelumnya terakhir lalu kemarin harap berharap doakan minta info loker panggilan interview"
    " wawancara lulus tamat wisuda kelar beres drop"
)


class Option(NamedTuple):
    code: str
    label: str
    aliases: tuple[str, ...]


class Span(NamedTuple):
    start: int
    end: int
    codes: frozenset[str]


class Menu(NamedTuple):
    codes: tuple[str, ...]
    labels: dict[str, str]
    exact: dict[str, frozenset[str]]
    by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]]
    beginnings: dict[str, frozenset[str]]

    def ordered(self, codes: Iterable[str]) -> tuple[str, ...]:
        wanted = set(codes)
        return tuple(code for code in self.codes if code in wanted)

    def spans(self, words: list[str]) -> list[Span]:
        """Every phrase found, save those within a longer one."""
        found = [
            Span(at, at + len(phrase), codes)
            for at, word in enumerate(words)
            for phrase, codes in self.by_first.get(word, ())
            if tuple(words[at : at + len(phrase)]) == phrase
        ]
        return [
            span
            for span in found
            if not any(
                other.start <= span.start and span.end <= other.end and span[:2] != other[:2]
                for other in found
            )
        ]


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
    exact: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    for code, label, aliases in options:
        named = [label, _IN_BRACKETS.sub(" ", label), *aliases]
        named += [] if code.isdecimal() else [code]
        if number := _NUMBER_BEFORE.match(label):
            named += [number[1], label[number.end() :]]
        for name in named:
            words = split(fold(name))
            for phrase in (words, core(words)) if name == label else (words,):
                if phrase:
                    exact.setdefault(" ".join(phrase), set()).add(code)
        words = split(fold(label))
        for end in range(1, len(words)):
            beginnings.setdefault(" ".join(words[:end]), set()).add(code)
    by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for name, codes in exact.items():
        phrase_words = tuple(name.split())
        if not _POLAR.issuperset(phrase_words) and len(name) > 1 and not name.isdecimal():
            by_first.setdefault(phrase_words[0], []).append((phrase_words, frozenset(codes)))
    return Menu(
        tuple(option.code for option in options),
        {option.code: option.label for option in options},
        {name: frozenset(codes) for name, codes in exact.items()},
        by_first,
        {name: frozenset(codes) for name, codes in beginnings.items()},
    )
