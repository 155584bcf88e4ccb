"""Twilio's Content API as the stand-in plays it: resources made once, approvals that Meta decides.

Requests and answers are checked against Twilio's own document; rules beyond it follow
facts: channels §1.2 and Twilio's pages on variables and list pickers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import specs

SPEC = "twilio_content_v1.json"
API = "/v1/Content"
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(slots=True)
class Resource:
    """One Content resource. `approval` is what Meta says, empty before anybody asked."""

    sid: str
    name: str
    language: str
    variables: Mapping[str, str]
    types: Mapping[str, Any]
    approval: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> Mapping[str, Any]:
        (shown,) = self.types.values()
        assert isinstance(shown, dict)
        return shown

    @property
    def is_approved(self) -> bool:
        return self.approval.get("status") == "approved"

    def filled(self, values: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the text, and each button's title and payload."""

        def fill(text: str) -> str:
            return _VARIABLE.sub(lambda match: values[match[1]], text)

        buttons = self.shown.get("actions") or self.shown.get("items") or ()
        return fill(self.shown["body"]), tuple(
            (fill(one.get("title") or one["item"]), fill(one.get("id", ""))) for one in buttons
        )


class Refused(Exception):
    """A request Twilio would refuse: HTTP status, code, words."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status, self.code = status, code


class Contents:
    """The resources of one account."""

    def __init__(self, account: str) -> None:
        self.made: dict[str, Resource] = {}
        self.violations: list[str] = []
        self.is_down = False
        self._account = account
        self._spec = specs.read(SPEC)

    def answer(self, method: str, path: str, body: object) -> tuple[int, dict[str, Any]]:
        """Return status and payload of a request under `/v1/Content`; raises `Refused`."""
        if self.is_down:
            raise Refused(503, 20503, "Service unavailable")
        if self._spec:
            wrong = self._spec.json_faults(method, path, body)
            self.violations += wrong
            if wrong:
                raise Refused(400, 20001, "; ".join(wrong))
        status, payload = self._route(method, path, body)
        if self._spec:
            self.violations += self._spec.answer_faults(method, path, status, payload)
        return status, payload

    def _route(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        if (method, path) == ("POST", API):
            return 201, self._make(body)
        sid, _, rest = path.removeprefix(f"{API}/").partition("/")
        one = self.made.get(sid)
        if one is None:
            raise Refused(404, 20404, "The requested resource was not found")
        if (method, rest) == ("POST", "ApprovalRequests/whatsapp"):
            return 201, self._ask(one, body)
        if (method, rest) == ("GET", "ApprovalRequests"):
            return 200, {
                "sid": sid, "account_sid": self._account, "whatsapp": one.approval,
                "url": f"https://content.twilio.com{path}",
            }  # fmt: skip
        raise Refused(404, 20404, "The requested resource was not found")

    def _make(self, body: dict[str, Any]) -> dict[str, Any]:
        sid = f"HX{len(self.made) + 0xC0:032x}"
        one = Resource(
            sid, body.get("friendly_name", ""), body["language"], body.get("variables", {}),
            body["types"],
        )  # fmt: skip
        used = set(_VARIABLE.findall(json.dumps(body["types"])))
        if used != set(one.variables):
            raise Refused(400, 92002, "variables and their samples differ")
        self._check(one.types)
        self.made[sid] = one
        return {"sid": sid, "account_sid": self._account, "friendly_name": one.name,
                "language": one.language, "variables": dict(one.variables),
                "types": dict(one.types)}  # fmt: skip

    def _check(self, types: Mapping[str, Any]) -> None:
        if reply := types.get("twilio/quick-reply"):
            titles = [one["title"] for one in reply["actions"]]
            if not 0 < len(titles) <= 10 or any(len(one) > 20 for one in titles):
                raise Refused(400, 92003, "quick-reply: 1 to 10 buttons of 20 characters")
        if rows := types.get("twilio/list-picker"):
            titles = [one["item"] for one in rows["items"]]
            if not 0 < len(titles) <= 10 or any(len(one) > 24 for one in titles):
                raise Refused(400, 92003, "list-picker: 1 to 10 items of 24 characters")
            if not 0 < len(rows["button"]) <= 20:
                raise Refused(400, 92003, "list-picker: a button of 20 characters")

    def _ask(self, one: Resource, body: dict[str, Any]) -> dict[str, Any]:
        if one.approval:
            raise Refused(400, 92009, "The template has already been submitted")
        if not re.fullmatch(r"[a-z0-9_]{1,512}", body["name"]):
            raise Refused(400, 92004, "name: lower case letters, digits and _")
        if "twilio/list-picker" in one.types:
            raise Refused(400, 92006, "list-picker cannot be approved")
        one.approval.update(
            name=body["name"], category=body["category"], content_type="twilio/text",
            status="received", rejection_reason="", allow_category_change=True,
        )  # fmt: skip
        return dict(one.approval)


def check_values(values: Mapping[str, Any]) -> None:
    """Refuse what Twilio does not take in a variable; raises `Refused`."""
    for value in values.values():
        if not isinstance(value, str) or not value.strip() or "\n" in value:
            raise Refused(400, 92007, "A variable is empty or holds a newline")
        if len(value) > 255 or "'" in value:
            raise Refused(400, 21656, "The ContentVariables Parameter is invalid")
