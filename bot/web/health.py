"""Whether we live, whether we work, and counts for a monitor."""

import asyncio
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.service import Service
from storage import inbox, interviews, outbox
from storage.database import HEAD


def routes(service: Service) -> APIRouter:
    """Return /healthz, /readyz and, on loopback only, /metrics."""
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> Response:
        return JSONResponse({"ok": True})

    @router.get("/readyz")
    async def ready() -> Response:
        try:
            stands_at = await asyncio.to_thread(service.database.revision)
        except Exception as error:  # noqa: BLE001 -- whatever it is, we are not ready
            return JSONResponse({"ok": False, "database": type(error).__name__}, 503)
        is_ready = stands_at == HEAD
        return JSONResponse({"ok": is_ready, "migration": stands_at}, 200 if is_ready else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not is_local(request):
            return PlainTextResponse("loopback only\n", 404)
        return PlainTextResponse(await asyncio.to_thread(_metrics, service))

    return router


def is_local(request: Request) -> bool:
    """Whether the request was made on this machine, and not passed on by a proxy on it."""
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers)
    host = request.url.hostname or ""
    client = request.client.host if request.client else ""
    return not forwarded and is_loopback(client) and is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _metrics(service: Service) -> str:
    with service.database.read() as db:
        waiting = inbox.count_waiting(db)
        messages = outbox.counts(db)
        talks = interviews.counts_by_status(db)
    lines = [
        "# TYPE lacak_inbox_waiting gauge",
        f"lacak_inbox_waiting {waiting}",
        "# TYPE lacak_outbox_messages gauge",
        *(f'lacak_outbox_messages{{status="{s}"}} {n}' for s, n in sorted(messages.items())),
        "# TYPE lacak_interviews gauge",
        *(f'lacak_interviews{{status="{s}"}} {n}' for s, n in sorted(talks.items())),
    ]
    return "\n".join(lines) + "\n"
