"""Webhooks: signed by the provider, stored, then acknowledged (law 1)."""

import logging
from hashlib import sha256

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from bot.channels.contract import Channel, Malformed, NotOurs, RawRequest
from bot.listening import PATH as TELEGRAM
from bot.logs import log
from bot.service import Service

WHATSAPP = ("/hooks/whatsapp", "/hooks/whatsapp/status")

MAX_BODY = 65_536
"""Bytes of one webhook: a message of 4096 characters, escaped, with its metadata."""

MAX_UPDATE = 4 * MAX_BODY
"""Telegram's: a message may quote another, and a tap brings its message with its keyboard."""

EMPTY_REPLY = "<Response/>"
"""Twilio would send what stands inside; our replies go through the outbox (facts §1.4)."""


def routes(service: Service) -> APIRouter:
    """Return the webhooks of the channels that are set up."""
    router = APIRouter()
    if service.gateways.whatsapp is not None:
        _listen(router, service, service.gateways.whatsapp, *WHATSAPP, reply=EMPTY_REPLY)
    if service.gateways.telegram is not None:
        telegram = service.gateways.telegram
        _listen(router, service, telegram, TELEGRAM, keeps=True, most=MAX_UPDATE)
    return router


def _listen(
    router: APIRouter,
    service: Service,
    channel: Channel,
    *paths: str,
    reply: str = "",
    keeps: bool = False,
    most: int = MAX_BODY,
) -> None:
    """Take a channel's webhooks of `most` bytes. `keeps`: what we cannot read is kept and
    acknowledged, because its provider would repeat it until we do and hold all else back.
    """

    async def take(request: Request) -> Response:
        body = await _body(request, most)
        if body is None:
            return PlainTextResponse("too big\n", 413)
        raw = await _raw(service, request, body)
        try:
            channel.verify(raw)
            heard = channel.parse(raw, at=service.now())
        except NotOurs:
            log("webhook_refused", logging.WARNING, channel=channel.kind, why="signature")
            return PlainTextResponse("wrong signature\n", 403)
        except Malformed as error:
            log("webhook_refused", logging.WARNING, channel=channel.kind, why="malformed")
            if keeps:
                await service.keep(channel.kind, sha256(raw.body).hexdigest(), raw.body)
                return Response()
            return PlainTextResponse(f"{error}\n", 400)
        await service.hear(channel.kind, heard, raw.body)
        return Response(reply, media_type="text/xml" if reply else None)

    for path in paths:
        router.add_api_route(path, take, methods=["POST"])


async def _body(request: Request, most: int) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


async def _raw(service: Service, request: Request, body: bytes) -> RawRequest:
    """Return the request under its public address: what a proxy calls us does not count."""
    origin = service.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    return RawRequest(f"{origin}{request.url.path}{query}", dict(request.headers), body)
