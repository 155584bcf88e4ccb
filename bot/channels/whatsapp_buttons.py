"""Questions as WhatsApp's buttons and lists: Content resources, described but not yet made.

Up to three answers are quick replies, up to ten a list. A resource holds the labels of a question
in one language and the shape of its text; what differs from message to message fills its
variables, so a question version is made once and no personal data stays at Twilio. Limits:
facts: channels §1.2; https://www.twilio.com/docs/content/twiliolist-picker and
…/using-variables-with-content-api (a value has 255 characters at most).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.phrases import Phrases, phrases
from flows.prompts import Button, Prompt, read_data

MOST_REPLIES = 3
MOST_ROWS = 10
REPLY_TITLE = 20
ROW_TITLE = 24
ROW_WORDS = 72
BODY = 1024
VALUE = 255
MOST_VALUES = 90

ASKED, DELIVERY = "a", "d"
"""Variables beside the text's own: which asking this is, and the delivery that carries it."""

QUICK_REPLY, LIST_PICKER = "twilio/quick-reply", "twilio/list-picker"


@dataclass(frozen=True, slots=True)
class Content:
    """A resource to be made once, and what fills it for one message but for the delivery."""

    types: Mapping[str, Any]
    values: Mapping[str, str]

    @property
    def key(self) -> str:
        """What tells one resource from another."""
        written = json.dumps(self.types, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()

    def request(self, language: str) -> Mapping[str, Any]:
        """Return what makes it at Twilio; the samples it wants say nothing of anybody."""
        samples = dict.fromkeys((*self.values, DELIVERY), "contoh")
        return {
            "friendly_name": f"lacak_{self.key[:16]}",
            "language": language,
            "variables": samples | {ASKED: "1", DELIVERY: "1"},
            "types": self.types,
        }

    def filled(self, delivery_id: str) -> str:
        """Return the variables of one message as Twilio takes them."""
        return json.dumps({**self.values, DELIVERY: delivery_id}, ensure_ascii=False)

    @property
    def text(self) -> str:
        """The words the person sees above the buttons."""
        (shown,) = self.types.values()
        text = str(shown["body"])
        for name, value in self.values.items():
            text = text.replace("{{" + name + "}}", value)
        return text

    def to_json(self) -> str:
        """Return it as text, to travel in a wire."""
        return json.dumps([self.types, self.values], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Content":
        """Return what `to_json` wrote."""
        return cls(*json.loads(text))


def content_of(prompt: Prompt, words: Phrases) -> Content | None:
    """Return the prompt with buttons; None where it does not fit: then it goes as numbered text."""
    options = (*prompt.buttons, *((prompt.skip,) if prompt.skip else ()))
    asked = {read[0] for one in options if (read := read_data(one.data))}
    text = "\n\n".join(part for part in (prompt.text.strip(), prompt.hint) if part)
    if not prompt.buttons or prompt.several or prompt.shows == "numbers" or len(asked) != 1:
        return None
    if len(options) > MOST_ROWS or not 0 < len(text) <= BODY or not _are_apart(options):
        return None
    body, values = _shape(text)
    if len(values) > MOST_VALUES:
        return None
    types = _replies(options, body) if prompt.shows != "list" else None
    words = phrases(prompt.language) if prompt.language else words
    types = types or _rows(options, body, words.say("list_button", {}))
    return None if types is None else Content(types, {**values, ASKED: str(asked.pop())})


def _replies(options: Sequence[Button], body: str) -> Mapping[str, Any] | None:
    if len(options) > MOST_REPLIES or any(len(one.label) > REPLY_TITLE for one in options):
        return None
    actions = [{"type": "QUICK_REPLY", "title": one.label, "id": _id(one)} for one in options]
    return {QUICK_REPLY: {"body": body, "actions": actions}}


def _rows(options: Sequence[Button], body: str, button: str) -> Mapping[str, Any] | None:
    titles = {_title(one.label) for one in options}
    if len(titles) < len(options) or any(len(one.label) > ROW_WORDS for one in options):
        return None
    items = [_row(one) for one in options]
    return {LIST_PICKER: {"body": body, "button": button, "items": items}}


def _row(button: Button) -> Mapping[str, str]:
    """Return a row of a list; a label too long for its title stands whole beneath it."""
    title = _title(button.label)
    row = {"item": title, "id": _id(button)}
    return row if title == button.label else {**row, "description": button.label}


def _title(label: str) -> str:
    if len(label) <= ROW_TITLE:
        return label
    return label[: ROW_TITLE - 1].rpartition(" ")[0].rstrip(" ,;:(") + "…"


def _are_apart(options: Sequence[Button]) -> bool:
    """Whether every label is there and differs, as WhatsApp wants it; braces would be variables."""
    labels = {one.label.strip() for one in options}
    return len(labels) == len(options) and all(one and "{{" not in one for one in labels)


def _id(button: Button) -> str:
    """Return a button's payload with its changing parts left open."""
    _asked, _, rest = button.data.partition(".")
    return "{{%s}}.%s~{{%s}}" % (ASKED, rest, DELIVERY)  # noqa: UP031 -- braces stay braces


def _shape(text: str) -> tuple[str, dict[str, str]]:
    """Return a text's line ends and blanks with its words left open, and those words.

    Twilio takes no line end in a value, and stumbles over a straight apostrophe
    (github.com/twilio/twilio-node/issues/1082).
    """
    values: dict[str, str] = {}

    def open_up(match: re.Match[str]) -> str:
        name = str(len(values) + 1)
        values[name] = match[0].replace("'", "’")
        return "{{" + name + "}}"

    return _LINE.sub(open_up, text), values


_LINE = re.compile(r"\S(?:[^\n]{0,%d}\S)?(?=\s|$)|\S{1,%d}" % (VALUE - 2, VALUE))  # noqa: UP031
"""As many words of one line as a value may hold; a word longer than that in pieces."""
