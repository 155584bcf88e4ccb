"""Prodi: spellings that are one, and the file each has."""

import hashlib
import re
import unicodedata

NO_PRODI = "Tanpa prodi"


def tidy(prodi: str) -> str:
    """Return a prodi's name without odd blanks; that of none has a name too."""
    return " ".join(unicodedata.normalize("NFC", prodi).split()) or NO_PRODI


def joined(prodi: str) -> str:
    """Return what two spellings of one prodi have in common: the file they would share."""
    return file_name(tidy(prodi)).casefold()


def file_name(prodi: str) -> str:
    """Return a name for a prodi's file, without suffix, that every system takes.

    Forbidden signs become their wide twins, so that two prodi never share a file; a name that
    had to lose something carries a mark of the whole.
    """
    name = unicodedata.normalize("NFC", prodi)
    kept = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", name.translate(_WIDE)).strip(" .~")
    kept = kept.encode()[:180].decode(errors="ignore").rstrip(" .")
    is_device = re.fullmatch(r"(con|prn|aux|nul|(com|lpt)\d)(\..*)?", kept, re.IGNORECASE)
    if kept and not is_device and kept == name.translate(_WIDE):
        return kept
    mark = hashlib.sha256(prodi.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{kept} {mark}".strip() if not is_device else f"prodi {kept} {mark}"


_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in '<>:"/\\|?*'}
