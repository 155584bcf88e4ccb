"""The web chat: a page, its form, and its stream of news."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse

from bot.channels.webchat import KIND, SIMULATED, BadReply, parse
from bot.links import ExpiredLink, WrongLink, read_token
from bot.logs import log
from bot.service import Service
from bot.web.conversation import news, read_conversation
from bot.web.pages import page
from bot.web.posted import Refused, Unreadable, read_body, read_fields
from bot.web.words import WORDS
from storage import outbox, respondents
from storage.inbox import Arrival
from storage.respondents import Reach, Use

MAX_BODY = 16_384
"""Bytes of one reply: 4000 characters, escaped, with room to spare."""

MAX_FIELDS = 8

KEEP_ALIVE_S = 15
"""Proxies close a silent stream after a minute at the earliest."""

TURN_WAIT_S = 5
"""How long the page without JavaScript waits for the reply before it is shown again."""

MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose page this is, and the clock on their wall."""

    reach: Reach
    zone: ZoneInfo


def routes(service: Service) -> APIRouter:
    """Return the web chat's routes."""
    router = APIRouter()

    @router.get("/c/{token}")
    async def show(token: str) -> Response:
        visitor = await asyncio.to_thread(visitor_of, service, token)
        return await asyncio.to_thread(_page, service, visitor, token)

    @router.post("/c/{token}")
    async def reply(token: str, request: Request) -> Response:
        wants_json = "application/json" in request.headers.get("accept", "")
        try:
            visitor = await asyncio.to_thread(visitor_of, service, token)
            body = await read_body(request, MAX_BODY)
            arrival = await asyncio.to_thread(_arrival, service, visitor, body)
            turn = await service.accept(arrival)
        except BadReply as error:
            if not wants_json:
                raise Refused(422, "Belum terkirim", str(error)) from None
            return JSONResponse({"error": str(error)}, 422)
        except Refused as error:
            if not wants_json:
                raise
            return JSONResponse({"error": error.sentence}, error.status)
        if wants_json:
            return JSONResponse({"stored": True}, 202)
        if turn is not None:
            await asyncio.wait([asyncio.wrap_future(turn)], timeout=TURN_WAIT_S)
        return RedirectResponse(f"/c/{token}#akhir", 303)

    @router.get("/c/{token}/events")
    async def events(token: str, request: Request, after: int = 0) -> Response:
        visitor = await asyncio.to_thread(visitor_of, service, token)
        last = request.headers.get("last-event-id", "")
        after = max(after, int(last)) if last.isascii() and last.isdigit() else after
        return StreamingResponse(_stream(service, visitor, after), media_type="text/event-stream")

    return router


def visitor_of(service: Service, token: str) -> Visitor:
    """Return whose link this is; raises `Refused`."""
    try:
        address_id = read_token(service.vault, token, now=service.now())
    except WrongLink:
        log("link_refused", why="unknown")
        raise Refused(
            404, "Tautan tidak dikenal", "Coba buka lagi tautan dari pesan kami, ya Kak."
        ) from None
    except ExpiredLink:
        raise Refused(
            410, "Tautan sudah tidak berlaku", "Minta tautan baru kepada kami, ya Kak."
        ) from None
    with service.database.read() as db:
        reach = respondents.get_address(db, address_id)
        if reach is None or reach.channel not in (KIND, SIMULATED) or reach.use == Use.OLD:
            raise Refused(404, "Tautan tidak dikenal", "Datanya sudah tidak ada pada kami.")
        if reach.use == Use.DENIED:
            raise Refused(410, "Tautan ini sudah dilepas", "Maaf sudah mengganggu.")
        person = respondents.get(db, reach.respondent_id)
    return Visitor(reach, ZoneInfo(person.zone))


def _page(service: Service, visitor: Visitor, token: str) -> Response:
    with service.database.read() as db:
        talk = read_conversation(service, db, visitor.reach, visitor.zone)
    return page(
        "chat.html",
        office=service.office.name,
        title=talk.standing.title,
        path=f"/c/{token}",
        zone=visitor.zone.key,
        last=talk.last,
        message_id=str(uuid.uuid4()),
        simulated=visitor.reach.channel == SIMULATED,
        entries=talk.entries,
        ask=talk.ask,
        progress=talk.standing.progress,
        open=talk.standing.is_open,
        language=talk.standing.language,
        words=WORDS[talk.standing.language],
        spoken=WORDS,
    )


def _arrival(service: Service, visitor: Visitor, body: bytes) -> Arrival:
    try:
        fields = read_fields(body, MAX_FIELDS)
    except Unreadable:
        raise BadReply("Jawabannya tidak terbaca. Coba ketik ulang ya, Kak.") from None
    sent = fields.get("id", "")
    if not MESSAGE_ID.fullmatch(sent):
        raise BadReply("Muat ulang halaman ini, lalu kirim lagi ya, Kak.")
    tap, _mark, about = fields.get("tap", "").partition("~")
    event = parse(service.now(), fields.get("text", ""), tap)
    reach = visitor.reach
    return Arrival(
        reach.channel, f"{reach.id}:{sent}", reach.respondent_id, reach.id, event, payload=body,
        interview_id=_tapped_in(service, reach, about) if tap else None,
    )  # fmt: skip


def _tapped_in(service: Service, reach: Reach, about: str) -> int | None:
    """Return the interview of the message whose button was tapped; only one of this address."""
    with service.database.read() as db:
        found = outbox.find_at(db, reach.id, delivery_id=about, provider_id="") if about else None
        return found and outbox.interview_of(db, found)


async def _stream(service: Service, visitor: Visitor, after: int) -> AsyncIterator[str]:
    """Yield server-sent events until the page goes or the server stops."""
    with service.hub.page(visitor.reach.id) as told:
        yield "retry: 1500\n\n"
        while not service.hub.is_closed:
            told.clear()
            for one in await asyncio.to_thread(_news, service, visitor, after):
                after = one["id"]
                yield f"id: {after}\ndata: {json.dumps(one, ensure_ascii=False)}\n\n"
            try:
                await asyncio.wait_for(told.wait(), KEEP_ALIVE_S)
            except TimeoutError:
                yield ": masih tersambung\n\n"


def _news(service: Service, visitor: Visitor, after: int) -> list[dict[str, Any]]:
    with service.database.read() as db:
        found = news(service, db, visitor.reach, visitor.zone, after=after)
    return [dict(one) for one in found]
