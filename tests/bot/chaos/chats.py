"""One person's chat on whichever channel, over real HTTP, whether anybody listens or not."""

import html
import http.client
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from tests.fakes.telegram import Person
from tests.fakes.twilio import FakeTwilio, Kept

_ENTRY = re.compile(r'<div class="entry bot"[^>]*>.*?<p>(.*?)</p>', re.DOTALL)
_BUTTON = re.compile(r'name="tap" value="([^"]+)"[^>]*>\s*([^<]*?)\s*<')
_STORED = (202, 303)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Chat(Protocol):
    """What somebody does on their phone.

    `said` are their words, by the id they came under; `looks_s` how often they look for news;
    `shows_at_once`: what we say is read by the time it is there.
    """

    said: dict[str, str]
    looks_s: float
    shows_at_once: bool

    def latest(self) -> tuple[int, str, Sequence[str]]:
        """Return how many messages came, the newest one's words, and its buttons."""
        ...

    def says(self, words: str) -> None:
        """Write something."""
        ...

    def taps(self, label: str, *, old: bool = False) -> None:
        """Tap a button of the newest message, or of the first that had any."""
        ...

    def repeats(self) -> None:
        """Let the last message be delivered once more."""
        ...


@dataclass
class WhatsAppChat:
    """A number at Twilio's stand-in."""

    twilio: FakeTwilio
    number: str
    said: dict[str, str] = field(default_factory=dict)
    looks_s: float = 0.1
    shows_at_once: bool = False
    _heard: list[Kept] = field(default_factory=list)
    _looked: int = 0

    def latest(self) -> tuple[int, str, Sequence[str]]:
        to, messages = f"whatsapp:{self.number}", self.twilio.messages
        fresh = messages[self._looked :]
        self._looked += len(fresh)
        self._heard += [one for one in fresh if one.to == to and one.direction != "inbound"]
        if not self._heard:
            return 0, "", ()
        newest = self._heard[-1]
        return len(self._heard), newest.body, [label for label, _ in newest.buttons]

    def says(self, words: str) -> None:
        self._last = self.twilio.say(self.number, words)
        self.said[self._last.sid] = words

    def taps(self, label: str, *, old: bool = False) -> None:
        having = [one for one in self._heard if one.buttons]
        if having:
            message = having[0 if old else -1]
            self._last = self.twilio.tap(message, message.buttons[0][0] if old else label)

    def repeats(self) -> None:
        self.twilio.redeliver(self._last)


@dataclass
class TelegramChat:
    """A private chat at Telegram's stand-in, which itself delivers in any order."""

    person: Person
    said: dict[str, str] = field(default_factory=dict)
    looks_s: float = 0.1
    shows_at_once: bool = False

    def latest(self) -> tuple[int, str, Sequence[str]]:
        seen = self.person.sees
        if not seen:
            return 0, "", ()
        return len(seen), seen[-1].text, [one.text for one in seen[-1].buttons]

    def says(self, words: str) -> None:
        self._last = self.person.says(words)
        self.said[str(self._last["update_id"])] = words

    def taps(self, label: str, *, old: bool = False) -> None:
        having = [one for one in self.person.sees if one.markup or one.earlier]
        if having:
            self._last = self.person.taps(having[0 if old else -1], 0 if old else label)

    def repeats(self) -> None:
        self.person.state.updates.repeat(self._last)


@dataclass
class WebChat:
    """The page as a browser shows it; what could not be sent is sent again under its id."""

    path: str
    where: Callable[[], str]
    delivered: list[tuple[str, int]]
    said: dict[str, str] = field(default_factory=dict)
    looks_s: float = 0.3
    shows_at_once: bool = True
    _unsent: list[dict[str, str]] = field(default_factory=list)
    _count: int = 0
    _words: str = ""
    _buttons: dict[str, str] = field(default_factory=dict)
    _first: str = ""

    def latest(self) -> tuple[int, str, Sequence[str]]:
        self._send_all()
        if not self._unsent:
            self._load()
        return self._count, self._words, list(self._buttons)

    def says(self, words: str) -> None:
        self._send({"text": words})

    def taps(self, label: str, *, old: bool = False) -> None:
        data = self._first if old else self._buttons.get(label)
        if data:
            self._send({"tap": data})

    def repeats(self) -> None:
        self._call("POST", self._last)

    def _send(self, fields: dict[str, str]) -> None:
        self._last = {"id": str(uuid.uuid4()), **fields}
        if "text" in fields:
            self.said[self._last["id"]] = fields["text"]
        self._unsent.append(self._last)
        self._send_all()

    def _send_all(self) -> None:
        while self._unsent and self._post(self._unsent[0]):
            pass

    def _post(self, fields: dict[str, str]) -> bool:
        is_stored = self._call("POST", fields)[0] in _STORED
        if is_stored:
            self._unsent.remove(fields)
        return is_stored

    def _load(self) -> None:
        status, page = self._call("GET")
        if status != 200:
            return
        entries = _ENTRY.findall(page.partition("<template")[0])
        found = {label: data for data, label in _BUTTON.findall(page)}
        self._count, self._words = len(entries), html.unescape(entries[-1]) if entries else ""
        self._buttons = {html.unescape(label): data for label, data in found.items()}
        self._first = self._first or next(iter(found.values()), "")

    def _call(self, method: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        app = urlsplit(self.where())
        connection = http.client.HTTPConnection(app.hostname or "", app.port, timeout=15)
        try:
            body = urlencode(fields) if fields else None
            connection.request(method, self.path, body, _FORM if fields else {})
            answer = connection.getresponse()
            status, page = answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):  # killed in the middle of its answer
            status, page = 0, ""
        finally:
            connection.close()
        if fields:
            self.delivered.append((fields["id"], status))
        return status, page
