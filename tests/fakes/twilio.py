"""A stand-in for Twilio's Messages API on loopback: it remembers, checks, fails and calls back.

Twilio is asked by the real library through `base_url`. Requests and answers are checked against
Twilio's own OpenAPI document where it is at hand (`specs.py`); rules beyond it follow
facts: channels §1. Nothing here sleeps on its own.

    with FakeTwilio(public_url="https://lacak.test") as twilio:
        twilio.faults = iter([HangUp(accepted=True), None])   # of POSTs, in order
        ...                                                   # send by the real client
        twilio.report(twilio.outbound[0], "delivered")        # a signed status callback
        twilio.say("+6281200000101", "Sudah kerja")           # a signed message of a person
"""

import base64
import http.client
import json
import queue
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from functools import partial
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.channels.contract import RawRequest
from tests.fakes import faults, specs
from tests.fakes.faults import Garble, HangUp, Slow
from tests.fakes.serving import Server
from tests.fakes.twilio_content import API as CONTENT_API
from tests.fakes.twilio_content import Contents, check_values
from tests.fakes.twilio_content import Refused as ContentRefused

SPEC = "twilio_messages.json"
ACCOUNT = "AC" + "0" * 30 + "1a"
TOKEN = "0123456789abcdef0123456789abcdef"
SENDER = "whatsapp:+6281100000001"
API = "/2010-04-01/Accounts"
WINDOW = timedelta(hours=24)
_RANK = ("received", "queued", "sending", "sent", "undelivered", "failed", "delivered", "read")


@dataclass(frozen=True, slots=True)
class Refuse(faults.Fault):
    """Answer with an error. `accepted`: the message is kept all the same, as a 500 may do."""

    status: int
    code: int
    retry_after: str = ""
    accepted: bool = False


Fault = Refuse | HangUp | Slow | Garble
TOO_FAST = Refuse(429, 20429)


class Manner(StrEnum):
    """How status callbacks of an accepted message come, without being asked for."""

    NEVER = "never"
    IN_ORDER = "in order"
    OUT_OF_ORDER = "out of order"
    TWICE = "twice"
    LATE = "late"  # on `release`


@dataclass(slots=True)
class Kept:
    """One message as Twilio keeps it."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    sent: datetime | None = None
    code: int = 0
    callback: str = ""
    content_sid: str = ""
    variables: str = ""
    media: tuple[str, ...] = ()
    attached: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    is_list: bool = False
    webhook: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    json: object = None


class _Refused(Exception):
    def __init__(self, status: int, code: int, message: str = "", retry_after: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.retry_after = status, code, retry_after


class FakeTwilio:
    """Serves while it is entered.

    `public_url` is the origin Twilio was told; `app_url` where the application really listens
    (None: the same), as behind a proxy. `templates` are bodies by ContentSid. `code_for` gives
    addresses whose messages are accepted and then fail with a code. `cdn` is the origin media is
    redirected to, as Twilio does; empty: this one. `violations` are requests
    and answers the vendor's document forbids: none may be left.
    """

    def __init__(
        self,
        *,
        public_url: str = "https://lacak.test",
        app_url: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        manner: Manner = Manner.NEVER,
    ) -> None:
        self.account, self.token, self.sender = ACCOUNT, TOKEN, SENDER
        self.public_url = public_url
        self.app_url = app_url or public_url
        self.clock = clock
        self.manner = manner
        self.faults: Iterator[Fault | None] = iter(())
        self.list_faults: Iterator[Fault | None] = iter(())
        self.templates: dict[str, str] = {}
        self.code_for: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.keeps_window = False
        self.media_faults: Iterator[Fault | None] = iter(())
        self.cdn = ""
        self._files: dict[str, bytes] = {}
        self.contents = Contents(self.account)
        self.messages: list[Kept] = []
        self.asked: list[Asked] = []
        self.delivered: list[tuple[RawRequest, int]] = []
        self.violations: list[str] = []
        self.unchecked = specs.why_not(SPEC)
        self._spec = specs.read(SPEC)
        self._wrote_at: dict[str, datetime] = {}
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._calls: queue.Queue[tuple[Kept, str, int] | None] = queue.Queue()
        self._held: list[tuple[Kept, str, int]] = []
        self._server: _Server | None = None
        self._threads: list[threading.Thread] = []

    @property
    def base_url(self) -> str:
        assert self._server, "not entered"
        return self._server.url

    @property
    def posts(self) -> int:
        """How many messages were asked for, whatever became of them."""
        with self._lock:
            return sum(asked.method == "POST" for asked in self.asked)

    @property
    def outbound(self) -> list[Kept]:
        """What was accepted, oldest first."""
        with self._lock:
            return [m for m in self.messages if m.direction != "inbound"]

    def __enter__(self) -> Self:
        self._server = _Server(self)
        works = (partial(self._server.serve_forever, 0.02), self._call_back)
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
        self._calls.put(None)
        assert self._server
        self._server.shutdown()
        self._server.hang_up_on_everyone()
        self._server.server_close()
        for thread in self._threads:
            thread.join(timeout=10)

    # What the test, or the bench, makes happen.

    def report(
        self, message: Kept, status: str, code: int = 0, *, arrives: bool = True, **more: str
    ) -> int:
        """Send one signed status callback; return the application's HTTP status, 0 for none.

        `arrives` False loses the callback, not the status.
        """
        with self._lock:
            self._advance(message, status, code)
        if not message.callback or not arrives:
            return 0
        form = {
            "SmsSid": message.sid, "SmsStatus": status, "MessageStatus": status,
            "ChannelToAddress": message.to[:-6] + "XXXXXX", "To": message.to,
            "ChannelPrefix": "whatsapp", "MessageSid": message.sid, "AccountSid": self.account,
            "StructuredMessage": "false", "From": message.sender, "ApiVersion": "2010-04-01",
            **({"ErrorCode": str(code)} if code else {}), **more,
        }  # fmt: skip
        return self._deliver(signed(message.callback, form))

    def say(
        self, address: str, text: str, *, arrives: bool = True, media: int = 0,
        files: Sequence[bytes] = (), **more: str,
    ) -> Kept:  # fmt: skip
        """Let a person write to us; `arrives` False loses the webhook, not the message."""
        with self._lock:
            now, media = self.clock(), media or len(files)
            sid = self._new_sid("MM" if media else "SM")
            items = tuple(f"ME{n:032x}" for n in range(media))
            self._files |= {f"{sid}/{one}": file for one, file in zip(items, files, strict=False)}
            sender = f"whatsapp:{address}"
            message = Kept(
                sid, sender, self.sender, text, "inbound", "received", now, now, media=items
            )
            message.webhook = self._inbound_form(message, more)
            self.messages.append(message)
            self._wrote_at[sender] = now
        if arrives:
            self.redeliver(message)
        return message

    def tap(self, message: Kept, title: str, **how: Any) -> Kept:
        """Let the person a message went to tap one of its buttons."""
        payload = next(payload for label, payload in message.buttons if label == title)
        fields = {"ButtonText": title, "ButtonPayload": payload}
        if message.is_list:
            fields = {"ListTitle": title, "ListId": payload}
        number = message.to.removeprefix("whatsapp:")
        fields |= {"OriginalRepliedMessageSid": message.sid, "MessageType": "interactive"}
        more: dict[str, Any] = {**fields, **how}
        return self.say(number, title, **more)

    def redeliver(self, message: Kept) -> int:
        """Send a person's message to the application (again); return its HTTP status."""
        return self._deliver(signed(self.public_url + "/hooks/whatsapp", message.webhook))

    def release(self) -> None:
        """Let callbacks held by `Manner.LATE` go."""
        with self._lock:
            held, self._held = self._held, []
        for call in held:
            self._calls.put(call)

    def settle(self) -> None:
        """Wait until every callback on its way has been delivered."""
        self._calls.join()

    # What the API does.

    def answer(self, asked: Asked, authorization: str) -> "_Answer":
        """Return the answer to one request; called by the server's threads."""
        with self._lock:
            self.asked.append(asked)
            if asked.path.startswith("/cdn/"):
                return self._stored_file(asked.path.removeprefix("/cdn/"), authorization)
            try:
                self._check_caller(asked, authorization)
                answer = self._route(asked)
            except _Refused as refused:
                return _Answer.error(refused)
            is_checked = answer.status < 300 and not asked.path.startswith(CONTENT_API)
            if self._spec and is_checked and not answer.is_broken:
                self.violations += self._spec.answer_faults(
                    asked.method, asked.path, answer.status, answer.payload
                )
        self._closing.wait(answer.delay_s)
        return answer

    def _check_caller(self, asked: Asked, authorization: str) -> None:
        basic = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if authorization != f"Basic {basic}":
            raise _Refused(401, 20003, "Authenticate")
        if asked.path.startswith(CONTENT_API):
            return
        if not asked.path.startswith(f"{API}/{self.account}/"):
            raise _Refused(404, 20404, "The requested resource was not found")
        is_file = re.search(r"/Media/\w+$", asked.path) is not None  # in no document of theirs
        wrong = (
            self._spec.faults(asked.method, asked.path, asked.query, asked.form)
            if self._spec and not is_file
            else []
        )
        self.violations += wrong
        if wrong:
            raise _Refused(400, 20001, "; ".join(wrong))

    def _route(self, asked: Asked) -> "_Answer":
        if asked.path.startswith(CONTENT_API):
            return self._content(asked)
        rest = asked.path.removeprefix(f"{API}/{self.account}/")
        if rest == "Messages.json":
            return self._create(dict(asked.form)) if asked.method == "POST" else self._list(asked)
        file = re.fullmatch(r"Messages/(\w+)/Media/(\w+)", rest)
        if file and asked.method == "GET":
            return self._redirect_to_file(f"{file[1]}/{file[2]}")
        one = re.fullmatch(r"Messages/(\w+)(/Media)?\.json", rest)
        message = next((m for m in self.messages if one and m.sid == one[1]), None)
        if message is None or one is None or asked.method != "GET":
            raise _Refused(404, 20404, "The requested resource was not found")
        return _Answer(200, self._media(message) if one[2] else self._json(message))

    def _content(self, asked: Asked) -> "_Answer":
        try:
            return _Answer(*self.contents.answer(asked.method, asked.path, asked.json))
        except ContentRefused as refused:
            raise _Refused(refused.status, refused.code, str(refused)) from None

    def _create(self, form: dict[str, str]) -> "_Answer":
        fault = next(self.faults, None)
        is_lost = isinstance(fault, (Refuse, HangUp)) and not fault.accepted
        if not is_lost:
            message = self._accept(form)
            answer = _Answer(201, self._json(message))
        match fault:
            case Refuse(status, code, retry_after):
                return _Answer.error(_Refused(status, code, "Scripted", retry_after))
            case HangUp():
                return _Answer(0, None)
            case Garble(text):
                return _Answer(201, None, text=text)
            case Slow(seconds):
                return replace(answer, delay_s=seconds)
        return answer

    def _accept(self, form: dict[str, str]) -> Kept:
        to, body = form["To"], form.get("Body", "")
        if not re.fullmatch(r"whatsapp:(\+\d{8,15}|[A-Z]{2}\.\w{1,128})", to):
            raise _Refused(400, 21211, "Invalid 'To'")
        if form.get("From") != self.sender:
            raise _Refused(400, 63007, "No channel with this From")
        buttons: tuple[tuple[str, str], ...] = ()
        resource = self.contents.made.get(form.get("ContentSid", ""))
        if resource is not None:
            values = json.loads(form.get("ContentVariables", "{}"))
            try:
                check_values(values)
            except ContentRefused as refused:
                raise _Refused(refused.status, refused.code, str(refused)) from None
            body, buttons = resource.filled(values)
            is_asked = not resource.is_approved
            if is_asked and (len(body) > 1024 or len(buttons) > 10 or not self._is_open(to)):
                raise _Refused(400, 63013, "Not sendable in a session")
        elif "ContentSid" in form:
            body = self._fill(form["ContentSid"], form.get("ContentVariables", "{}"))
        if not body:
            raise _Refused(400, 21619, "A text message body or media urls must be specified")
        if len(body) > 1600:
            raise _Refused(400, 21617, "The body exceeds 1600 characters")
        if to in self.stopped:
            raise _Refused(400, 21610, "Attempt to send to unsubscribed recipient")
        message = Kept(
            self._new_sid("SM"), self.sender, to, body, "outbound-api", "queued", self.clock(),
            callback=form.get("StatusCallback", ""), content_sid=form.get("ContentSid", ""),
            variables=form.get("ContentVariables", ""), attached=form.get("MediaUrl", ""),
            buttons=buttons,
            is_list=resource is not None and "twilio/list-picker" in resource.types,
        )  # fmt: skip
        self.messages.append(message)
        self._plan_callbacks(message)
        return message

    def _is_open(self, to: str) -> bool:
        wrote_at = self._wrote_at.get(to)
        return wrote_at is not None and self.clock() - wrote_at < WINDOW

    def _fill(self, sid: str, variables: str) -> str:
        if sid not in self.templates:
            raise _Refused(400, 21655, "The ContentSid is invalid")
        body = self.templates[sid]
        try:
            values = json.loads(variables)
        except ValueError:
            raise _Refused(400, 21656, "ContentVariables is no JSON") from None
        named = set(re.findall(r"\{\{(\w+)\}\}", body))
        if not isinstance(values, dict) or set(values) != named or len(values) > 100:
            raise _Refused(400, 21656, "ContentVariables do not fit the template")
        for name, value in values.items():
            if not isinstance(value, str) or not value.strip() or "\n" in value:
                raise _Refused(400, 92007, "A variable is empty or holds a newline")
            body = body.replace("{{" + name + "}}", value)
        return body

    def _list(self, asked: Asked) -> "_Answer":
        fault = next(self.list_faults, None)
        if isinstance(fault, HangUp):
            return _Answer(0, None)
        if isinstance(fault, Garble):
            return _Answer(200, None, text=fault.text)
        if isinstance(fault, Refuse):
            raise _Refused(fault.status, fault.code, "Scripted", fault.retry_after)
        query = dict(asked.query)
        wanted = [m for m in reversed(self.messages) if _fits(m, query)]
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        shown = wanted[page * size : (page + 1) * size]
        more = {**query, "PageSize": str(size), "Page": str(page + 1), "PageToken": f"PA{page}"}
        is_last = (page + 1) * size >= len(wanted)
        payload = {
            "first_page_uri": f"{asked.path}?PageSize={size}&Page=0",
            "end": page * size + len(shown) - 1, "page": page, "page_size": size,
            "start": page * size, "previous_page_uri": None, "uri": asked.path,
            "next_page_uri": None if is_last else f"{asked.path}?{urlencode(more)}",
            "messages": [self._json(m) for m in shown],
        }  # fmt: skip
        return _Answer(200, payload, delay_s=fault.seconds if isinstance(fault, Slow) else 0.0)

    def _json(self, message: Kept) -> dict[str, Any]:
        uri = f"{API}/{self.account}/Messages/{message.sid}"
        return {
            "account_sid": self.account, "api_version": "2010-04-01", "body": message.body,
            "date_created": format_datetime(message.created),
            "date_sent": message.sent and format_datetime(message.sent),
            "date_updated": format_datetime(message.sent or message.created),
            "direction": message.direction, "error_code": message.code or None,
            "error_message": None, "from": message.sender, "messaging_service_sid": None,
            "num_media": str(len(message.media)), "num_segments": "1", "price": None,
            "price_unit": None, "sid": message.sid, "status": message.status,
            "subresource_uris": {"media": f"{uri}/Media.json"}, "to": message.to,
            "uri": f"{uri}.json",
        }  # fmt: skip

    def _media(self, message: Kept) -> dict[str, Any]:
        uri = f"{API}/{self.account}/Messages/{message.sid}/Media"
        at = format_datetime(message.created)
        items = [
            {"account_sid": self.account, "content_type": "image/jpeg", "date_created": at,
             "date_updated": at, "parent_sid": message.sid, "sid": sid, "uri": f"{uri}/{sid}.json"}
            for sid in message.media
        ]  # fmt: skip
        return {
            "end": len(items) - 1, "first_page_uri": f"{uri}.json?PageSize=50&Page=0",
            "media_list": items, "next_page_uri": None, "page": 0, "page_size": 50,
            "previous_page_uri": None, "start": 0, "uri": f"{uri}.json",
        }  # fmt: skip

    def _redirect_to_file(self, name: str) -> "_Answer":
        """Send the caller on to a short-lived address, as Twilio does; or a scripted fault."""
        match next(self.media_faults, None):
            case Refuse(status, code):
                raise _Refused(status, code, "Scripted")
            case HangUp():
                return _Answer(0, None, text="gone")
        if name not in self._files:
            raise _Refused(404, 20404, "The requested resource was not found")
        return _Answer(307, None, text="-", location=f"{self.cdn or self.base_url}/cdn/{name}")

    def _stored_file(self, name: str, authorization: str) -> "_Answer":
        if authorization:
            self.violations.append("the media CDN was shown our credentials")
        return _Answer(200, None, content=self._files[name])

    def _inbound_form(self, message: Kept, more: Mapping[str, str]) -> dict[str, str]:
        media: dict[str, str] = {}
        for n, sid in enumerate(message.media):
            uri = f"{API}/{self.account}/Messages/{message.sid}/Media/{sid}"
            media |= {f"MediaUrl{n}": f"https://api.twilio.com{uri}"}
            media |= {f"MediaContentType{n}": "image/jpeg"}
        number = message.sender.removeprefix("whatsapp:").removeprefix("+")
        return {
            "SmsMessageSid": message.sid, "NumMedia": str(len(message.media)),
            "ProfileName": "Sari", "MessageType": "image" if media else "text",
            "SmsSid": message.sid, "WaId": number, "SmsStatus": "received",
            "Body": message.body, "To": message.to, "NumSegments": "1",
            "ReferralNumMedia": "0", "MessageSid": message.sid, "AccountSid": self.account,
            "From": message.sender, "ApiVersion": "2010-04-01", **media, **more,
        }  # fmt: skip

    # Callbacks.

    def _plan_callbacks(self, message: Kept) -> None:
        steps: list[tuple[str, int]] = [("sent", 0), ("delivered", 0), ("read", 0)]
        is_open = self._is_open(message.to)
        if self.keeps_window and not is_open and not message.content_sid:
            steps = [("failed", 63016)]
        elif code := self.code_for.get(message.to, 0):
            steps = [("sent", 0), ("undelivered", code)]
        if self.manner is Manner.OUT_OF_ORDER:
            steps.reverse()
        if self.manner is Manner.TWICE:
            steps = [step for step in steps for _ in range(2)]
        calls = [(message, status, code) for status, code in steps]
        if self.manner is Manner.LATE:
            self._held += calls
        elif self.manner is not Manner.NEVER:
            for call in calls:
                self._calls.put(call)

    def _call_back(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                self.report(*call)
            finally:
                self._calls.task_done()

    def _advance(self, message: Kept, status: str, code: int) -> None:
        message.sent = message.sent or self.clock()
        message.code = code or message.code
        if _RANK.index(status) > _RANK.index(message.status):
            message.status = status

    def _deliver(self, request: RawRequest) -> int:
        """Call the application, once more when no connection was made, as Twilio does."""
        status = self._call(request) or self._call(request)
        with self._lock:
            self.delivered.append((request, status))
        return status

    def _call(self, request: RawRequest) -> int:
        app, called = urlsplit(self.app_url), urlsplit(request.url)
        path = called.path + (f"?{called.query}" if called.query else "")
        connection = http.client.HTTPConnection(app.hostname or "", app.port or 80, timeout=15)
        try:
            connection.request("POST", path, request.body, dict(request.headers))
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):  # killed in the middle of its answer
            return 0
        finally:
            connection.close()
        return answer.status

    def _new_sid(self, kind: str) -> str:
        return f"{kind}{len(self.messages) + 1:032x}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """Status 0 is no answer at all; `text` stands in for the payload."""

    status: int
    payload: object
    text: str = ""
    retry_after: str = ""
    delay_s: float = 0.0
    location: str = ""
    content: bytes = b""

    @property
    def is_broken(self) -> bool:
        return self.status == 0 or bool(self.text)

    @classmethod
    def error(cls, refused: _Refused) -> Self:
        payload = {
            "code": refused.code, "message": str(refused), "status": refused.status,
            "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
        }  # fmt: skip
        return cls(refused.status, payload, retry_after=refused.retry_after)


def _fits(message: Kept, query: Mapping[str, str]) -> bool:
    if query.get("To", message.to) != message.to:
        return False
    if query.get("From", message.sender) != message.sender:
        return False
    dates = {name: value for name, value in query.items() if name.startswith("DateSent")}
    if dates and message.sent is None:
        return False
    return all(_dated(message.sent, name, value) for name, value in dates.items())


def _dated(sent: datetime | None, name: str, value: str) -> bool:
    """Twilio's filter knows whole seconds and includes the bounds."""
    if sent is None:
        return False
    sent, bound = sent.replace(microsecond=0), datetime.fromisoformat(value)
    if name.endswith(">"):
        return sent >= bound
    return sent <= bound if name.endswith("<") else sent.date() == bound.date()


class _Server(Server):
    def __init__(self, fake: FakeTwilio) -> None:
        super().__init__(_Handler)
        self.fake = fake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if len(content) < length:  # whoever asked died meanwhile
            self.close_connection = True
            return
        body = content.decode()
        parts = urlsplit(self.path)
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        asked = Asked(
            self.command, parts.path, _pairs(parts.query), () if is_json else _pairs(body),
            json.loads(body) if is_json else None,
        )  # fmt: skip
        answer = self.server.fake.answer(asked, self.headers.get("Authorization", ""))
        if answer.status == 0:
            self.close_connection = True
            return
        content = answer.content or (answer.text or json.dumps(answer.payload)).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.retry_after:
            self.send_header("Retry-After", answer.retry_after)
        self.end_headers()
        self.wfile.write(content)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True))


def signed(url: str, form: Mapping[str, str]) -> RawRequest:
    """Return a webhook as Twilio would make it; a fragment is not signed."""
    from twilio.request_validator import (  # type: ignore[import-untyped] # noqa: PLC0415 -- heavy
        RequestValidator,
    )

    url = url.partition("#")[0]
    signature = RequestValidator(TOKEN).compute_signature(url, dict(form))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signature,
        "I-Twilio-Idempotency-Token": f"token-{signature[:8]}",
    }
    return RawRequest(url, headers, urlencode(form).encode())


def statuses(calls: Sequence[tuple[RawRequest, int]]) -> list[str]:
    """Return the MessageStatus of delivered callbacks, in the order they went."""
    forms = (dict(parse_qsl(request.body.decode())) for request, _ in calls)
    return [form["MessageStatus"] for form in forms if "MessageStatus" in form]
