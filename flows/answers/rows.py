"""Several questions answered in one reply: "4 3 5 4 2 3 4", "a4 c2", "semua 4 kecuali c 2".

The questions are rows of one table, lettered as they are shown, with the same choices or all of
them numbers. A row counts as answered only where the reply leaves no doubt which row and which
value is meant; the caller asks the others again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from flows.answers import choice, english, integer
from flows.answers.menu import menu_of
from flows.answers.normal import FILLERS, fold, root, split, stance
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary

MOST = len(ascii_lowercase)
"""Rows that can be lettered."""

_LEADING_IN = FILLERS | vocabulary(
    "saya jawab jawaban jawabannya jawabanku nilai nilainya angka angkanya isi pilih urutannya rata"
    " of them are is the i say for"
)
_ALL = vocabulary("semua semuanya seluruhnya seluruh masing sama all each every everything")
_BUT = re.compile(r"\b(?:kecuali|selain|except)\b")
_ONLY_NUMBERS = re.compile(r"[\d\s,;./|:=()+-]*\d[\d\s,;./|:=()+-]*")
_SIGN = re.compile(r"[^\w\s,;./|:=()+-]")
_LETTERS = re.compile(r"[^\W\d_]+")
_THOUSANDS = re.compile(r"\d[.,]\d{3}(?!\d)")
_JOINED = re.compile(r"\d([.,])(?=\d)")
_LETTERED = re.compile(r"(?:^|(?<=[\s,;]))([a-z])\s*[.:=)-]*\s*(\d{1,4})(?=[\s,;]|$)")
_BETWEEN = re.compile(r"[,;\n]+|\s+(?:dan|lalu|terus)\s+")
_SMALL = vocabulary("dan atau dalam pada di ke yang untuk dengan dari para")


def read_rows(text: str, labels: Sequence[str], choices: Sequence[Any] = ()) -> Reading:
    """Read one reply as the answers of several rows; no text makes it raise.

    `labels` are the rows as shown. Without `choices` each row is a whole number. The value is
    a mapping of row numbers, counted from 0, to values: when it is sure, perhaps of some rows
    only; when it is to be confirmed, of all. None is the value of a row that is left out.
    """
    table = _Table(labels, Asked(choices))
    said = fold(text).strip()
    for way in (_same_for_all, _in_order, _lettered, _named, _in_words, _none_at_all):
        found = way(table, said)
        if found is not None:
            return found
    return reask(stance(split(said)) or "rows_not_understood")


class _Table:
    """The rows, and what one value looks like."""

    def __init__(self, labels: Sequence[str], asked: Asked) -> None:
        self.labels = labels[:MOST]
        self.asked = asked
        self.names = [_content(label) for label in self.labels]

    def __len__(self) -> int:
        return len(self.labels)

    def number(self, digits: str) -> Any:
        """Return the value a number stands for; None when it stands for none."""
        place = int(digits)
        if not self.asked.choices:
            return place
        if not 0 < place <= len(self.asked.choices):
            return None
        one = self.asked.choices[place - 1]
        return one["code"] if isinstance(one, Mapping) else one.code

    def said(self, value: Any) -> str:
        """Return a value as people read it."""
        return menu_of(self.asked.choices).labels.get(value, str(value))

    def value(self, typed: str) -> Any:
        """Return the value of one row as typed, by number or in words; None when in doubt."""
        said = typed.strip(" .:=()-")
        if said.isdecimal() and len(said) < 5:
            return self.number(said)
        reads = choice.read if self.asked.choices else integer.read
        reading = reads(said, self.asked) if said else None
        return reading.value if reading and reading.outcome is Outcome.SURE else None

    def row(self, typed: str) -> int | None:
        """Return which row is named: by its letter, or by words that only it has."""
        words = _content(typed)
        if len(words) == 1 and len(words[0]) == 1 and words[0] in ascii_lowercase:
            place = ascii_lowercase.index(words[0])
            return place if place < len(self) else None
        closed = "".join(words)
        fits = [
            n
            for n, name in enumerate(self.names)
            if words and (set(words) <= set(name) or closed in ("".join(name), _initials(name)))
        ]
        return fits[0] if len(fits) == 1 else None


def _same_for_all(table: _Table, said: str) -> Reading | None:
    """ "semua 4", "tinggi semua", "semua 4 kecuali c 2"."""
    most, *others = _BUT.split(said)
    words = split(most)
    if _ALL.isdisjoint(words) or len(others) > 1:
        return None
    value = table.value(" ".join(w for w in words if w not in _ALL and w not in _LEADING_IN))
    if value is None:
        return None
    values = dict.fromkeys(range(len(table)), value)
    if others:
        apart = _lettered(table, others[0].strip()) or _named(table, others[0])
        if apart is None or apart.outcome is not Outcome.SURE:
            return None
        values |= apart.value
    return sure(values)


def _in_order(table: _Table, said: str) -> Reading | None:
    """ "4 3 5 4 2 3 4", "4354234"; one number alone may be meant for every row.

    A dash on its own leaves its row out: "4 4 -".
    """
    has_digits = any(map(str.isdecimal, said))
    plain = _SIGN.sub(" ", said if has_digits else in_digits(english.in_indonesian(said)))
    bare = _LETTERS.sub(lambda word: " " if word[0] in _LEADING_IN else word[0], plain).strip()
    parts = bare.split()
    if len(parts) == len(table) > 1 and "-" in parts:
        said_of = {row: one for row, one in enumerate(parts) if one != "-"}
        if said_of and all(one.isdecimal() for one in said_of.values()):
            values = {row: table.number(one) for row, one in said_of.items()}
            certain = {row: value for row, value in values.items() if value is not None}
            return sure(certain | {row: None for row in range(len(table)) if row not in said_of})
    if not _ONLY_NUMBERS.fullmatch(bare):
        return None
    numbers, rows = re.findall(r"\d+", bare), len(table)
    if not table.asked.choices and _may_be_fractions(bare):
        return reask("rows_count", rows=str(rows))
    if len(numbers) == 2 * rows and numbers[::2] == [str(n) for n in range(1, rows + 1)]:
        numbers = numbers[1::2]
    one = numbers[0]
    if len(numbers) == 1 and len(one) == rows > 1 and 0 < len(table.asked.choices) < 10:
        numbers = list(one)
    if len(numbers) == rows:
        return _certain(dict(enumerate(map(table.number, numbers))))
    value = table.number(one) if len(numbers) == 1 and len(one) < 5 else None
    if value is not None:
        return _all_of(table, value)
    return reask("rows_count", rows=str(rows))


def _may_be_fractions(bare: str) -> bool:
    """Whether a sign between digits may belong to one number: "1.500 3", not "10,4,2"."""
    joints = _JOINED.findall(bare)
    return bool(_THOUSANDS.search(bare)) or (bool(joints) and " " in bare)


def _lettered(table: _Table, said: str) -> Reading | None:
    """ "a4 b3 c5", "a. 4, c = 2": letters with their numbers and nothing else."""
    found = _LETTERED.findall(said)
    if not found or split(_LETTERED.sub(" ", said)):
        return None
    return _gathered((table.row(letter), table.number(digits)) for letter, digits in found)


def _named(table: _Table, said: str) -> Reading | None:
    """ "etika 4, bahasa inggris: cukup": each part names its row; one that does not undoes all."""
    parts = [part for part in _BETWEEN.split(said) if split(part)]
    found = [_row_and_value(table, part) for part in parts]
    whole = [pair for pair in found if pair is not None]
    return _gathered(whole) if whole and len(whole) == len(found) else None


def _row_and_value(table: _Table, part: str) -> tuple[int, Any] | None:
    words = [word for word in split(part) if word not in FILLERS]
    for end in range(len(words) - 1, 0, -1):
        for name, said in ((words[:end], words[end:]), (words[end:], words[:end])):
            row = table.row(" ".join(name))
            value = None if row is None else table.value(" ".join(said))
            if row is not None and value is not None:
                return row, value
    return None


def _in_words(table: _Table, said: str) -> Reading | None:
    """ "tinggi, cukup, tinggi": as many parts as rows, in their order."""
    parts = [part for part in _BETWEEN.split(said) if split(part)]
    if len(parts) != len(table) or not table.asked.choices:
        return None
    values = dict(enumerate(map(table.value, parts)))
    return _certain(values) if any(one is not None for one in values.values()) else None


def _none_at_all(table: _Table, said: str) -> Reading | None:
    """ "belum pernah melamar": nothing of what is counted, if the respondent agrees."""
    if table.asked.choices or any(map(str.isdecimal, said)):
        return None
    reading = integer.read(said, table.asked)
    if reading.value != 0:
        return None
    return _all_of(table, 0)


def _all_of(table: _Table, value: Any) -> Reading:
    values = dict.fromkeys(range(len(table)), value)
    return confirm(values, "rows_all_meant", value=table.said(value))


def _gathered(pairs: Iterable[tuple[int | None, Any]]) -> Reading | None:
    """Return what the pairs say; a row that is told twice is not certain."""
    values: dict[int, Any] = {}
    for row, value in pairs:
        if row is None:
            return None
        values[row] = value if values.get(row, value) == value else None
    return _certain(values)


def _certain(values: Mapping[int, Any]) -> Reading:
    certain = {row: value for row, value in values.items() if value is not None}
    return sure(certain) if certain else reask("rows_not_understood")


def _content(label: str) -> list[str]:
    return [root(word) for word in split(fold(label)) if word not in _SMALL]


def _initials(name: Sequence[str]) -> str:
    return "".join(word[0] for word in name[-2:])
