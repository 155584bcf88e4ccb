"""What a respondent's page shows: their messages and ours in order, and what may be tapped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.service import Service
from bot.web.words import OWN, WORDS
from flows.asking import progress
from flows.effects import ORDER
from flows.events import Event, Replied, Tapped
from flows.language import code_of
from flows.model import Kind
from flows.prompts import Button, Prompt
from flows.state import OPEN, Status
from flows.view import View
from storage import inbox, interviews, outbox
from storage.outbox import Shown
from storage.respondents import Reach

ACCEPTS: Mapping[str, str] = {
    "image": "image/*",
    "audio": "audio/*",
    "video": "video/*",
    "file": "image/*,audio/*,video/*,.pdf,.docx,.xlsx",
}
"""What the page's file chooser offers for each kind of thing to attach."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether questions are open, which of how many the present one is, in which language."""

    is_open: bool
    title: str = ""
    language: str = OWN
    progress: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page's contents; `last` is the key of the newest message of ours."""

    entries: Sequence[Mapping[str, Any]]
    ask: Mapping[str, Any] | None
    last: int
    standing: Standing


def read_conversation(
    service: Service, db: Connection, reach: Reach, zone: ZoneInfo
) -> Conversation:
    """Return everything said at an address, oldest first."""
    heard = inbox.at_address(db, service.vault, reach.id)
    shown = outbox.at_address(db, service.vault, reach.id)
    standing = read_standing(service, db, reach)
    last = shown[-1] if shown else None
    ask = ask_of(last.prompt, last.id) if last and standing.is_open else None
    entries = list(_entries(service, heard, shown, zone))
    return Conversation(entries, ask, last.id if last else 0, standing)


def read_standing(service: Service, db: Connection, reach: Reach) -> Standing:
    """Return where the person's interview stands now."""
    found = interviews.newest(db, service.vault, reach.respondent_id)
    if found is None:
        return Standing(is_open=False)
    form = service.turns.form(db, found.form_pk)
    language = spoken_in(found.state.language)
    if found.state.status is not Status.ASKING:
        return Standing(found.state.status in OPEN, form.title, language)
    at, of = progress(form, found.state, View(form, found.state, service.now()))
    return Standing(True, form.title, language, {"at": at, "of": of})


def spoken_in(language: str) -> str:
    """Return the language of the page around a talk in a language, as a state keeps that."""
    code = code_of(language) if language else OWN
    return code if code in WORDS else OWN


def news(
    service: Service, db: Connection, reach: Reach, zone: ZoneInfo, *, after: int
) -> Sequence[Mapping[str, Any]]:
    """Return our messages since the one with key `after`, as the page's stream sends them."""
    shown = outbox.at_address(db, service.vault, reach.id, after=after)
    standing = read_standing(service, db, reach) if shown else Standing(is_open=False)
    return [
        {
            "id": one.id,
            "text": one.prompt.text,
            "time": clock_time(one.at, zone),
            "file": service.rights.address_of(one.prompt.file),
            "ask": ask_of(one.prompt, one.id) if one is shown[-1] and standing.is_open else None,
            "progress": standing.progress,
            "open": standing.is_open,
            "language": standing.language,
        }
        for one in shown
    ]


def ask_of(prompt: Prompt, message_id: int | None = None) -> Mapping[str, Any]:
    """Return what the page offers to tap under a message; a tap then says which message it was."""
    about = f"~{message_id}" if message_id is not None else ""
    return {
        "buttons": [_button(button, about) for button in prompt.buttons],
        "skip": _button(prompt.skip, about) if prompt.skip else None,
        "hint": prompt.hint,
        "several": prompt.several,
        "ordered": prompt.shows == ORDER,
        "place": prompt.attach == Kind.GEOPOINT,
        "attach": ACCEPTS.get(prompt.attach, ""),
    }


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """Return `09.41`, as clocks are written in Indonesia."""
    return at.astimezone(zone).strftime("%H.%M")


def _entries(
    service: Service,
    heard: Sequence[tuple[int, datetime, Event]],
    shown: Sequence[Shown],
    zone: ZoneInfo,
) -> Iterator[Mapping[str, Any]]:
    """Yield each event, then the reply it caused; a tap is shown by its button's label."""
    replies = {one.cause: one for one in shown}
    labels: dict[str, str] = {}
    for seq, at, event in heard:
        match event:
            case Replied():
                text = event.text or ("📎" if event.media or event.missing else "")
                yield {"who": "me", "text": text, "time": clock_time(at, zone)}
            case Tapped():
                label = labels.get(f"{event.asked}.{event.item}.{event.option}", "…")
                yield {"who": "me", "text": label, "time": clock_time(at, zone)}
        reply = replies.get(seq)
        if reply is not None:
            for button in (*reply.prompt.buttons, reply.prompt.skip):
                if button is not None:
                    labels[button.data] = button.label
            yield {
                "who": "bot", "text": reply.prompt.text, "time": clock_time(reply.at, zone),
                "id": reply.id, "file": service.rights.address_of(reply.prompt.file),
            }  # fmt: skip


def _button(button: Button, about: str) -> Mapping[str, str]:
    return {"label": button.label, "data": f"{button.data}{about}"}
