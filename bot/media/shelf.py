"""The folder of kept files: each under the SHA-256 of its content, encrypted, written once."""

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from bot.media.kinds import FileKind
from flows.attached import is_kept
from storage.media import Kept
from storage.secrets import Vault

_PLACE = "media.file"
_PART = ".part"

LEFT_BEHIND_S = 24 * 3600
"""A file that no row names was left by a crash, or its person was erased; it goes after a day."""


class NotOnShelf(Exception):
    """A file that should be there and is not, or is not what it was."""


class Shelf:
    """The files of one office. Two hundred and fifty-six folders keep each listing short."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self._vault = vault

    def put(self, content: bytes, kind: FileKind) -> Kept:
        """Keep a file and return its name; kept before, it stays as it is.

        Raises:
            OSError: the disk would not take it.
        """
        name = f"{hashlib.sha256(content).hexdigest()}.{kind.ending}"
        self.put_sealed(name, self._vault.seal(content, _PLACE))
        return Kept(name, kind.content_type, len(content))

    def put_sealed(self, name: str, sealed: bytes) -> None:
        """Keep a file that is encrypted already: one of a backup."""
        path = self._path(name)
        if not path.exists():
            self._write(path, sealed)

    def get(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            NotOnShelf: it is not there, or was altered.
            WrongKey: SECRET_KEY is another.
        """
        content = self._vault.open(self.get_sealed(name), _PLACE)
        if hashlib.sha256(content).hexdigest() != name.partition(".")[0]:
            raise NotOnShelf(name)
        return content

    def get_sealed(self, name: str) -> bytes:
        """Return a file as it lies there, encrypted; raises `NotOnShelf`."""
        try:
            return self._path(name).read_bytes()
        except OSError:
            raise NotOnShelf(name) from None

    def is_old(self, name: str) -> bool:
        """Whether a file is sealed with the key before; False for one that is not there."""
        try:
            return not self._vault.is_ours(self.get_sealed(name), _PLACE)
        except NotOnShelf:
            return False

    def reseal(self, name: str) -> None:
        """Seal a file anew with this key, in one rename: a reader sees the one or the other.

        Raises:
            NotOnShelf, WrongKey: as `get`; the file is as it was.
        """
        sealed = self._vault.seal(self.get(name), _PLACE)
        self._write(self._path(name), sealed)

    def names(self) -> Iterator[str]:
        """Yield the names of all files."""
        found = self.folder.glob("??/*") if self.folder.is_dir() else ()
        return (path.name for path in found if is_kept(path.name))

    def tidy(self, known: Collection[str], *, before: float) -> int:
        """Delete files that nobody knows and parts of killed writes, older than `before`."""
        gone = 0
        for path in self.folder.glob("??/*") if self.folder.is_dir() else ():
            is_ours = is_kept(path.name) or path.suffix == _PART
            with suppress(FileNotFoundError):
                if is_ours and path.name not in known and path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    def _path(self, name: str) -> Path:
        if not is_kept(name):
            raise NotOnShelf(name)
        return self.folder / name[:2] / name

    def _write(self, path: Path, sealed: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=_PART, delete=False) as part:
            try:
                part.write(sealed)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).rename(path)
            except BaseException:
                with suppress(FileNotFoundError):
                    Path(part.name).unlink()
                raise
