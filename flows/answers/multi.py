"""Several of the choices, in the order of the form: "1, 3", "laptop dan hp", "semua"."""

import re

from flows.answers import choice
from flows.answers.menu import Menu, menu_of
from flows.answers.naming import between, by_name, hear
from flows.answers.normal import negates
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure
from flows.answers.sentence import Heard, are_joined, settled
from flows.answers.spelling import vocabulary

_LIST = re.compile(
    r"(?:(?:nomor|no|pilih|cuma|hanya|jawab|saya|yang|ke|dan|sama|serta|juga|dengan) ?"
    r"|\d{1,3}(?: |$))+"
)
_RUN = re.compile(r"\s*(\d{1,2})\s*(?:-|sampai|s/d|sd|hingga)\s*(\d{1,2})\s*")
_LETTERS = re.compile(r"[a-z](?: (?:dan )?[a-z])+")
_ALL = vocabulary("semua semuanya seluruhnya al smua")
_PARTS = re.compile(r"[,;/&+\n]| dan | sama | serta | juga ")
_NUMBER = re.compile(r"(?:nomor |no |yang )?(\d{1,2})")
_BETWEEN = re.compile(r"(?<=\d)\D+(?=\d)")
_UP_TO = re.compile(r"-|sampai|hingga|\.\.")
_ALL_BUT = re.compile(r"(?:semua(?:nya)? )?(?:kecuali|selain) (.+)")
_DECIMAL = re.compile(r"\d[.]\d")


def read(text: str, asked: Asked) -> Reading:
    menu = menu_of(asked.choices)
    if (codes := _shown_at(menu, text)) is not None:
        return sure(codes)
    heard = hear(text)
    if heard.core and (named := by_name(menu, heard)):
        return _of_one(named)
    if run := _RUN.fullmatch(heard.typed):
        first, last = int(run[1]), int(run[2])
        return _at(menu, list(range(first, last + 1)), certain=False)
    if runs := _with_runs(heard.typed):
        return _at(menu, runs, certain=False)
    if but := _ALL_BUT.fullmatch(heard.text):
        return _all_but(menu, read(but[1], asked))
    is_plain = "?" not in text and not _is_mixed(heard.typed)
    if len(heard.core) == 1 and heard.core[0] in _ALL:
        return _unsure(menu, menu.codes)
    listed = in_digits(heard.text)
    if (
        _LIST.fullmatch(listed)
        and any(map(str.isdecimal, listed))
        and not _DECIMAL.search(heard.typed)
    ):
        return _at(menu, [int(number) for number in re.findall(r"\d+", listed)], certain=is_plain)
    if _LETTERS.fullmatch(heard.text):
        letters = [word for word in heard.core if len(word) == 1]
        return _at(menu, [ord(letter) - ord("a") + 1 for letter in letters], certain=is_plain)
    return _by_spans(menu, heard) or _by_parts(menu, heard, asked)


def _shown_at(menu: Menu, text: str) -> list[str] | None:
    """The codes of "1, 3", where nothing else can be meant; "13" may be 1 and 3."""
    numbers = text.replace(",", " ").split()
    if len(numbers) == 1 and len(text) > 1:
        return None
    codes = [code for number in numbers if (code := menu.shown_at(number)) is not None]
    return list(menu.ordered(codes)) if codes and len(codes) == len(numbers) else None


def _with_runs(typed: str) -> list[int]:
    """The numbers of "1-3 dan 5", or none where no run stands among them."""
    positions: list[int] = []
    has_run = False
    for piece in (part.strip(" .") for part in _PARTS.split(typed)):
        if run := _RUN.fullmatch(piece):
            positions += range(int(run[1]), int(run[2]) + 1)
            has_run = True
        elif number := _NUMBER.fullmatch(piece):
            positions.append(int(number[1]))
        else:
            return []
    return positions if has_run else []


def _is_mixed(typed: str) -> bool:
    """Whether a dash is one of several separators: "1-3 5" may hold a run, "1-3-5" does not."""
    signs = {sign.strip() for sign in _BETWEEN.findall(typed)}
    runs = [sign for sign in signs if _UP_TO.search(sign)]
    return bool(runs) and (len(signs) > 1 or ".." in signs)


def _all_but(menu: Menu, named: Reading) -> Reading:
    """All the choices save those named; which they are is confirmed."""
    left = tuple(code for code in menu.codes if code not in (named.value or menu.codes))
    return _unsure(menu, left) if left else reask("choice_not_understood")


def _of_one(reading: Reading) -> Reading:
    if reading.outcome is Outcome.REASK:
        return reading
    return Reading(reading.outcome, [reading.value], reading.reason, reading.facts)


def _unsure(menu: Menu, codes: tuple[str, ...]) -> Reading:
    named = ", ".join(menu.labels[code] for code in codes)
    return confirm(list(codes), "multi_meant", value=named)


def _at(menu: Menu, positions: list[int], *, certain: bool) -> Reading:
    if len(positions) == 1 and positions[0] > 9:  # "13" may be said of 1 and 3
        certain = False
        if positions[0] > len(menu.codes):
            positions = [int(digit) for digit in str(positions[0])]
    if not positions or not all(0 < at <= len(menu.codes) for at in positions):
        return reask("choice_out_of_range", max=str(len(menu.codes)))
    codes = menu.ordered(menu.codes[at - 1] for at in positions)
    return sure(list(codes)) if certain else _unsure(menu, codes)


def _by_spans(menu: Menu, heard: Heard) -> Reading | None:
    spans = menu.spans(heard.words)
    outside = heard.outside(spans)
    if not spans or any(word.isdecimal() for word in outside):
        return None
    if negates(outside):
        return reask("choice_negated")
    if any(len(span.codes) > 1 for span in spans):
        return between(menu, frozenset.union(*(span.codes for span in spans)))
    parts = [part for part in _PARTS.split(heard.typed) if part.strip()]
    codes = menu.ordered(code for span in spans for code in span.codes)
    is_joined = are_joined(heard, spans) and settled(menu, heard, spans)
    is_whole = is_joined and len(parts) <= len(spans)
    return sure(list(codes)) if is_whole else None if len(parts) > 1 else _unsure(menu, codes)


def _by_parts(menu: Menu, heard: Heard, asked: Asked) -> Reading:
    """Each part as a choice of its own; one that is not understood asks for all again."""
    parts = [part for part in _PARTS.split(heard.typed) if part.strip(" .!")]
    readings = [choice.read(part, asked) for part in parts]
    if not readings:
        return reask("choice_not_understood")
    for reading in readings:
        if reading.outcome is Outcome.REASK:
            return reading
    codes = menu.ordered(reading.value for reading in readings)
    is_sure = all(reading.outcome is Outcome.SURE for reading in readings)
    return sure(list(codes)) if is_sure else _unsure(menu, codes)
