"""Settings of an office whose WhatsApp is the stand-in for Twilio."""

from bot.settings import Settings
from tests.conftest import settings_for
from tests.fakes.twilio import ACCOUNT, SENDER, TOKEN

PUBLIC = "https://lacak.test"


def twilio_environment(base_url: str) -> dict[str, str]:
    """Return the variables that point at a stand-in."""
    return {
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_BASE_URL": base_url,
        "WHATSAPP_DAILY_TIER": "100000",
        "BURST_SECONDS": "0",
        "WHATSAPP_BUTTONS": "off",
    }


def twilio_settings(url: str, base_url: str, **more: str) -> Settings:
    """Return the settings of such an office."""
    return settings_for(url, **{**twilio_environment(base_url), **more})
