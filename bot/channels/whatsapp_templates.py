"""Templates at Twilio: made as Content resources, handed to Meta, asked about.

https://www.twilio.com/docs/content/content-api-resources; none of it messages anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.contract import NotAnswered, Trouble
from bot.channels.whatsapp_http import Http, Refused

PATH = "/v1/Content"
TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Approval:
    """What Meta says of a template: its status, its category and, rejected, why."""

    status: str
    category: str = ""
    reason: str = ""


class Templates:
    """Calls block; use them from a thread or a command. All raise `NotAnswered`."""

    def __init__(self, http: Http, auth: tuple[str, str]) -> None:
        self._http = http
        self._auth = auth

    def make(
        self, *, name: str, language: str, body: str, samples: Sequence[str],
        buttons: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """Make the resource and return its sid; `samples` stand for its variables, in order."""
        shown: Mapping[str, Any] = {"twilio/text": {"body": body}}
        if buttons:
            actions = [{"type": "QUICK_REPLY", "title": one, "id": one} for one in buttons]
            shown = {"twilio/quick-reply": {"body": body, "actions": actions}}
        values = {str(n): sample for n, sample in enumerate(samples, 1)}
        request = {"friendly_name": name, "language": language, "variables": values, "types": shown}
        return str(self._call("POST", PATH, request)["sid"])

    def submit(self, sid: str, *, name: str, category: str) -> Approval:
        """Ask Meta to approve it."""
        path = f"{PATH}/{sid}/ApprovalRequests/whatsapp"
        return _approval(self._call("POST", path, {"name": name, "category": category}))

    def approval(self, sid: str) -> Approval:
        """Return what Meta says of it now."""
        said = self._call("GET", f"{PATH}/{sid}/ApprovalRequests").get("whatsapp")
        return _approval(said if isinstance(said, dict) else {})

    def _call(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        try:
            return self._http.call(method, path, self._auth, body, timeout_s=TIMEOUT_S)
        except Refused as error:
            passing = error.status >= 500 or error.status == 429
            trouble = Trouble.PASSING if passing else Trouble.REFUSED
            raise NotAnswered(f"{error} ({error.code or error.status})", trouble) from None
        except Exception as error:  # noqa: BLE001 -- its text may hold an address
            raise NotAnswered(type(error).__name__) from None


def _approval(said: Mapping[str, Any]) -> Approval:
    words = {name: str(said.get(name) or "") for name in ("status", "category", "rejection_reason")}
    return Approval(
        words["status"].lower() or "unsubmitted", words["category"], words["rejection_reason"]
    )
