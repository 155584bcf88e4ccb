"""The four requests the mirror makes of the Sheets API, each one unit of quota."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.mirror.google.errors import FAILURES, ApiError, Kind, understood
from exports.mirror.google.quota import Quota, Use
from exports.mirror.google.reading import FIELDS, Filter
from exports.mirror.google.session import ORIGIN, Session

_BOOK = ORIGIN + "/v4/spreadsheets/{}"
_OUTLINE = (
    "properties(title,locale),"
    "developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties(sheetId,title),"
    "developerMetadata(metadataId,metadataKey,metadataValue))"
)
_READ_BACK = "updatedSpreadsheet." + FIELDS
THROTTLED_TRIES = 5


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a spreadsheet; `marks` is our metadata on it, key → value."""

    id: int
    title: str
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outline:
    """A spreadsheet without its cells."""

    title: str
    tabs: Sequence[Tab]


class Api:
    """Asks as one service account, within its quota."""

    def __init__(self, session: Session, quota: Quota) -> None:
        self._session = session
        self._quota = quota
        self.email = session.email

    def outline(self, spreadsheet_id: str) -> Outline:
        """Return the tabs of a spreadsheet.

        Raises:
            ApiError: with what it means.
        """
        url = _BOOK.format(spreadsheet_id)
        answer = self._ask(Use.READ, "get", url, params={"fields": _OUTLINE})
        tabs = [_tab(one) for one in answer.get("sheets", ())]
        return Outline(answer["properties"]["title"], tabs)

    def look(self, spreadsheet_id: str, filters: Sequence[Filter]) -> Mapping[str, Any]:
        """Return what is in cells, for `reading` to make sense of.

        Raises:
            ApiError: with what it means.
        """
        url = _BOOK.format(spreadsheet_id) + ":getByDataFilter"
        body = {"dataFilters": list(filters)}
        return self._ask(Use.READ, "post", url, params={"fields": FIELDS}, json=body)

    def has_token(self, spreadsheet_id: str, token: int) -> bool:
        """Whether the batch that carries this token was carried out.

        Raises:
            ApiError: with what it means.
        """
        url = _BOOK.format(spreadsheet_id) + "/developerMetadata:search"
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataId": token}}]}
        answer = self._ask(Use.READ, "post", url, json=body)
        return bool(answer.get("matchedDeveloperMetadata"))

    def write(
        self,
        spreadsheet_id: str,
        requests: Sequence[Mapping[str, Any]],
        *,
        show: Iterable[str] = (),
    ) -> Mapping[str, Any]:
        """Carry out a batch, whole or not at all; return these A1 ranges as they are after it.

        Raises:
            ApiError: with what it means; `AMBIGUOUS` says nothing about the batch.
        """
        url = _BOOK.format(spreadsheet_id) + ":batchUpdate"
        body: dict[str, Any] = {"requests": list(requests)}
        ranges = list(show)
        if ranges:
            body["includeSpreadsheetInResponse"] = True
            body["responseIncludeGridData"] = True
            body["responseRanges"] = ranges
        answer = self._ask(Use.WRITE, "post", url, params={"fields": _READ_BACK}, json=body)
        found: Mapping[str, Any] = answer.get("updatedSpreadsheet", {})
        return found

    def _ask(self, use: Use, method: str, url: str, **more: Any) -> Mapping[str, Any]:
        """Send once; what was refused for being too much waits its turn, for nothing was done."""
        for _ in range(THROTTLED_TRIES):
            self._quota.take(use)
            try:
                answer: Mapping[str, Any] = self._session.request(method, url, **more).json()
            except FAILURES as error:
                failure = understood(error)
                failure.is_of_write = use is Use.WRITE
                if failure.kind is not Kind.THROTTLED:
                    raise failure from error
                self._quota.hold(use)
            except (
                ValueError
            ) as error:  # an answer that is no JSON: something between us and Google
                raise ApiError(Kind.AMBIGUOUS, "no JSON") from error
            else:
                return answer
        raise ApiError(Kind.THROTTLED, "HTTP 429")


def _tab(sheet: Mapping[str, Any]) -> Tab:
    properties = sheet["properties"]
    marks = {
        one["metadataKey"]: one.get("metadataValue", "")
        for one in sheet.get("developerMetadata", ())
    }
    return Tab(properties.get("sheetId", 0), properties["title"], marks)
