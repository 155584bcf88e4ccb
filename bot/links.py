"""Signed links: who opens one is that person, until it expires.

A token is the address's key, the minute it expires and a 16-byte signature, base64url: 38
characters that say nothing and cannot be guessed.
"""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta

from storage.secrets import Vault

LINK_DAYS = 60
"""How long a link opens: longer than any survey is open."""

_BODY = struct.Struct(">QI")


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
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise WrongLink from None
    body, signature = data[: _BODY.size], data[_BODY.size :]
    if len(body) != _BODY.size or not vault.is_signed(body, signature):
        raise WrongLink
    address_id, expires = _BODY.unpack(body)
    if datetime.fromtimestamp(expires * 60, UTC) < now:
        raise ExpiredLink
    return int(address_id)
