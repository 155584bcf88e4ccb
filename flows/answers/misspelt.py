"""Which name a misspelt one is: a slip beyond doubt, or a guess that must be confirmed."""

from collections.abc import Mapping
from typing import NamedTuple

_SHORTEST = 4
_GUESS = 78  # of 100; below it two names have little in common
_AHEAD = 6


class Near(NamedTuple):
    """`is_slip`: letters were left out, doubled or swapped, and no other name comes close."""

    name: str
    is_slip: bool


def near_names(typed: str, names: Mapping[str, str]) -> Near | None:
    """The only name that comes near; keys of `names` that share a value are one name."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most replies are spelt right

    if len(typed) < _SHORTEST:
        return None
    close = process.extract(typed, names.keys(), scorer=fuzz.ratio, score_cutoff=_GUESS, limit=3)
    if not close:
        return None
    name, score, _ = close[0]
    rivals = [other for other, close_by, _ in close[1:] if score - close_by < _AHEAD]
    if any(names[other] != names[name] for other in rivals):
        return None
    return Near(name, is_slip=not rivals and len(typed) > _SHORTEST and _slipped(typed, name))


def _slipped(typed: str, name: str) -> bool:
    """True for a name with letters missing, doubled or changed places; another letter is not."""
    if typed[0] != name[0]:
        return False
    bare_typed, bare_name = _undoubled(typed), _undoubled(name)
    if bare_typed == bare_name or sorted(bare_typed) == sorted(bare_name):
        return True
    missing = len(bare_name) - len(bare_typed)
    return 0 < missing <= 2 and missing * 4 <= len(bare_name) and _is_within(bare_typed, bare_name)


def _undoubled(word: str) -> str:
    return "".join(c for n, c in enumerate(word) if n == 0 or word[n - 1] != c)


def _is_within(part: str, whole: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in part)
