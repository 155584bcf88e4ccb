"""A tab for a table: one that has it already is taken over, else one is made."""

from collections.abc import Mapping, Sequence
from typing import Any

from exports.mirror.google import ids, locking, provision, reading, writing
from exports.mirror.google.api import Api, Tab
from exports.mirror.google.desk import Again, Desk
from exports.mirror.google.repair import Repaired, inserted
from exports.mirror.plan import ID, plan


def try_access(api: Api, spreadsheet_id: str) -> str:
    """Return the title of a spreadsheet that can be read, and written: a mark of ours is left.

    Raises:
        ApiError: it cannot; `is_of_write` tells reading from writing.
    """
    title = api.outline(spreadsheet_id).title
    api.write(spreadsheet_id, locking.claim())
    return title


def retire_all(api: Api, spreadsheet_id: str) -> None:
    """Make every tab of ours people's own, so that new ones are made.

    Raises:
        ApiError: with what it means.
    """
    tabs = api.outline(spreadsheet_id).tabs
    ours = [tab for tab in tabs if tab.marks.keys() & {ids.TABLE, ids.RECAP}]
    taken = [tab.title for tab in tabs]
    if ours:
        api.write(spreadsheet_id, [request for tab in ours for request in retire(tab, taken)])


def provide(desk: Desk, zone: str) -> Repaired:
    """Make a tab with the table and its first responses; `zone` is the office's.

    Raises:
        Again: there was one, which is now looked at; or the request was too large or refused.
        SheetFull: the table does not fit.
        ApiError: with what it means.
    """
    name = desk.desired.name
    tabs = desk.api.outline(desk.book).tabs
    for tab in tabs:
        if tab.marks.get(ids.TABLE) == name:
            _take_over(desk, tab)
    is_one = len(tabs) == 1
    filters = reading.whole(tabs[0].id) if is_one else [reading.head(tab.id) for tab in tabs]
    cells = desk.api.look(desk.book, filters)
    for tab in tabs:
        if ids.OLD not in tab.marks and _has_table(cells, tab.id, name):
            desk.send([locking.mark(ids.TABLE, name, tab.id)])
            _take_over(desk, tab)
    only = reading.whole_tab(cells, tabs[0].id) if is_one else None
    return _make(desk, tabs, zone, is_blank=only is not None and only.is_blank)


def _take_over(desk: Desk, tab: Tab) -> None:
    """Work on a tab that has the table, after reading all of it.

    Raises:
        Again: always.
    """
    desk.change(tab=tab.id, place={}, thorough=True)
    desk.save()
    raise Again


def _has_table(cells: Mapping[str, Any], tab: int, name: str) -> bool:
    """Whether a code row is on top with the table's key under `_id`: an uploaded workbook."""
    head = {(row, at): value for row, at, value in reading.texts(cells, tab) if row < 2}
    return any(value == ID and head.get((1, at)) == name for (row, at), value in head.items()
               if row == 0)  # fmt: skip


def _make(desk: Desk, tabs: Sequence[Tab], zone: str, *, is_blank: bool) -> Repaired:
    taken = [] if is_blank else [tab.title for tab in tabs]
    batch: list[writing.Request] = []
    for tab in tabs:
        if tab.marks.get(ids.RECAP) == desk.desired.name:
            batch += retire(tab, taken)
    title = provision.free_title(desk.desired.title, taken)
    place = provision.Place(
        tab=tabs[0].id if is_blank else ids.new_token(),
        title=title,
        recap=ids.new_token(),
        recap_title=provision.free_title("Rekap", [*taken, title]),
        blank=is_blank,
        zone=zone,
    )
    made = plan(desk.desired, [], limits=writing.GOOGLE, at_most=desk.most)
    desk.send([*batch, *provision.requests(made, desk.desired, place)])
    desk.change(tab=place.tab, place=dict(made.layout), thorough=False)
    desk.remember(str(line[made.layout[ID]]) for line in inserted(made))
    return Repaired(inserted=made.inserted, left=made.left)


def retire(tab: Tab, taken: list[str]) -> list[writing.Request]:
    """Return what makes a tab of ours people's own; in `taken` its old title gives way to a new."""
    title = provision.free_title(f"{tab.title} (lama)", taken)
    taken[taken.index(tab.title)] = title
    return list(provision.retire(tab.id, title))
