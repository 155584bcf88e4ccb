"""A form tried out as a web chat. Nothing is stored: the page carries what was said, sealed, and
every reply replays it from the start (law 9 makes that the same conversation each time).
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from bot.channels.webchat import BadReply, parse
from bot.office import Office
from bot.web.conversation import ask_of, clock_time, spoken_in
from bot.web.pages import page
from bot.web.posted import Refused, Unreadable, read_body, read_fields, refuse_other_sites
from bot.web.words import WORDS
from flows import events
from flows.asking import progress
from flows.events import Event, Replied, Started, Tapped
from flows.language import words_for
from flows.model import Form
from flows.phrases import Phrases
from flows.prompts import Prompt, prompt
from flows.reading.branches import GIVEN
from flows.state import OPEN, State, Status
from flows.step import EventNotAllowed, start, step
from flows.view import View
from storage.secrets import Vault, WrongKey

MOST_SAID = 400
"""Replies of one trial; a person who tries out a form gives a fraction of them."""

MOST_BYTES = 400_000
"""Of one request: everything said so far, sealed and spelled as text."""

SOMEWHERE = "-3.998, 122.515"
"""A shared location, where one is only pretended: Kendari."""

_PLACE = "trial.said"


@dataclass(frozen=True, slots=True)
class Trials:
    """Conversations that nobody keeps."""

    vault: Vault
    office: Office
    words: Phrases
    clock: Callable[[], datetime]

    def begin(self, form: Form, path: str) -> Response:
        """Return the page of a new conversation."""
        facts = self.office.facts(GIVEN["nama"])
        began = Started(self.clock(), given=GIVEN, facts=facts, zone=self.office.zone)
        return self._page(form, path, [began])

    def go_on(self, form: Form, path: str, fields: Mapping[str, str]) -> Response:
        """Return the page after one more reply.

        Raises:
            Refused: the page was not ours, or the conversation became too long.
        """
        said = self._opened(fields.get("said", ""))
        if len(said) > MOST_SAID:
            raise Refused(422, "Percobaan sudah panjang", "Mulai lagi dari awal ya, Kak.")
        try:
            said.append(self._heard(fields))
        except BadReply as error:
            return self._page(form, path, said, trouble=str(error))
        return self._page(form, path, said)

    def _heard(self, fields: Mapping[str, str]) -> Event:
        """Return what was said; nothing is sent here, so an attachment is taken as sent."""
        match fields.get("attach"):
            case "file":
                return Replied(self.clock(), "", ("contoh",))
            case "place":
                return Replied(self.clock(), SOMEWHERE)
        return parse(self.clock(), fields.get("text", ""), fields.get("tap", ""))

    def _page(self, form: Form, path: str, said: Sequence[Event], *, trouble: str = "") -> Response:
        zone = ZoneInfo(self.office.zone)
        played = list(_played(form, said, self.words))
        state = played[-1].state
        shown = next((one.prompt for one in reversed(played) if one.prompt), None)
        is_open, language = state.status in OPEN, spoken_in(state.language)
        at = {"at": 0, "of": 1}
        if state.status is Status.ASKING:
            number, of = progress(form, state, View(form, state, said[-1].at))
            at = {"at": number, "of": of}
        return page(
            "chat.html",
            office=self.office.name,
            title=f"Percobaan: {form.title}",
            path=path,
            zone=zone.key,
            trial=True,
            said=self._sealed(said),
            trouble=trouble,
            entries=list(_entries(played, zone)),
            ask=ask_of(shown) if shown and is_open else None,
            progress=at if state.status is Status.ASKING else None,
            open=is_open,
            language=language,
            words=WORDS[language],
            spoken=WORDS,
        )

    def _sealed(self, said: Sequence[Event]) -> str:
        text = json.dumps([events.to_json(one) for one in said])
        return base64.b64encode(self.vault.seal(text, _PLACE)).decode()

    def _opened(self, sealed: str) -> list[Event]:
        try:
            text = self.vault.open(base64.b64decode(sealed, validate=True), _PLACE)
        except (binascii.Error, ValueError, WrongKey):
            raise Refused(422, "Percobaan terputus", "Mulai lagi dari awal ya, Kak.") from None
        return [events.from_json(one) for one in json.loads(text)]


def routes(prefix: str, trials: Trials, find: Callable[[Request], Form]) -> APIRouter:
    """Return the pages of a trial under `prefix`; `find` names the form, or raises `Refused`."""
    router = APIRouter()

    @router.get(prefix)
    def begin(request: Request) -> Response:
        return trials.begin(find(request), request.url.path)

    @router.post(prefix)
    async def reply(request: Request) -> Response:
        refuse_other_sites(request)
        form = find(request)
        try:
            fields = read_fields(await read_body(request, MOST_BYTES), 8)
        except Unreadable:
            raise Refused(422, "Belum terkirim", "Jawabannya tidak terbaca, Kak.") from None
        return trials.go_on(form, request.url.path, fields)

    return router


@dataclass(frozen=True, slots=True)
class _Moment:
    """One event of a conversation with where it led."""

    event: Event
    state: State
    prompt: Prompt | None


def _played(form: Form, said: Sequence[Event], words: Phrases) -> Iterator[_Moment]:
    state = start(form)
    for event in said:
        try:
            turn = step(form, state, event)
        except EventNotAllowed:  # a reply after the end
            yield _Moment(event, state, None)
            continue
        state = turn.state
        yield _Moment(event, state, prompt(turn.effects, words_for(state.language, words)))


def _entries(played: Sequence[_Moment], zone: ZoneInfo) -> Iterator[Mapping[str, Any]]:
    labels: dict[str, str] = {}
    for one in played:
        time = clock_time(one.event.at, zone)
        match one.event:
            case Tapped(_at, asked, item, option):
                text = labels.get(f"{asked}.{item}.{option}", "…")
                yield {"who": "me", "text": text, "time": time}
            case events.Replied(text=text):
                yield {"who": "me", "text": text or "📎", "time": time}
        if one.prompt is not None:
            for button in (*one.prompt.buttons, one.prompt.skip):
                if button is not None:
                    labels[button.data] = button.label
            yield {"who": "bot", "text": one.prompt.text, "time": time}
