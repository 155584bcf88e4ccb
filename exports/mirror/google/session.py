"""Signed in as the office's service account: gspread's client, sent to the base URL of settings.

Retries are ours alone (`errors`): `BackOffHTTPClient` slept 34.8 h on a permanent 429 before it
failed, and a request that may have been carried out is not repeated blindly (facts, sheets §1.9).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gspread
from google.oauth2 import service_account
from gspread.http_client import HTTPClient

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
"""The least that will do: gspread's own default asks for the whole Drive."""

ORIGIN = "https://sheets.googleapis.com"
TIMEOUT_S = (10.0, 190.0)
"""To connect, and between bytes: Google works on a batch for up to 180 s."""


class KeyUnusable(Exception):
    """The service account's key file cannot be used; the message says why, in English."""


class _Account(service_account.Credentials):
    """Signs in and nothing else: the base class also asks a fixed address which regions may be."""

    def _after_refresh(self, *_: object) -> None:
        """Ask nobody."""


class Session(HTTPClient):
    """gspread's HTTP client with a base URL of its own."""

    base_url = ORIGIN
    email = ""

    def request(self, method: str, endpoint: str, *rest: Any, **more: Any) -> Any:
        """Send one request, without retries; gspread's errors are raised as they are."""
        return super().request(method, endpoint.replace(ORIGIN, self.base_url, 1), *rest, **more)


def sign_in(info: Mapping[str, Any], base_url: str) -> Session:
    """Return a session for the account of a key file's contents; nothing is sent yet.

    Raises:
        KeyUnusable: these are not the contents of a service account's key file.
    """
    try:
        account = _Account.from_service_account_info(  # type: ignore[no-untyped-call] # google-auth's
            info, scopes=[SCOPE]
        )
    except (ValueError, KeyError) as error:
        raise KeyUnusable(f"no service account key: {error}") from error
    session: HTTPClient = gspread.authorize(account, http_client=Session).http_client
    assert isinstance(session, Session)  # noqa: S101 -- gspread returns what it was given
    session.base_url = base_url.rstrip("/")
    session.email = account.service_account_email
    session.set_timeout(TIMEOUT_S)
    return session


def read_key(path: Path) -> Mapping[str, Any]:
    """Return the contents of a key file.

    Raises:
        KeyUnusable: it cannot be read, or is no JSON object.
    """
    try:
        info = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise KeyUnusable(f"{path.name}: {type(error).__name__}") from error
    if not isinstance(info, dict):
        raise KeyUnusable(f"{path.name}: no JSON object")
    return info
