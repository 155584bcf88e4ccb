"""Webhooks: signed by the provider, stored, then acknowledged (law 1)."""

import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from bot.channels.contract import Inbound, Malformed, NotOurs, RawRequest
from bot.logs import log
from bot.service import Service

MAX_BODY = 65_536
"""Bytes of one webhook: a message of 4096 characters, escaped, with its metadata."""

EMPTY_REPLY = "<Response/>"
"""Twilio would send what stands inside; our replies go through the outbox (facts §1.4)."""


def routes(service: Service) -> APIRouter:
    """Return the webhooks of the channels that are set up."""
    router = APIRouter()
    if service.whatsapp is None:
        return router

    @router.post("/hooks/whatsapp")
    @router.post("/hooks/whatsapp/status")
    async def whatsapp(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too big\n", 413)
        return await _take(service, await _raw(service, request, body))

    return router


async def _take(service: Service, raw: RawRequest) -> Response:
    channel = service.whatsapp
    if channel is None:
        return PlainTextResponse("not set up\n", 404)
    try:
        channel.verify(raw)
        said = channel.parse(raw, at=service.now())
    except NotOurs:
        log("webhook_refused", logging.WARNING, channel=channel.kind, why="signature")
        return PlainTextResponse("wrong signature\n", 403)
    except Malformed as error:
        log("webhook_refused", logging.WARNING, channel=channel.kind, why="malformed")
        return PlainTextResponse(f"{error}\n", 400)
    for one in said:
        if isinstance(one, Inbound):
            await service.hear(one, raw.body)
        else:
            await service.note(one)
    return Response(EMPTY_REPLY, media_type="text/xml")


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


async def _raw(service: Service, request: Request, body: bytes) -> RawRequest:
    """Return the request under its public address: what a proxy calls us does not count."""
    origin = service.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    return RawRequest(f"{origin}{request.url.path}{query}", dict(request.headers), body)
