"""What Telegram's refusals and failures mean for us: what to do, and a sentence for staff.

Telegram has no codes finer than HTTP's: what was wrong stands in words, in the description
(https://core.telegram.org/bots/api#making-requests; facts: channels §2.5, engine §4).
"""
# ruff: noqa: PLC0415 -- telegram and httpx load only where Telegram is set up

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.channels.contract import (
    Ambiguous,
    Disposition,
    NotAnswered,
    Refusal,
    Rejected,
    Sent,
    Throttled,
    Trouble,
    Unsent,
)

SLOW_DOWN_S = 5.0
"""After a 429 that names no time."""

LONGEST_S = 3600.0
"""A longer wait than this is looked at again within the hour."""

SOON_S = 3.0
"""Before asking again what was not answered."""

_D = Disposition


REFUSALS: Mapping[int, Refusal] = MappingProxyType(
    {
        400: Refusal(_D.BAD_MESSAGE, "Telegram menolak isi pesan ini."),
        401: Refusal(_D.CHANNEL_DOWN, "TELEGRAM_TOKEN ditolak Telegram."),
        403: Refusal(_D.RECIPIENT_STOPPED, "Orang ini memblokir bot atau menutup akun Telegram."),
        404: Refusal(_D.CHANNEL_DOWN, "TELEGRAM_TOKEN atau TELEGRAM_BASE_URL salah."),
        409: Refusal(_D.RETRY, "Bot ini sedang dipakai program lain; pesan belum terkirim."),
    }
)
"""What a code means when its description says nothing we know."""

_SAID: Iterable[tuple[Disposition, tuple[str, ...]]] = (
    (_D.RECIPIENT_STOPPED, ("blocked by the user", "user_is_blocked")),
    (
        _D.BAD_ADDRESS,
        (
            "chat not found",
            "user not found",
            "chat_id is empty",
            "chat_id_invalid",
            "peer_id_invalid",
            "user_id_invalid",
            "user is deactivated",
            "input_user_deactivated",
            "can't initiate conversation",
            "can't send messages to bots",
            "group chat was upgraded",
            "bot was kicked",
            "not a member of",
            "no rights to send",
            "chat_write_forbidden",
        ),
    ),
)
"""Phrases of a description, in lower case, that say it is about the address."""


def refusal(code: int) -> Refusal:
    """Return what a code means; one we do not know is not sent again, and staff are told."""
    unknown = f"Kode Telegram {code} belum dikenal; tidak dikirim ulang."
    return REFUSALS.get(code, Refusal(_D.BAD_MESSAGE, unknown))


class TooFast(Exception):
    """HTTP 429: not processed. `given` is the wait in seconds that came with it, if any."""

    def __init__(self, given: object) -> None:
        super().__init__("HTTP 429")
        self.retry_after_s = SLOW_DOWN_S
        if isinstance(given, int | float) and given > 0:
            self.retry_after_s = float(min(given, LONGEST_S))


def outcome(error: Exception) -> Sent:
    """Return what an exception of `sendMessage` proves.

    The library's own classes do not tell: its `TimedOut` is a connection never made as well as
    an answer that never came, and `BadRequest` is a kind of `NetworkError`. The cause does.
    """
    from httpx import ConnectError, ConnectTimeout, PoolTimeout, ProxyError, ReadTimeout
    from telegram.error import NetworkError

    cause = error.__cause__
    if isinstance(cause, TooFast):
        return Throttled(cause.retry_after_s)
    refused = _refused(error)
    if refused is not None:
        return refused
    if isinstance(cause, (ConnectError, ConnectTimeout, PoolTimeout, ProxyError)):
        return Unsent()
    if isinstance(cause, ReadTimeout):
        return Ambiguous("Telegram tidak menjawab sampai batas waktu.")
    if cause is None and isinstance(error, NetworkError):
        return Ambiguous("Telegram menjawab bahwa ia sedang terganggu.")
    return Ambiguous("Jawaban Telegram terputus atau tidak terbaca.")


def _refused(error: Exception) -> Rejected | None:
    """Return what an answer of Telegram's own refuses, or None when it is no such answer.

    A 409 says that another program receives this bot's updates: nothing of this message, which
    may go again.
    """
    from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken

    said = str(error).lower()
    if isinstance(error, InvalidToken):
        return Rejected(_D.CHANNEL_DOWN, 404 if "not found" in said else 401)
    if _is_garbled(error):
        return None
    match error:
        case Forbidden():
            return Rejected(_meaning(said, _D.BAD_ADDRESS), 403)
        case ChatMigrated():
            return Rejected(_D.BAD_ADDRESS, 400)
        case BadRequest():
            return Rejected(_meaning(said, _D.BAD_MESSAGE), 400)
        case Conflict():
            return Rejected(_D.RETRY, 409)
    return None


def _meaning(said: str, otherwise: Disposition) -> Disposition:
    found = (what for what, phrases in _SAID if any(phrase in said for phrase in phrases))
    return next(found, otherwise)


def _is_garbled(error: Exception) -> bool:
    """Say whether an answer's body was none of Telegram's: the library chains what it made of it.

    Something between us refused; whether Telegram saw the message too, nobody knows.
    """
    from telegram.error import TelegramError

    return isinstance(error.__cause__, TelegramError)


def trouble(error: Exception) -> NotAnswered:
    """Return why a request that sends no message failed, without the token or what was asked."""
    from telegram.error import BadRequest, Conflict, InvalidToken

    cause = error.__cause__
    if isinstance(cause, TooFast):
        return NotAnswered("Telegram asks us to slow down", wait_s=cause.retry_after_s)
    if isinstance(error, InvalidToken):
        return NotAnswered("Telegram refuses TELEGRAM_TOKEN", Trouble.UNAUTHORISED)
    if isinstance(error, Conflict):
        return NotAnswered(str(error), Trouble.CONFLICT, SOON_S)
    if isinstance(error, BadRequest) and not _is_garbled(error):
        return NotAnswered(str(error), Trouble.REFUSED)
    return NotAnswered(type(cause or error).__name__, wait_s=SOON_S)
