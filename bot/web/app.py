"""The web application: its routes, its errors, and the server that runs it."""

import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.logs import log
from bot.service import Service
from bot.web import attach, chat, files, health, hooks, review
from bot.web.pages import STATIC, SafeHeaders, page
from bot.web.posted import Refused
from scheduler.ports import Clock

GRACE_S = 5
"""How long open requests may take to end when the server stops."""


def make_app(service: Service, clock: Clock, *more: APIRouter) -> FastAPI:
    """Return the application; its lifespan starts and stops the service."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start(clock)
        yield
        await service.stop()

    app = FastAPI(title="Lacak", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    ours = [one.routes(service) for one in (chat, attach, files, review, hooks)]
    for router in (*ours, health.routes(service), *more):
        app.include_router(router)
    _dress(app, service.office.name)
    return app


def make_trial_app(office: str, *routers: APIRouter) -> FastAPI:
    """Return an application of nothing but these pages, without a service."""
    app = FastAPI(title="Lacak", docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        app.include_router(router)
    _dress(app, office)
    return app


def _dress(app: FastAPI, office: str) -> None:
    """Give an application its styles, its headers, and a kind page for everything that fails."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(SafeHeaders)

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 -- what the handler is registered for
        return _notice(office, error.status, error.heading, error.sentence)

    @app.exception_handler(HTTPException)
    async def not_found(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        sentence = "Periksa lagi alamatnya, atau buka tautan dari pesan kami."
        return _notice(office, status, "Halaman tidak ada", sentence)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        route = request.scope.get("route")
        log(
            "request_failed",
            logging.ERROR,
            kind=type(error).__name__,
            route=getattr(route, "path", "?"),
        )
        sentence = "Ada yang salah di tempat kami. Coba lagi sebentar lagi ya, Kak."
        return _notice(office, 500, "Maaf, sedang terganggu", sentence)


def _notice(office: str, status: int, heading: str, body: str) -> Response:
    return page("notice.html", status, office=office, heading=heading, body=body)


class _Server(uvicorn.Server):
    """Says when it is ready, and lets open streams go when it is told to stop."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[str], None], closing: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._closing = closing

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Listen, then say where."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            where = f"[{host}]" if ":" in host else host
            self._ready(f"http://{where}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams first: they would hold the server up."""
        self._closing()
        super().handle_exit(sig, frame)


def run(
    app: FastAPI,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    closing: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM; uvicorn's access log is off, because links are keys.

    `closing` is called first when the server is told to stop: open streams would hold it up.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config, ready, closing)
    try:
        server.run()
    except KeyboardInterrupt:
        log("stopped")
    if not server.started:
        sys.exit(1)
