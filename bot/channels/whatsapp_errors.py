"""What Twilio's refusals and failures mean for us: what to do, and a sentence for staff.

Codes: https://www.twilio.com/docs/api/errors; chosen in facts: channels §1.8. The same table
serves an answer to a POST and a status callback.
"""

import ssl
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.channels.contract import Ambiguous, Disposition, Refusal, Rejected, Sent, Throttled, Unsent

SLOW_DOWN_S = 5.0
"""After a 429 that names no time."""

QUEUE_FULL_S = 60.0
"""After a refusal that says a queue is full or a limit is reached."""

_D = Disposition


_ROWS: Iterable[tuple[Disposition, str, tuple[int, ...]]] = (
    (_D.THROTTLED, "Twilio meminta kita melambat.", (20429, 63017)),
    (_D.THROTTLED, "Antrean nomor pengirim di Twilio penuh.", (21611, 30001)),
    # 80 a second, the portfolio's daily people, or a burst to one person: the code says not which
    (_D.THROTTLED, "Batas kirim WhatsApp tercapai; sisanya menunggu.", (63018,)),
    (_D.RETRY, "WhatsApp sedang terganggu; pesan belum sampai.", (63009, 63010, 63012, 63029)),
    (_D.NOT_NOW, "Meta menahan pesan promosi untuk orang ini.", (63049,)),
    (_D.NOT_NOW, "Orang ini sedang dalam uji coba WhatsApp; lewati dulu.", (63032,)),
    (_D.RECIPIENT_STOPPED, "Orang ini sudah berhenti berlangganan (STOP).", (21610,)),
    (_D.RECIPIENT_STOPPED, "Orang ini memblokir nomor kantor.", (63014,)),
    (_D.RECIPIENT_STOPPED, "Orang ini menolak pesan promosi.", (63033,)),
    (_D.BAD_ADDRESS, "Nomor tujuan salah.", (21211, 21614)),
    (_D.BAD_ADDRESS, "Nomor ini tidak bisa dihubungi lewat WhatsApp.", (63003, 63024)),
    (_D.OUTSIDE_WINDOW, "Sudah lewat 24 jam sejak pesan terakhirnya; kirim templat.", (63016,)),
    (_D.BAD_MESSAGE, "Isi pesan lebih dari 1.600 huruf.", (21617,)),
    (_D.BAD_MESSAGE, "ContentSid templat tidak dikenal Twilio.", (21655,)),
    (_D.BAD_MESSAGE, "Isian templat salah.", (21656, 63013, 63028, 92002, 92007)),
    (_D.BAD_MESSAGE, "WhatsApp menolak isi pesan ini.", (63005, 63006, 63021)),
    (_D.BAD_MESSAGE, "Templat tidak ada dalam bahasa ini.", (63027,)),
    (_D.BAD_MESSAGE, "Templat ditolak WhatsApp.", (63040,)),
    (_D.BAD_MESSAGE, "Templat sedang dijeda WhatsApp (3 atau 6 jam).", (63041,)),
    (_D.BAD_MESSAGE, "Templat dimatikan WhatsApp.", (63042,)),
    # One person's country or sandbox: stopping the channel for it would silence everyone else.
    (_D.BAD_MESSAGE, "Negara nomor ini belum diizinkan di akun Twilio.", (21408,)),
    (_D.BAD_MESSAGE, "Orang ini belum bergabung ke sandbox Twilio.", (63015,)),
    (_D.CHANNEL_DOWN, "TWILIO_ACCOUNT_SID atau TWILIO_AUTH_TOKEN ditolak.", (20003,)),
    (_D.CHANNEL_DOWN, "TWILIO_WHATSAPP_FROM bukan pengirim akun ini.", (21606, 21703, 63007)),
    (_D.CHANNEL_DOWN, "Pengirim WhatsApp di Twilio salah pengaturan.", (63001, 63008)),
    (_D.CHANNEL_DOWN, "Akun WhatsApp Business dimatikan atau belum diverifikasi.", (63020, 63112)),
    (_D.CHANNEL_DOWN, "Nomor kantor ditandai spam oleh WhatsApp.", (63026,)),
    (_D.CHANNEL_DOWN, "Batas kirim harian akun tercapai.", (63038,)),
    (_D.CHANNEL_DOWN, "Nomor pengirim dikunci WhatsApp.", (63051,)),
    (_D.CHANNEL_DOWN, "Syarat pesan promosi Meta belum disetujui.", (63062,)),
)

REFUSALS: Mapping[int, Refusal] = MappingProxyType(
    {code: Refusal(what, reason) for what, reason, codes in _ROWS for code in codes}
)

MAYBE_ACCEPTED = frozenset({20500, 20503})
"""Codes of a POST that may have gone all the same: asked about, never resent (law 3)."""

_OF_THE_CALLER = frozenset({401, 403, 404, 405})
"""HTTP statuses that speak of the account or the address of the API, not of a message."""


def refusal(code: int, status: int = 400) -> Refusal:
    """Return what a code means; one we do not know is not sent again, and staff are told."""
    known = REFUSALS.get(code)
    if known is not None:
        return known
    if status in _OF_THE_CALLER and not 63000 <= code < 64000:
        return Refusal(_D.CHANNEL_DOWN, f"Twilio menolak akun kita (HTTP {status}, kode {code}).")
    return Refusal(_D.BAD_MESSAGE, f"Kode Twilio {code} belum dikenal; tidak dikirim ulang.")


class TooFast(Exception):
    """HTTP 429: not processed. `retry_after` is that header, in seconds, if it came."""

    def __init__(self, retry_after: str) -> None:
        super().__init__("HTTP 429")
        self.retry_after_s = float(min(number(retry_after), 3600)) or SLOW_DOWN_S


def number(given: object) -> int:
    """Return a small whole number as a provider writes it, 0 for anything else."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def outcome(error: Exception) -> Sent:
    """Return what an exception of a POST proves (facts: channels §1.9, engine §4)."""
    from requests.exceptions import ReadTimeout  # noqa: PLC0415 -- loads where WhatsApp is used

    if isinstance(error, TooFast):
        return Throttled(error.retry_after_s)
    status = number(getattr(error, "status", ""))
    if status:
        return _answered(status, number(getattr(error, "code", "")))
    if _never_connected(error):
        return Unsent()
    if isinstance(error, ReadTimeout):
        return Ambiguous("Twilio tidak menjawab sampai batas waktu.")
    return Ambiguous("Jawaban Twilio terputus atau tidak terbaca.")


def _answered(status: int, code: int) -> Sent:
    if not 400 <= status < 500 or status == 408 or code in MAYBE_ACCEPTED:
        return Ambiguous(f"Twilio menjawab HTTP {status}.")
    disposition = refusal(code, status).disposition
    if disposition is _D.THROTTLED:
        return Throttled(QUEUE_FULL_S)
    return Rejected(disposition, code)


def _never_connected(error: BaseException) -> bool:
    """Say whether the reason, somewhere inside, is that no connection was made."""
    from urllib3.exceptions import (  # noqa: PLC0415 -- likewise
        ConnectTimeoutError,
        NewConnectionError,
    )

    no_connection = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)
    inside = (*error.args, getattr(error, "reason", None))
    return isinstance(error, no_connection) or any(
        _never_connected(cause) for cause in inside if isinstance(cause, BaseException)
    )
