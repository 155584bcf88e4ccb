"""What the ledger says: paused channels and blasts, unknown outcomes, people who wait."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.doctor import Finding, fault, look, well
from bot.staffroom.news import LATE, troubles
from storage import channels, enquiries, inbox, privacy

if TYPE_CHECKING:
    from bot.service import Service


def standing(service: "Service") -> Iterator[Finding]:
    """Look at what waits for staff, and when each channel was last heard."""
    zone = ZoneInfo(service.office.zone)
    with service.database.read() as db:
        found = troubles(db, service.now(), zone)
        waiting = inbox.count_waiting(db)
        asked = enquiries.count_open(db)
        wishes = privacy.count_open(db)
        heard = inbox.last_heard(db)
        receipts = channels.last_receipts(db)
    late = next((said for key, said in found.items() if key.startswith(LATE)), "")
    for sentence in found.values():
        if sentence == late:
            continue
        yield look("siaran dan saluran", sentence, "lihat kalimatnya")
    if not found:
        yield well("siaran dan saluran", "tidak ada yang tertahan")
    if late:
        yield fault("data pribadi", late, "lacak privacy list; batasnya dari UU 27/2022")
    elif wishes:
        yield look("data pribadi", f"{wishes} permintaan terbuka", "lacak privacy list")
    if waiting:
        yield look("giliran", f"{waiting} pesan belum diolah", "jalankan `lacak serve`")
    if asked:
        yield look("pertanyaan", f"{asked} menunggu petugas", "lacak inbox list")
    for kind, gateway in (("telegram", "Telegram"), ("whatsapp", "WhatsApp")):
        if kind in heard:
            said = f"pesan terakhir {heard[kind].astimezone(zone):%d-%m-%Y %H.%M}"
            if kind in receipts:
                said += f", tanda terima terakhir {receipts[kind].astimezone(zone):%d-%m %H.%M}"
            yield well(f"dari {gateway}", said)
