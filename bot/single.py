"""One sender on a SQLite file: a lock that the system frees when its holder ends."""

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another process holds the lock; `address` is where it serves, if it said so."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Lock:
    """Held from `take` until the process ends or `release` is called."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Hold the lock.

        Raises:
            AlreadyRunning: another process has it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            address = file.read().strip()
            file.close()
            raise AlreadyRunning(address) from None
        file.truncate(0)
        self._file = file

    def write(self, address: str) -> None:
        """Leave word of where we serve."""
        if self._file is not None:
            self._file.write(address)
            self._file.flush()

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
            self._file = None
