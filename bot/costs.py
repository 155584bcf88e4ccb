"""What a blast will cost, and what it has cost so far, by the office's price table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.prices import Prices, read_prices
from storage import templates, traffic
from storage.news import NEWS
from storage.templates import APPROVED
from storage.traffic import Traffic

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service

ENOUGH = 5
"""Finished interviews from which their average is a better guess than the form's length."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Money for the invitations, and with everybody answering `each` messages both ways.

    `each` 0: nobody is asked anything.
    """

    prices: Prices
    invitations: float
    at_most: float
    each: int

    @property
    def words(self) -> str:
        """The estimate in a sentence for staff."""
        if not self.at_most:
            return "Perkiraan biaya pesan: gratis."
        said = self.prices.said
        if not self.each:
            return (
                f"Perkiraan biaya pesan: {said(self.invitations)}. Perkiraan saja: "
                f"{self.prices.source}."
            )
        return (
            f"Perkiraan biaya pesan: {said(self.invitations)} untuk undangan, sampai "
            f"{said(self.at_most)} bila semua menjawab (sekitar {self.each} pesan seorang, dua "
            f"arah). Perkiraan saja: {self.prices.source}."
        )

    def report(self) -> Mapping[str, str | float]:
        """Return the estimate as JSON."""
        return {
            "currency": self.prices.currency,
            "invitations": round(self.invitations, 2),
            "at_most": round(self.at_most, 2),
        }


def estimate(
    service: "Service", db: "Connection", form_id: str, form_pk: int, by_channel: Mapping[str, int]
) -> Estimate:
    """Return what inviting so many people on each channel may cost; raises `WrongPrices`."""
    prices = read_prices(service.settings.price_table)
    category = category_of(db, form_id)
    questions = len(service.turns.form(db, form_pk).asked)
    replies, received = _usual(traffic.of_form(db, form_id)) or (questions + 2, questions + 2)
    invitations = sum(n * prices.opening(name, category) for name, n in by_channel.items())
    talks = sum(
        n * (replies * prices.reply(name) + received * prices.received(name))
        for name, n in by_channel.items()
    )
    return Estimate(prices, invitations, invitations + talks, round(replies + received))


def estimate_news(
    service: "Service", db: "Connection", template: str, by_channel: Mapping[str, int]
) -> Estimate:
    """Return what bringing so many people news may cost; raises `WrongPrices`."""
    prices = read_prices(service.settings.price_table)
    category = category_of(db, template)
    money = sum(n * prices.opening(name, category) for name, n in by_channel.items())
    return Estimate(prices, money, money, 0)


def spent(service: "Service", db: "Connection", blast_id: int, form_id: str) -> tuple[str, float]:
    """Return (currency, what a blast and the talks it opened have cost); raises `WrongPrices`."""
    prices = read_prices(service.settings.price_table)
    found = [*traffic.of_blast(db, blast_id), *traffic.of_news(db, blast_id)]
    category = category_of(db, form_id.removeprefix(NEWS))
    return prices.currency, round(prices.cost(found, category), 4)


def category_of(db: "Connection", form_id: str) -> str:
    """Return what Meta counts a form's template as; the dearer where nobody knows."""
    found = [one for one in templates.listed(db, form_id) if one.status == APPROVED]
    return found[-1].category if found and found[-1].category else "MARKETING"


def _usual(found: Sequence[Traffic]) -> tuple[float, float] | None:
    """Return the average of (replies, received) of long talks, where there are enough of them."""
    talks = [one for one in found if one.received > 2]
    if len(talks) < ENOUGH:
        return None
    return (
        sum(one.replies for one in talks) / len(talks),
        sum(one.received for one in talks) / len(talks),
    )
