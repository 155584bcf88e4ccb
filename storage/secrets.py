"""Encryption of personal data at rest, and the keyed hashes it is found by (law 10).

AES-256-GCM (0.6 µs a value, facts/engine); keys come from SECRET_KEY by HKDF, one for each
purpose. A sealed value is one version byte, a 12-byte nonce and the ciphertext; `place`
(`interview.state`) is authenticated with it, so a value cannot be moved to another column.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"


class WrongKey(Exception):
    """A value was sealed with another SECRET_KEY, or altered."""


class Vault:
    """Seals and opens values; makes the hashes and signatures that need the key.

    While a key is being replaced, `old` is the one before: what it sealed is opened, what it
    signed is good, and hashes are looked up in both spellings. Nothing new is made with it.
    """

    def __init__(self, secret_key: str, old: str = "") -> None:
        if not secret_key:
            raise ValueError("SECRET_KEY is empty")
        self.old = Vault(old) if old else None
        self._cipher = AESGCM(_derive(secret_key, b"lacak field encryption"))
        self._hash_key = _derive(secret_key, b"lacak keyed hash")
        self._sign_key = _derive(secret_key, b"lacak signature")
        self.fingerprint = _derive(secret_key, b"lacak key fingerprint")[:8].hex()
        """Tells one SECRET_KEY from another; the key cannot be had from it."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Every key with which values can be opened, this one first."""
        return (self.fingerprint, *(self.old.fingerprints if self.old is not None else ()))

    def seal(self, text: str | bytes, place: str) -> bytes:
        """Return `text` encrypted for the column named `place`."""
        data = text.encode() if isinstance(text, str) else text
        nonce = os.urandom(12)
        return _VERSION + nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed.

        Raises:
            WrongKey: SECRET_KEY changed, or the value was altered or moved.
        """
        try:
            return self._cipher.decrypt(sealed[1:13], sealed[13:], place.encode())
        except InvalidTag:
            if self.old is not None:
                return self.old.open(sealed, place)
            raise WrongKey(place) from None

    def is_ours(self, sealed: bytes, place: str) -> bool:
        """Whether a value is sealed with this very key, not the one before."""
        try:
            self._cipher.decrypt(sealed[1:13], sealed[13:], place.encode())
        except InvalidTag:
            return False
        return True

    def hash(self, text: str) -> bytes:
        """Return the keyed hash by which an encrypted value is looked up."""
        return hmac.digest(self._hash_key, text.encode(), "sha256")

    def hashes(self, text: str) -> tuple[bytes, ...]:
        """Return every spelling of a keyed hash that may be stored, this key's first."""
        return (self.hash(text), *(self.old.hashes(text) if self.old is not None else ()))

    def sign(self, data: bytes) -> bytes:
        """Return a 16-byte signature of `data`."""
        return hmac.digest(self._sign_key, data, hashlib.sha256)[:16]

    def is_signed(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` is ours, compared in constant time."""
        if hmac.compare_digest(self.sign(data), signature):
            return True
        return self.old is not None and self.old.is_signed(data, signature)


def _derive(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
