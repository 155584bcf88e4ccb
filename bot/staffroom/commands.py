"""The commands of staff in chat. Each is a line in `COMMANDS`: who may, what it does, its help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.staffroom import blasting, desk, reports
from bot.staffroom.saying import CannotDo
from storage import staff_messages
from storage.staff import ROLES, StaffRow

if TYPE_CHECKING:
    from bot.service import Service

EDITORS = ("admin", "operator")


@dataclass(frozen=True, slots=True)
class Command:
    """Something staff may type; `run` gets what stands after the word and returns the answer."""

    run: Callable[["Service", StaffRow, str], str]
    roles: tuple[str, ...]
    usage: str
    help: str


def _help(_service: "Service", who: StaffRow, _rest: str) -> str:
    lines = [f"{one.usage}\n   {one.help}" for one in COMMANDS.values() if who.role in one.roles]
    return "\n".join((f"Halo {who.name}. Yang bisa diketik di sini:", "", *lines))


COMMANDS: Mapping[str, Command] = {
    "blast": Command(
        blasting.blast, EDITORS, "/blast KUESIONER ANGKATAN",
        "lihat dulu, lalu kirim setelah jumlahnya diketik ulang",
    ),
    "status": Command(
        blasting.status, ROLES, "/status atau /status NOMOR", "sampai di mana siaran"
    ),
    "jeda": Command(blasting.pause, EDITORS, "/jeda NOMOR", "jeda siaran"),
    "lanjut": Command(blasting.resume, EDITORS, "/lanjut NOMOR", "lanjutkan siaran"),
    "stop": Command(blasting.stop, EDITORS, "/stop NOMOR", "hentikan siaran untuk seterusnya"),
    "rekap": Command(
        reports.recap, ROLES, "/rekap ANGKATAN", "hasil satu angkatan: berapa menjawab dan selesai"
    ),
    "hariini": Command(reports.today, ROLES, "/hariini", "ringkasan hari ini"),
    "kotak": Command(desk.box, EDITORS, "/kotak atau /kotak NOMOR", "pertanyaan yang menunggu"),
    "balas": Command(desk.reply, EDITORS, "/balas NOMOR TEKS", "jawab satu pertanyaan"),
    "tutup": Command(desk.close, EDITORS, "/tutup NOMOR", "tutup satu pertanyaan"),
    "bantuan": Command(_help, ROLES, "/bantuan", "tampilkan pesan ini"),
}  # fmt: skip

_ALSO = {"start": "bantuan", "help": "bantuan", "mulai": "bantuan", "hari-ini": "hariini"}


def run(service: "Service", who: StaffRow, text: str) -> str:
    """Do what one of the staff typed; return what they are told, in Indonesian."""
    confirmed = _confirm(service, who, text)
    if confirmed is not None:
        return confirmed
    if not text.startswith("/"):
        return "Ini percakapan petugas. Ketik /bantuan untuk melihat perintahnya."
    word, _, rest = text[1:].strip().partition(" ")
    word = word.casefold()
    command = COMMANDS.get(_ALSO.get(word, word))
    if command is None:
        return f"Perintah /{word[:20]} tidak ada. Ketik /bantuan untuk melihat yang ada."
    if who.role not in command.roles:
        return f"Peran {who.role} tidak boleh memakai /{word}."
    try:
        return command.run(service, who, rest.strip())
    except CannotDo as error:
        return f"Belum bisa: {error}"


def _confirm(service: "Service", who: StaffRow, text: str) -> str | None:
    """Do what waited for this, or forget it; None when nothing waited or a command came."""
    with service.database.write() as db:
        waited = staff_messages.pending(db, who.id, now=service.now())
        staff_messages.forget(db, who.id)
    if waited is None or text.startswith("/"):
        return None
    if text.strip() != waited.expected:
        return f"Dibatalkan; tidak ada yang dikirim. (Yang ditunggu: {waited.expected})"
    try:
        return blasting.send(service, who, waited.command)
    except CannotDo as error:
        return f"Tidak dikirim: {error}"
