"""The HTTP under Twilio's client, and how what people attached is fetched.

Our account's token goes to one origin only, and for media to one kind of path of our own
account; the signed address Twilio sends us on to gets no credentials.
"""
# ruff: noqa: PLC0415 -- requests loads only where WhatsApp is set up

import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from bot.channels.contract import NotFetched
from bot.channels.whatsapp_errors import TooFast, number

if TYPE_CHECKING:
    import requests

CONNECT_S = 3.05
"""A name may have eight addresses, each tried: with the answer's 30 s still under the lease."""

THREADS = 32
"""Requests under way at once: 80 a second, 0.4 s each."""

TWILIO = "https://api.twilio.com"
"""Where webhooks say that media is, whatever the base URL."""

MEDIA_HOSTS = (".twiliocdn.com", ".twilio.com")
"""Where Twilio sends us on to: its media CDN, by an address that is signed and short-lived
(github.com/Abilityai/trinity/issues/1932; chatwoot/chatwoot pull 15504)."""

MOST_HOPS = 3
_CHUNK = 1 << 16
_MEDIA = re.compile(r"/2010-04-01/Accounts/(AC\w{32})/Messages/\w{34}/Media/\w{34}", re.ASCII)


class Refused(Exception):
    """An answer that is no success: HTTP status, Twilio's code, and its own words."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code


class Http:
    """The HTTP client that twilio's client calls: our origin, our time-outs, no retries, no log.

    Twilio's own logs every URL with its query, which holds addresses (law 10); so does urllib3
    when it debugs.
    """

    is_async = False

    def __init__(self, origin: str, timeout_s: float) -> None:
        import requests
        from requests.adapters import HTTPAdapter

        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self._origin = origin.rstrip("/")
        self._timeout = (min(CONNECT_S, timeout_s), timeout_s)
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=THREADS))

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 -- named by twilio, set by us
        allow_redirects: bool = False,
    ) -> "requests.Response":
        """Return the answer of one request; raises `TooFast` on 429."""
        parts = urlsplit(uri)
        url = self._origin + parts.path + (f"?{parts.query}" if parts.query else "")
        response = self._session.request(
            method, url, params=params, data=data, headers=headers, auth=auth,
            timeout=self._timeout, allow_redirects=allow_redirects,
        )  # fmt: skip
        response.encoding = "utf-8"
        if response.status_code == 429:
            raise TooFast(response.headers.get("Retry-After", ""))
        return response

    def call(
        self, method: str, path: str, auth: tuple[str, str], body: Any = None, *,
        timeout_s: float,
    ) -> Mapping[str, Any]:  # fmt: skip
        """Return what an API that speaks JSON answered; raises `Refused`, or what requests does."""
        answer = self._session.request(
            method, self._origin + path, json=body, auth=auth, allow_redirects=False,
            timeout=(min(CONNECT_S, timeout_s), timeout_s),
        )  # fmt: skip
        said = answer.json() if answer.content else {}
        said = said if isinstance(said, dict) else {}
        if not 200 <= answer.status_code < 300:
            words = str(said.get("message") or f"HTTP {answer.status_code}")
            raise Refused(answer.status_code, number(said.get("code")), words)
        return said

    def fetch(self, url: str, auth: tuple[str, str], *, most: int) -> bytes:
        """Return what was attached, at most so many bytes; raises `NotFetched`."""
        parts = urlsplit(url)
        found = _MEDIA.fullmatch(parts.path)
        is_ours = f"{parts.scheme}://{parts.netloc}" in (TWILIO, self._origin)
        if found is None or found[1] != auth[0] or not is_ours or parts.query:
            raise NotFetched("lost", is_passing=False)
        try:
            return self._follow(self._origin + parts.path, auth, most)
        except NotFetched:
            raise
        except Exception as error:
            raise NotFetched("lost", is_passing=True) from error

    def _follow(self, url: str, auth: tuple[str, str] | None, most: int) -> bytes:
        """Get an address and where it leads: only the first is shown who we are."""
        for _hop in range(MOST_HOPS):
            with self._session.get(
                url, auth=auth, timeout=self._timeout, stream=True, allow_redirects=False
            ) as answer:
                if answer.is_redirect:
                    url, auth = urljoin(url, answer.headers["Location"]), None
                    if not self._may_follow(url):
                        raise NotFetched("lost", is_passing=False)
                    continue
                return _content(answer, most)
        raise NotFetched("lost", is_passing=True)

    def _may_follow(self, url: str) -> bool:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" == self._origin:
            return True
        host = parts.hostname or ""
        is_plain = not parts.username and parts.port in (None, 443)
        return parts.scheme == "https" and is_plain and host.endswith(MEDIA_HOSTS)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _content(answer: "requests.Response", most: int) -> bytes:
    if answer.status_code != 200:  # a 404 too passes: Twilio tells of media before it has it
        raise NotFetched("lost", is_passing=True)
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > most:
            raise NotFetched("too_large", is_passing=False)
    return bytes(content)
