"""The process that `tests.bot.commands` forks each command from."""

import gc
import json
import os
import pkgutil
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import bot
import exports
import flows
import scheduler
import storage
from flows import library
from flows.phrases import phrases
from flows.xlsform import publish
from storage.database import Database

LATER = (
    "anyio._backends._asyncio",
    "h11",
    "httpx",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What a serving process imports only once it is set up."""


def _load() -> None:
    for package in (bot, exports, flows, scheduler, storage):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations.versions" not in found.name and not found.name.endswith("env"):
                import_module(found.name)
    for name in LATER:
        import_module(name)
    phrases()
    publish(library.source("kebekerjaan"))  # loads pyxform, and the next Alembic
    database = Database("sqlite://")
    database.migrate()
    database.close()


def _become(asked: Mapping[str, Any]) -> None:
    """Turn this process into the one that was asked for."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    flags = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2)
    for number, (file, flag) in enumerate(zip(asked["files"], flags, strict=True)):
        opened = os.open(file, flag)
        os.dup2(opened, number)
        os.close(opened)


def _run(words: Sequence[str]) -> int:
    """Run `lacak` with these words and return its exit code."""
    from bot.cli import main  # noqa: PLC0415 -- loaded already

    sys.argv = ["lacak", *words]
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            sys.stderr.write(f"{end.code}\n")
            return 1
        return end.code or 0
    except BaseException:  # noqa: BLE001 -- as an interpreter would end
        traceback.print_exc()
        return 1
    return 0


def _begin(asked: Mapping[str, Any]) -> int:
    """Fork the process that was asked for; return its id."""
    child = os.fork()
    if not child:
        _become(asked)
        code = _run(asked["words"])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return child


def _end(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def serve() -> None:
    """Answer each line of orders: `end` a process or run a command with the exit code; where the
    command `stays`, with the id of its process."""
    _load()
    gc.freeze()  # so that no child copies what it only looks at
    for line in sys.stdin:
        asked = json.loads(line)
        child = asked.get("end") or _begin(asked)
        answer = child if asked.get("stays") else _end(child)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
