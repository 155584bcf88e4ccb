"""References to what respondents attach: the name a kept file has, and which questions it fits.

A kept file is called by the SHA-256 of its content and an ending that says what it really is;
until it is kept, a reference is the provider's own and fits nothing surely.
"""

import re
from collections.abc import Mapping

from flows.model import Kind

ENDINGS: Mapping[str, Kind] = {
    "jpg": Kind.IMAGE,
    "png": Kind.IMAGE,
    "webp": Kind.IMAGE,
    "heic": Kind.IMAGE,
    "ogg": Kind.AUDIO,
    "mp3": Kind.AUDIO,
    "m4a": Kind.AUDIO,
    "amr": Kind.AUDIO,
    "wav": Kind.AUDIO,
    "mp4": Kind.VIDEO,
    "pdf": Kind.FILE,
    "docx": Kind.FILE,
    "xlsx": Kind.FILE,
}
"""What may be kept, by ending, and the kind of question it answers; a file question takes all."""

_KEPT = re.compile(r"[0-9a-f]{64}\.([a-z0-9]{3,4})")


def is_kept(reference: str) -> bool:
    """Whether the reference names a kept file, and not something a provider still has."""
    found = _KEPT.fullmatch(reference)
    return found is not None and found[1] in ENDINGS


def fits(kind: Kind, reference: str) -> bool:
    """Whether the attachment may answer a question of this kind; what is not kept may."""
    return kind is Kind.FILE or not is_kept(reference) or ENDINGS[_ending(reference)] is kind


def _ending(reference: str) -> str:
    return reference.rpartition(".")[2]
