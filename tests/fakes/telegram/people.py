"""Invented people and groups: what they do reaches the bot as updates, as Telegram makes them."""

import re
from collections.abc import Sequence

from tests.fakes.telegram.state import (
    BLOCKED,
    DEACTIVATED,
    NOT_A_MEMBER,
    NOT_FOUND,
    Chat,
    Json,
    Kept,
    Query,
    State,
)
from tests.fakes.telegram.updates import Update

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@\w+)?")
_START = re.compile(r"[A-Za-z0-9_-]{0,64}")
_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF invented \xff\xd9"


class Person(Chat):
    """A person and the private chat with the bot; the chat's id is the person's."""

    def __init__(self, state: State, number: int, name: str, phone: str) -> None:
        first, _, last = name.partition(" ")
        names = {"first_name": first, **({"last_name": last} if last else {})}
        super().__init__(state, {"id": number, "type": "private", **names})
        self.user: Json = {"id": number, "is_bot": False, **names, "language_code": "id"}
        self.phone = phone

    @property
    def keyboard(self) -> list[str]:
        """The labels under the chat now, of the latest reply keyboard."""
        done = [message.keyboard for message in self.sees if message.keyboard]
        rows = done[-1].get("keyboard", []) if done else []
        return [button["text"] for row in rows for button in row]

    @property
    def toasts(self) -> list[str]:
        """What answers to this person's taps showed, oldest first; empty where they only ended."""
        with self.state.changed:
            queries = self.state.queries.values()
            return [q.toast for q in queries if q.by == self.id and q.toast is not None]

    def says(self, text: str) -> Update:
        return self._writes(**_text(text))

    def starts(self, payload: str = "") -> Update:
        """Open the bot by its link, or press Start; this also ends a block."""
        assert _START.fullmatch(payload), "a deep link carries 0-64 of A-Z, a-z, 0-9, _ and -"
        with self.state.changed:
            if self.shut == BLOCKED:
                self.unblocks()
            return self.says(f"/start {payload}".strip())

    def quotes(self, message: Kept, text: str) -> Update:
        """Answer one message of the bot."""
        with self.state.changed:
            return self._writes(**_text(text), reply_to_message=self.state.json_of(message))

    def edits(self, said: Update, text: str) -> Update:
        """Change what `said` said before."""
        with self.state.changed:
            kept = {k: v for k, v in said["message"].items() if k != "entities"}
            message = {**kept, **_text(text), "edit_date": self.state.now()}
            self.said[message["message_id"]] = message
            return self.state.push("edited_message", message)

    def taps(
        self,
        message: Kept,
        choice: str | int = 0,
        data: str | None = None,
        *,
        accessible: bool = True,
    ) -> Update:
        """Tap an inline button, by its label or place, or forge the tap of another `data`.

        A button edited away may be tapped too: a client may still show it. `accessible` False
        tells the bot no more of the message than its id, as of a deleted one.
        """
        with self.state.changed:
            carried = message.button(choice).data if data is None else data
            assert carried, f"{choice!r} opens an address; the bot hears nothing of it"
            chat = self.state.chats[message.chat_id]
            gone: Json = {"chat": chat.json, "message_id": message.message_id, "date": 0}
            query_id = str(self.id * 1000 + len(self.state.queries))
            self.state.queries[query_id] = Query(self.id, self.state.clock())
            return self.state.push("callback_query", {
                "id": query_id, "from": self.user, "chat_instance": str(chat.id * 31),
                "message": self.state.json_of(message) if accessible and not message.deleted
                else gone, "data": carried,
            })  # fmt: skip

    def shares_contact(self, of: "Person | str | None" = None) -> Update:
        """Share the own number, another person's, or one that nobody on Telegram has."""
        if isinstance(of, str):
            return self._writes(contact={"phone_number": of, "first_name": "Kenalan"})
        owner = of or self
        assert owner.phone, f"{owner.user['first_name']} has no phone"
        return self._writes(contact={
            "phone_number": owner.phone, "first_name": owner.user["first_name"],
            "user_id": owner.id,
        })  # fmt: skip

    def sends_photo(self, caption: str = "", content: bytes = _JPEG) -> Update:
        with self.state.changed:
            sizes = [
                {**self.state.keep_file("photos", "photo.jpg", content), "width": w, "height": w}
                for w in (90, 1280)
            ]
            return self._writes(photo=sizes, **({"caption": caption} if caption else {}))

    def shares_location(self, latitude: float, longitude: float) -> Update:
        return self._writes(location={"latitude": latitude, "longitude": longitude})

    def blocks(self) -> Update:
        """Stop the bot; until `unblocks` or `starts` nothing can be written either way."""
        with self.state.changed:
            self.shut = BLOCKED
            return self._moves_bot(was=self._member(), now=self._banned())

    def unblocks(self) -> Update:
        with self.state.changed:
            self.shut = None
            return self._moves_bot(was=self._banned(), now=self._member())

    def deactivates(self) -> None:
        """Delete the account; Telegram tells the bot nothing until it writes there."""
        with self.state.changed:
            self.shut = DEACTIVATED

    def _writes(self, **content: object) -> Update:
        with self.state.changed:
            assert self.shut in (None, NOT_FOUND), f"{self.user['first_name']}: {self.shut}"
            self.shut = None
            return self.state.push("message", self.hears(self.user, **content))

    def _moves_bot(self, *, was: Json, now: Json) -> Update:
        return self.state.push("my_chat_member", {
            "chat": self.json, "from": self.user, "date": self.state.now(),
            "old_chat_member": was, "new_chat_member": now,
        })  # fmt: skip

    def _member(self) -> Json:
        return {"user": self.state.bot, "status": "member"}

    def _banned(self) -> Json:
        return {"user": self.state.bot, "status": "kicked", "until_date": 0}


class Group(Chat):
    """A group the bot is in, and reads all of."""

    def __init__(self, state: State, number: int, title: str, members: Sequence[Person]) -> None:
        super().__init__(state, {"id": number, "type": "group", "title": title})
        self.members = list(members)

    def says(self, person: Person, text: str) -> Update:
        """Let a member write; once the bot has left that is no update, and has no id."""
        with self.state.changed:
            message = self.hears(person.user, **_text(text))
            return {"message": message} if self.shut else self.state.push("message", message)

    def adds_bot(self, by: Person) -> Update:
        """Bring the bot in, which it is told of in two updates; returns the first."""
        with self.state.changed:
            self.shut = None
            update = self._moves_bot(by.user, "left", "member")
            self.state.push("message", self.hears(by.user, new_chat_members=[self.state.bot]))
            return update

    def loses_bot(self) -> Update:
        """Let the bot leave, which it is told of in two updates; returns the first."""
        with self.state.changed:
            self.shut = NOT_A_MEMBER
            bot = self.state.bot
            update = self._moves_bot(bot, "member", "left")
            self.state.push("message", self.hears(bot, left_chat_member=bot))
            return update

    def _moves_bot(self, by: Json, was: str, now: str) -> Update:
        return self.state.push("my_chat_member", {
            "chat": self.json, "from": by, "date": self.state.now(),
            "old_chat_member": {"user": self.state.bot, "status": was},
            "new_chat_member": {"user": self.state.bot, "status": now},
        })  # fmt: skip


def _text(text: str) -> Json:
    command = _COMMAND.match(text)
    if not command:
        return {"text": text}
    entity = {"type": "bot_command", "offset": 0, "length": len(command[0])}
    return {"text": text, "entities": [entity]}
