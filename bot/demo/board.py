"""The demo's board: a wave filling up, and the workbook copy growing beside it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.webchat import SIMULATED
from bot.demo.office import COPIES, ENV
from bot.service import Service
from bot.web.health import is_local
from bot.web.pages import page
from bot.web.posted import Refused
from exports.responses import STATUS
from storage import cohorts, interviews

COMMANDS = (
    ("chat kebekerjaan", "menjawab survei yang sama di terminal"),
    ("blast list", "melihat siaran yang sudah dikirim"),
    ("blast status 1", "melihat sampai di mana satu siaran"),
    ("export responses --format xlsx", "menulis semua tanggapan"),
    ("export responses --layout siapkerja", "menulis kolom penempatan SIAPkerja"),
)


def commands(folder: Path) -> list[dict[str, str]]:
    """Return what to try on the sample office, as it is typed."""
    lacak = f".venv/bin/lacak --env {folder / ENV}"
    return [{"command": f"{lacak} {words}", "what": what} for words, what in COMMANDS]


class Board:
    """Tells the page how far everyone is."""

    def __init__(self, service: Service, folder: Path, chat_path: str) -> None:
        self._service = service
        self._folder = folder
        self._chat_path = chat_path

    def routes(self) -> APIRouter:
        """Return the board's page and its figures, for this machine only."""
        router = APIRouter()

        @router.get("/demo")
        async def board(request: Request) -> Response:
            _local_only(request)
            return page(
                "demo.html",
                office=self._service.office.name,
                chat_path=self._chat_path,
                workbook=f"{COPIES}/",
                commands=commands(self._folder),
            )

        @router.get("/demo/status")
        async def status(request: Request) -> Response:
            _local_only(request)
            return JSONResponse(await asyncio.to_thread(self._figures))

        return router

    def _figures(self) -> Mapping[str, Any]:
        with self._service.database.read() as db:
            batches = cohorts.listed(db)
            counts = interviews.counts(db)
            recent = interviews.recent(db, limit=8)
        by_cohort: list[dict[str, Any]] = []
        for batch, members in batches:
            status = dict.fromkeys(dict.fromkeys(STATUS.values()), 0)
            for (name, state), number in counts.items():
                if name == batch.name:
                    status[STATUS[state]] += number
            by_cohort.append(
                {"name": batch.name, "programme": batch.programme, "members": members,
                 "status": status}
            )  # fmt: skip
        total = {key: sum(c["status"][key] for c in by_cohort) for key in STATUS.values()}
        return {
            "total": sum(total.values()),
            "status": total,
            "cohorts": by_cohort,
            "recent": [
                {"name": name, "what": STATUS[state], "simulated": channel == SIMULATED}
                for name, state, channel in recent
            ],
            "workbook_rows": self._service.copier.answered,
        }


def _local_only(request: Request) -> None:
    if not is_local(request):
        raise Refused(
            404, "Halaman tidak ada", "Halaman ini hanya untuk mesin yang menjalankannya."
        )
