"""What Telegram keeps: chats, their messages, files, and the queries of tapped buttons."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.telegram.errors import Refused
from tests.fakes.telegram.updates import Update, Updates

Json = dict[str, Any]
NOT_FOUND = (400, "Bad Request: chat not found")
BLOCKED = (403, "Forbidden: bot was blocked by the user")
DEACTIVATED = (403, "Forbidden: user is deactivated")
NOT_A_MEMBER = (403, "Forbidden: bot is not a member of the group chat")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; JSON in its fields is read."""

    method: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: it brings `data` back, or opens `url`."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(slots=True)
class Kept:
    """One message of the bot as Telegram keeps it.

    `text` is a document's caption where `document`, its file's name, is set. `markup` is the
    inline keyboard or nothing, `keyboard` what it did to the keyboard under the chat:
    `keyboard`, `remove_keyboard` or `force_reply`. `earlier` are keyboards it has had before.
    """

    chat_id: int
    message_id: int
    text: str
    sent: datetime
    markup: Json = field(default_factory=dict)
    keyboard: Json = field(default_factory=dict)
    more: Json = field(default_factory=dict)
    document: str = ""
    edited: datetime | None = None
    deleted: bool = False
    earlier: list[Json] = field(default_factory=list)

    @property
    def rows(self) -> list[list[Button]]:
        """The inline keyboard as it is now."""
        return _rows(self.markup)

    @property
    def buttons(self) -> list[Button]:
        """The inline keyboard as it is now, read row by row."""
        return [button for row in self.rows for button in row]

    def button(self, choice: str | int) -> Button:
        """Return a button by its label or place; a client may still show one edited away."""
        for markup in (self.markup, *reversed(self.earlier)):
            buttons = [button for row in _rows(markup) for button in row]
            if isinstance(choice, int):
                if buttons:
                    return buttons[choice]
            elif found := [button for button in buttons if button.text == choice]:
                return found[0]
        raise LookupError(f"no button {choice!r} under {self.text!r}")


def _rows(markup: Json) -> list[list[Button]]:
    return [
        [Button(b["text"], b.get("callback_data", ""), b.get("url", "")) for b in row]
        for row in markup.get("inline_keyboard", ())
    ]


class Chat:
    """A private chat or a group. `shut` is why the bot may not write there, if it may not."""

    def __init__(self, state: "State", json: Json) -> None:
        self.state = state
        self.json = json
        self.id: int = json["id"]
        self.shut: tuple[int, str] | None = None
        self.kept: list[Kept] = []
        self.said: dict[int, Json] = {}
        self._last_id = 0

    @property
    def is_private(self) -> bool:
        return self.id > 0

    @property
    def sees(self) -> list[Kept]:
        """What the bot wrote here and did not delete, oldest first."""
        with self.state.changed:
            return [message for message in self.kept if not message.deleted]

    @property
    def last(self) -> Kept:
        return self.sees[-1]

    def new_message_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def hears(self, by: Json, **content: object) -> Json:
        """Keep what somebody wrote here, or what happened; return it as an update shows it."""
        message: Json = {
            "message_id": self.new_message_id(), "from": by, "chat": self.json,
            "date": self.state.now(), **content,
        }  # fmt: skip
        self.said[message["message_id"]] = message
        return message

    def find(self, message_id: int) -> Kept | None:
        """Return a message of the bot that is still there."""
        return next((m for m in self.kept if m.message_id == message_id and not m.deleted), None)


@dataclass(slots=True)
class Query:
    """A tapped button that waits for its answer; `toast` is what the answer showed."""

    by: int
    at: datetime
    toast: str | None = None


class State:
    """Guarded by `changed`, which is told whenever somebody may have waited for it."""

    def __init__(self, bot_id: int, clock: Callable[[], datetime], updates: Updates) -> None:
        self.bot: Json = {
            "id": bot_id, "is_bot": True, "first_name": "Lacak Uji", "username": "lacak_uji_bot",
        }  # fmt: skip
        self.clock = clock
        self.updates = updates
        self.changed: threading.Condition = updates.changed
        self.chats: dict[int, Chat] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        self.queries: dict[str, Query] = {}
        self.sent: list[Kept] = []

    def now(self) -> int:
        return int(self.clock().timestamp())

    def push(self, kind: str, payload: Json) -> Update:
        """Make an update; it waits for the bot where the bot asked for its kind."""
        return self.updates.push(kind, payload)

    def keep_file(self, folder: str, name: str, content: bytes) -> Json:
        """Store a file; return what its messages say of it."""
        number = len(self._files) + 1
        file_id = f"BQACAgUAAxkBAAI{number:08d}"
        self._files[file_id] = (f"{folder}/file_{number}.{name.rpartition('.')[2]}", content)
        return self._file_json(file_id)

    def file_json(self, file_id: str) -> Json:
        """Return where a file can be fetched."""
        if file_id not in self._files:
            raise Refused(400, "Bad Request: invalid file_id")
        return {**self._file_json(file_id), "file_path": self._files[file_id][0]}

    def file_at(self, path: str) -> bytes:
        for known, content in self._files.values():
            if known == path:
                return content
        raise Refused(404, "Not Found")

    def _file_json(self, file_id: str) -> Json:
        size = len(self._files[file_id][1])
        return {"file_id": file_id, "file_unique_id": f"AgAD{file_id[-8:]}", "file_size": size}

    def json_of(self, message: Kept) -> Json:
        """Return a message of the bot as an answer or an update shows it."""
        written = {"text": message.text} if not message.document else {}
        if message.document and message.text:
            written = {"caption": message.text}
        return {
            "message_id": message.message_id, "from": self.bot,
            "chat": self.chats[message.chat_id].json, "date": int(message.sent.timestamp()),
            **written, **message.more,
            **({"edit_date": int(message.edited.timestamp())} if message.edited else {}),
            **({"reply_markup": message.markup} if message.markup else {}),
        }  # fmt: skip
