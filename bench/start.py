"""How soon `lacak --help` answers and `lacak serve` is ready, and the memory it then holds.

    python -m bench.start

Each command is a process of its own, timed from its start as a shell would start it: until it
ended (`--help`), or until it printed READY (`serve`, on a SQLite database at the newest
migration). Memory is VmRSS of that process half a second later. The floors are what the same
libraries take without us: Python with Typer for `--help`, a FastAPI application without routes
on uvicorn, with SQLModel imported, for `serve`. Ours and the floor take turns; the median of
five is shown. The first run of each, which may compile Python files, is not counted.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.table import Line, middle, show
from storage.database import Database

TIMES = 5
SETTLE_S = 0.5
LACAK = str(Path(sys.executable).with_name("lacak"))
HELP_FLOOR = (sys.executable, "-c", "import typer")
SERVE_FLOOR = (
    sys.executable,
    "-c",
    """
import fastapi, sqlmodel, uvicorn
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("READY", flush=True)
Server(uvicorn.Config(fastapi.FastAPI(), port=0, log_config=None)).run()
""",
)


def main() -> None:
    """Measure and print the table."""
    helps = [(ended([LACAK, "--help"]), ended(HELP_FLOOR)) for _ in range(TIMES + 1)][1:]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/lacak.db"
        with closing(Database(url)) as database:
            database.migrate()
        settings = {"DATABASE_URL": url, "SECRET_KEY": "a key that only the benches use, so long"}
        serve = [LACAK, "serve", "--port", "0"]
        serves = [
            (ready(serve, settings, folder), ready(SERVE_FLOOR, {}, folder))
            for _ in range(TIMES + 1)
        ][1:]
    show(
        f"start, medians of {TIMES} (floor: the same libraries without Lacak)",
        [
            line("lacak --help", helps, "s", 0.4),
            line("lacak serve until READY", [(a[0], b[0]) for a, b in serves], "s", 2),
            line("lacak serve, memory", [(a[1], b[1]) for a, b in serves], "MB", 150),
        ],
    )


def line(what: str, pairs: Sequence[tuple[float, float]], unit: str, most: float) -> Line:
    """Return a line of (ours, floor) pairs."""
    ours, floor = middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])
    digits = 2 if unit == "s" else 0
    return Line(
        what, f"{ours:.{digits}f} {unit}", f"{floor:.{digits}f} {unit}", f"{ours / floor:.1f}×",
        f"< {most:g} {unit}", ours < most,
    )  # fmt: skip


def ended(command: Sequence[str]) -> float:
    """Return how many seconds a command takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own command
    return time.perf_counter() - began


def ready(command: Sequence[str], settings: Mapping[str, str], folder: str) -> tuple[float, float]:
    """Return how many seconds a server takes until READY, and its megabytes thereafter."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 -- our own commands
        command, env={**os.environ, **settings}, cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        took = time.perf_counter() - began
        assert said.startswith("READY"), f"{command[0]} did not start"
        time.sleep(SETTLE_S)
        return took, resident_mb(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def resident_mb(pid: int) -> float:
    """Return a process's resident memory."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    (kilobytes,) = (row.split()[1] for row in status.splitlines() if row.startswith("VmRSS:"))
    return int(kilobytes) / 1024


if __name__ == "__main__":
    main()
