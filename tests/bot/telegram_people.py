"""How invented people answer kebekerjaan in Telegram: each question once, by a tap or in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram import Kept, Person

CONSENT = "Apakah Kakak bersedia menjawab?"
LAST = "Selesai! Terima kasih banyak"
TAPPED = {
    CONSENT: "Bersedia",
    "Apa kesibukan Kakak sekarang?": "Wirausaha",
    "Sesuaikah dengan pelatihan": "Cukup sesuai",
    "Boleh kirim foto buktinya": "Lewati",
    "Terakhir, ada pesan": "Lewati",
    "Sudah benar?": "Ya, benar",
}
"""What is asked, by its words, and the button that answers."""

TYPED = {
    "Apa nama usaha Kakak?": "Toko {name}",
    "Sejak kapan Kakak": "agustus 2026",
    "Usahanya di bidang apa?": "kue {name}",
    "Di kota atau kabupaten mana?": "Kendari",
    "Kira-kira berapa penghasilan": "2,5 juta",
}
"""The same for answers in words."""


def expected(name: str) -> dict[str, Any]:
    """Return what is stored of somebody who has answered it all."""
    return {
        "status": "wirausaha",
        "tempat": f"Toko {name}",
        "sejak": {"value": "2026-08", "precision": "month"},
        "jenis_usaha": f"kue {name}",
        "kota": {"kabkota": "Kota Kendari", "kode_kemendagri": "74.71"},
        "kesesuaian": "cukup",
        "penghasilan": 2_500_000,
        "bukti": None,
        "pesan": None,
    }


@dataclass
class Talker:
    """Somebody who answers whatever was asked last, unless they did already."""

    person: Person
    name: str
    did: set[str] = field(default_factory=set)

    @property
    def is_done(self) -> bool:
        return any(LAST in kept.text for kept in self.person.sees)

    def act(self) -> bool:
        """Answer the latest question; False when there is nothing new to answer."""
        kept = self._latest()
        words = kept.text.partition(LAST)[0] if kept else ""
        asked = next((a for a in (*TAPPED, *TYPED) if a in words), "")
        if kept is None or not asked or asked in self.did:
            return False
        self.did.add(asked)
        if asked in TYPED:
            self.person.says(TYPED[asked].format(name=self.name))
        else:
            self.person.taps(kept, TAPPED[asked])
        return True

    def _latest(self) -> Kept | None:
        seen = self.person.sees
        return seen[-1] if seen else None


def all_done(talkers: Iterable[Talker]) -> bool:
    """Let everyone answer who can; return whether all have finished."""
    talkers = list(talkers)
    for one in talkers:
        one.act()
    return all(one.is_done for one in talkers)
