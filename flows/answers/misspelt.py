"""Which name a misspelt one is: a slip beyond doubt, or a guess that must be confirmed."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

_SHORTEST = 4
_GUESS = 78  # of 100; below it two names have little in common
_AHEAD = 6


class Near(NamedTuple):
    """`is_slip`: letters were left out, doubled or swapped, and no other name comes close."""

    name: str
    is_slip: bool


def near_names(typed: str, names: Mapping[str, Hashable]) -> Near | None:
    """The only name that comes near; keys of `names` that share a value are one name."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most replies are spelt right

    if len(typed) < _SHORTEST:
        return None
    close = process.extract(typed, names.keys(), scorer=fuzz.ratio, score_cutoff=_GUESS, limit=5)
    close = [one for one in close if one[0][0] == typed[0]] or close  # few miss the first letter
    if not close:
        return None
    name, score, _ = close[0]
    rivals = {names[other] for other, close_by, _ in close[1:] if score - close_by < _AHEAD}
    if rivals - {names[name]}:
        return None
    return Near(name, is_slip=len(typed) > _SHORTEST and _slipped(typed, name))


def _slipped(typed: str, name: str) -> bool:
    """True for a name with letters missing, doubled or changed places; another letter is not.

    A name without its end may be another word: "pasar" is no "Pasaran".
    """
    if typed[0] != name[0] or typed[-1] != name[-1]:
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
