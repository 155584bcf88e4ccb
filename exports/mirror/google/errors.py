"""What Google's refusals and silences mean, as data (facts, sheets §1.8)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from gspread.exceptions import APIError
from requests.exceptions import RequestException

MOST_DETAIL = 300


class Kind(StrEnum):
    """What one failed request means for the next step."""

    THROTTLED = "throttled"  # refused before anything was done
    AMBIGUOUS = "ambiguous"  # may have been carried out, or will be
    INVALID = "invalid"  # refused whole: the sheet is not what we took it for, or a limit
    NO_TAB = "no_tab"
    FULL = "full"
    DENIED = "denied"
    API_OFF = "api_off"
    GONE = "gone"
    KEY = "key"


class ApiError(Exception):
    """A request that failed. `detail` is Google's own sentence, for status."""

    def __init__(self, kind: Kind, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.is_of_write = False
        self.detail = detail[:MOST_DETAIL]


FAILURES = (APIError, RequestException, GoogleAuthError)
"""What a request may raise."""

_FULL = re.compile(r"above the limit of \d+ cells|increase the number of cells", re.IGNORECASE)
_NO_TAB = re.compile(r"No (grid|sheet) with id", re.IGNORECASE)
_BAD_KEY = re.compile(
    r"invalid_grant|invalid_client|unauthorized_client|access_denied|account.*(disabled|not found)",
    re.IGNORECASE,
)
_BY_STATUS: Mapping[int, Kind] = {
    400: Kind.INVALID,
    401: Kind.KEY,
    403: Kind.DENIED,
    404: Kind.GONE,
    413: Kind.INVALID,
    429: Kind.THROTTLED,
}


def understood(error: Exception) -> ApiError:
    """Return what an exception of `FAILURES` means; what is not known may have been carried out."""
    if isinstance(error, APIError):
        return _answered(error)
    if isinstance(error, RefreshError) and _BAD_KEY.search(str(error)):
        return ApiError(Kind.KEY, str(error))
    return ApiError(Kind.AMBIGUOUS, type(error).__name__)


def _answered(error: APIError) -> ApiError:
    """Read an answer by its HTTP status: the code gspread gives is -1 for a page of HTML."""
    status = error.response.status_code
    said = str(error.error.get("message", ""))
    kind = _BY_STATUS.get(status, Kind.AMBIGUOUS)
    if kind is Kind.INVALID and _FULL.search(said):
        kind = Kind.FULL
    elif kind is Kind.INVALID and _NO_TAB.search(said):
        kind = Kind.NO_TAB
    elif kind is Kind.DENIED:
        kind = _denied(error.error, said)
    is_page = said.lstrip().startswith("<")
    return ApiError(kind, f"HTTP {status}" if is_page else f"HTTP {status}: {said}")


def _denied(answer: Mapping[str, Any], said: str) -> Kind:
    reasons = {one.get("reason", "") for one in answer.get("details", ()) if isinstance(one, dict)}
    reasons |= {one.get("reason", "") for one in answer.get("errors", ()) if isinstance(one, dict)}
    if reasons & {"SERVICE_DISABLED", "accessNotConfigured"} or "is disabled" in said:
        return Kind.API_OFF
    if reasons & {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}:
        return Kind.THROTTLED
    return Kind.DENIED
