"""How the API says no: facts, sheets §1.8."""

from collections.abc import Mapping
from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 502: "UNAVAILABLE", 503: "UNAVAILABLE",
}  # fmt: skip


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, code: int, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details

    @property
    def payload(self) -> dict[str, Any]:
        """The body Google would send."""
        error: dict[str, Any] = {
            "code": self.code, "message": str(self), "status": STATUS[self.code],
        }  # fmt: skip
        if self.details:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            error["details"] = [{"@type": kind, "domain": "googleapis.com", **self.details}]
        return {"error": error}


def exhausted(what: str) -> Refused:
    """Return the answer past a quota; `what` is Read or Write."""
    limit = f"{what}RequestsPerMinutePerUser"
    message = (
        f"Quota exceeded for quota metric '{what} requests' and limit '{what} requests per "
        "minute per user' of service 'sheets.googleapis.com' for consumer 'project_number:1'."
    )
    metadata = {"service": "sheets.googleapis.com", "quota_limit": limit}
    return Refused(429, message, {"reason": "RATE_LIMIT_EXCEEDED", "metadata": metadata})


def not_enabled() -> Refused:
    """Return the answer of a project whose Sheets API is off."""
    message = (
        "Google Sheets API has not been used in project 1 before or it is disabled. Enable it "
        "by visiting the console then retry."
    )
    return Refused(403, message, {"reason": "SERVICE_DISABLED", "metadata": {"consumer": "1"}})
