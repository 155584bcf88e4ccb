"""What messages cost, from an editable table: an estimate, and it says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from storage.traffic import Traffic

SHIPPED = Path(__file__).with_name("prices.yaml")
NAMES = ("marketing", "utility", "reply", "received", "provider")


class WrongPrices(Exception):
    """A price table that cannot be used; the message says where and what would work."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Money for a message, by channel and kind (`NAMES`); a channel without prices is free."""

    currency: str
    as_of: str
    note: str
    channels: Mapping[str, Mapping[str, float]]

    def opening(self, channel: str, category: str) -> float:
        """Return what one invitation costs; an unknown category counts as the dearer one."""
        kind = "utility" if category.upper() == "UTILITY" else "marketing"
        return self._price(channel, kind) + self._price(channel, "provider")

    def reply(self, channel: str) -> float:
        """Return what one message of ours inside the window costs."""
        return self._price(channel, "reply") + self._price(channel, "provider")

    def received(self, channel: str) -> float:
        """Return what one message of a respondent costs."""
        return self._price(channel, "received") + self._price(channel, "provider")

    def cost(self, traffic: Iterable[Traffic], category: str) -> float:
        """Return what these messages cost."""
        return sum(
            one.openings * self.opening(one.channel, category)
            + one.replies * self.reply(one.channel)
            + one.received * self.received(one.channel)
            for one in traffic
            if one.channel in self.channels
        )

    def said(self, amount: float) -> str:
        """Return an amount as people here write it."""
        text = f"{amount:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
        return f"{self.currency} {text}"

    @property
    def source(self) -> str:
        """Where the prices are from, for whoever reads the estimate."""
        return f"harga {self.as_of}, {self.note}" if self.note else f"harga {self.as_of}"

    def _price(self, channel: str, kind: str) -> float:
        return self.channels.get(channel, {}).get(kind, 0.0)


def read_prices(path: str = "") -> Prices:
    """Return the office's prices, else the shipped ones; raises `WrongPrices`."""
    file = Path(path) if path else SHIPPED
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongPrices(f"PRICE_TABLE {file}: tidak terbaca ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" baris {mark.line + 1}" if mark else ""
        raise WrongPrices(f"PRICE_TABLE {file}{where}: bukan YAML; lihat {SHIPPED.name}") from None
    if not isinstance(data, dict) or not isinstance(data.get("channels"), dict):
        raise WrongPrices(f"PRICE_TABLE {file}: perlu currency, as_of, dan channels")
    channels = {str(name): _channel(file, name, one) for name, one in data["channels"].items()}
    currency, as_of, note = (str(data.get(name, "")) for name in ("currency", "as_of", "note"))
    return Prices(currency, as_of, note, channels)


def _channel(file: Path, name: object, given: Any) -> Mapping[str, float]:
    prices = given or {}
    if not isinstance(prices, dict):
        raise WrongPrices(f"PRICE_TABLE {file}: channels.{name} harus berisi harga")
    for kind, price in prices.items():
        is_price = isinstance(price, int | float) and not isinstance(price, bool) and price >= 0
        if kind not in NAMES or not is_price:
            raise WrongPrices(
                f"PRICE_TABLE {file}: channels.{name}.{kind} = {price!r}; yang dikenal: "
                f"{', '.join(NAMES)}, masing-masing angka, misalnya 0.02"
            )
    return {str(kind): float(price) for kind, price in prices.items()}
