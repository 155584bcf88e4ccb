"""What a blast is of, and the channels it may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.channels.webchat import KIND, SIMULATED
from storage.cohorts import Batch
from storage.news import NEWS, News

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "telegram": ("telegram",),
    "whatsapp": ("whatsapp",),
    "web": (KIND, SIMULATED),
}
"""What staff call a channel, and the kinds of address it reaches; in the order we prefer them:
Telegram costs nothing, web chat needs links that somebody hands out."""


class CannotBlast(Exception):
    """A blast that cannot be; the message says what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a blast is of: a published form, a cohort, a period, and channels by preference.

    With `news` there is no form: `form_id` names its template, `period` the day and the words.
    `keeps_hours`: it waits for the office's send hours.
    """

    form_id: str
    form_pk: int
    batch: Batch
    period: str
    channels: tuple[str, ...]
    news: News | None = None
    keeps_hours: bool = False

    @property
    def channel(self) -> str:
        """The channels as the blast stores them."""
        return ",".join(self.channels)

    @property
    def template(self) -> str:
        """The name under which its WhatsApp template is noted."""
        return self.form_id.removeprefix(NEWS)

    @property
    def basis(self) -> str:
        """The law that news goes by; nothing where a form asks for consent itself."""
        return self.news.basis if self.news else ""

    @property
    def by_law(self) -> str:
        """By which law news goes, for the audit; nothing where a form asks."""
        return f", basis {self.news.basis}" if self.news else ""

    @property
    def title(self) -> str:
        """What it is, for staff."""
        if self.news is None:
            return f"{self.form_id} untuk {self.batch.name}, periode {self.period}"
        return f"Kabar {self.template} untuk {self.batch.name}, dasar {self.news.basis}"


def kinds(names: Sequence[str]) -> list[str]:
    """Return the kinds of address that channels reach, in the order of preference."""
    return [kind for name in names for kind in CHANNELS[name]]


def staffs_name(kind: str) -> str:
    """Return what staff call the channel of a kind of address."""
    return next(name for name, kinds in CHANNELS.items() if kind in kinds)
