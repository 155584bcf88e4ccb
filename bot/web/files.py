"""Files that people asked for: fetched by a signed link that ends (UU 27/2022 Ps 32)."""

import asyncio

from fastapi import APIRouter, Response

from bot.links import ExpiredLink, WrongLink, read_file
from bot.logs import log
from bot.rights.files import NAME
from bot.service import Service
from bot.web.posted import Refused
from exports.dossier import MIME


def routes(service: Service) -> APIRouter:
    """Return the route of files; a provider fetches from it too."""
    router = APIRouter()

    @router.api_route("/berkas/{token}", methods=["GET", "HEAD"])
    async def fetch(token: str) -> Response:
        content = await asyncio.to_thread(_content, service, token)
        if content is None:
            raise Refused(410, "Berkas sudah tidak ada", "Minta lagi lewat percakapan ya, Kak.")
        headers = {
            "Content-Disposition": f'attachment; filename="{NAME}"',
            "Cache-Control": "no-store",
        }
        return Response(content, media_type=MIME, headers=headers)

    return router


def _content(service: Service, token: str) -> bytes | None:
    try:
        request_id = read_file(service.vault, token, now=service.now())
    except WrongLink:
        log("link_refused", why="unknown")
        raise Refused(
            404, "Berkas tidak dikenal", "Coba buka lagi dari pesan kami, ya Kak."
        ) from None
    except ExpiredLink:
        return None
    return service.rights.content(request_id)
