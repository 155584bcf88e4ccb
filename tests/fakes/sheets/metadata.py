"""Developer metadata: created, found, deleted."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.sheets import masks
from tests.fakes.sheets.book import MOST_METADATA, Book, Meta
from tests.fakes.sheets.errors import Refused

_NAMES = {"metadataId": "id", "metadataKey": "key", "metadataValue": "value",
          "visibility": "visibility"}  # fmt: skip


def create(book: Book, body: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out a CreateDeveloperMetadataRequest.

    Raises:
        Refused: the id is in use, the place is none, or there is too much of it.
    """
    given = body["developerMetadata"]
    id_ = given.get("metadataId") or random.getrandbits(31)
    if id_ in book.metadata:
        raise Refused(400, f"Developer metadata with id {id_} already exists")
    if not given.get("metadataKey") or given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise Refused(400, "developer metadata needs a key and a visibility")
    sheet, dim, is_row = _place(book, given["location"])
    made = Meta(
        id_, given["metadataKey"], given.get("metadataValue", ""), sheet, dim, is_row,
        given["visibility"],
    )  # fmt: skip
    book.metadata[id_] = made
    used = sum(len(m.key) + len(m.value) for m in book.metadata.values() if m.sheet == sheet)
    if used > MOST_METADATA:
        raise Refused(400, f"developer metadata exceeds {MOST_METADATA} characters")
    return {"createDeveloperMetadata": {"developerMetadata": data(book, made)}}


def delete(book: Book, body: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out a DeleteDeveloperMetadataRequest; what matches nothing deletes nothing."""
    found = list(matching(book, body["dataFilter"]))
    gone = [data(book, one) for one in found]
    for one in found:
        del book.metadata[one.id]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone}}


def update(book: Book, body: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an UpdateDeveloperMetadataRequest for key, value and visibility."""
    given, names = body["developerMetadata"], masks.parse(body["fields"])
    made = []
    for one in {m.id: m for f in body["dataFilters"] for m in matching(book, f)}.values():
        changes = {_NAMES[name]: given[name] for name in names}
        book.metadata[one.id] = replace(one, **changes)
        made.append(data(book, book.metadata[one.id]))
    return {"updateDeveloperMetadata": {"developerMetadata": made}}


def matching(book: Book, given: Mapping[str, Any]) -> Iterator[Meta]:
    """Yield the metadata a DataFilter selects.

    Raises:
        Refused: it is a filter of another kind than this stand-in knows for metadata.
    """
    lookup = given.get("developerMetadataLookup")
    if lookup is None:
        raise Refused(400, "this stand-in finds metadata by lookup alone")
    place = lookup.get("metadataLocation")
    if place and lookup.get("locationMatchingStrategy") != "EXACT_LOCATION":
        raise Refused(400, "this stand-in matches exact locations alone")
    at = _place(book, place) if place else None
    for one in list(book.metadata.values()):
        is_same = all(
            lookup.get(name, getattr(one, field)) == getattr(one, field)
            for name, field in _NAMES.items()
        )
        if is_same and at in (None, (one.sheet, one.dim, one.is_row)):
            yield one


def data(book: Book, one: Meta) -> dict[str, Any]:
    """Return metadata as the API writes it."""
    kind, position = book.locate(one)
    location: dict[str, Any] = {"locationType": kind}
    if kind == "SPREADSHEET":
        location["spreadsheet"] = True
    elif position is None:
        location["sheetId"] = one.sheet
    else:
        location["dimensionRange"] = {
            "sheetId": one.sheet, "dimension": "ROWS" if one.is_row else "COLUMNS",
            "startIndex": position, "endIndex": position + 1,
        }  # fmt: skip
    return {
        "metadataId": one.id, "metadataKey": one.key, "metadataValue": one.value,
        "location": location, "visibility": one.visibility,
    }  # fmt: skip


def _place(book: Book, location: Mapping[str, Any]) -> tuple[int | None, int, bool]:
    """Return sheet, key of the row or column, and whether it is a row."""
    if location.get("spreadsheet"):
        return None, 0, False
    if "dimensionRange" not in location:
        return book.tab(location.get("sheetId") or 0).id, 0, False
    given = location["dimensionRange"]
    tab = book.tab(given.get("sheetId") or 0)
    at, is_row = given.get("startIndex", 0), given["dimension"] == "ROWS"
    dims = [line.dim for line in tab.lines] if is_row else tab.columns
    if given.get("endIndex", 0) != at + 1 or at >= len(dims):
        raise Refused(400, "metadata goes on one row or column that exists")
    return tab.id, dims[at].key, is_row
