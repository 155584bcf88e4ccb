"""Which groups are asked in one message: XLSForm's `table-list`, or `chat::together: yes`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from flows.model import Item, Kind
from flows.xlsform.definition import Definition, Questionnaire
from flows.xlsform.faults import Code, Fault, fault

MOST_ROWS = 12
"""Rows that one message of a phone shows at a glance."""

_PASSIVE = (Kind.CALCULATE, Kind.HIDDEN)


def matrix_groups(
    written: Questionnaire, items: Sequence[Item]
) -> Iterator[tuple[Definition, tuple[Item, ...]]]:
    """Yield each group that is asked together, with its rows."""
    for group, members in _groups(written, items):
        if _is_wanted(group.cells) and not why_not(members):
            yield group, _rows(members)


def matrix_faults(written: Questionnaire, items: Sequence[Item]) -> Iterator[Fault]:
    """Yield the groups whose author asks for one message, and which cannot be put in one."""
    for group, members in _groups(written, items):
        reason = why_not(members)
        if group.cells.get("chat::together") == "yes" and reason:
            yield fault(Code.FORM_50, group.at("chat::together"), reason=reason)


def why_not(members: Sequence[Item]) -> str:
    """Return why these items cannot be asked together, or nothing."""
    rows = _rows(members)
    if not 1 < len(rows) <= MOST_ROWS:
        return f"isinya {len(rows)} pertanyaan; 2 sampai {MOST_ROWS}"
    kinds = {(one.kind, one.reads, one.list_name) for one in rows}
    if len(kinds) > 1 or rows[0].reads not in ("choice", "integer"):
        return "isinya harus select_one dengan daftar yang sama, atau integer semua"
    if any(one.named for one in rows):
        return "pilihannya memuat jawaban lain"
    if any(one.filter or one.shuffled or one.default or one.shows for one in rows):
        return "ada choice_filter, default, randomize atau chat::as"
    return ""


def _groups(
    written: Questionnaire, items: Sequence[Item]
) -> Iterator[tuple[Definition, list[Item]]]:
    """Yield the innermost groups, with all the items directly in them."""
    placed = zip(written.definitions, items, strict=True)
    for group, pairs in groupby(placed, lambda pair: pair[0].within[-1:]):
        if group and group[0].kind == "group":
            yield group[0], [item for _one, item in pairs]


def _rows(members: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(item for item in members if item.kind not in _PASSIVE)


def _is_wanted(cells: Mapping[str, str]) -> bool:
    said = cells.get("chat::together", "")
    return said == "yes" or (not said and "table-list" in cells.get("appearance", "").split())
