"""One of many choices that are not shown: found by what was typed, never by a number."""

from flows.answers.menu import Menu, menu_of
from flows.answers.naming import between, by_name, hear
from flows.answers.normal import stance
from flows.answers.reading import Asked, Reading, confirm, reask

_FEW = 8
_NEAR = 82


def read(text: str, asked: Asked) -> Reading:
    menu, heard = menu_of(asked.choices), hear(text)
    if len(heard.text) < 2:
        return reask("search_not_found")
    if named := by_name(menu, heard):
        return _few(named)
    codes = _holding(menu, heard.core) or _near(menu, heard.text)
    if not codes:
        return reask(stance(heard.words) or "search_not_found")
    if len(codes) > _FEW:
        return reask("search_too_many", count=str(len(codes)))
    if len(codes) == 1:
        return confirm(codes[0], "choice_meant", value=menu.labels[codes[0]])
    return between(menu, frozenset(codes))


def _few(reading: Reading) -> Reading:
    if len(reading.options) > _FEW:
        return reask("search_too_many", count=str(len(reading.options)))
    return reading


def _holding(menu: Menu, words: list[str]) -> tuple[str, ...]:
    """Choices whose name has all the words, the last one perhaps not typed to its end."""
    codes: set[str] = set()
    for name, named in menu.exact.items():
        parts = name.split()
        if all(any(part.startswith(word) for part in parts) for word in words):
            codes |= named
    return menu.ordered(codes)


def _near(menu: Menu, text: str) -> tuple[str, ...]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most replies never need it

    named: dict[str, set[str]] = {}
    for name, codes in menu.exact.items():
        for word in (name, *name.split()):
            named.setdefault(word, set()).update(codes)
    close = process.extract(text, named.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=8)
    return menu.ordered(code for word, _score, _at in close for code in named[word])
