"""What leans on what: circles, conditions that look ahead, sums over sums."""

from collections.abc import Iterator, Mapping, Sequence

from flows.model import Item, Repeat
from flows.xlsform.definition import Questionnaire
from flows.xlsform.faults import Code
from flows.xlsform.formulas import Formulas

MOST_SUMS = 3
"""How many sums over repeats may lean on one another: each is worked out within the next."""

Uses = Mapping[str, Sequence[str]]


def check_order(
    written: Questionnaire,
    items: Sequence[Item],
    repeats: Mapping[str, Repeat],
    formulas: Formulas,
) -> None:
    """Note every circle, every condition that looks ahead, and sums that lean too deep."""
    uses = {item.path: sorted(_uses(item, repeats)) for item in items}
    found = _check_cycles(written, items, uses, formulas)
    if not found:
        _check_sums(written, items, uses, formulas)
        _check_ahead(written, items, formulas)


def _uses(item: Item, repeats: Mapping[str, Repeat]) -> Iterator[str]:
    rules = [*item.relevant, item.calculation, item.default]
    for label in item.named:
        yield from label.parts[1::2]
    if item.path in repeats:
        rules.append(repeats[item.path].count)
    for rule in rules:
        if rule is None:
            continue
        yield from rule.references
        for path in rule.gathered:
            yield path
            yield from (one for one in repeats if path.startswith(f"{one}/"))


def _check_cycles(
    written: Questionnaire, items: Sequence[Item], uses: Uses, formulas: Formulas
) -> bool:
    done: set[str] = set()
    found = False
    for item in items:
        cycle = _cycle_from(item.path, uses, done)
        if cycle:
            found = True
            one = written.definitions[item.index]
            columns = ("calculation", "relevant", "default", "repeat_count")
            column = next((name for name in columns if name in one.cells), "relevant")
            formulas.add(Code.FORM_18, one, column, cycle=" → ".join(cycle))
    return found


def _cycle_from(start: str, uses: Uses, done: set[str]) -> list[str]:
    """Return the first cycle found from `start`, depth first without recursion, or nothing."""
    trail: dict[str, None] = {}
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        path, leaving = stack.pop()
        if leaving:
            done.add(trail.popitem()[0])
            continue
        if path in trail:
            done.update(trail)
            steps = list(trail)
            return [*steps[steps.index(path) :], path]
        if path in done:
            continue
        trail[path] = None
        stack.append((path, True))
        stack.extend((used, False) for used in uses.get(path, ()))
    return []


def _check_sums(
    written: Questionnaire, items: Sequence[Item], uses: Uses, formulas: Formulas
) -> None:
    """Sums within sums are worked out one inside the other, so they may not go on for ever."""
    sums = {item.path: _sums(item) for item in items}
    depth: dict[str, int] = {}
    for item in items:
        waiting = [item.path]
        while waiting:
            path = waiting[-1]
            missing = [used for used in uses.get(path, ()) if used not in depth]
            if missing:
                waiting += missing
                continue
            below = max((depth[used] for used in uses.get(path, ())), default=0)
            depth[waiting.pop()] = below + sums.get(path, 0)
        if depth[item.path] > MOST_SUMS:
            one = written.definitions[item.index]
            formulas.add(Code.FORM_40, one, "calculation", limit=MOST_SUMS)


def _sums(item: Item) -> int:
    rules = (*item.relevant, item.calculation, item.default)
    return int(any(rule is not None and rule.gathered for rule in rules))


def _check_ahead(written: Questionnaire, items: Sequence[Item], formulas: Formulas) -> None:
    """A condition may only look at what was asked before, not even through a calculation."""
    asked = {item.path: item.index for item in items if item.is_asked and not item.calculation}
    last = _reaches(items, asked)
    seen: set[tuple[str, str]] = set()
    for item in items:
        one = written.definitions[item.index]
        places = [(part, "relevant") for part in one.within]
        places += [(one, column) for column in ("relevant", "choice_filter", "repeat_count")]
        for place, column in places:
            rule = formulas.made(place, column)
            for path in sorted(rule.references | rule.gathered) if rule else ():
                if last.get(path, -1) < item.index or (place.path, path) in seen:
                    continue
                seen.add((place.path, path))
                formulas.add(Code.FORM_21, place, column, name=path.rpartition("/")[2])


def _reaches(items: Sequence[Item], asked: Mapping[str, int]) -> Mapping[str, int]:
    """Return path → the last question it hangs on."""
    calculated = {
        item.path: item.calculation.references | item.calculation.gathered
        for item in items
        if item.calculation is not None
    }
    last = dict(asked)
    waiting = list(calculated)
    while waiting:
        uses = calculated[waiting[-1]]
        missing = [used for used in uses if used in calculated and used not in last]
        if missing:
            waiting += missing
        else:
            last[waiting[-1]] = max((last.get(used, -1) for used in uses), default=-1)
            waiting.pop()
    return last
