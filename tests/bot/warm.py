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
from flows.xlsform import publish
from storage.database import Database


def _load() -> None:
    for package in (bot, exports, flows, scheduler, storage):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations.versions" not in found.name and not found.name.endswith("env"):
                import_module(found.name)
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


def serve() -> None:
    """Answer each line of orders with the exit code of its command."""
    _load()
    gc.freeze()  # so that no child copies what it only looks at
    for line in sys.stdin:
        child = os.fork()
        if not child:
            asked = json.loads(line)
            _become(asked)
            code = _run(asked["words"])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
