"""What the office says about itself to respondents."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """Its name, how to reach it, and how many years it keeps answers."""

    name: str
    contact: str
    retention_years: int
    zone: str

    def facts(self, respondent_name: str) -> Mapping[str, str]:
        """Return what the bot's own sentences may mention (`flows/phrases`)."""
        return {
            "nama": first_name(respondent_name),
            "kantor": self.name,
            "simpan": f"{self.retention_years} tahun",
            "kontak": f" lewat {self.contact}" if self.contact else "",
            "asal": "",
        }


def first_name(name: str) -> str:
    """Return how a person is greeted: `SARI WULANDARI` is `Sari`; initials are passed over."""
    words = [word for word in name.replace(".", " ").split() if len(word) > 1]
    word = words[0] if words else name.strip()
    return word.capitalize() if word.isupper() or word.islower() else word
