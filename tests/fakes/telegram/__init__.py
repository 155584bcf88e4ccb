"""A stand-in for Telegram's Bot API on loopback: chats, people who tap, faults on demand.

Telegram is asked by the real library through `base_url`. Requests, answers and updates are
checked against the Bot API's description where it is at hand (`spec.py`); rules beyond it are
in `rules.py`. Nothing here sleeps on its own.

    with FakeTelegram(app_url=app.url) as telegram:
        sari = telegram.person("Sari", phone="6281200000101")
        sari.starts("k_abc")                                  # polled, or posted to the webhook
        telegram.faults = iter([HangUp(accepted=True), None])  # of new messages, in order
        ...                                                   # send by the real client
        sari.taps(sari.last, "Bekerja")
        telegram.settle()                                     # every update was confirmed
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

from tests.fakes.faults import Garble, HangUp, Slow, dice
from tests.fakes.specs import why_not
from tests.fakes.telegram import spec
from tests.fakes.telegram.errors import TOO_FAST, Broken, Fault, Refuse, Refused
from tests.fakes.telegram.http import Answer, BotApiServer, Call, failed
from tests.fakes.telegram.methods import Methods
from tests.fakes.telegram.people import Group, Person
from tests.fakes.telegram.state import NOT_FOUND, Asked, Button, Kept, State
from tests.fakes.telegram.updates import SECRET_HEADER, Manner, Update, Updates

__all__ = [
    "SECRET_HEADER", "TOKEN", "TOO_FAST", "Asked", "Button", "FakeTelegram", "Fault", "Garble",
    "Group", "HangUp", "Kept", "Manner", "Person", "Refuse", "Slow", "Update", "dice",
]  # fmt: skip

TOKEN = "7100000001:AAInvented-Token_of-a-fake-bot-00000"


class FakeTelegram:
    """Serves while it is entered.

    `app_url` is the origin where the application really listens, as behind a proxy: a webhook
    goes there by its path, whatever https origin it was set with (None: nowhere). A failed
    delivery is repeated after `retry_s`. `faults` are of new messages, `edit_faults` of edits
    and answered queries, `update_faults` of getUpdates. `sent` are messages accepted, oldest
    first. `violations` are requests, answers and updates the Bot API forbids: none may be left.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        app_url: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        retry_s: float = 0.05,
        manner: Manner = Manner.IN_ORDER,
        seed: int = 0,
    ) -> None:
        self.token = token
        self.faults: Iterator[Fault | None] = iter(())
        self.edit_faults: Iterator[Fault | None] = iter(())
        self.update_faults: Iterator[Fault | None] = iter(())
        self.asked: list[Asked] = []
        self.violations: list[str] = []
        self.unchecked = why_not(spec.DOCUMENT)
        self._spec = spec.read()
        self._updates = Updates(
            now=lambda: int(clock().timestamp()), retry_s=retry_s, seed=seed,
            noticed=self._check_update,
        )  # fmt: skip
        self._updates.app_url, self._updates.manner = app_url, manner
        self._state = State(int(token.partition(":")[0]), clock, self._updates)
        self._methods = Methods(self._state)
        self._changed = self._updates.changed
        self._closing = threading.Event()
        self._server: BotApiServer | None = None
        self._threads: list[threading.Thread] = []

    @property
    def base_url(self) -> str:
        assert self._server, "not entered"
        return self._server.url

    @property
    def username(self) -> str:
        return str(self._state.bot["username"])

    @property
    def app_url(self) -> str | None:
        return self._updates.app_url

    @app_url.setter
    def app_url(self, url: str | None) -> None:
        self._updates.app_url = url

    @property
    def manner(self) -> Manner:
        return self._updates.manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        self._updates.manner = manner

    @property
    def sent(self) -> list[Kept]:
        with self._changed:
            return list(self._state.sent)

    @property
    def updates(self) -> list[Update]:
        """Every update there ever was for the bot, oldest first."""
        with self._changed:
            return list(self._updates.made)

    @property
    def pending(self) -> list[Update]:
        """The updates the bot has not confirmed."""
        with self._changed:
            return list(self._updates.pending)

    @property
    def expired(self) -> list[Update]:
        """The updates that waited too long: a tap 150 s, others a day."""
        with self._changed:
            return list(self._updates.expired)

    @property
    def delivered(self) -> list[tuple[Update, int]]:
        """What was posted to the webhook, with the application's status, 0 for none."""
        with self._changed:
            return list(self._updates.delivered)

    def __enter__(self) -> Self:
        self._server = BotApiServer(self.answer)
        works = (partial(self._server.serve_forever, 0.02), self._updates.deliver)
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._updates.close()
        assert self._server
        self._server.shutdown()
        self._server.hang_up_on_everyone()
        self._server.server_close()
        for thread in self._threads:
            thread.join(timeout=10)

    # What the test, or the bench, makes happen.

    def person(self, name: str, phone: str = "", *, started: bool = True) -> Person:
        """Return a new person; until `started` the bot does not know the chat."""
        with self._changed:
            person = Person(self._state, self._new_id(7_000_000_101), name, phone)
            person.shut = None if started else NOT_FOUND
            self._state.chats[person.id] = person
            return person

    def group(self, title: str, members: Sequence[Person]) -> Group:
        """Return a new group, which its first member has just brought the bot into."""
        with self._changed:
            group = Group(self._state, -self._new_id(4_000_000_001), title, members)
            self._state.chats[group.id] = group
            group.adds_bot(members[0])
            return group

    def redeliver(self, update: Update) -> None:
        """Let an update come once more, whether the bot confirmed it or not."""
        self._updates.repeat(update)

    def held(self) -> AbstractContextManager[None]:
        """Keep updates back inside, so that they come together (and can be shuffled)."""
        return self._updates.held()

    def settle(self, timeout_s: float = 60.0) -> None:
        """Wait until every update was confirmed; raises TimeoutError."""
        self._updates.settle(timeout_s)

    def wait_until(self, claim: Callable[[], bool], timeout_s: float = 60.0) -> None:
        """Wait until a claim holds, looked at after each request; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(claim, timeout_s):
                raise TimeoutError(f"not so within {timeout_s} s; violations: {self.violations}")

    # What the API does.

    def answer(self, call: Call) -> Answer:
        """Return the answer to one request; called by the server's threads."""
        with self._changed:
            if not call.is_file:
                self.asked.append(Asked(call.what, call.fields))
            try:
                answer = self._answer(call)
            except Broken as broken:
                self.violations.append(broken.rule)
                answer = failed(broken.status, str(broken))
            except Refused as refused:
                answer = failed(refused.status, str(refused), refused.retry_after)
            self._changed.notify_all()
        self._closing.wait(answer.delay_s)
        return answer

    def _answer(self, call: Call) -> Answer:
        if call.token != self.token:
            is_token = re.fullmatch(r"\d+:[\w-]+", call.token)
            raise Refused(401, "Unauthorized") if is_token else Refused(404, "Not Found")
        if call.is_file:
            return Answer(200, content=self._state.file_at(call.what))
        method = self._methods.by_name.get(call.what)
        if method is None:
            if self._spec and call.what in self._spec.methods:
                self.violations.append(f"{call.what} is not played by this fake")
            raise Refused(404, "Not Found: method not found")
        wrong = self._spec.request_faults(call.what, call.fields) if self._spec else []
        if wrong:
            self.violations += wrong
            raise Refused(400, f"Bad Request: {'; '.join(wrong)}")
        return self._play(call.what, partial(method, call.fields))

    def _play(self, name: str, method: Callable[[], object]) -> Answer:
        fault = next(self._faults_of(name), None)
        is_lost = isinstance(fault, (Refuse, HangUp)) and not fault.accepted
        result = None if is_lost else method()
        if self._spec and not is_lost:
            self.violations += self._spec.result_faults(name, result)
        match fault:
            case Refuse():
                raise Refused(fault.status, fault.words, fault.retry_after)
            case HangUp():
                return Answer(0)
            case Garble(text):
                return Answer(200, content=text.encode())
        late = fault.seconds if isinstance(fault, Slow) else 0.0
        return Answer(200, {"ok": True, "result": result}, delay_s=late)

    def _faults_of(self, method: str) -> Iterator[Fault | None]:
        if method in ("sendMessage", "sendDocument"):
            return self.faults
        if method in ("editMessageText", "editMessageReplyMarkup", "answerCallbackQuery"):
            return self.edit_faults
        return self.update_faults if method == "getUpdates" else iter(())

    def _check_update(self, update: Update) -> None:
        if self._spec:
            self.violations += self._spec.update_faults(update)

    def _new_id(self, first: int) -> int:
        return first + len(self._state.chats)
