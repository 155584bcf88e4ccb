"""A stand-in for Google Sheets on loopback: it keeps books, checks, refuses, fails.

It is asked by the real client through its base URL, after the real sign-in of a service account.
Requests and answers are checked against Google's own discovery document where it is at hand;
rules beyond it follow facts, sheets §1. Nothing here sleeps on its own.

    with FakeSheets(clock=clock) as google:
        book = google.add("Garmen Apparel")
        google.write_account(path)
        google.faults = iter([Refuse(503, applied=True), None])   # of API requests, in order
        ...                                                        # work by the real client
        sort(random.Random(1), book.tabs[0])                       # people at work
        assert google.violations == []
"""

import json
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.fakes import discovery, specs
from tests.fakes.sheets import api, auth
from tests.fakes.sheets.api import Call
from tests.fakes.sheets.book import Book, Tab
from tests.fakes.sheets.errors import Refused, exhausted, not_enabled
from tests.fakes.sheets.faults import Fault, HangUp, Refuse, Slow, Zombie
from tests.fakes.sheets.server import Answer, Server

SPEC = "sheets.v4.json"
PER_MINUTE = 60
_MINUTE = timedelta(minutes=1)


class FakeSheets:
    """Serves while it is entered.

    `shared` is book id → what the service account may do there. `before` is called ahead of
    every API request: what people, and requests thought lost, do meanwhile. `violations` are
    requests and answers that the vendor's document forbids: none may be left.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        per_minute: int | None = PER_MINUTE,
    ) -> None:
        self.clock = clock
        self.per_minute = per_minute
        self.books: dict[str, Book] = {}
        self.shared: dict[str, str] = {}
        self.is_enabled = True
        self.faults: Iterator[Fault | None] = iter(())
        self.token_faults: Iterator[Fault | None] = iter(())
        self.before: Callable[[Call], None] = lambda _call: None
        self.calls: list[Call] = []
        self.sent = 0
        self.violations: list[str] = []
        self.unchecked = specs.why_not(SPEC)
        self._spec = discovery.read(SPEC)
        self._tokens: set[str] = set()
        self._zombies: list[Callable[[], object]] = []
        self._used: dict[str, deque[datetime]] = {"Read": deque(), "Write": deque()}
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        assert self._server, "not entered"
        return self._server.url

    def __enter__(self) -> Self:
        self._server = Server(self)
        self._thread = threading.Thread(
            target=partial(self._server.serve_forever, 0.02), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        assert self._server
        assert self._thread
        self._server.shutdown()
        self._server.hang_up_on_everyone()
        self._server.server_close()
        self._thread.join(timeout=10)

    # What the test, or the bench, makes happen.

    def add(self, title: str, *, id_: str = "", role: str = "writer") -> Book:
        """Keep a new spreadsheet as somebody makes one, shared with the service account or not."""
        name = id_ or f"1{len(self.books):02}{'x' * 41}"
        book = Book(name, title, [Tab.blank(0, "Sheet1")])
        self.books[name] = book
        self.shared[name] = role
        return book

    def write_account(self, path: Path) -> Path:
        """Write the key file of the service account and return where."""
        path.write_text(json.dumps(auth.account(f"{self.base_url}/token")), "utf-8")
        return path

    def raise_zombies(self) -> int:
        """Carry out what was thought lost, in order; return how many there were."""
        with self._lock:
            zombies, self._zombies = self._zombies, []
            for zombie in zombies:
                zombie()
        return len(zombies)

    def count(self, *, writes: bool) -> int:
        """Return how many API requests reached us, writes or reads."""
        return sum(call.is_write is writes for call in self.calls)

    # What the API does.

    def answer(self, verb: str, target: str, headers: Message, body: bytes) -> Answer:
        """Return the answer to one request; called by the server's threads."""
        parts = urlsplit(target)
        with self._lock:
            if parts.path == "/token":
                return self._token(dict(parse_qsl(body.decode())))
            try:
                made, wait_s = self._api(verb, parts.path, parts.query, headers, body)
            except Refused as refused:
                made, wait_s = Answer(refused.code, refused.payload), 0.0
        self.sent += len(json.dumps(made.payload))
        self._closing.wait(wait_s)
        return made

    def _token(self, form: Mapping[str, str]) -> Answer:
        fault = next(self.token_faults, None)
        if isinstance(fault, HangUp):
            return Answer(0)
        if isinstance(fault, Refuse):
            page = "<html>Bad Gateway</html>" if fault.is_html else ""
            return Answer(fault.status, {"error": "internal_failure"}, page)
        wrong = auth.fault(form)
        if wrong:
            return Answer(400, {"error": wrong, "error_description": wrong})
        token = f"ya29.{random.getrandbits(64):x}"
        self._tokens.add(token)
        return Answer(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _api(
        self, verb: str, path: str, query: str, headers: Message, body: bytes
    ) -> tuple[Answer, float]:
        if (headers.get("Authorization") or "").removeprefix("Bearer ") not in self._tokens:
            raise Refused(401, "Request had invalid authentication credentials.")
        name, named = self._operation(verb, path)
        given = parse_qs(query, keep_blank_values=True)
        call = Call(name, named, given, api.parsed(body), len(body))
        self.calls.append(call)
        self.before(call)
        self._meter(call)
        fault = next(self.faults, None)
        match fault:
            case Zombie():
                self._zombies.append(partial(self._silently, call))
                return Answer(0), 0.0
            case Refuse(status, applied, is_html):
                if applied:
                    self._silently(call)
                return self._failure(call, status, is_html=is_html), 0.0
            case HangUp(applied):
                if applied:
                    self._silently(call)
                return Answer(0), 0.0
        made = Answer(200, self._carry_out(call))
        return made, fault.seconds if isinstance(fault, Slow) else 0.0

    def _operation(self, verb: str, path: str) -> tuple[str, Mapping[str, str]]:
        found = api.route(verb, path)
        if self._spec is not None and self._spec.operation(verb, path) is None:
            self.violations.append(f"{verb} {path}: no such operation")
        if found is None:
            raise Refused(404, "Requested entity was not found.")
        return found

    def _carry_out(self, call: Call) -> dict[str, Any]:
        wrong = self._faults_of(call)
        if wrong:
            self.violations += wrong
            raise Refused(400, f"Invalid JSON payload received. {wrong[0]}")
        book = self._book(call)
        made = api.answer(book, call)
        if self._spec is not None:
            self.violations += self._spec.answer_faults(call.name, made)
        return made

    def _faults_of(self, call: Call) -> list[str]:
        unknown = [f"this stand-in knows no {kind}" for kind in api.unknown_kinds(call)]
        if self._spec is None:
            return unknown
        pairs = [(name, text) for name, texts in call.query.items() for text in texts]
        return [*self._spec.faults(call.name, pairs, call.body), *unknown]

    def _book(self, call: Call) -> Book:
        if not self.is_enabled:
            raise not_enabled()
        id_ = call.named["spreadsheetId"]
        if id_ not in self.books:
            raise Refused(404, "Requested entity was not found.")
        role = self.shared.get(id_, "")
        if role != "writer" and (call.is_write or role != "reader"):
            raise Refused(403, "The caller does not have permission")
        return self.books[id_]

    def _meter(self, call: Call) -> None:
        """Count a request against its minute: no 60 seconds hold more than the quota."""
        what, now = "Write" if call.is_write else "Read", self.clock()
        used = self._used[what]
        while used and now - used[0] >= _MINUTE:
            used.popleft()
        if self.per_minute is not None and len(used) >= self.per_minute:
            raise exhausted(what)
        used.append(now)

    def _failure(self, call: Call, status: int, *, is_html: bool) -> Answer:
        if is_html:
            return Answer(status, text="<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>")
        if status == 429:
            return Answer(429, exhausted("Write" if call.is_write else "Read").payload)
        words = "The service is currently unavailable." if status == 503 else "Scripted"
        return Answer(status, Refused(status, words).payload)

    def _silently(self, call: Call) -> None:
        """Carry out what nobody waits for; what is refused is refused unseen."""
        try:
            self._carry_out(call)
        except Refused:
            return
