"""Content resources at Twilio, made when first needed; without one, the text goes numbered.

Making one messages nobody, so it may be tried again; after trouble it is left alone for a while,
because a question must not wait for its buttons.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.channels.whatsapp_buttons import Content
from bot.channels.whatsapp_http import Http

PATH = "/v1/Content"
TIMEOUT_S = 8.0
"""With the message's own 30 s still under the lease of a claim."""

REST_S = 600.0

LANGUAGE = "id"
"""What a resource without approval says it is written in matters to nobody."""


class Kept(Protocol):
    """Where the ids of made resources are kept."""

    def find(self, key: str) -> str | None:
        """Return the id of the resource made for this, or None."""
        ...

    def keep(self, key: str, sid: str) -> None:
        """Note a resource that was made."""
        ...

    def forget(self, key: str) -> None:
        """Forget a resource that Twilio does not know."""
        ...


class Contents:
    """Finds or makes resources; called from several threads."""

    def __init__(
        self, http: Http, auth: tuple[str, str], kept: Kept,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._http = http
        self._auth = auth
        self._kept = kept
        self._clock = clock
        self._known: dict[str, str] = {}
        self._rests_until = 0.0
        self._making = threading.Lock()

    def sid(self, content: Content) -> str | None:
        """Return the id to send it by; None: it cannot be had now."""
        found = self._known.get(content.key)
        if found:
            return found
        with self._making:  # two people asked the same at once make one resource
            found = self._known.get(content.key) or self._kept.find(content.key)
            if found is None and self._clock() >= self._rests_until:
                found = self._make(content)
                if found:
                    self._kept.keep(content.key, found)
            if found:
                self._known[content.key] = found
        return found

    def forget(self, content: Content) -> None:
        """Make it anew when it is needed next: Twilio refused what we had."""
        with self._making:
            self._known.pop(content.key, None)
            self._kept.forget(content.key)
            self._rests_until = self._clock() + REST_S

    def _make(self, content: Content) -> str | None:
        try:
            made = self._http.call(
                "POST", PATH, self._auth, content.request(LANGUAGE), timeout_s=TIMEOUT_S
            )
            return _sid(made)
        except Exception:  # noqa: BLE001 -- whatever broke, the question goes as text
            self._rests_until = self._clock() + REST_S
            return None


def _sid(made: Mapping[str, Any]) -> str:
    sid = made.get("sid")
    if not isinstance(sid, str) or not sid.startswith("HX"):
        raise ValueError("no sid")
    return sid
