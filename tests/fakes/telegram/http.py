"""The Bot API's HTTP: addresses, bodies of four kinds, and answers."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.serving import Server
from tests.fakes.telegram.spec import Upload

Fields = dict[str, Any]
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]+)/(?P<what>.+)")
JSON_FIELDS = frozenset(
    "allow_paid_broadcast allowed_updates cache_time caption_entities chat_id commands "
    "direct_messages_topic_id disable_content_type_detection disable_notification "
    "drop_pending_updates entities limit link_preview_options max_connections message_id "
    "message_thread_id offset protect_content reply_markup reply_parameters rich_message scope "
    "show_alert suggested_post_parameters timeout".split()
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a method and its fields, or a file's path."""

    token: str
    what: str
    is_file: bool
    fields: Fields


@dataclass(frozen=True, slots=True)
class Answer:
    """Status 0 is no answer at all; `content` goes out as it is, instead of the payload."""

    status: int
    payload: object = None
    content: bytes = b""
    delay_s: float = 0.0


class BotApiServer(Server):
    """Hands each request to `answer`, in a thread of its own."""

    def __init__(self, answer: Callable[[Call], Answer]) -> None:
        super().__init__(_Handler)
        self.answer = answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: BotApiServer

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self._answer(body)
        if answer.status == 0:
            self.close_connection = True
            return
        content = answer.content or json.dumps(answer.payload).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, body: bytes) -> Answer:
        parts = urlsplit(self.path)
        match = _PATH.fullmatch(unquote(parts.path))
        if not match:
            return failed(404, "Not Found")
        try:
            given = read_body(self.headers.get("Content-Type", ""), body)
        except ValueError:
            return failed(400, "Bad Request: can't parse the request's body")
        fields = {**_decoded(parse_qsl(parts.query, keep_blank_values=True)), **given}
        return self.server.answer(
            Call(match["token"], match["what"], is_file=bool(match["file"]), fields=fields)
        )


def failed(status: int, description: str, retry_after: int | None = None) -> Answer:
    payload: Fields = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        payload["parameters"] = {"retry_after": retry_after}
    return Answer(status, payload)


def read_body(content_type: str, body: bytes) -> Fields:
    """Return a body's fields, JSON within them read; raises ValueError."""
    kind, _, parameters = content_type.partition(";")
    if not body:
        return {}
    if kind == "application/json":
        fields: Fields = json.loads(body)
        return fields
    if kind == "multipart/form-data":
        return _parts(parameters, body)
    return _decoded(parse_qsl(body.decode(), keep_blank_values=True))


def _parts(parameters: str, body: bytes) -> Fields:
    named = re.search(r'boundary="?([^";]+)', parameters)
    if not named:
        raise ValueError("a multipart body without a boundary")
    fields: Fields = {}
    for part in body.split(b"--" + named[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        shape = BytesHeaderParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")["Content-Disposition"]
        content = content.removesuffix(b"\r\n")
        name, file = shape.params["name"], shape.params.get("filename")
        fields |= {name: Upload(file, content)} if file else _decoded([(name, content.decode())])
    return fields


def _decoded(pairs: list[tuple[str, str]]) -> Fields:
    """Read the fields that are JSON in a form; what cannot be read stays for the check to name."""
    return {name: _json(value) if name in JSON_FIELDS else value for name, value in pairs}


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
