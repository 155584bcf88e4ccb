"""The servers that `bench.turn` loads, each a process of its own: `python -m bench.server KIND`.

`ours` is `bot.web.app.make_app` over `bot.service.Service`, with one addition: when a turn's
commit has returned, the writer's thread notes the time, and `GET /turns` hands the notes out.
`floor` has the same FastAPI, middleware, server, writer and database and only stores the event.
The environment says which database, as for `lacak serve`; PEOPLE_FILE names the floor's list of
[token, respondent, address], because the floor looks nobody up.
"""

import asyncio
import json
import os
import sys
import time
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from bot.service import Service
from bot.settings import read_settings
from bot.web.app import make_app, run
from bot.web.pages import SafeHeaders
from flows.events import Replied
from scheduler.wakeup.local import LocalClock
from storage import inbox
from storage.inbox import Arrival


class Timed(Service):
    """The service, noting when each event's turn was committed (CLOCK_MONOTONIC)."""

    committed: dict[str, float]

    async def accept(self, arrival: Arrival) -> "Future[None] | None":
        """Accept as the service does; the note is written after the commit returned."""
        turn = await super().accept(arrival)
        if turn is not None:
            turn.add_done_callback(partial(self._note, arrival.provider_id.partition(":")[2]))
        return turn

    def _note(self, message: str, _turn: "Future[None]") -> None:
        self.committed[message] = time.monotonic()


def main(kind: str) -> None:
    """Serve until told to stop."""
    service = Timed(read_settings(env_file=None))
    service.committed = {}
    app = ours(service) if kind == "ours" else floor(service)
    run(
        app, host="127.0.0.1", port=0, closing=service.hub.close,
        ready=lambda at: print(f"READY {at}", flush=True),
    )  # fmt: skip


def ours(service: Timed) -> FastAPI:
    """Return the whole application and the route that tells when turns were committed."""
    router = APIRouter()

    @router.get("/turns")
    async def turns() -> Response:
        told, service.committed = service.committed, {}
        return JSONResponse(told)

    return make_app(service, LocalClock(), router)


def floor(service: Service) -> FastAPI:
    """Return an application of the same shape that stores the event and answers 202."""
    listed = json.loads(Path(os.environ["PEOPLE_FILE"]).read_text("utf-8"))
    people = {token: (person, address) for token, person, address in listed}
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)

    @app.post("/c/{token}")
    async def store(token: str, request: Request) -> Response:
        body = await request.body()
        fields = parse_qs(body.decode("ascii"))
        person, address = people[token]
        arrival = Arrival(
            "web", f"{address}:{fields['id'][0]}", person, address,
            Replied(service.now(), fields["text"][0]), payload=body,
        )  # fmt: skip
        stored = service.writer.submit(lambda db: inbox.add(db, service.vault, arrival))
        await asyncio.wrap_future(stored)
        return JSONResponse({"stored": True}, 202)

    return app


if __name__ == "__main__":
    main(sys.argv[1])
