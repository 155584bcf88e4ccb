"""What a file really is, read from its first bytes: names and headers of others are not believed.

Only what stands here is kept (allow-list): photos, PDF, Word and Excel without macros, sound and
film as phones make them.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

MOST_ENTRIES = 4000
"""Parts of a Word or Excel file; one with more is refused unread."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """The ending a kept file gets (`flows.attached.ENDINGS`), and its media type."""

    ending: str
    content_type: str


def _kind(ending: str, content_type: str) -> FileKind:
    return FileKind(ending, content_type)


JPEG, PNG = _kind("jpg", "image/jpeg"), _kind("png", "image/png")
WEBP, HEIC = _kind("webp", "image/webp"), _kind("heic", "image/heic")
PDF, OGG = _kind("pdf", "application/pdf"), _kind("ogg", "audio/ogg")
MP3, M4A = _kind("mp3", "audio/mpeg"), _kind("m4a", "audio/mp4")
AMR, WAV = _kind("amr", "audio/amr"), _kind("wav", "audio/wav")
MP4 = _kind("mp4", "video/mp4")
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = _kind("docx", f"{_OFFICE}.wordprocessingml.document")
XLSX = _kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet")

_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"%PDF-", PDF),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"#!AMR", AMR),
)
_BRANDS: Mapping[bytes, FileKind] = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"M4A ", b"M4B "), M4A),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso5", b"mp41", b"mp42", b"avc1", b"3gp4", b"3gp5", b"3gp6",
         b"M4V ", b"MSNV", b"qt  "), MP4,
    ),
}  # fmt: skip
"""Brands of ISO media files (ISO/IEC 14496-12), which stand after `ftyp`."""


def read_kind(content: bytes) -> FileKind | None:
    """Return what a file is; None when it is nothing we keep."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12])
    if content.startswith(b"RIFF"):
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(content[8:12])
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return None


def _office(content: bytes) -> FileKind | None:
    """Return Word or Excel by the parts inside; one with macros is neither."""
    try:
        with ZipFile(io.BytesIO(content)) as zipped:
            names = zipped.namelist()
    except (BadZipFile, ValueError, OSError, RuntimeError):  # of which a strange zip may be any
        return None
    if len(names) > MOST_ENTRIES or any(name.endswith("vbaProject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None
