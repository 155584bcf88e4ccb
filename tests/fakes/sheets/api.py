"""What the API does with one request that reached it: the operations, by name."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.fakes.sheets import answers, batch, masks, metadata, values
from tests.fakes.sheets.book import Book
from tests.fakes.sheets.errors import Refused
from tests.fakes.sheets.ranges import from_a1, from_grid

Payload = dict[str, Any]
Query = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One operation asked for. `named` is what the path names, `body` None when there is none."""

    name: str
    named: Mapping[str, str]
    query: Query
    body: Any
    size: int = 0

    @property
    def is_write(self) -> bool:
        """Whether it counts as a write."""
        return self.name in WRITES


_BOOK = r"/v4/spreadsheets/(?P<spreadsheetId>[^/:]+)"
_RANGE = _BOOK + r"/values/(?P<range>[^/:]+)"
_ROUTES = [
    ("GET", _BOOK, "spreadsheets.get"),
    ("POST", _BOOK + ":getByDataFilter", "spreadsheets.getByDataFilter"),
    ("POST", _BOOK + ":batchUpdate", "spreadsheets.batchUpdate"),
    ("POST", _BOOK + "/developerMetadata:search", "spreadsheets.developerMetadata.search"),
    ("GET", _BOOK + "/values:batchGet", "spreadsheets.values.batchGet"),
    ("POST", _BOOK + "/values:batchGetByDataFilter", "spreadsheets.values.batchGetByDataFilter"),
    ("GET", _RANGE, "spreadsheets.values.get"),
    ("PUT", _RANGE, "spreadsheets.values.update"),
    ("POST", _RANGE + ":append", "spreadsheets.values.append"),
    ("POST", _RANGE + ":clear", "spreadsheets.values.clear"),
]


def route(verb: str, path: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the operation a request is for and what its path names, or None."""
    for known, pattern, name in _ROUTES:
        found = re.fullmatch(pattern, path) if known == verb else None
        if found:
            return name, {key: unquote(text) for key, text in found.groupdict().items()}
    return None


WRITES = frozenset(
    {"spreadsheets.batchUpdate", "spreadsheets.values.update", "spreadsheets.values.append",
     "spreadsheets.values.clear"}
)  # fmt: skip


def answer(book: Book, call: Call) -> Payload:
    """Carry out an operation and return what Google answers.

    Raises:
        Refused: Google answers with an error; nothing was changed.
    """
    if call.name not in _OPERATIONS:
        raise Refused(400, f"this stand-in knows no {call.name}")
    made = _OPERATIONS[call.name](book, call)
    mask = call.query.get("fields")
    return masks.pick(masks.parse(mask[0]), made) if mask else made


def unknown_kinds(call: Call) -> list[str]:
    """Return the kinds of request in a batch that this stand-in cannot carry out."""
    if call.name != "spreadsheets.batchUpdate":
        return []
    kinds = {kind for one in call.body["requests"] for kind in one}
    return sorted(kinds - batch.KINDS)


def _get(book: Book, call: Call) -> Payload:
    texts = call.query.get("ranges")
    areas = [from_a1(book, text) for text in texts] if texts else None
    mask = call.query.get("fields", [""])[0]
    with_cells = "data" in mask if mask else call.query.get("includeGridData") == ["true"]
    return answers.spreadsheet(book, areas, with_cells=with_cells)


def _get_by_filter(book: Book, call: Call) -> Payload:
    areas = [
        from_grid(book, one["gridRange"]) if "gridRange" in one else from_a1(book, one["a1Range"])
        for one in call.body["dataFilters"]
    ]
    mask = call.query.get("fields", [""])[0]
    with_cells = "data" in mask if mask else call.body.get("includeGridData", False)
    return answers.spreadsheet(book, areas, with_cells=with_cells)


def _batch_update(book: Book, call: Call) -> Payload:
    body, snapshot = call.body, book.copy()
    made: Payload = {"spreadsheetId": book.id, "replies": batch.apply(book, body["requests"])}
    if body.get("includeSpreadsheetInResponse"):
        try:
            texts = body.get("responseRanges")
            areas = [from_a1(book, text) for text in texts] if texts else None
        except Refused:
            book.restore(snapshot)
            raise
        mask = call.query.get("fields", [""])[0]
        with_cells = "data" in mask if mask else body.get("responseIncludeGridData", False)
        made["updatedSpreadsheet"] = answers.spreadsheet(book, areas, with_cells=with_cells)
    return made


def _search(book: Book, call: Call) -> Payload:
    found = [
        {"developerMetadata": metadata.data(book, one), "dataFilters": [given]}
        for given in call.body["dataFilters"]
        for one in metadata.matching(book, given)
    ]
    return {"matchedDeveloperMetadata": found} if found else {}


def _options(query: Query) -> dict[str, str]:
    return {name: texts[0] for name, texts in query.items()}


def _values_get(book: Book, call: Call) -> Payload:
    return values.one_range(book, from_a1(book, call.named["range"]), _options(call.query))


def _values_batch_get(book: Book, call: Call) -> Payload:
    areas = [from_a1(book, text) for text in call.query.get("ranges", [])]
    options = _options(call.query)
    return {
        "spreadsheetId": book.id,
        "valueRanges": [values.one_range(book, area, options) for area in areas],
    }


def _values_by_filter(book: Book, call: Call) -> Payload:
    return {"spreadsheetId": book.id, "valueRanges": values.by_filter(book, call.body)}


def _values_update(book: Book, call: Call) -> Payload:
    area = from_a1(book, call.named["range"])
    option = call.query.get("valueInputOption", [""])[0]
    return values.update(book, area, call.body["values"], option)


def _values_append(book: Book, call: Call) -> Payload:
    area = from_a1(book, call.named["range"])
    return values.append(book, area, call.body["values"], call.query)


def _values_clear(book: Book, call: Call) -> Payload:
    return values.clear(book, from_a1(book, call.named["range"]))


_OPERATIONS: dict[str, Callable[[Book, Call], Payload]] = {
    "spreadsheets.get": _get,
    "spreadsheets.getByDataFilter": _get_by_filter,
    "spreadsheets.batchUpdate": _batch_update,
    "spreadsheets.developerMetadata.search": _search,
    "spreadsheets.values.get": _values_get,
    "spreadsheets.values.batchGet": _values_batch_get,
    "spreadsheets.values.batchGetByDataFilter": _values_by_filter,
    "spreadsheets.values.update": _values_update,
    "spreadsheets.values.append": _values_append,
    "spreadsheets.values.clear": _values_clear,
}


def parsed(body: bytes) -> Any:
    """Return a request's body, None when it is empty.

    Raises:
        Refused: it is no JSON.
    """
    try:
        return json.loads(body) if body else None
    except ValueError:
        raise Refused(400, "Invalid JSON payload received.") from None
