"""The sign-in of a service account: a key of its own, a signed JWT for a token."""

import base64
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

EMAIL = "lacak@kantor-contoh.iam.gserviceaccount.com"
AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth signs for, whatever the file's `token_uri` says (facts, sheets §3.1)."""

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def account(token_uri: str, email: str = EMAIL) -> dict[str, str]:
    """Return the contents of a service account's key file."""
    pem = _key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account", "project_id": "kantor-contoh", "private_key_id": "k1",
        "private_key": pem.decode(), "client_email": email, "client_id": "1",
        "token_uri": token_uri,
    }  # fmt: skip


def fault(form: Mapping[str, str], email: str = EMAIL) -> str:
    """Return what is wrong with a request for a token, or nothing."""
    if form.get("grant_type") != GRANT:
        return "unsupported_grant_type"
    head, body, signature = form["assertion"].split(".")
    try:
        _key().public_key().verify(
            _decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return "invalid_grant"
    claims: dict[str, Any] = json.loads(_decoded(body))
    is_right = (
        json.loads(_decoded(head))["alg"] == "RS256"
        and claims["iss"] == email
        and claims["aud"] == AUDIENCE
        and claims["scope"] == SCOPE
        and claims["iat"] - 60 <= time.time() < claims["exp"] <= claims["iat"] + 3600
    )
    return "" if is_right else "invalid_grant"


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
