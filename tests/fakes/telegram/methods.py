"""The methods of the Bot API this fake plays, each on the state under its lock."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.fakes.telegram import rules
from tests.fakes.telegram.errors import Broken, Refused
from tests.fakes.telegram.people import Group
from tests.fakes.telegram.spec import Upload, read
from tests.fakes.telegram.state import NOT_FOUND, Chat, Json, Kept, State
from tests.fakes.telegram.updates import TAP_LIVES_S, Webhook

QUERY_LIVES = timedelta(seconds=TAP_LIVES_S)
DELETABLE = timedelta(hours=48)
POLL_AT_MOST_S = 50


class Methods:
    """`by_name` is what is played."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._updates = state.updates
        self._commands: dict[str, list[Json]] = {}
        self.by_name: Mapping[str, Callable[[Json], object]] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "sendChatAction": self._send_chat_action,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer_query,
            "leaveChat": self._leave_chat,
            "getFile": self._get_file,
            "setMyCommands": self._set_commands,
            "getMyCommands": self._get_commands,
            "deleteMyCommands": self._delete_commands,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
        }

    def _get_me(self, _: Json) -> Json:
        return {
            **self._state.bot, "can_join_groups": True, "can_read_all_group_messages": True,
            "supports_inline_queries": False, "can_connect_to_business": False,
            "has_main_web_app": False,
        }  # fmt: skip

    # Messages.

    def _send_message(self, fields: Json) -> Json:
        chat, text = self._chat(fields), rules.text(fields)
        more = {"entities": fields["entities"]} if "entities" in fields else {}
        return self._keep(chat, fields, text, more)

    def _send_document(self, fields: Json) -> Json:
        chat, caption = self._chat(fields), rules.caption(fields)
        given = fields.get("document")
        if not isinstance(given, Upload) or not given.content:
            raise Refused(400, "Bad Request: there is no document in the request")
        file = self._state.keep_file("documents", given.name, given.content)
        document = {**file, "file_name": given.name}
        return self._keep(chat, fields, caption, {"document": document}, given.name)

    def _keep(self, chat: Chat, fields: Json, text: str, more: Json, document: str = "") -> Json:
        markup, keyboard = _markups(fields, is_private=chat.is_private)
        message = Kept(
            chat.id, chat.new_message_id(), text, self._state.clock(), markup, keyboard,
            {**more, **self._replied(chat, fields)}, document,
        )  # fmt: skip
        chat.kept.append(message)
        self._state.sent.append(message)
        return self._state.json_of(message)

    def _replied(self, chat: Chat, fields: Json) -> Json:
        reply = fields.get("reply_parameters")
        if not reply:
            return {}
        mine, theirs = chat.find(reply["message_id"]), chat.said.get(reply["message_id"])
        if mine or theirs:
            said = self._state.json_of(mine) if mine else dict(theirs or {})
            said.pop("reply_to_message", None)
            return {"reply_to_message": said}
        if reply.get("allow_sending_without_reply"):
            return {}
        raise Refused(400, "Bad Request: message to be replied not found")

    def _send_chat_action(self, fields: Json) -> bool:
        self._chat(fields)
        rules.action(str(fields.get("action", "")))
        return True

    def _edit_text(self, fields: Json) -> Json:
        message, markup = self._to_edit(fields)
        if message.document:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        return self._edit(message, rules.text(fields), markup)

    def _edit_markup(self, fields: Json) -> Json:
        message, markup = self._to_edit(fields)
        return self._edit(message, message.text, markup)

    def _to_edit(self, fields: Json) -> tuple[Kept, Json]:
        chat = self._chat(fields)
        message = chat.find(fields.get("message_id", 0))
        if message is None:
            is_theirs = fields.get("message_id") in chat.said
            what = "message can't be edited" if is_theirs else "message to edit not found"
            raise Refused(400, f"Bad Request: {what}")
        markup, keyboard = _markups(fields, is_private=chat.is_private)
        if keyboard:
            raise Broken("inline keyboard expected", "an edit may bring an inline keyboard only")
        if message.keyboard:
            raise Refused(400, "Bad Request: message can't be edited")
        return message, markup

    def _edit(self, message: Kept, text: str, markup: Json) -> Json:
        if (text, markup) == (message.text, message.markup):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of the message",
            )
        if message.markup:
            message.earlier.append(message.markup)
        message.text, message.markup, message.edited = text, markup, self._state.clock()
        return self._state.json_of(message)

    def _delete_message(self, fields: Json) -> bool:
        chat, number = self._chat(fields), fields.get("message_id", 0)
        message = chat.find(number)
        if message is None and number not in chat.said:
            raise Refused(400, "Bad Request: message to delete not found")
        sent = int(message.sent.timestamp()) if message else chat.said[number]["date"]
        if self._state.now() - sent > DELETABLE.total_seconds():
            raise Refused(400, "Bad Request: message can't be deleted for everyone")
        if message:
            message.deleted = True
        else:
            del chat.said[number]
        return True

    def _answer_query(self, fields: Json) -> bool:
        toast = rules.toast(fields)
        query = self._state.queries.get(str(fields.get("callback_query_id", "")))
        if query is None or self._state.clock() - query.at > QUERY_LIVES:
            raise Refused(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        query.toast = toast
        return True

    # Chats and files.

    def _chat(self, fields: Json) -> Chat:
        """Return the chat, where the bot may write to it."""
        chat = self._state.chats.get(fields.get("chat_id", 0))
        status, why = NOT_FOUND if chat is None else chat.shut or (0, "")
        if chat is None or status:
            raise Refused(status, why)
        return chat

    def _leave_chat(self, fields: Json) -> bool:
        chat = self._chat(fields)
        if not isinstance(chat, Group):
            raise Refused(400, "Bad Request: chat member status can't be changed in private chats")
        chat.loses_bot()
        return True

    def _get_file(self, fields: Json) -> Json:
        return self._state.file_json(str(fields.get("file_id", "")))

    # Commands.

    def _set_commands(self, fields: Json) -> bool:
        given = fields.get("commands", [])
        rules.commands(given)
        self._commands[_whose(fields)] = given
        return True

    def _get_commands(self, fields: Json) -> list[Json]:
        return self._commands.get(_whose(fields), [])

    def _delete_commands(self, fields: Json) -> bool:
        self._commands.pop(_whose(fields), None)
        return True

    # Updates.

    def _get_updates(self, fields: Json) -> list[Json]:
        self._allow(fields)
        return self._updates.poll(
            offset=fields.get("offset", 0),
            limit=min(max(fields.get("limit", 100), 1), 100),
            timeout_s=min(max(fields.get("timeout", 0), 0), POLL_AT_MOST_S),
        )

    def _set_webhook(self, fields: Json) -> bool:
        url, secret = str(fields.get("url", "")), str(fields.get("secret_token", ""))
        if url:
            rules.webhook_url(url)
            rules.secret_token(secret)
            self._allow(fields)
        self._drop_if_told(fields)
        connections = min(max(fields.get("max_connections", 40), 1), 100)
        self._updates.set_webhook(Webhook(url, secret, connections) if url else Webhook())
        return True

    def _delete_webhook(self, fields: Json) -> bool:
        self._drop_if_told(fields)
        self._updates.set_webhook(Webhook())
        return True

    def _drop_if_told(self, fields: Json) -> None:
        if fields.get("drop_pending_updates"):
            self._updates.pending.clear()

    def _get_webhook_info(self, _: Json) -> Json:
        webhook, failure = self._updates.webhook, self._updates.failure
        info: Json = {
            "url": webhook.url, "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }  # fmt: skip
        if webhook.url:
            info["max_connections"] = webhook.max_connections
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        if failure:
            info |= {"last_error_date": failure.at, "last_error_message": failure.why}
        return info

    def _allow(self, fields: Json) -> None:
        if "allowed_updates" not in fields:
            return
        kinds, spec = fields["allowed_updates"], read()
        strange = set(kinds) - spec.update_kinds() if spec else set()
        if strange:
            raise Broken("wrong allowed_updates", f"no kind of update: {sorted(strange)}")
        self._updates.allowed = kinds


def _markups(fields: Json, *, is_private: bool) -> tuple[Json, Json]:
    """Return the inline keyboard, and what happens to the one under the chat."""
    given: Json = fields.get("reply_markup") or {}
    if "inline_keyboard" in given:
        return rules.inline_keyboard(given), {}
    return {}, rules.keyboard(given, is_private=is_private)


def _whose(fields: Json) -> str:
    scope: Any = fields.get("scope") or {"type": "default"}
    return json.dumps([scope, fields.get("language_code", "")], sort_keys=True)
