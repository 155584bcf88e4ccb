"""What changed between two questionnaires, cell by cell, as their authors wrote them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from flows.xlsform.read import Row, Sheets


class Kind(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `name` is an item's path, or a list of choices; `code` one of its choices.

    A changed thing has a `column`, with what stood and stands in it; one that was added or
    removed its words; one that moved its old path. `place` is the item it now stands after.
    """

    kind: Kind
    sheet: str
    name: str = ""
    code: str = ""
    column: str = ""
    before: str = ""
    after: str = ""
    place: str = ""


def compare(before: Sheets, after: Sheets) -> tuple[Change, ...]:
    """Return every difference, settings first, then items in the order of `after`, then choices."""
    return (
        *_cells("settings", "", "", before.settings, after.settings),
        *_items(_by_path(before.survey), _by_path(after.survey)),
        *_lists(before.choices, after.choices),
    )


def _by_path(rows: Sequence[Row]) -> Mapping[str, Row]:
    """Return the rows by path; one that stands there a second time gets a number."""
    found: dict[str, Row] = {}
    within: list[str] = []
    for row in rows:
        kind = row.text("type").replace("_", " ").lower()
        if kind.startswith("end "):
            del within[-1:]
            continue
        name = row.text("name") or f"({kind})"
        path = "/".join((*within, name))
        copies = sum(1 for one in found if one == path or one.startswith(f"{path}#"))
        found[f"{path}#{copies + 1}" if copies else path] = row
        if kind.startswith("begin "):
            within.append(name)
    return found


def _items(before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[Change]:
    was = _same(before, after)
    for path, row in before.items():
        if path not in was.values():
            yield Change(Kind.REMOVED, "survey", path, before=_words(row))
    moved = _moved(list(before), [was[path] for path in after if path in was])
    previous = ""
    for path, row in after.items():
        old = was.get(path)
        if old is None:
            yield Change(Kind.ADDED, "survey", path, after=_words(row), place=previous)
        else:
            if old in moved or old != path:
                yield Change(Kind.MOVED, "survey", path, before=old, place=previous)
            yield from _cells("survey", path, "", before[old], row)
        previous = path


def _same(before: Mapping[str, Row], after: Mapping[str, Row]) -> Mapping[str, str]:
    """Return which item was which: by path, and by its name alone where a group was left."""
    was = {path: path for path in after if path in before}
    left = {path.split("/")[-1]: path for path in before if path not in was}
    for path in after:
        name = path.split("/")[-1]
        if path not in was and name in left:
            was[path] = left.pop(name)
    return was


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Return what stands in another place among those that are in both."""
    common = [path for path in before if path in set(after)]
    match = SequenceMatcher(None, common, list(after), autojunk=False)
    kept = {
        after[n]
        for block in match.get_matching_blocks()
        for n in range(block.b, block.b + block.size)
    }
    return frozenset(common) - kept


def _lists(
    before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]
) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield Change(Kind.REMOVED, "choices", name)
        elif name not in before:
            labels = ", ".join(_words(row) for row in after[name])
            yield Change(Kind.ADDED, "choices", name, after=labels)
        else:
            yield from _choices(name, before[name], after[name])


def _choices(name: str, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Change]:
    old = {row.text("name"): row for row in before}
    new = {row.text("name"): row for row in after}
    for code, row in old.items():
        if code not in new:
            yield Change(Kind.REMOVED, "choices", name, code, before=_words(row))
    for code, row in new.items():
        if code not in old:
            yield Change(Kind.ADDED, "choices", name, code, after=_words(row))
        else:
            yield from _cells("choices", name, code, old[code], row)
    kept = [code for code in new if code in old]
    if kept != [code for code in old if code in new]:
        yield Change(Kind.MOVED, "choices", name, after=", ".join(kept))


def _cells(sheet: str, name: str, code: str, before: Row, after: Row) -> Iterator[Change]:
    for column in dict.fromkeys((*after.cells, *before.cells)):
        was, now = before.text(column), after.text(column)
        if was != now and column not in ("name", "list_name"):
            yield Change(Kind.CHANGED, sheet, name, code, column, was, now)


def _words(row: Row) -> str:
    """Return a row's label in its first language, or what it calculates."""
    labels = (cell.text for column, cell in row.cells.items() if column.startswith("label"))
    return next(labels, "") or row.text("calculation") or row.text("type")
