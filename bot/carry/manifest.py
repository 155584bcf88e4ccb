"""What a backup says of itself: of which office, when, and what each of its entries must be."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.attached import is_kept
from storage.carrying.shapes import Kind, Shape

FORMAT = 2
"""Raised when an older Lacak could no longer read what we write: 2 has attachments."""

NAME = "manifest.json"
SIGNATURE = "manifest.sig"
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")


class BadBackup(Exception):
    """A file that cannot be restored; the message says why, and what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One table: how many rows, how many bytes of lines and their SHA-256.

    `highest` is the highest key ever given, None when keys are no numbers.
    """

    shape: Shape
    rows: int
    size: int
    sha256: str
    highest: int | None

    @property
    def name(self) -> str:
        """Its name in the zip."""
        return f"tables/{self.shape.name}.jsonl"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as it lies in the media folder, encrypted: its bytes and their SHA-256."""

    kept: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Its name in the zip."""
        return f"media/{self.kept}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup's table of contents; entries stand in the order they can be put back in.

    `key` is the fingerprint of the SECRET_KEY its sealed values need, `lacak` the version that
    wrote it, `migration` what its tables were at.
    """

    office: str
    lacak: str
    migration: str
    at: datetime
    key: str
    entries: Sequence[Entry]
    files: Sequence[File] = ()

    @property
    def sizes(self) -> Mapping[str, int]:
        """Name in the zip → bytes, of all there is beside the manifest."""
        tables = {one.name: one.size for one in self.entries}
        return tables | {one.name: one.size for one in self.files}

    @property
    def rows(self) -> int:
        """How many rows the backup holds."""
        return sum(entry.rows for entry in self.entries)

    def to_json(self) -> bytes:
        """Return the manifest as it is stored."""
        said = {
            "format": FORMAT,
            "office": self.office,
            "lacak": self.lacak,
            "migration": self.migration,
            "at": self.at.isoformat(),
            "key": self.key,
            "tables": [_entry_said(entry) for entry in self.entries],
            "media": [
                {"name": one.kept, "bytes": one.size, "sha256": one.sha256} for one in self.files
            ],
        }
        return json.dumps(said, ensure_ascii=False, indent=1).encode()


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest.

    Raises:
        BadBackup: it is none, or of a format that came after this version.
    """
    try:
        said = json.loads(data)
        newer = int(said["format"]) > FORMAT
        if not newer:
            return _read(said)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise BadBackup("daftar isinya tidak terbaca; pakai cadangan lain") from None
    raise BadBackup("dibuat oleh Lacak yang lebih baru; perbarui Lacak, lalu ulangi")


def _read(said: Mapping[str, Any]) -> Manifest:
    entries = tuple(_read_entry(one) for one in said["tables"])
    files = tuple(_read_file(one) for one in said.get("media", ()))
    names = {one.name for one in entries} | {one.name for one in files}
    if len(names) != len(entries) + len(files):
        raise ValueError("a name twice")
    at = datetime.fromisoformat(said["at"])
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return Manifest(
        str(said["office"]), str(said["lacak"]), str(said["migration"]), at, str(said["key"]),
        entries, files,
    )  # fmt: skip


def _read_file(said: Mapping[str, Any]) -> File:
    if not is_kept(said["name"]):
        raise ValueError("no name of an attachment")
    return File(said["name"], int(said["bytes"]), str(said["sha256"]))


def _read_entry(said: Mapping[str, Any]) -> Entry:
    if not _TABLE.fullmatch(said["name"]):
        raise ValueError("no name of a table")
    columns = tuple((str(name), Kind(kind)) for name, kind in said["columns"].items())
    key = tuple(str(name) for name in said["key"])
    if not key or not {*key} <= {name for name, _kind in columns}:
        raise ValueError("no key")
    highest = said["highest"]
    return Entry(
        Shape(said["name"], columns, key), int(said["rows"]), int(said["bytes"]),
        str(said["sha256"]), None if highest is None else int(highest),
    )  # fmt: skip


def _entry_said(entry: Entry) -> Mapping[str, Any]:
    return {
        "name": entry.shape.name,
        "rows": entry.rows,
        "bytes": entry.size,
        "sha256": entry.sha256,
        "highest": entry.highest,
        "key": entry.shape.key,
        "columns": dict(entry.shape.columns),
    }
