"""What a choice may be called: its label, whole and in parts, its aliases and its code."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from flows.answers.alike import as_typed
from flows.answers.normal import FILLERS, NEGATIONS, core, once, split
from flows.answers.spelling import vocabulary

_NUMBER_BEFORE = re.compile(r"\s*(\d{1,2})\s*[.):=](?!\d)")
_BRACKETED = re.compile(r"\(([^)]*)\)")
_CLAUSES = re.compile(r"[,;()]|\s[-–—/]\s|\b(?:tetapi|tapi|atau)\b")
_MEANWHILE = vocabulary("sedang lagi masih")
_PARTS = re.compile(r"[,;()/]")
_NOT_IN_NAMES = NEGATIONS | vocabulary("dan atau yang kurang cukup sangat lebih ya")
_HOLDING_LITTLE = FILLERS | vocabulary(
    "dan atau yang dari untuk dengan pada dalam oleh sebagai serta misalnya seperti lebih kerja"
    " sama juga ada sudah hal bidang"
)
_AMOUNT = re.compile(r"(?i)[<>≤≥]|\d\s*[-–]\s*\d|\b(?:kurang|lebih) dari\b")


class Option(NamedTuple):
    code: str
    label: str
    aliases: tuple[str, ...]


def option_of(choice: Any) -> Option:
    if isinstance(choice, Mapping):
        code, label, aliases = choice["code"], choice.get("label"), choice.get("aliases")
    else:
        code, label = choice.code, getattr(choice, "label", None)
        aliases = getattr(choice, "aliases", None)
    if isinstance(aliases, str):
        aliases = re.split("[;|]", aliases)
    return Option(str(code), str(label or code), tuple(aliases or ()))


def as_given(choices: Iterable[Any], codes: Any) -> Any:
    """The code or codes as the caller wrote them: a number stays one."""
    given = {str(one["code"]): one["code"] for one in choices if isinstance(one, Mapping)}
    if isinstance(codes, list):
        return [given.get(code, code) for code in codes]
    return given.get(codes, codes)


def words_of(text: str) -> list[str]:
    return once(split(as_typed(text)))


def names(option: Option) -> Iterator[str]:
    """What the whole choice is called."""
    label = option.label
    yield " ".join(core(words_of(label)))
    named = [label, _BRACKETED.sub(" ", label), *option.aliases]
    if not option.code.isdecimal():
        named.append(option.code)
    if number := _NUMBER_BEFORE.match(label):
        yield number[1]
        named.append(label[number.end() :])
    for name in named:
        yield " ".join(words_of(name))


def clauses(option: Option) -> Iterator[str]:
    """The parts of a label that name it alone: "full time", "BUMD", "mencari kerja"."""
    if _AMOUNT.search(option.label):
        return
    parts = _CLAUSES.split(option.label)
    for clause in chain.from_iterable(map(_alternatives, parts)):
        words = words_of(clause)
        if NEGATIONS.isdisjoint(words) and not " ".join(words).isdecimal():
            yield " ".join(words)
            if len(words) > 2 and words[0] in _MEANWHILE:
                yield " ".join(words[1:])
    if NEGATIONS.isdisjoint(words_of(option.label)):
        yield from _sides(option.label)


def _sides(label: str) -> Iterator[str]:
    """What stands by a slash: "perusahaan sendiri" of "Wiraswasta/perusahaan sendiri"."""
    for side in label.split("/")[1:]:
        words = words_of(_BRACKETED.sub(" ", side))
        if len(words) > 1:
            yield " ".join(words)


def initials(option: Option) -> Iterator[str]:
    """ "LSM" for "Lembaga Swadaya Masyarakat"."""
    for part in _PARTS.split(option.label):
        words = words_of(part)
        if len(words) > 2 and _NOT_IN_NAMES.isdisjoint(words):
            yield "".join(word[0] for word in words)


def _alternatives(clause: str) -> list[str]:
    """The sides of a slash, if each is a name: "BUMN/BUMD", not "Lanjut pendidikan/pelatihan"."""
    sides = clause.split("/")
    return sides if len({len(side.split()) for side in sides}) == 1 else [clause]


def beginnings(option: Option) -> Iterator[str]:
    words = words_of(option.label)
    return (" ".join(words[:end]) for end in range(1, len(words)))


def endings(option: Option) -> Iterator[str]:
    """Two words or more at the end of a label: "lebih tinggi" of "Setingkat lebih tinggi"."""
    words = words_of(_BRACKETED.sub(" ", option.label))
    if not _AMOUNT.search(option.label) and NEGATIONS.isdisjoint(words):
        for begin in range(1, len(words) - 1):
            if words[begin] not in _HOLDING_LITTLE or words[begin] == "lebih":
                yield " ".join(words[begin:])


def marks(option: Option) -> list[str]:
    """The words of a label that may tell it from others: "swasta" of "Perusahaan swasta"."""
    words = [] if _AMOUNT.search(option.label) else words_of(_BRACKETED.sub(" ", option.label))
    return [word for word in words if len(word) > 2 and word not in _HOLDING_LITTLE]


def own_numbers(option: Option) -> Iterator[str]:
    said = _NUMBER_BEFORE.sub(" ", option.label, count=1)
    return (word for word in words_of(said) if word.isdecimal() and len(word) < 5)
