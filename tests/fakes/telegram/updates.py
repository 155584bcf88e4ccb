"""What the bot has not confirmed yet, and the two roads it takes: polling, or a webhook.

Facts: channels §2.1, and Telegram's own server (tdlib/telegram-bot-api, Client.cpp and
WebhookActor.cpp): a getUpdates that finds nothing ends an earlier one that waits, with 409;
allowed_updates hold until they are given again and say nothing about updates made before; a
failed delivery is repeated; a tap is kept for 150 s, anything else for a day.
"""

import http.client
import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.errors import Refused

Update = dict[str, Any]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
UNLESS_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}
_HAS_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_POLLED_ELSEWHERE = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_WEBHOOK_SET = "Conflict: terminated by setWebhook request"
TAP_LIVES_S = 150
_DAY_S = 24 * 60 * 60
_APP_ANSWERS_WITHIN_S = 15


class Manner(StrEnum):
    """How updates come; SHUFFLED: in any order of those that wait together."""

    IN_ORDER = "in order"
    TWICE = "twice"
    SHUFFLED = "shuffled"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates go; without `url` nowhere: the bot polls."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the latest failed delivery failed; `at` in seconds since 1970."""

    at: int
    why: str


class Updates:
    """`pending` are unconfirmed, in the order of their ids; `again` come once more.

    `expired` waited too long and never come. `app_url` is the origin where webhooks really go.
    `delivered` are updates with the HTTP status the application gave, 0 for none.
    """

    def __init__(
        self,
        *,
        now: Callable[[], int],
        retry_s: float,
        seed: int,
        noticed: Callable[[Update], None],
    ) -> None:
        self.changed = threading.Condition()
        self.manner = Manner.IN_ORDER
        self.app_url: str | None = None
        self.allowed: list[str] = []
        self.made: list[Update] = []
        self.pending: list[Update] = []
        self.again: list[Update] = []
        self.expired: list[Update] = []
        self.delivered: list[tuple[Update, int]] = []
        self.webhook = Webhook()
        self.failure: Failure | None = None
        self.is_closed = False
        self._now = now
        self._noticed = noticed
        self._retry_s = retry_s
        self._dice = random.Random(seed)
        self._last_id = 100_000_000
        self._ends: dict[int, int] = {}
        self._expired_at = 0
        self._holds = 0
        self._is_busy = False
        self._polls = 0
        self._ended_by = ""
        self._calling: http.client.HTTPConnection | None = None

    def push(self, kind: str, payload: Update) -> Update:
        """Make an update; of a kind the bot did not ask for it gets no id and never comes."""
        with self.changed:
            if kind in UNLESS_ASKED - set(self.allowed) or kind not in (self.allowed or (kind,)):
                return {kind: payload}
            self._last_id += 1
            update = {"update_id": self._last_id, kind: payload}
            self._ends[self._last_id] = self._now() + (
                TAP_LIVES_S if kind == "callback_query" else _DAY_S
            )
            self._noticed(update)
            self.made.append(update)
            self.pending.append(update)
            self.changed.notify_all()
            return update

    def repeat(self, update: Update) -> None:
        """Let an update come again, whether it was confirmed or not."""
        with self.changed:
            self.again.append(update)
            self.changed.notify_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep updates back inside, so that they wait together."""
        with self.changed:
            self._holds += 1
        try:
            yield
        finally:
            with self.changed:
                self._holds -= 1
                self.changed.notify_all()

    def settle(self, timeout_s: float) -> None:
        """Wait until every update was confirmed; raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(
                lambda: not (self.pending or self.again or self._is_busy), timeout_s
            ):
                waiting = len(self.pending) + len(self.again)
                raise TimeoutError(f"{waiting} updates wait; latest failure: {self.failure}")

    def close(self) -> None:
        """End what waits here, and a delivery on its way."""
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()
            calling = self._calling
        if calling and calling.sock:
            with suppress(OSError):  # it has just ended
                calling.sock.shutdown(socket.SHUT_RDWR)

    # Polling.

    def poll(self, *, offset: int, limit: int, timeout_s: float) -> list[Update]:
        """Confirm what is below the offset, wait for more, and return it."""
        with self.changed:
            if self.webhook.url:
                raise Refused(409, _HAS_WEBHOOK)
            self._confirm(offset)
            if not self._has_some:
                mine = self._end_polls(_POLLED_ELSEWHERE)
                self.changed.wait_for(
                    lambda: self._polls != mine or self.is_closed or self._has_some, timeout_s
                )
                if self._polls != mine:
                    raise Refused(409, self._ended_by)
            return self._batch(limit)

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        elif offset < 0:
            self.pending = self.pending[offset:]
        self._expire()
        self.changed.notify_all()

    def _expire(self) -> None:
        now = self._now()
        if now == self._expired_at:
            return
        self._expired_at = now
        self.expired += [u for u in self.pending if self._ends[u["update_id"]] <= now]
        self.pending = [u for u in self.pending if self._ends[u["update_id"]] > now]

    def _batch(self, limit: int) -> list[Update]:
        if not self._has_some:
            return []
        batch = (self.again + self.pending)[:limit]
        self.again = self.again[limit:]
        if self.manner is Manner.TWICE:
            batch = [update for update in batch for _ in range(2)]
        if self.manner is Manner.SHUFFLED:
            self._dice.shuffle(batch)
        return batch

    def _end_polls(self, why: str) -> int:
        self._ended_by = why
        self._polls += 1
        self.changed.notify_all()
        return self._polls

    # A webhook.

    def set_webhook(self, webhook: Webhook) -> None:
        """Send updates there from now on, also those that wait."""
        with self.changed:
            self.webhook, self.failure = webhook, None
            if webhook.url:
                self._end_polls(_WEBHOOK_SET)
            self.changed.notify_all()

    def deliver(self) -> None:
        """Carry updates to the webhook, one by one, until the fake is closed."""
        while (due := self._next()) is not None:
            webhook, update = due
            for _ in range(2 if self.manner is Manner.TWICE else 1):
                status, why = self._call(webhook, update)
                with self.changed:
                    self.delivered.append((update, status))
                    if why:
                        self._wait_after(webhook, why)
                    else:
                        self._forget(update)

    @property
    def _has_some(self) -> bool:
        return not self._holds and bool(self.again or self.pending)

    def _next(self) -> tuple[Webhook, Update] | None:
        with self.changed:
            self._is_busy = False
            self._expire()
            self.changed.notify_all()
            self.changed.wait_for(
                lambda: self.is_closed or bool(self.webhook.url and self._has_some)
            )
            if self.is_closed:
                return None
            self._is_busy = True
            waiting = self.again or self.pending
            is_shuffled = self.manner is Manner.SHUFFLED
            return self.webhook, self._dice.choice(waiting) if is_shuffled else waiting[0]

    def _forget(self, update: Update) -> None:
        for waiting in (self.again, self.pending):
            for n, other in enumerate(waiting):
                if other is update:
                    del waiting[n]
                    return

    def _wait_after(self, webhook: Webhook, why: str) -> None:
        if self.webhook is webhook:
            self.failure = Failure(self._now(), why)
        self.changed.wait_for(lambda: self.is_closed or self.webhook is not webhook, self._retry_s)

    def _call(self, webhook: Webhook, update: Update) -> tuple[int, str]:
        """Return the application's status, and what was wrong with it."""
        if self.app_url is None:
            return 0, "Failed to resolve host: Name or service not known"
        app, called = urlsplit(self.app_url), urlsplit(webhook.url)
        path = (called.path or "/") + (f"?{called.query}" if called.query else "")
        headers = {"Content-Type": "application/json", "Host": called.netloc}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        connection = http.client.HTTPConnection(
            app.hostname or "", app.port or 80, timeout=_APP_ANSWERS_WITHIN_S
        )
        try:
            connection.connect()
            with self.changed:
                if self.is_closed:
                    return 0, "Webhook connection closed"
                self._calling = connection
            connection.request("POST", path, json.dumps(update).encode(), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, "Connection refused" if isinstance(error, ConnectionRefusedError) else str(
                error
            )
        finally:
            self._calling = None
            connection.close()
        if 200 <= answer.status < 300:
            return answer.status, ""
        return answer.status, f"Wrong response from the webhook: {answer.status} {answer.reason}"
