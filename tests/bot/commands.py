"""Runs `lacak` as staff run it: in its own process, in a folder, with settings of its own.

Each command is forked from a process that has every module loaded already, which saves the
second that importing takes; `test_help_loads_nothing_heavy` and the demo's tests start the real
program.
"""

import atexit
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from bot.demo import people
from tests.conftest import NOW

ROOT = Path(__file__).parents[2]
LACAK = str(Path(sys.executable).with_name("lacak"))
ENV = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),  # this checkout, wherever `lacak` is installed
    "SECRET_KEY": "a key for command line tests",
    "OFFICE_NAME": "BPVP Kendari",
    "LACAK_STAFF": "rina",
}
PATIENCE = 120
"""Seconds a command may take."""


def run(folder: Path, *words: str, typed: str = "", **env: str) -> CompletedProcess[str]:
    """Run a command in `folder` and return how it ended and what it said."""
    with TemporaryDirectory() as name:
        files = [Path(name) / stream for stream in ("stdin", "stdout", "stderr")]
        files[0].write_text(typed, "utf-8")
        asked = {"words": words, "folder": str(folder), "env": {**ENV, **env},
                 "files": [str(file) for file in files]}  # fmt: skip
        code = _ask(json.dumps(asked))
        said = [file.read_text("utf-8") for file in files[1:]]
    return CompletedProcess([LACAK, *words], code, *said)


class Staying:
    """A `lacak` process forked as `run` forks one, which goes on until it is killed."""

    def __init__(self, folder: Path, *words: str, env: Mapping[str, str]) -> None:
        self.output = folder / f"out{time.monotonic_ns()}.txt"
        asked = {"words": words, "folder": str(folder), "env": {**ENV, **env}, "stays": True,
                 "files": [os.devnull, str(self.output), os.devnull]}  # fmt: skip
        self._id = _ask(json.dumps(asked))

    def ready(self) -> str:
        """Return where it serves, once it does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            said = self.output.read_text("utf-8") if self.output.exists() else ""
            if found := re.search(r"^READY (http://\S+)$", said, re.MULTILINE):
                return found[1]
            time.sleep(0.02)
        raise TimeoutError(self.output)

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        os.kill(self._id, signal.SIGKILL)
        _ask(json.dumps({"end": self._id}))


def stock(folder: Path) -> Path:
    """Put an office in `folder`: kebekerjaan published, 300 people imported."""
    return shutil.copytree(_stocked(), folder, dirs_exist_ok=True)


@cache
def _stocked() -> Path:
    made = TemporaryDirectory()
    atexit.register(made.cleanup)
    folder = Path(made.name)
    people.workbook(folder / "peserta.xlsx", today=NOW.date())
    for words in (("form", "publish", "kebekerjaan"), ("people", "import", "peserta.xlsx")):
        done = run(folder, *words)
        assert done.returncode == 0, done.stderr
    return folder


def _ask(asked: str) -> int:
    server = _server()
    assert server.stdin
    assert server.stdout
    print(asked, file=server.stdin, flush=True)
    ready, _, _ = select.select([server.stdout], [], [], PATIENCE)
    if not ready:
        server.kill()
        _server.cache_clear()
        raise TimeoutError(asked)
    return int(server.stdout.readline())


@cache
def _server() -> "subprocess.Popen[str]":
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bot.warm"], cwd=ROOT, env=ENV, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    atexit.register(server.kill)
    return server
