"""What was answered: shares of each choice, quartiles of amounts and of months.

Under `FEW` answers neither is worked out: it would say what somebody answered. Every share names
its base; "no answer" is apart from "not asked", which the form's own conditions decide.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.responses import said
from flows.model import Form, Item, Kind
from flows.view import View
from flows.words import MONTHS, rupiah
from storage.interviews import Row

FEW = 5
"""Fewer people than this are recognised by colleagues who know them."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answered and was to be asked, by item name; None: passed over."""

    said: Mapping[str, Any]
    asked: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Share:
    """How many chose one answer, and whole percents of the base that add up to 100."""

    label: str
    people: int
    percent: int


@dataclass(frozen=True, slots=True)
class Choices:
    """The answers to a question with choices; no shares when fewer than `FEW` answered.

    `several`: one person may have chosen more than one, so percents may add up to more.
    """

    label: str
    base: int
    unanswered: int
    shares: Sequence[Share] = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class Quartiles:
    """The answers to a question for an amount or a date, in words; empty under `FEW` answers."""

    label: str
    base: int
    unanswered: int
    low: str = ""
    median: str = ""
    high: str = ""


def answers_of(form: Form, row: Row) -> Answers:
    """Return what stands in an interview, and what its person was to be asked as it stands."""
    view = View(form, row.state, row.changed_at)
    asked = (one for one in form.asked if one.kind is not Kind.NOTE and view.is_relevant(one))
    return Answers(
        {name: value for name, (_, value) in said(form, row).items()},
        {_name(item): item.kind for item in asked},
    )


def questions(form: Form, answered: Sequence[Answers]) -> Sequence[Choices | Quartiles]:
    """Return each question of the form that has figures, in its order; those nobody was asked
    are left out. An older version's question of another kind was another question."""
    found: list[Choices | Quartiles] = []
    for item in form.asked:
        name = _name(item)
        values = [one.said.get(name) for one in answered if one.asked.get(name) is item.kind]
        if not values:
            continue
        match item.kind:
            case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE:
                found.append(_choices(item, values))
            case Kind.INTEGER:
                found.append(_amounts(item, values))
            case Kind.DATE if not item.pii:  # a birth date is nothing to take a median of
                found.append(_dates(item, values))
    return found


def whole_percents(counts: Sequence[int]) -> list[int]:
    """Return percents of the sum of counts that add up to 100: the largest remainders go up."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    floors = [100 * count // total for count in counts]
    by_rest = sorted(range(len(counts)), key=lambda i: (-(100 * counts[i] % total), i))
    for i in by_rest[: 100 - sum(floors)]:
        floors[i] += 1
    return floors


def _choices(item: Item, values: Sequence[Any]) -> Choices:
    given = [value for value in values if value is not None]
    several = item.kind is Kind.SELECT_MULTIPLE
    base = Choices(_label(item), len(given), len(values) - len(given), several=several)
    if len(given) < FEW:
        return base
    codes = Counter(code for value in given for code in _codes(value))
    labels = {choice.code: choice.label for choice in item.choices}
    order = [*labels, *sorted(codes.keys() - labels.keys())]
    counts = [codes[code] for code in order]
    if several:
        percents = [round(100 * count / len(given)) for count in counts]
    else:
        percents = whole_percents(counts)
    shares = tuple(
        Share(labels.get(code, code), count, percent)
        for code, count, percent in zip(order, counts, percents, strict=True)
    )
    return Choices(base.label, base.base, base.unanswered, shares, several)


def _codes(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else (str(value),)


def _amounts(item: Item, values: Sequence[Any]) -> Quartiles:
    amounts = [amount for value in values if (amount := _amount(value)) is not None]
    words = rupiah_rounded if item.reads == "money" else number
    return _quartiles(item, len(values), amounts, words)


def _amount(value: Any) -> float | None:
    """Return a number; of a range, as some say what they earn, its middle."""
    if isinstance(value, Mapping):
        return (float(value["min"]) + float(value["max"])) / 2
    return float(value) if isinstance(value, int | float) else None


def _dates(item: Item, values: Sequence[Any]) -> Quartiles:
    """Dates count by their month, those asked for by year only by their year."""
    by_year = item.precision == "year"
    found = [_year(value) if by_year else _month(value) for value in values]
    known = [one for one in found if one is not None]
    return _quartiles(item, len(values), known, _year_words if by_year else _month_words)


def _year(value: Any) -> float | None:
    return float(str(value["value"])[:4]) if isinstance(value, Mapping) else None


def _month(value: Any) -> float | None:
    year, _, rest = str(value["value"]).partition("-") if isinstance(value, Mapping) else ("",) * 3
    return int(year) * 12 + int(rest[:2]) - 1 if rest else None


def _year_words(year: float) -> str:
    return str(int(year))


def _month_words(month: float) -> str:
    year, index = divmod(int(month), 12)
    return f"{MONTHS[index]} {year}"


def _quartiles(
    item: Item, asked: int, values: Sequence[float], words: Callable[[float], str]
) -> Quartiles:
    base = len(values)
    if base < FEW:
        return Quartiles(_label(item), base, asked - base)
    cuts = statistics.quantiles(values, n=4, method="inclusive")
    return Quartiles(_label(item), base, asked - base, *map(words, cuts))


def rupiah_rounded(amount: float) -> str:
    """Return an amount as whole thousands: a median is no more precise than what people say."""
    return rupiah(round(amount / 1000) * 1000)


def number(value: float) -> str:
    """Return a number as it is written in Indonesian: `2`, `2,5`."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def _name(item: Item) -> str:
    return item.path.split("/")[-1]


def _label(item: Item) -> str:
    """Return the question, with … where each person's own words stand."""
    parts = ("…" if at % 2 else part for at, part in enumerate(item.label.parts))
    return " ".join("".join(parts).split()) or _name(item)
