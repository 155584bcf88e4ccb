"""States of a linked sheet, and what staff should do about each."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from exports.mirror.google.errors import Kind


class State(StrEnum):
    """How a sheet is. Only an active one is up to date, or about to be."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    GONE = "gone"
    FULL = "full"
    BROKEN_LAYOUT = "broken_layout"


class Trouble(StrEnum):
    """Why a sheet is not up to date."""

    NONE = ""
    LATER = "later"  # tried again by itself, in seconds to minutes
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNSHARED = "unshared"
    READ_ONLY = "read_only"
    API_OFF = "api_off"
    KEY = "key"
    GONE = "gone"
    FULL = "full"
    BROKEN_LAYOUT = "broken_layout"


STATE: Mapping[Trouble, State] = {
    Trouble.UNSHARED: State.BLOCKED,
    Trouble.READ_ONLY: State.BLOCKED,
    Trouble.API_OFF: State.BLOCKED,
    Trouble.KEY: State.BLOCKED,
    Trouble.GONE: State.GONE,
    Trouble.FULL: State.FULL,
    Trouble.BROKEN_LAYOUT: State.BROKEN_LAYOUT,
}
"""What is not here leaves a sheet active: it is tried again."""

ADVICE: Mapping[Trouble, str] = {
    Trouble.NONE: "",
    Trouble.LATER: "Google sedang lambat; dicoba lagi sendiri.",
    Trouble.UNREACHABLE: (
        "Google tidak dapat dihubungi. Periksa sambungan internet server; dicoba lagi tiap jam."
    ),
    Trouble.REFUSED: (
        "Google menolak perubahan. Jalankan `lacak mirror verify`; kalau tetap, "
        "`lacak mirror rebuild` membuat lembar baru dan yang lama tetap ada."
    ),
    Trouble.UNSHARED: "Bagikan lagi spreadsheet ini ke {email} sebagai Editor.",
    Trouble.READ_ONLY: "Ubah akses {email} pada spreadsheet ini menjadi Editor.",
    Trouble.API_OFF: (
        "Google Sheets API belum aktif pada proyek akun layanan. Aktifkan di Google Cloud Console "
        "> APIs & Services."
    ),
    Trouble.KEY: (
        "Kunci akun layanan ditolak Google. Buat kunci baru di Google Cloud Console dan ganti "
        "berkas pada GOOGLE_SERVICE_ACCOUNT_FILE."
    ),
    Trouble.GONE: (
        "Spreadsheet sudah dihapus. Pulihkan dari Sampah Google Drive, atau buat yang baru lalu "
        "`lacak mirror unlink` dan `lacak mirror link`; tidak ada jawaban yang hilang."
    ),
    Trouble.FULL: (
        "Spreadsheet penuh (10 juta sel, sel kosong ikut dihitung). Hapus baris, kolom, atau "
        "lembar kosong; kalau tetap, tautkan spreadsheet baru."
    ),
    Trouble.BROKEN_LAYOUT: (
        "Baris kode (baris 1, tersembunyi) atau kolom _id hilang. Kembalikan lewat File > Riwayat "
        "versi, atau jalankan `lacak mirror rebuild`: lembar baru dibuat, yang lama tetap ada."
    ),
}
"""What staff should do; {email} is the service account's address."""

TRIES = 8
"""Silences in a row before staff are told."""

_FIRST, _LONGEST, _HOURLY = timedelta(seconds=5), timedelta(minutes=10), timedelta(hours=1)


LINKING: Mapping[Trouble, str] = {
    Trouble.UNSHARED: (
        "Spreadsheet belum dibagikan. Buka spreadsheet, klik Bagikan, masukkan {email}, pilih "
        "Editor, hapus centang pemberitahuan, lalu ulangi perintah ini."
    ),
    Trouble.READ_ONLY: (
        "Spreadsheet dibagikan hanya untuk dilihat. Buka Bagikan dan ubah {email} menjadi Editor, "
        "lalu ulangi perintah ini."
    ),
    Trouble.GONE: (
        "Spreadsheet dengan alamat itu tidak ada, atau belum dibagikan ke {email}. Periksa "
        "alamatnya dan bagikan sebagai Editor."
    ),
    Trouble.LATER: "Google tidak menjawab. Tidak ada yang diubah; ulangi sebentar lagi.",
    Trouble.REFUSED: (
        "Berkas ini tidak dapat dipakai: harus Google Spreadsheet, bukan berkas Excel di Drive."
    ),
}
"""What is missing when a spreadsheet is being linked, where it is not said as in `ADVICE`."""


def of(kind: Kind, *, is_of_write: bool) -> Trouble:
    """Return what a failed request means; what may be read but not written is shared wrongly."""
    if kind is Kind.DENIED:
        return Trouble.READ_ONLY if is_of_write else Trouble.UNSHARED
    return {
        Kind.API_OFF: Trouble.API_OFF,
        Kind.GONE: Trouble.GONE,
        Kind.KEY: Trouble.KEY,
        Kind.FULL: Trouble.FULL,
        Kind.INVALID: Trouble.REFUSED,
        Kind.NO_TAB: Trouble.REFUSED,
    }.get(kind, Trouble.LATER)


def wait(trouble: Trouble, failures: int) -> timedelta:
    """Return how long until the next try, after so many failures in a row."""
    if trouble is not Trouble.LATER:
        return _HOURLY
    doubled: timedelta = _FIRST * 2 ** (failures - 1)
    return min(doubled, _LONGEST)
