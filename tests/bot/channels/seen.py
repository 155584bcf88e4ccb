"""What a message looks like in each channel, as lines of text: nothing is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.channels.contract import Window
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import CONTENT, WhatsApp
from bot.channels.whatsapp_buttons import QUICK_REPLY, Content
from bot.web.conversation import ask_of
from flows.phrases import phrases
from flows.prompts import Prompt
from tests.bot.telegram_office import telegram_settings
from tests.bot.twilio_settings import twilio_settings

WEB, TEXT, BUTTONS, TELEGRAM = "web", "whatsapp-text", "whatsapp-buttons", "telegram"
SHOWN_IN = (WEB, TEXT, BUTTONS, TELEGRAM)
KIND: Mapping[str, str] = {
    WEB: "web", TEXT: "whatsapp", BUTTONS: "whatsapp", TELEGRAM: "telegram",
}  # fmt: skip
_NOWHERE = "http://127.0.0.1:9"
_OPEN = Window(is_open=True)


class Made:
    """No Content resource was made before; none is made here."""

    def find(self, _key: str) -> str | None:
        return None

    def keep(self, _key: str, _sid: str) -> None: ...

    def forget(self, _key: str) -> None: ...


class Screen:
    """A phone showing one channel."""

    def __init__(self, shown_in: str) -> None:
        self.shown_in = shown_in
        words = phrases()
        url = "sqlite:///:memory:"
        settings = twilio_settings(url, _NOWHERE, WHATSAPP_BUTTONS="on")
        self._numbered = WhatsApp(settings, words)
        self._tapped = WhatsApp(settings, words, kept=Made())
        self._telegram = Telegram(telegram_settings(url, _NOWHERE), words, secret="")
        self._words = words

    def lines(self, prompt: Prompt) -> Iterator[str]:
        """Yield what is read, then what may be tapped in brackets."""
        match self.shown_in:
            case "web":
                yield from self._page(prompt)
            case "telegram":
                for wire in self._telegram.render(prompt, "70001", _OPEN):
                    yield from wire.fields["text"].splitlines()
                    yield from _keyboard(wire.fields["markup"])
            case _:
                channel = self._tapped if self.shown_in == BUTTONS else self._numbered
                for wire in channel.render(prompt, "6281200000101", _OPEN):
                    made = wire.fields.get(CONTENT)
                    yield from _content(made) if made else wire.fields["Body"].splitlines()
        if prompt.file:
            yield "📄"

    def _page(self, prompt: Prompt) -> Iterator[str]:
        ask = ask_of(prompt)
        yield from prompt.text.splitlines()
        yield from [str(ask["hint"])] if ask["hint"] else []
        yield from [_row([one["label"] for one in ask["buttons"]])] if ask["buttons"] else []
        more = [("📎", ask["attach"]), ("📍", ask["place"])]
        yield from [_row([sign]) for sign, there in more if there]
        yield from [_row([ask["skip"]["label"]])] if ask["skip"] else []

    def can_tap(self, prompt: Prompt) -> bool:
        """Whether the message has buttons here."""
        if self.shown_in == TEXT:
            return False
        if self.shown_in == BUTTONS:
            (wire, *_) = self._tapped.render(prompt, "6281200000101", _OPEN)
            return CONTENT in wire.fields
        return True


def _row(labels: Sequence[str]) -> str:
    return " ".join(f"[{label}]" for label in labels)


def _keyboard(markup: str) -> Iterator[str]:
    keyboard = json.loads(markup) if markup else {}
    for row in (*keyboard.get("inline_keyboard", ()), *keyboard.get("keyboard", ())):
        yield _row([button["text"] for button in row])


def _content(made: str) -> Iterator[str]:
    content = Content.from_json(made)
    yield from content.text.splitlines()
    ((kind, shown),) = content.types.items()
    if kind == QUICK_REPLY:
        yield _row([one["title"] for one in shown["actions"]])
        return
    yield f"[☰ {shown['button']}]"
    for one in shown["items"]:
        more = f" ({one['description']})" if "description" in one else ""
        yield f"  · {one['item']}{more}"
