"""The requests of `batchUpdate`, each as Google carries it out or refuses it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.sheets import cells, masks, metadata
from tests.fakes.sheets.book import Book, Line, Tab
from tests.fakes.sheets.errors import Refused
from tests.fakes.sheets.ranges import a1, from_grid

Body = Mapping[str, Any]
Reply = dict[str, Any]


def apply(book: Book, requests: list[Body]) -> list[Reply]:
    """Carry out a batch in order, all of it or nothing.

    Raises:
        Refused: one request cannot be carried out; its number and kind are in the words.
    """
    snapshot = book.copy()
    replies = []
    for number, request in enumerate(requests):
        ((kind, body),) = request.items()
        try:
            replies.append(_KINDS[kind](book, body) or {})
            book.must_fit()
        except Refused as refused:
            book.restore(snapshot)
            raise Refused(400, f"Invalid requests[{number}].{kind}: {refused}") from refused
        except BaseException:
            book.restore(snapshot)
            raise
    book.sweep()
    return replies


def _update_cells(book: Book, body: Body) -> None:
    mask = masks.parse(body["fields"])
    rows = body.get("rows") or []
    if "range" in body:
        area = from_grid(book, body["range"])
    else:
        start = body["start"]
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        width = max((len(row.get("values") or ()) for row in rows), default=0)
        bounds = {
            "sheetId": start.get("sheetId", 0), "startRowIndex": top, "startColumnIndex": left,
            "endRowIndex": top + len(rows), "endColumnIndex": left + width,
        }  # fmt: skip
        area = from_grid(book, bounds)
    tab = area.tab
    for offset in range(area.bottom - area.top):
        given = (rows[offset].get("values") or []) if offset < len(rows) else []
        reach = area.right - area.left if "range" in body else len(given)
        if len(given) > reach:
            raise Refused(400, f"Range ({a1(area)}) is narrower than its rows")
        row = area.top + offset
        made = [
            cells.changed(
                book, tab.cell(row, area.left + n), given[n] if n < len(given) else {}, mask
            )
            for n in range(reach)
        ]
        tab.put(row, area.left, made)


def _repeat_cell(book: Book, body: Body) -> None:
    area = from_grid(book, body["range"])
    mask = masks.parse(body["fields"])
    for row in range(area.top, area.bottom):
        old = area.tab.lines[row].cells[area.left : area.right]
        new = [cells.changed(book, cell, body.get("cell") or {}, mask) for cell in old]
        area.tab.put(row, area.left, new)


def _append_dimension(book: Book, body: Body) -> None:
    tab, length = book.tab(body.get("sheetId") or 0), body["length"]
    if body["dimension"] == "ROWS":
        tab.insert_rows(len(tab.lines), length)
    else:
        tab.insert_columns(len(tab.columns), length)


def _insert_dimension(book: Book, body: Body) -> None:
    tab, is_rows, start, end = _span(book, body["range"])
    limit = len(tab.lines) if is_rows else len(tab.columns)
    if start >= limit:
        raise Refused(400, f"range.startIndex[{start}] must be less than the grid size[{limit}]")
    before = body.get("inheritFromBefore", False)
    if before and not start:
        raise Refused(400, "inheritFromBefore cannot be true at the first index")
    like = start - 1 if before else start
    (tab.insert_rows if is_rows else tab.insert_columns)(start, end - start, like)
    _shift(tab, is_rows=is_rows, at=start, by=end - start)


def _delete_dimension(book: Book, body: Body) -> None:
    tab, is_rows, start, end = _span(book, body["range"])
    limit = len(tab.lines) if is_rows else len(tab.columns)
    if end > limit:
        raise Refused(400, f"Cannot delete a {body['range']['dimension']} that does not exist")
    frozen = tab.frozen_rows if is_rows else tab.frozen_columns
    frozen_left = frozen - max(0, min(end, frozen) - start)
    if limit - (end - start) <= frozen_left or end - start == limit:
        raise Refused(400, "Sorry, it is not possible to delete all non-frozen rows.")
    if is_rows:
        del tab.lines[start:end]
        tab.frozen_rows = frozen_left
    else:
        tab.delete_columns(start, end - start)
        tab.frozen_columns = frozen_left
    _shift(tab, is_rows=is_rows, at=start, by=start - end)


def _update_dimension(book: Book, body: Body) -> None:
    tab, is_rows, start, end = _span(book, body["range"])
    mask, given = masks.parse(body["fields"]), body.get("properties") or {}
    changes: dict[str, Any] = {}
    if "hiddenByUser" in mask:
        changes["hidden"] = given.get("hiddenByUser", False)
    if "pixelSize" in mask:
        changes["size"] = given.get("pixelSize", 100)
    for at in range(start, end):
        if is_rows:
            line = tab.lines[at]
            tab.lines[at] = Line(replace(line.dim, **changes), line.cells)
        else:
            tab.columns[at] = replace(tab.columns[at], **changes)


def _update_sheet(book: Book, body: Body) -> None:
    given, mask = body["properties"], masks.parse(body["fields"])
    tab = book.tab(given.get("sheetId") or 0)
    if "title" in mask:
        _set_title(book, tab, given["title"])
    if "grid" in mask or "gridProperties" in mask:
        _set_grid(tab, given.get("gridProperties") or {}, mask["gridProperties"])


def _set_title(book: Book, tab: Tab, title: str) -> None:
    other = book.titled(title)
    if other is not None and other is not tab:
        raise Refused(
            400, f'A sheet with the name "{title}" already exists. Please enter another name.'
        )
    if not title or len(title) > 100:
        raise Refused(400, "Sheet title must be 1 to 100 characters")
    tab.title = title


def _set_grid(tab: Tab, given: Body, mask: masks.Mask) -> None:
    if "rowCount" in mask:
        count = given["rowCount"]
        del tab.lines[count:]
        tab.insert_rows(len(tab.lines), max(0, count - len(tab.lines)))
    if "columnCount" in mask:
        count, width = given["columnCount"], len(tab.columns)
        if count < width:
            tab.delete_columns(count, width - count)
        else:
            tab.insert_columns(width, count - width)
    if "frozenRowCount" in mask:
        tab.frozen_rows = given.get("frozenRowCount", 0)
    if "frozenColumnCount" in mask:
        tab.frozen_columns = given.get("frozenColumnCount", 0)
    if tab.frozen_rows >= len(tab.lines) or tab.frozen_columns >= len(tab.columns):
        raise Refused(400, "You can't freeze all visible rows or columns on the sheet.")


def _add_sheet(book: Book, body: Body) -> Reply:
    given = body.get("properties") or {}
    known = {tab.id for tab in book.tabs}
    id_ = given.get("sheetId", max(known) + 1)
    if id_ in known:
        raise Refused(400, f"A sheet with id {id_} already exists")
    grid = given.get("gridProperties") or {}
    made = Tab.blank(id_, "", grid.get("rowCount", 1000), grid.get("columnCount", 26))
    _set_title(book, made, given.get("title", f"Sheet{len(book.tabs) + 1}"))
    _set_grid(made, grid, {name: {} for name in grid})
    book.tabs.insert(given.get("index", len(book.tabs)), made)
    return {"addSheet": {"properties": {"sheetId": id_, "title": made.title}}}


def _delete_sheet(book: Book, body: Body) -> None:
    tab = book.tab(body.get("sheetId") or 0)
    if len(book.tabs) == 1:
        raise Refused(400, "You can't remove all the sheets in a document.")
    book.tabs.remove(tab)


def _update_spreadsheet(book: Book, body: Body) -> None:
    given = body["properties"]
    for name in masks.parse(body["fields"]):
        attribute = {"timeZone": "zone"}.get(name, name)
        if attribute not in ("title", "locale", "zone"):
            raise Refused(400, f"this stand-in keeps no property {name}")
        setattr(book, attribute, given[name])


def _add_protected(book: Book, body: Body) -> Reply:
    given = dict(body["protectedRange"])
    tab = from_grid(book, given["range"]).tab
    known = {one["protectedRangeId"] for other in book.tabs for one in other.protected}
    id_ = given.setdefault("protectedRangeId", max(known, default=0) + 1)
    if id_ in known:
        raise Refused(400, f"A protected range with id {id_} already exists")
    is_whole = not given["range"].keys() - {"sheetId"}
    if given.get("unprotectedRanges") and not is_whole:
        raise Refused(400, "Unprotected ranges are only supported on protected sheets.")
    tab.protected.append(given)
    return {"addProtectedRange": {"protectedRange": given}}


def _delete_protected(book: Book, body: Body) -> None:
    for tab in book.tabs:
        for one in tab.protected:
            if one["protectedRangeId"] == body["protectedRangeId"]:
                tab.protected.remove(one)
                return
    raise Refused(400, f"No protected range with id: {body['protectedRangeId']}")


def _set_filter(book: Book, body: Body) -> None:
    given = body["filter"]
    from_grid(book, given["range"]).tab.filter = dict(given)


def _set_validation(book: Book, body: Body) -> None:
    from_grid(book, body["range"]).tab.validations.append(dict(body))


def _add_rule(book: Book, body: Body) -> None:
    for one in body["rule"]["ranges"]:
        from_grid(book, one).tab.rules.append(dict(body["rule"]))


def _add_chart(book: Book, body: Body) -> Reply:
    chart = dict(body["chart"])
    anchor = chart["position"]["overlayPosition"]["anchorCell"]
    for one in _sources(chart["spec"]):
        from_grid(book, one)
    tab = book.tab(anchor.get("sheetId") or 0)
    known = {one["chartId"] for other in book.tabs for one in other.charts}
    if chart.setdefault("chartId", max(known, default=0) + 1) in known:
        raise Refused(400, f"A chart with id {chart['chartId']} already exists")
    tab.charts.append(chart)
    return {"addChart": {"chart": {"chartId": chart["chartId"]}}}


def _sources(node: Any) -> list[Body]:
    if isinstance(node, list):
        return [one for inner in node for one in _sources(inner)]
    if not isinstance(node, dict):
        return []
    return [*node.get("sources", ()), *(one for inner in node.values() for one in _sources(inner))]


def _add_name(book: Book, body: Body) -> Reply:
    given = dict(body["namedRange"])
    from_grid(book, given["range"])
    id_ = given.setdefault("namedRangeId", str(len(book.names) + 1))
    if id_ in book.names or given["name"] in {one["name"] for one in book.names.values()}:
        raise Refused(400, f"A named range {given['name']} already exists")
    book.names[id_] = given
    return {"addNamedRange": {"namedRange": given}}


def _span(book: Book, given: Body) -> tuple[Tab, bool, int, int]:
    tab = book.tab(given.get("sheetId") or 0)
    start, end = given.get("startIndex", 0), given.get("endIndex", 0)
    if not 0 <= start < end:
        raise Refused(400, "a dimension range must not be empty")
    return tab, given["dimension"] == "ROWS", start, end


def _shift(tab: Tab, *, is_rows: bool, at: int, by: int) -> None:
    """Let protected ranges and the filter follow rows or columns that moved."""
    low, high = ("startRowIndex", "endRowIndex") if is_rows else (
        "startColumnIndex", "endColumnIndex",
    )  # fmt: skip

    def moved(given: Body) -> dict[str, Any]:
        made = dict(given)
        for name in (low, high):
            edge = made.get(name)
            is_after = edge is not None and (edge > at or (name == low and edge == at))
            if edge is not None and is_after:
                made[name] = max(at, edge + by)
        return made

    tab.protected = [{**one, "range": moved(one["range"])} for one in tab.protected]
    if tab.filter is not None:
        tab.filter = {**tab.filter, "range": moved(tab.filter["range"])}


_KINDS: dict[str, Callable[[Book, Body], Reply | None]] = {
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "appendDimension": _append_dimension,
    "insertDimension": _insert_dimension,
    "deleteDimension": _delete_dimension,
    "updateDimensionProperties": _update_dimension,
    "updateSheetProperties": _update_sheet,
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSpreadsheetProperties": _update_spreadsheet,
    "addProtectedRange": _add_protected,
    "deleteProtectedRange": _delete_protected,
    "setBasicFilter": _set_filter,
    "setDataValidation": _set_validation,
    "addConditionalFormatRule": _add_rule,
    "addChart": _add_chart,
    "addNamedRange": _add_name,
    "createDeveloperMetadata": metadata.create,
    "deleteDeveloperMetadata": metadata.delete,
    "updateDeveloperMetadata": metadata.update,
}
KINDS = frozenset(_KINDS)
