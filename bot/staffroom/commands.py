"""The commands of staff in chat. Each is a line in `COMMANDS`: who may, what it does, its help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.staffroom import blasting, desk, reports, wishes
from bot.staffroom.saying import Answer, Asked, CannotDo
from storage import staff_messages
from storage.staff import ROLES, StaffRow
from storage.staff_messages import StaffWords

if TYPE_CHECKING:
    from bot.service import Service

EDITORS = ("admin", "operator")
OVERSEERS = (*EDITORS, "supervisor")


@dataclass(frozen=True, slots=True)
class Command:
    """Something staff may type; `run` does it, and may do it again without harm."""

    run: Callable[["Service", Asked], Answer]
    roles: tuple[str, ...]
    usage: str
    help: str


def _help(_service: "Service", asked: Asked) -> Answer:
    mine = [one for one in COMMANDS.values() if asked.who.role in one.roles]
    lines = [f"{one.usage}\n   {one.help}" for one in mine]
    return Answer("\n".join((f"Halo {asked.who.name}. Yang bisa diketik di sini:", "", *lines)))


COMMANDS: Mapping[str, Command] = {
    "blast": Command(
        blasting.blast, EDITORS, "/blast KUESIONER ANGKATAN",
        "lihat dulu, lalu kirim setelah jumlahnya diketik ulang",
    ),
    "kabar": Command(
        blasting.news, EDITORS, "/kabar TEMPLAT DASAR ANGKATAN, isinya di baris berikut",
        "kabarkan lowongan atau berita, tanpa bertanya apa-apa",
    ),
    "status": Command(
        blasting.status, ROLES, "/status atau /status NOMOR", "sampai di mana siaran"
    ),
    "jeda": Command(blasting.pause, EDITORS, "/jeda NOMOR", "jeda siaran"),
    "lanjut": Command(blasting.resume, EDITORS, "/lanjut NOMOR", "lanjutkan siaran"),
    "stop": Command(blasting.stop, EDITORS, "/stop NOMOR", "hentikan siaran untuk seterusnya"),
    "ulang": Command(
        blasting.retry, EDITORS, "/ulang NOMOR",
        "kirim lagi yang gagal karena alasan sementara",
    ),
    "rekap": Command(
        reports.recap, ROLES, "/rekap ANGKATAN", "hasil satu angkatan: berapa menjawab dan selesai"
    ),
    "hariini": Command(reports.today, OVERSEERS, "/hariini", "ringkasan hari ini"),
    "kotak": Command(desk.box, EDITORS, "/kotak atau /kotak NOMOR", "pertanyaan yang menunggu"),
    "balas": Command(desk.reply, EDITORS, "/balas NOMOR TEKS", "jawab satu pertanyaan"),
    "tutup": Command(desk.close, EDITORS, "/tutup NOMOR", "tutup satu pertanyaan"),
    "privasi": Command(
        wishes.wishes, EDITORS, "/privasi atau /privasi NOMOR", "permintaan atas data pribadi"
    ),
    "bantuan": Command(_help, ROLES, "/bantuan", "tampilkan pesan ini"),
}  # fmt: skip

_ALSO = {"start": "bantuan", "help": "bantuan", "mulai": "bantuan", "hari-ini": "hariini"}


def run(service: "Service", who: StaffRow, words: StaffWords) -> Answer:
    """Do what one of the staff typed; return what they are told, in Indonesian."""
    try:
        return _confirm(service, who, words) or _obey(service, who, words)
    except CannotDo as error:
        return Answer(f"Belum bisa: {error}")


def _obey(service: "Service", who: StaffRow, words: StaffWords) -> Answer:
    if not words.text.startswith("/"):
        return Answer("Ini percakapan petugas. Ketik /bantuan untuk melihat perintahnya.")
    word, rest = [*words.text[1:].split(maxsplit=1), "", ""][:2]
    word = word.casefold()
    command = COMMANDS.get(_ALSO.get(word, word))
    if command is None:
        return Answer(f"Perintah /{word[:20]} tidak ada. Ketik /bantuan untuk melihat yang ada.")
    if who.role not in command.roles:
        return Answer(f"Peran {who.role} tidak boleh memakai /{word}.")
    return command.run(service, Asked(who, rest.strip(), f"staff:{words.id}"))


def _confirm(service: "Service", who: StaffRow, words: StaffWords) -> Answer | None:
    """Do what waited for this, or call it off; None when nothing waited or a command came."""
    typed = words.text.strip()
    if typed.startswith("/"):
        return None
    with service.database.read() as db:
        waited = staff_messages.pending(db, who.id)
    if waited is None:
        return None
    if typed != waited.expected:
        return Answer(f"Dibatalkan; tidak ada yang dikirim. (Yang ditunggu: {waited.expected})")
    if not waited.holds(words.at):
        return Answer("Tidak dikirim: sudah terlalu lama. Ulangi perintahnya kalau masih perlu.")
    if who.role not in EDITORS:
        return Answer(f"Tidak dikirim: peran {who.role} tidak boleh mengirim siaran.")
    return blasting.send(service, Asked(who, waited.command, str(words.id)), waited.expected)
