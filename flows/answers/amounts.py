"""The amounts in a text, each with its scale ("2 juta 500 ribu" is one), and what links them."""

import re
from itertools import pairwise
from typing import NamedTuple

from flows.answers.numerals import MILLION, SCALES, THOUSAND, Literal, in_digits, read_literal
from flows.answers.spelling import vocabulary

_TOKEN = re.compile(r"\d+(?:[.,']\d+)*|[^\W\d_]+|[^\w\s.,()\"'*:;!]")
_NO_CENTS = re.compile(r"[.,] ?-+(?! ?\d)")
_NO_WHOLE = re.compile(r"(?<!\S)[.,](?=\d{1,2}(?!\d))")  # ".5 jt", "½ jt"
_UNTIL = re.compile(r"\bs ?[/.]? ?d\b\.?(?! ?\w*\d\w* ?-)")
_LINKS = {
    **dict.fromkeys(vocabulary("- sampai hingga ke atau ~"), "-"),
    **dict.fromkeys(vocabulary("+ plus tambah ditambah dan & sama"), "+"),
}


class Amount(NamedTuple):
    """Not `clear`: people may mean another size, and `value` is the likeliest whole reading."""

    value: int
    clear: bool
    scale: int = 1
    literal: Literal = Literal(0)


class Figures(NamedTuple):
    """`links` stand between the amounts: "-" a range, "+" a sum, "?" something else."""

    amounts: list[Amount]
    links: list[str]
    rest: list[str]


class _Part(NamedTuple):
    literal: Literal
    scale: int
    link: str


def find_figures(folded: str) -> Figures | None:
    """None when something looks like a number and is none."""
    folded = _NO_WHOLE.sub("0,", folded)
    text = _UNTIL.sub("-", _NO_CENTS.sub(" ", in_digits(folded)))
    parts: list[_Part] = []
    rest: list[str] = []
    link, bare = "", False
    for token in _TOKEN.findall(text):
        if token[0].isdecimal():
            literal = read_literal(token)
            if literal is None:
                return None
            parts.append(_Part(literal, 1, link))
            link, bare = "", True
        elif bare and token in SCALES:
            parts[-1] = parts[-1]._replace(scale=SCALES[token])
            bare = False
        else:
            bare = False
            if not (parts and token in _LINKS):
                rest.append(token)
            link = (_LINKS.get(token, "?") if not link else "?") if parts else ""
    if link in {"-", "+"} or text.rstrip().endswith("+"):
        rest.append(link if link != "?" else "+")
    figures = _join(parts, rest)
    return _once(figures) if "(" in text else figures


def _join(parts: list[_Part], rest: list[str]) -> Figures:
    groups: list[list[_Part]] = []
    for part in parts:
        if groups and not part.link and part.scale < groups[-1][-1].scale:
            groups[-1].append(part)
        else:
            groups.append([part])
    links = [group[0].link or "?" for group in groups[1:]]
    return Figures([_amount(group) for group in groups], links, rest)


def _once(figures: Figures) -> Figures:
    """What is said again in brackets, "2 (dua)", is said once."""
    same = len({amount.value for amount in figures.amounts}) == 1
    return figures._replace(amounts=figures.amounts[:1], links=[]) if same else figures


def _amount(parts: list[_Part]) -> Amount:
    first = parts[0]
    value, clear = first.literal.times(first.scale), _is_clear(first)
    for above, part in pairwise(parts):
        scale = part.scale
        if part.scale == 1 and above.scale >= MILLION:  # "2jt500", "dua juta lima ratus"
            scale = above.scale // (10 if part.literal.whole < 10 else THOUSAND)
            clear = False
        value += part.literal.times(scale)
        clear = clear and _is_clear(part) and part.literal.times(scale) < above.scale
    return Amount(value, clear, first.scale, first.literal)


def _is_clear(part: _Part) -> bool:
    literal = part.literal
    if part.scale == 1:
        return not literal.fraction and (literal.clear or literal.whole >= 10 * THOUSAND)
    return literal.clear or (part.scale == THOUSAND and not literal.fraction)
