"""Whether we live, whether we work, and counts for a monitor."""

import asyncio
from collections.abc import Mapping
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.service import Service
from storage import alerts, channels, enquiries, inbox, interviews, memos, outbox
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
    """Return counts in Prometheus' text format: no name of a person, no text of a message."""
    with service.database.read() as db:
        gauges: dict[str, dict[str, float]] = {
            "lacak_inbox_waiting": {"": inbox.count_waiting(db)},
            "lacak_outbox_messages": _labelled("status", outbox.counts(db)),
            "lacak_memos": _labelled("status", memos.counts(db)),
            "lacak_interviews": _labelled("status", interviews.counts_by_status(db)),
            "lacak_enquiries_open": {"": enquiries.count_open(db)},
            "lacak_alerts": {"": len(alerts.standing_now(db))},
            "lacak_channel_paused": _labelled(
                "channel", {name: int(bool(why)) for name, why in channels.states(db)}
            ),
            "lacak_last_heard_timestamp_seconds": _labelled(
                "channel", {name: at.timestamp() for name, at in inbox.last_heard(db).items()}
            ),
        }
    lines: list[str] = []
    for name, values in gauges.items():
        lines.append(f"# TYPE {name} gauge")
        lines += [f"{name}{labels} {value}" for labels, value in sorted(values.items())]
    return "\n".join(lines) + "\n"


def _labelled(label: str, values: Mapping[str, float]) -> dict[str, float]:
    return {f'{{{label}="{key}"}}': value for key, value in values.items()}
