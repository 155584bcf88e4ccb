"""What keeps a batch from doing harm when people were quicker.

- A token: metadata whose id is the batch's own. A batch that comes again, or late, is refused.
- Anchors: metadata on each column of ours. A batch takes away the anchors at both ends of every
  run of columns it writes, exactly where it believes them, and makes them again under the same
  ids. If a column was inserted, moved or deleted meanwhile, the anchor is elsewhere, its id is
  in use, and the batch is refused whole: no note of anybody's is ever written over.
- A lock: the whole sheet is protected for all but us, the sheet is read again, and the batch
  that moves rows takes the protection away. Coordinators cannot edit in between; the file's
  owner can, which Google does not let anybody prevent.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from exports.mirror.google import ids
from exports.mirror.google.writing import Request, dimension, runs

LOCKED = "Lacak sedang merapikan baris; sebentar lagi terbuka kembali."


class Guard(Enum):
    """How columns are guarded; each is tried after the one before was refused."""

    ANCHORS = 1  # refused unless every column is where we believe
    NEW_ANCHORS = 2  # anchors were lost or strayed: put them where the codes are
    NONE = 3


def token(number: int) -> Request:
    """Return what makes a batch be carried out once."""
    return _create(number, ids.BATCH, "", {"spreadsheet": True})


def forget(numbers: Iterable[int]) -> Iterator[Request]:
    """Yield the removal of metadata by id, wherever it is."""
    for number in numbers:
        yield _delete({"metadataId": number})


def before(how: Guard, form_id: str, tab: int, place: Mapping[str, int]) -> Iterator[Request]:
    """Yield what comes ahead of a batch that writes columns of ours; `place` is where they are."""
    if how is Guard.NEW_ANCHORS:
        yield from forget(ids.column_id(form_id, code) for code in place)
    if how is not Guard.ANCHORS:
        return
    codes = {position: code for code, position in place.items()}
    edges = {at for run in runs(codes) for at in run}
    for at in sorted(edges):
        yield _delete({
            "metadataId": ids.column_id(form_id, codes[at]), "metadataLocation": _column(tab, at),
            "locationMatchingStrategy": "EXACT_LOCATION",
        })  # fmt: skip
        yield anchor(form_id, tab, codes[at], at)


def anchor(form_id: str, tab: int, code: str, at: int) -> Request:
    """Return an anchor on a column of ours."""
    return _create(ids.column_id(form_id, code), ids.COLUMN, code, _column(tab, at))


def mark(key: str, value: str, tab: int) -> Request:
    """Return what tells which tab is ours, and of what."""
    made = {"metadataKey": key, "metadataValue": value, "visibility": "PROJECT",
            "location": {"sheetId": tab}}  # fmt: skip
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def unmark(tab: int) -> Iterator[Request]:
    """Yield what makes a tab people's own."""
    for key in (ids.TABLE, ids.RECAP):
        yield _delete({
            "metadataKey": key, "metadataLocation": {"sheetId": tab},
            "locationMatchingStrategy": "EXACT_LOCATION",
        })  # fmt: skip


def claim() -> list[Request]:
    """Return the mark of a linked spreadsheet: one, however often it is made."""
    made = {"metadataKey": ids.LINK, "metadataValue": "", "visibility": "PROJECT",
            "location": {"spreadsheet": True}}  # fmt: skip
    return [
        _delete({"metadataKey": ids.LINK}),
        {"createDeveloperMetadata": {"developerMetadata": made}},
    ]


def lock(form_id: str, tab: int, email: str) -> Request:
    """Return the protection of a whole tab for all but us."""
    made = {
        "protectedRangeId": ids.lock_id(form_id, tab), "range": {"sheetId": tab},
        "description": LOCKED, "warningOnly": False, "editors": {"users": [email]},
    }  # fmt: skip
    return {"addProtectedRange": {"protectedRange": made}}


def unlock(form_id: str, tab: int) -> Request:
    """Return the end of that protection."""
    return {"deleteProtectedRange": {"protectedRangeId": ids.lock_id(form_id, tab)}}


def _column(tab: int, at: int) -> dict[str, Any]:
    return {"dimensionRange": dimension(tab, "COLUMNS", at, at + 1)}


def _create(number: int, key: str, value: str, location: Mapping[str, Any]) -> Request:
    made = {"metadataId": number, "metadataKey": key, "metadataValue": value,
            "location": dict(location), "visibility": "PROJECT"}  # fmt: skip
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def _delete(lookup: Mapping[str, Any]) -> Request:
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": dict(lookup)}}}
