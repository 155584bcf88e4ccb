"""Why a workbook was not written, and what staff should do about it."""

from collections.abc import Mapping
from enum import StrEnum


class Trouble(StrEnum):
    """Why a workbook was not written; it is as it was."""

    OPEN = "open"
    CHANGING = "changing"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    TOO_BIG = "too_big"
    FULL = "full"
    BROKEN_LAYOUT = "broken_layout"
    NOT_WRITTEN = "not_written"


ADVICE: Mapping[Trouble, str] = {
    Trouble.OPEN: "Berkas sedang dibuka. Tutup dulu; salinan menyusul sendiri.",
    Trouble.CHANGING: "Berkas sedang disimpan orang lain. Salinan menyusul sendiri.",
    Trouble.ENCRYPTED: "Berkas diberi sandi. Hapus sandinya di Excel (Berkas > Info > Proteksi).",
    Trouble.UNREADABLE: (
        "Berkas tidak terbaca oleh Lacak. Buka di Excel dan simpan ulang sebagai .xlsx, atau "
        "pindahkan ke folder lain: salinan baru dibuat sendiri."
    ),
    Trouble.TOO_BIG: "Berkas terlalu besar. Pindahkan lembar atau gambar lain ke berkas lain.",
    Trouble.FULL: "Lembar penuh. Pindahkan berkas ke arsip: salinan baru dibuat sendiri.",
    Trouble.BROKEN_LAYOUT: (
        "Baris kode (baris 1, tersembunyi) atau kolom _id hilang. Kembalikan versi berkas "
        "sebelumnya, atau ganti nama lembar ini: lembar baru dibuat sendiri dan catatan lama "
        "tetap ada."
    ),
    Trouble.NOT_WRITTEN: "Berkas tidak dapat ditulis. Periksa izin folder dan sisa ruang disk.",
}
"""What staff should do about each."""


class NotCopied(Exception):
    """A workbook was not written, and why."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else trouble)
        self.trouble = trouble
        self.detail = detail
