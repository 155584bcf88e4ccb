"""The web chat's upload: one file, its bytes as the body, kept before it is acknowledged."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.contract import NotFetched
from bot.service import Service
from bot.web.chat import MESSAGE_ID, visitor_of
from bot.web.posted import Refused, read_file
from flows.events import Replied
from storage.inbox import Arrival


def routes(service: Service) -> APIRouter:
    """Return the upload's route; the page's script calls it."""
    router = APIRouter()

    @router.post("/c/{token}/file")
    async def attach(token: str, request: Request) -> Response:
        try:
            await _take(service, token, request)
        except Refused as error:
            return JSONResponse({"error": error.sentence}, error.status)
        except NotFetched:  # the disk is full: the page offers to send it again
            return JSONResponse({"error": service.words.say("media_lost", {})}, 503)
        return JSONResponse({"stored": True}, 202)

    return router


async def _take(service: Service, token: str, request: Request) -> None:
    visitor = await asyncio.to_thread(visitor_of, service, token)
    sent, reach = request.query_params.get("id", ""), visitor.reach
    if not MESSAGE_ID.fullmatch(sent):
        raise Refused(422, "Belum terkirim", "Muat ulang halaman ini, lalu kirim lagi ya, Kak.")
    file = await service.media.keep(await read_file(request, service.media.most))
    if isinstance(file, str):
        raise Refused(415, "Belum terkirim", service.words.say("media_wrong_type", {}))
    event = Replied(service.now(), "", (file.name,))
    name = f"{reach.id}:{sent}"
    arrival = Arrival(reach.channel, name, reach.respondent_id, reach.id, event)
    await service.media.accept(arrival, file)
