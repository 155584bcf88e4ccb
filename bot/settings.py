"""The only reader of the environment: one frozen object, all faults at once.

A variable may also come from `.env` in the working directory, or from a file named by
`NAME_FILE` (a mounted secret).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

DEMO_KEY = "lacak-demo-key-not-for-real-people"
"""The key of the sample office. `serve` refuses it wherever others can connect."""


class WrongSettings(Exception):
    """Settings that cannot be used; the message names each with a right example."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, read and checked. `.env.example` explains each."""

    database_url: str
    secret_key: str
    secret_key_old: str
    public_url: str
    telegram_token: str
    telegram_base_url: str
    telegram_webhook_secret: str
    telegram_rate_per_second: int
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_whatsapp_from: str
    twilio_base_url: str
    whatsapp_rate_per_second: int
    whatsapp_daily_tier: int
    interview_silent_hours: int
    news_cooling_days: int
    send_hours: str
    whatsapp_buttons: str
    price_table: str
    google_service_account_file: str
    sheets_base_url: str
    office_name: str
    office_timezone: str
    office_contact: str
    retention_years: int
    retention_message_days: int
    retention_record_years: int
    burst_seconds: int
    form_draft_days: int
    form_review_days: int
    copy_folder: str
    media_folder: str
    media_max_mb: int
    dikti_codes: str
    office_calendar: str
    lacak_staff: str


DEFAULTS: Mapping[str, str] = {
    "DATABASE_URL": "sqlite:///data/lacak.db",
    "SECRET_KEY": "",
    "SECRET_KEY_OLD": "",
    "PUBLIC_URL": "",
    "TELEGRAM_TOKEN": "",
    "TELEGRAM_BASE_URL": "https://api.telegram.org",
    "TELEGRAM_WEBHOOK_SECRET": "",
    "TELEGRAM_RATE_PER_SECOND": "25",
    "TWILIO_ACCOUNT_SID": "",
    "TWILIO_AUTH_TOKEN": "",
    "TWILIO_WHATSAPP_FROM": "",
    "TWILIO_BASE_URL": "https://api.twilio.com",
    "WHATSAPP_RATE_PER_SECOND": "80",
    "WHATSAPP_DAILY_TIER": "250",
    "INTERVIEW_SILENT_HOURS": "24",
    "NEWS_COOLING_DAYS": "7",
    "SEND_HOURS": "09.00-17.00",
    "WHATSAPP_BUTTONS": "on",
    "PRICE_TABLE": "",
    "GOOGLE_SERVICE_ACCOUNT_FILE": "",
    "SHEETS_BASE_URL": "https://sheets.googleapis.com",
    "OFFICE_NAME": "Kantor Alumni",
    "OFFICE_TIMEZONE": "Asia/Jakarta",
    "OFFICE_CONTACT": "",
    "RETENTION_YEARS": "5",
    "RETENTION_MESSAGE_DAYS": "365",
    "RETENTION_RECORD_YEARS": "5",
    "BURST_SECONDS": "3",
    "FORM_DRAFT_DAYS": "1",
    "FORM_REVIEW_DAYS": "3",
    "COPY_FOLDER": "data/salinan",
    "MEDIA_FOLDER": "data/media",
    "MEDIA_MAX_MB": "10",
    "DIKTI_CODES": "data/kode-pddikti.yaml",
    "OFFICE_CALENDAR": "data/kalender.yaml",
    "LACAK_STAFF": "",
}


def read_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")
) -> Settings:
    """Return the settings; the environment wins over the file.

    Raises:
        WrongSettings: every wrong variable, its value, and one that would do. Secrets are
            never repeated.
    """
    given = _given(os.environ if environ is None else environ, env_file)
    faults: list[str] = []
    values: dict[str, str | int] = {}
    for name, default in DEFAULTS.items():
        text = given.get(name, "").strip() or default
        fault = _fault(name, text)
        if fault:
            faults.append(fault)
        is_number = name in _NUMBERS and not fault
        values[name.lower()] = int(text) if is_number else text
    if faults:
        raise WrongSettings("\n".join(faults))
    return Settings(**values)  # type: ignore[arg-type]


_NUMBERS = {
    "TELEGRAM_RATE_PER_SECOND": 25,
    "WHATSAPP_RATE_PER_SECOND": 80,
    "WHATSAPP_DAILY_TIER": 250,
    "INTERVIEW_SILENT_HOURS": 24,
    "NEWS_COOLING_DAYS": 7,
    "RETENTION_YEARS": 5,
    "RETENTION_MESSAGE_DAYS": 365,
    "RETENTION_RECORD_YEARS": 5,
    "BURST_SECONDS": 3,
    "FORM_DRAFT_DAYS": 1,
    "FORM_REVIEW_DAYS": 3,
    "MEDIA_MAX_MB": 10,
}
_MAY_BE_NOTHING = frozenset({"BURST_SECONDS", "NEWS_COOLING_DAYS"})
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""https://core.telegram.org/bots/api#setwebhook"""

_HOURS = re.compile(r"((?:[01]\d|2[0-3])\.[0-5]\d)-((?:[01]\d|2[0-3])\.[0-5]\d)")
_ORIGINS = ("PUBLIC_URL", "TELEGRAM_BASE_URL", "TWILIO_BASE_URL", "SHEETS_BASE_URL")


def _given(environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    filed = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    given = {name: value for name, value in filed.items() if value is not None}
    given.update(environ)
    for name in DEFAULTS:
        path = given.get(f"{name}_FILE")
        if path and not given.get(name):
            given[name] = _read_secret(name, Path(path))
    return given


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{name}_FILE={str(path)!r} cannot be read: {error}") from None


def _fault(name: str, text: str) -> str:
    if name in _NUMBERS:
        return _number_fault(name, text)
    if name in _ORIGINS and text and not _is_origin(text):
        return f"{name}={text!r} must be an origin, for example {name}=https://lacak.example.ac.id."
    if name == "WHATSAPP_BUTTONS" and text not in ("on", "off"):
        return f"{name}={text!r} must be on or off."
    if name == "SEND_HOURS" and not _are_hours(text):
        return f"{name}={text!r} must be two times of a day, for example {name}=09.00-17.00."
    if name == "OFFICE_TIMEZONE" and not _is_zone(text):
        return f"{name}={text!r} is no time zone; use Asia/Jakarta, Asia/Makassar or Asia/Jayapura."
    if name == "TELEGRAM_WEBHOOK_SECRET" and text and not _SECRET.fullmatch(text):
        return f"{name} must be 1 to 256 of A-Z a-z 0-9 _ -, for example {name}=a7Kq_31xPz."
    if name == "DATABASE_URL" and not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        return (
            "DATABASE_URL must start with sqlite:/// or postgresql+psycopg://, "
            "for example DATABASE_URL=sqlite:///data/lacak.db."
        )
    return ""


def _number_fault(name: str, text: str) -> str:
    is_number = text.isascii() and text.isdigit()
    if is_number and (int(text) > 0 or name in _MAY_BE_NOTHING):
        return ""
    least = "from 0" if name in _MAY_BE_NOTHING else "above 0"
    return f"{name}={text!r} must be a whole number {least}, for example {name}={_NUMBERS[name]}."


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_bare


def _are_hours(text: str) -> bool:
    found = _HOURS.fullmatch(text)
    return found is not None and found[1] < found[2]


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError of its own kind
        return False
    except KeyError:
        return False
    return True
