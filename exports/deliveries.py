"""Every message as a table, and everybody of a wave who got none, with the reason (law 4)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from exports.files import described
from exports.table import Cell, Table
from storage.registers import Delivery

_MEANT = (
    ("id", "Nomor kiriman; kosong kalau tidak pernah dikirimi"),
    ("gelombang", "Nomor gelombang"),
    ("siaran", "Nomor siaran"),
    ("jenis", "undangan, pengingat ke-n, atau balasan"),
    ("kuesioner", "Nama kuesioner"),
    ("angkatan", "Angkatan"),
    ("periode", "Periode gelombang"),
    ("saluran", "whatsapp, telegram, atau web"),
    ("orang", "Nomor orang di Lacak"),
    ("nama", "Nama penerima"),
    ("alamat", "Nomor atau alamat tujuan"),
    ("keadaan", "Sampai di mana kiriman ini"),
    ("alasan", "Kenapa gagal, atau tidak dikirimi"),
    ("percobaan", "Berapa kali dicoba"),
    ("dibuat", "Kapan ditulis, waktu kantor"),
    ("terkirim", "Kapan diterima penyedia, waktu kantor"),
)
HEADER = tuple(name for name, _ in _MEANT)
NEVER = "tidak dikirimi"
STATUS = {
    "queued": "menunggu",
    "sending": "sedang dikirim",
    "sent": "terkirim",
    "delivered": "sampai",
    "read": "dibaca",
    "failed": "gagal",
    "canceled": "dibatalkan",
    "unknown": "belum diketahui",
}
"""How far a message came, in the words `lacak blast status` uses."""


def deliveries(every: Iterable[Delivery], *, zone: ZoneInfo, codes: bool = False) -> Table:
    """Return every message and everybody who got none; `codes` gives statuses as stored."""
    return Table(HEADER, _rows(every, zone, codes=codes), "Kiriman")


def codebook() -> Table:
    """Return what the columns mean."""
    return described(_MEANT)


def _rows(every: Iterable[Delivery], zone: ZoneInfo, *, codes: bool) -> Iterator[Sequence[Cell]]:
    for one in every:
        words = one.status if codes else STATUS.get(one.status, one.status)
        yield (
            one.id, one.wave_id, one.blast_id, _kind(one), one.form_id, one.cohort, one.period,
            one.channel, one.respondent_id, one.name, one.address, words or NEVER, one.reason,
            one.attempts, _local(one.created_at, zone), _local(one.sent_at, zone),
        )  # fmt: skip


def _kind(one: Delivery) -> str:
    if one.id is None or one.ordinal == 0:
        return "undangan"
    return "balasan" if one.ordinal is None else f"pengingat {one.ordinal}"


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H.%M")
