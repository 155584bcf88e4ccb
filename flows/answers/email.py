"""An e-mail address in lower case: "Sari@Gmail.com", "sari at gmail dot com"."""

import re
import unicodedata

from flows.answers.normal import excuse, fold, split
from flows.answers.reading import Asked, Reading, confirm, reask, sure

ADDRESS = re.compile(r"[^@\s,;<>\"()]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
"""An address in lower case, as mail servers take it."""

_HOSTS = {
    "gmail.com": "gmail",
    "yahoo.com": "yahoo",
    "yahoo.co.id": "",
    "ymail.com": "ymail",
    "hotmail.com": "hotmail",
    "outlook.com": "outlook",
    "outlook.co.id": "",
    "icloud.com": "icloud",
    "rocketmail.com": "rocketmail",
    "live.com": "",
    "proton.me": "proton protonmail",
    "protonmail.com": "",
}
_HOST_OF = {name: host for host, names in _HOSTS.items() for name in names.split()}
_LOOK_LIKE_SLIPS = frozenset({"mail.com", "email.com", "gmx.com", "aol.com", "me.com", "live.co"})
_SPOKEN = (
    (re.compile(r"\s*(?:\(at\)|\[at\]|\s(?:at|et|add?)\s|\bkeong\b)\s*"), "@"),
    (re.compile(r"\s*(?:\(dot\)|\[dot\]|\s(?:dot|titik)\s)\s*"), "."),
    (re.compile(r"\s*\s(?:underscore|garis bawah|strip bawah)\s\s*"), "_"),
)
_NAME_MARKS = frozenset("/:=?&#!%*|")  # of a link, say; no address people have holds them
_OUTSIDE = " .,;:<>\"'()!🙏😊😁😄🙂😉👍☺\ufe0f🏻🏼🏽"
_LABEL = re.compile(
    r"^\W*(?:(?:ini|alamat|e-?mail|surel|gmail|saya|sy|aku|nya|ku|emailnya|emailku|adalah|yaitu|ya"
    r"|kak|kakak|pakai|pake|yg|yang|aktif|mailto)[\s:=,.-]+)+"
)
_TAIL = re.compile(r"[\s,.]+(?:(?:ya|kak|kakak|ka|nih|itu|aja|saja|makasih|terima kasih)[\s.!]*)+$")
_CLOSED_UP = re.compile(r"\s*([@.])\s*")
_FORGOTTEN = re.compile(rf"([a-z0-9._+-]{{3,40}}?)({'|'.join(_HOST_OF)})(?:\.(?:com|co\.id))?")


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    typed = unicodedata.normalize("NFKC", text).casefold().strip()
    bare = _TAIL.sub("", _LABEL.sub("", _written(typed))).strip(_OUTSIDE)
    if ADDRESS.fullmatch(bare):
        return _checked(bare, doubted="?" in text)
    found = [match.strip(".'") for match in ADDRESS.findall(bare)]
    if len(set(found)) > 1:
        return reask("email_two")
    if found:
        return _unsure(found[0])
    if (mended := _mended(bare)) and ADDRESS.fullmatch(mended):
        return _unsure(mended)
    return reask(excuse(split(fold(text))) or "email_not_understood")


def _written(typed: str) -> str:
    """The address as it is written where it was spoken: "sari at gmail dot com"."""
    if "@" not in typed:
        for said, sign in _SPOKEN:
            typed = said.sub(sign, f" {typed} ").strip()
    elif " dot " in typed or " titik " in typed:
        typed = _SPOKEN[1][0].sub(".", typed)
    return typed


def _unsure(address: str) -> Reading:
    return confirm(address, "email_meant", value=address)


def _checked(address: str, *, doubted: bool) -> Reading:
    """A host that is a slip of a well-known one is confirmed as that one."""
    name, _, host = address.partition("@")
    if (
        not name.isascii()
        or not _NAME_MARKS.isdisjoint(name)
        or ".." in address
        or name[0] == "."
        or name[-1] == "."
    ):
        return reask("email_not_understood")
    if (meant := _host_meant(host)) != host:
        return _unsure(f"{name}@{meant}")
    return _unsure(address) if doubted else sure(address)


def _host_meant(host: str) -> str:
    if host in _HOSTS or host in _LOOK_LIKE_SLIPS:
        return host
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most people write to gmail.com

    if host.startswith("gmail."):
        return "gmail.com"
    far = {known: OSA.distance(host, known) for known in _HOSTS}
    meant = min(far, key=far.__getitem__)
    return meant if far[meant] <= (1 if len(meant) < 9 else 2) else host


def _mended(typed: str) -> str:
    """The address that "sari@gmail", "sari @ gmail . com" or "sarigmail.com" was to be."""
    closed = _CLOSED_UP.sub(r"\1", typed.replace(",", "."))
    if ADDRESS.fullmatch(closed):
        return closed
    name, at, host = closed.partition("@")
    if at and " " not in closed:
        return f"{name}@{_HOST_OF.get(host, '')}"
    forgotten = _FORGOTTEN.fullmatch(closed)
    return f"{forgotten[1].rstrip('.')}@{_HOST_OF[forgotten[2]]}" if forgotten else ""
