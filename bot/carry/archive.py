"""A backup that is opened: nothing of it is believed before it is checked, nothing is unpacked.

Its sizes are those of the signed manifest, so a bomb, a name that leads elsewhere or an entry too
many is refused before any of it is read.
"""

import errno
import hashlib
import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from bot.carry.manifest import NAME, SIGNATURE, BadBackup, Entry, File, Manifest, read_manifest
from storage.carrying.rows import CHUNK
from storage.carrying.shapes import Row, Shape
from storage.secrets import Vault

MAX_MANIFEST = 1 << 20
MAX_LINE = 1 << 26
"""Bytes of one row: a form of a thousand questions has a hundredth of it."""

_PURPOSE = b"lacak backup\n"
_DAMAGE = (zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)
"""What zipfile and we raise, beside `BadZipFile`, on bytes that are not what they were."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup of ours, made with our SECRET_KEY."""

    manifest: Manifest
    _zip: ZipFile

    def rows(self, entry: Entry) -> Iterator[Sequence[Row]]:
        """Yield the rows of a table, a chunk at a time.

        Raises:
            BadBackup: at the latest after the last row, when they are not what was written.
        """
        with _trouble(entry.name), self._zip.open(entry.name) as raw:
            lines = _Lines(io.BufferedReader(raw), entry)  # type: ignore[arg-type] # it is raw enough
            while chunk := lines.next_rows():
                yield chunk
            lines.check()

    def file(self, file: File) -> bytes:
        """Return an attachment as it was kept; raises `BadBackup` when it is another."""
        with _trouble(file.name), self._zip.open(file.name) as raw:
            data = raw.read(file.size + 1)
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise BadBackup(f"{file.name} rusak; pakai cadangan lain")
        return data

    def check(self) -> None:
        """Read all of it; raises `BadBackup` when anything is not as it was written."""
        for file in self.manifest.files:
            self.file(file)
        for entry in self.manifest.entries:
            for _chunk in self.rows(entry):
                pass


def sign(vault: Vault, manifest: bytes) -> bytes:
    """Return what proves that a manifest was written with our SECRET_KEY."""
    return vault.sign(_PURPOSE + manifest)


@contextmanager
def opened(path: Path, vault: Vault) -> Iterator[Archive]:
    """Yield the backup in a file.

    Raises:
        BadBackup: it is none, is damaged, was made with another SECRET_KEY or was altered.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        with _trouble("zip"):
            zipped = ZipFile(file)
        with zipped:
            manifest = _manifest(zipped, vault)
            _check_names(zipped, manifest)
            yield Archive(manifest, zipped)


def _manifest(zipped: ZipFile, vault: Vault) -> Manifest:
    data, signature = _small(zipped, NAME), _small(zipped, SIGNATURE)
    manifest = read_manifest(data)
    if manifest.key not in vault.fingerprints:
        raise BadBackup(
            "dibuat dengan SECRET_KEY lain, jadi isinya tidak dapat dibuka. Pasang SECRET_KEY "
            f"kantor {manifest.office} saat cadangan dibuat, lalu ulangi"
        )
    if not vault.is_signed(_PURPOSE + data, signature):
        raise BadBackup("daftar isinya sudah diubah; pakai cadangan lain")
    return manifest


def _small(zipped: ZipFile, name: str) -> bytes:
    if name not in zipped.namelist():
        raise BadBackup(f"bukan cadangan Lacak: tidak ada {name} di dalamnya")
    with _trouble(name), zipped.open(name) as file:
        data = file.read(MAX_MANIFEST + 1)
    if len(data) > MAX_MANIFEST:
        raise BadBackup(f"{name} terlalu besar; ini bukan cadangan Lacak")
    return data


def _check_names(zipped: ZipFile, manifest: Manifest) -> None:
    wanted = {NAME: None, SIGNATURE: None, **manifest.sizes}
    found = [info.filename for info in zipped.infolist()]
    missing = sorted({*wanted} - {*found})
    if missing:
        raise BadBackup(f"{missing[0]} hilang; pakai cadangan lain")
    if len(found) != len(wanted):
        raise BadBackup("ada isi yang bukan dari Lacak; pakai cadangan lain")
    for info in zipped.infolist():
        size = wanted[info.filename]
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadBackup(f"{info.filename} dimampatkan dengan cara lain; pakai cadangan lain")
        if size is not None and info.file_size != size:
            raise BadBackup(f"{info.filename} bukan sebesar yang ditulis; pakai cadangan lain")


class _Lines:
    """The lines of one entry, counted and hashed as they are read."""

    def __init__(self, file: io.BufferedReader, entry: Entry) -> None:
        self._file = file
        self._entry = entry
        self._sha256 = hashlib.sha256()
        self._rows = 0

    def next_rows(self) -> Sequence[Row]:
        """Return the next chunk; nothing at the end."""
        shape: Shape = self._entry.shape
        rows: list[Row] = []
        while len(rows) < CHUNK and (line := self._file.readline(MAX_LINE)):
            self._sha256.update(line)
            rows.append(shape.row(line))
        self._rows += len(rows)
        return rows

    def check(self) -> None:
        """Compare what was read with the manifest."""
        if (self._rows, self._sha256.hexdigest()) != (self._entry.rows, self._entry.sha256):
            raise BadBackup(f"{self._entry.name} rusak; pakai cadangan lain")


@contextmanager
def _trouble(what: str) -> Iterator[None]:
    """Say of anything that reading a damaged zip may raise where it is."""
    try:
        yield
    except BadZipFile as error:
        if what == "zip":
            raise BadBackup("bukan cadangan Lacak, atau terpotong; pakai cadangan lain") from error
        raise BadBackup(f"{what} rusak; pakai cadangan lain") from error
    except _DAMAGE as e:
        raise BadBackup(f"{what} rusak; pakai cadangan lain") from e
    except OSError as e:
        if e.errno != errno.EINVAL:  # a damaged offset leads to before the file's beginning
            raise
        raise BadBackup(f"{what} rusak; pakai cadangan lain") from e
