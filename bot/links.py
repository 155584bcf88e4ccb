"""Signed links: who opens one is that person, until it expires.

A token is a key and a 16-byte signature, base64url: 32 to 38 characters that say nothing and
cannot be guessed. The token of a page names an address and the minute it expires; a one-time
token names its row (`storage.join_links`); that of a form to evaluate names the submission and
which of its links this is.
"""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta

from storage.secrets import Vault

LINK_DAYS = 60
"""How long a link opens: longer than any survey is open."""

_BODY = struct.Struct(">QI")
_KEY = struct.Struct(">Q")
_ROUND = struct.Struct(">QH")
_ONCE = b"one-time link"
_REVIEW = b"form to evaluate"
_FILE = b"file of a request"
"""Signed along with a token of that kind: none is good as one of another kind."""


class WrongLink(Exception):
    """We never made this link, or it was altered."""


class ExpiredLink(Exception):
    """We made this link, and its time is over."""


def make_token(vault: Vault, address_id: int, *, now: datetime) -> str:
    """Return the token of a person's link."""
    expires = int((now + timedelta(days=LINK_DAYS)).timestamp() // 60)
    body = _BODY.pack(address_id, expires)
    return base64.urlsafe_b64encode(body + vault.sign(body)).decode().rstrip("=")


def read_token(vault: Vault, token: str, *, now: datetime) -> int:
    """Return the key of the address a token opens.

    Raises:
        WrongLink, ExpiredLink
    """
    body, signature = _split(token, _BODY.size)
    if len(body) != _BODY.size or not vault.is_signed(body, signature):
        raise WrongLink
    address_id, expires = _BODY.unpack(body)
    if datetime.fromtimestamp(expires * 60, UTC) < now:
        raise ExpiredLink
    return int(address_id)


def make_once(vault: Vault, link_id: int) -> str:
    """Return the token of a one-time link: 32 characters of `A-Za-z0-9_-`."""
    body = _KEY.pack(link_id)
    return base64.urlsafe_b64encode(body + vault.sign(_ONCE + body)).decode()


def read_once(vault: Vault, token: str) -> int:
    """Return the key of a one-time link.

    Raises:
        WrongLink
    """
    body, signature = _split(token, _KEY.size)
    if len(body) != _KEY.size or not vault.is_signed(_ONCE + body, signature):
        raise WrongLink
    return int(_KEY.unpack(body)[0])


def make_review(vault: Vault, round_id: int, number: int) -> str:
    """Return the token of a link to evaluate a submission; `number` counts its links."""
    body = _ROUND.pack(round_id, number)
    return base64.urlsafe_b64encode(body + vault.sign(_REVIEW + body)).decode().rstrip("=")


def read_review(vault: Vault, token: str) -> tuple[int, int]:
    """Return (submission, which of its links) of a token.

    Raises:
        WrongLink
    """
    body, signature = _split(token, _ROUND.size)
    if len(body) != _ROUND.size or not vault.is_signed(_REVIEW + body, signature):
        raise WrongLink
    round_id, number = _ROUND.unpack(body)
    return int(round_id), int(number)


def make_file(vault: Vault, request_id: int, *, until: datetime) -> str:
    """Return the token by which the file of a request may be fetched, until a moment."""
    body = _BODY.pack(request_id, int(until.timestamp() // 60))
    return base64.urlsafe_b64encode(body + vault.sign(_FILE + body)).decode().rstrip("=")


def read_file(vault: Vault, token: str, *, now: datetime) -> int:
    """Return the request whose file a token opens.

    Raises:
        WrongLink, ExpiredLink
    """
    body, signature = _split(token, _BODY.size)
    if len(body) != _BODY.size or not vault.is_signed(_FILE + body, signature):
        raise WrongLink
    request_id, expires = _BODY.unpack(body)
    if datetime.fromtimestamp(expires * 60, UTC) < now:
        raise ExpiredLink
    return int(request_id)


def _split(token: str, size: int) -> tuple[bytes, bytes]:
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise WrongLink from None
    return data[:size], data[size:]
