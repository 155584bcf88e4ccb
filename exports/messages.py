"""How many messages each response took, on each channel and each way, and what they cost."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from exports.files import described
from exports.responses import STATUS
from exports.table import Cell, Table
from flows.state import Status
from storage.traffic import Traffic, Whose

_MEANT = (
    ("id", "Nomor tanggapan, seperti di ekspor tanggapan"),
    ("nama", "Nama responden"),
    ("keadaan", "Sampai di mana wawancaranya"),
    ("saluran", "whatsapp, telegram, atau web"),
    ("undangan", "Pesan pembuka dari siaran"),
    ("balasan", "Pesan kami selebihnya"),
    ("diterima", "Pesan dari responden"),
    ("biaya", "Perkiraan menurut daftar harga kantor"),
)


def messages(
    every: Iterable[Whose], traffic: Iterable[Traffic], cost: Callable[[Traffic], float]
) -> Table:
    """Return a row for each response and channel; one that took no message has one row."""
    by_interview: dict[int, list[Traffic]] = {}
    for one in traffic:
        by_interview.setdefault(one.interview_id, []).append(one)
    return Table(tuple(name for name, _ in _MEANT), _rows(every, by_interview, cost), "Pesan")


def codebook() -> Table:
    """Return what the columns mean."""
    return described(_MEANT)


def _rows(
    every: Iterable[Whose],
    traffic: dict[int, list[Traffic]],
    cost: Callable[[Traffic], float],
) -> Iterator[Sequence[Cell]]:
    for who in every:
        for one in traffic.get(who.interview_id) or [Traffic(who.interview_id, "")]:
            yield (
                who.interview_id, who.name, STATUS[Status(who.status)], one.channel, one.openings,
                one.replies, one.received, round(cost(one), 4),
            )  # fmt: skip
