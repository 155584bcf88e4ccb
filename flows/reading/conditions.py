"""Several conditions that must all hold (an item's own and its groups') as one sentence.

A group asked when question 1 is A, B or C, and in it an item not asked when it is B: that item
is asked when question 1 is A or C, and so it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.expressions import Compiled
from flows.expressions.parser import parse
from flows.expressions.tree import Call, Chain, Literal, Node, Reference
from flows.reading.wording import Names, in_words, listed


@dataclass(frozen=True, slots=True)
class _OneOf:
    """A single-choice question answered with one of some codes, or with none of them."""

    path: str
    codes: tuple[str, ...]
    excluded: bool = False


def all_in_words(conditions: Sequence[Compiled], names: Names) -> str:
    """Return what all the conditions together say; nothing when there is none."""
    said: dict[str, None] = {}
    choosing: dict[str, list[_OneOf]] = {}
    for one in dict.fromkeys(conditions):
        found = _one_of(one, names)
        if found is None:
            said[in_words(one, names)] = None
        else:
            choosing.setdefault(found.path, []).append(found)
    chosen = [_chosen(one, names) for held in choosing.values() for one in _narrowed(held)]
    parts = [*chosen, *said]
    if len(parts) < 2:
        return "".join(parts)
    return listed([f"({one})" if ", atau " in one else one for one in parts], "serta")


def _one_of(condition: Compiled, names: Names) -> _OneOf | None:
    """Return the condition as a choice of codes, when that is all it says."""
    if len(condition.references) != 1:
        return None
    (path,) = condition.references
    if path not in names.single:
        return None
    tree, negated = parse(condition.source), False
    while isinstance(tree, Call) and tree.name == "not":
        tree, negated = tree.arguments[0], not negated
    word = "or"
    operands: tuple[Node, ...] = (tree,)
    if isinstance(tree, Chain) and tree.operators[0] in ("and", "or"):
        word, operands = tree.operators[0], tree.operands
    pairs = [_pair(one) for one in operands]
    signs = {sign for sign, _code in pairs}
    if signs == {"="} and (word == "or" or len(pairs) == 1):
        excluded = negated
    elif signs == {"!="} and (word == "and" or len(pairs) == 1):
        excluded = not negated
    else:
        return None
    return _OneOf(path, tuple(dict.fromkeys(code for _sign, code in pairs)), excluded)


def _pair(node: Node) -> tuple[str, str]:
    """Return (sign, code) of a comparison with a code that is not blank; blanks otherwise."""
    match node:
        case Chain(operators=(sign,), operands=(Reference(), Literal(str(code)))) if code:
            return sign, code
        case Chain(operators=(sign,), operands=(Literal(str(code)), Reference())) if code:
            return sign, code
    return "", ""


def _narrowed(held: Sequence[_OneOf]) -> Sequence[_OneOf]:
    """Return what remains where a question is named in several conditions."""
    wanted = [one for one in held if not one.excluded]
    barred = {code for one in held if one.excluded for code in one.codes}
    if not wanted:
        return [replace(held[0], codes=tuple(dict.fromkeys(c for one in held for c in one.codes)))]
    first, *others = wanted
    codes = tuple(
        code
        for code in first.codes
        if code not in barred and all(code in one.codes for one in others)
    )
    return [replace(first, codes=codes)] if codes else held


def _chosen(one: _OneOf, names: Names) -> str:
    labels = names.labels.get(one.path, {})
    subject = names.subjects.get(one.path, one.path)
    said = [f"“{labels.get(code, code)}”" for code in one.codes]
    if one.excluded:
        return f"{subject} tidak dijawab {listed(said, 'maupun')}"
    return f"{subject} dijawab {listed(said, 'atau')}"
