"""What the Bot API's prose asks of a request beyond names and types; `Broken` says which rule.

Lengths are in characters (code points), but a button's data is measured in bytes: facts:
channels §2.6. How many buttons fit is undocumented; python-telegram-bot's constants say it.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.errors import Broken

Json = dict[str, Any]
TEXT = 4096
CAPTION = 1024
CALLBACK_DATA_BYTES = 64
TOAST = 200
BUTTONS, BUTTONS_A_ROW = 100, 8
COMMANDS = 100
WEBHOOK_PORTS = (443, 80, 88, 8443)
_LABELS = {"text", "icon_custom_emoji_id", "style"}
ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)


def text(fields: Json) -> str:
    """Return a message's text as it is shown: without spaces around it."""
    _no_parse_mode(fields)
    said = str(fields.get("text", "")).strip()
    if not said:
        raise Broken("message text is empty", "text has 1-4096 characters, this has none")
    if len(said) > TEXT:
        raise Broken("message is too long", f"text has 1-4096 characters, this has {len(said)}")
    return said


def caption(fields: Json) -> str:
    _no_parse_mode(fields)
    said = str(fields.get("caption", "")).strip()
    if len(said) > CAPTION:
        raise Broken("message caption is too long", "caption has 0-1024 characters")
    return said


def toast(fields: Json) -> str:
    """Return what an answered query shows."""
    said = str(fields.get("text", ""))
    if len(said) > TOAST:
        raise Broken("MESSAGE_TOO_LONG", "answerCallbackQuery.text has 0-200 characters")
    return said


def inline_keyboard(markup: Json) -> Json:
    """Return an inline keyboard, or nothing for one without buttons."""
    rows: list[list[Json]] = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_A_ROW for row in rows):
        raise Broken("reply markup is too long", "a keyboard has 100 buttons, 8 in a row")
    for row in rows:
        for button in row:
            _inline_button(button)
    return {"inline_keyboard": rows} if rows else {}


def _inline_button(button: Json) -> None:
    actions = sorted(button.keys() - _LABELS)
    if not button.get("text"):
        raise Broken("can't parse inline keyboard button: Field \"text\" must be non-empty",
                     "an inline button has a label")  # fmt: skip
    if len(actions) != 1:
        raise Broken(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            f"an inline button has exactly one action, {button['text']!r} has {actions}",
        )
    size = len(str(button.get("callback_data", "-")).encode())
    if not 1 <= size <= CALLBACK_DATA_BYTES:
        raise Broken("BUTTON_DATA_INVALID", f"callback_data has 1-64 bytes, this has {size}")
    if not re.match(r"(https?|tg)://[^\s/]", str(button.get("url", "tg://x"))):
        raise Broken(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL",
            "a button's url is an http, https or tg address",
        )


def keyboard(markup: Json, *, is_private: bool) -> Json:
    """Return what a message does to the keyboard under a chat."""
    rows: list[list[Json]] = markup.get("keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise Broken("keyboard button text must be non-empty", "a button has a label")
        if button.get("request_contact") and not is_private:
            raise Broken(
                "phone number can be requested in private chats only",
                "request_contact is for private chats",
            )
    if "keyboard" in markup and not any(rows):
        raise Broken("reply keyboard has no buttons", "a reply keyboard has buttons")
    placeholder = markup.get("input_field_placeholder", "-")
    if not 1 <= len(placeholder) <= 64:
        raise Broken("input field placeholder is too long", "a placeholder has 1-64 characters")
    return markup


def webhook_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise Broken("bad webhook: An HTTPS URL must be provided for webhook",
                     f"a webhook's url is https, {url!r} is not")  # fmt: skip
    if (parts.port or 443) not in WEBHOOK_PORTS:
        raise Broken(
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
            f"a webhook's port is 443, 80, 88 or 8443, not {parts.port}",
        )


def secret_token(secret: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise Broken("secret token contains unallowed characters",
                     "secret_token has 1-256 of A-Z, a-z, 0-9, _ and -")  # fmt: skip


def commands(given: list[Json]) -> None:
    if len(given) > COMMANDS:
        raise Broken("BOT_COMMANDS_TOO_MUCH", "a bot has 100 commands at most")
    for command in given:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise Broken("BOT_COMMAND_INVALID", "a command has 1-32 of a-z, 0-9 and _")
        if not 1 <= len(command["description"]) <= 256:
            raise Broken("BOT_COMMAND_DESCRIPTION_INVALID", "a description has 1-256 characters")


def action(given: str) -> None:
    if given not in ACTIONS:
        raise Broken("wrong parameter action in request", f"{given!r} is no chat action")


def _no_parse_mode(fields: Json) -> None:
    if fields.get("parse_mode"):
        raise Broken("parse_mode is unsupported", "this fake reads no parse_mode, only plain text")
