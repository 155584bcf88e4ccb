"""Three hundred invented alumni in SIAPkerja's own column layout.

Nobody here exists: names are drawn from common ones, NIKs end in 9 and use a district that is
not in use, phone numbers begin with a block that was never given out.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

PEOPLE = 300
SEED = 21

HEADER = (
    "Nama", "NIK", "No HP", "Email", "Jenis Kelamin", "Alamat", "Tempat Lahir", "Tanggal Lahir",
    "Usia", "Pendidikan Terakhir", "Disabilitas Tipe Disabilitas *",
    "Pernah Bekerja di Luar Negeri", "Berminat Bekerja di Luar Negeri",
    "Judul Program Pelatihan", "Kejuruan", "Metode Pelatihan", "Jenis Pelatihan", "Angkatan",
    "Durasi (JP)", "Biaya Pelatihan", "Tanggal Mulai Pelatihan", "Tanggal Selesai Pelatihan",
    "Absensi", "Status Selesai Pelatihan", "Status Kelulusan", "Sumber Anggaran",
    "Status Kebekerjaan", "Nama Perusahaan/Nama Usaha", "Lokasi Penempatan (Kota/Kab)", "Status",
    "jabatan", "Tanggal Penempatan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Training:
    """A training and the trade it belongs to."""

    kejuruan: str
    title: str


TRAININGS = (
    Training("Garmen Apparel", "Menjahit Pakaian Dasar"),
    Training("Teknik Otomotif", "Servis Sepeda Motor Injeksi"),
    Training("Teknologi Informasi", "Desain Grafis Muda"),
    Training("Teknologi Informasi", "Practical Office Advance"),
    Training("Processing", "Pembuatan Roti dan Kue"),
    Training("Teknik Las", "Pengelasan SMAW 3G"),
    Training("Teknik Listrik", "Instalasi Penerangan Rumah"),
    Training("Tata Kecantikan", "Tata Rias Wajah"),
)

WOMEN = "Sari Dewi Rina Ayu Fitri Nurul Wulan Indah Lestari Mega Yuni Ratna Siti Ani Maya".split()
MEN = "Budi Agus Andi Rahmat Dedi Eko Fajar Hendra Iwan Joko Rizal Slamet Tono Wawan Yusuf".split()
SURNAMES = (
    "Wulandari Saputra Rahayu Kurniawan Hidayat Permata Nugroho Lestari Pratama Susanti Setiawan "
    "Handayani Ramadhan Maharani Firmansyah Anggraini Gunawan Puspita Santoso Wijaya"
).split()
TOWNS = ("Kendari", "Baubau", "Kolaka", "Konawe", "Bombana", "Muna", "Buton", "Wakatobi")


def workbook(path: Path, *, today: date) -> None:
    """Write the participants' workbook."""
    import xlsxwriter  # noqa: PLC0415 -- loaded where it is used

    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        page = book.add_worksheet("Peserta")
        for number, row in enumerate(rows(today)):
            page.write_row(number, 0, row)


def rows(today: date) -> Iterator[tuple[object, ...]]:
    """Yield the header and one row a person; the same every time for the same day."""
    dice = random.Random(SEED)  # noqa: S311 -- invented people need no secrecy
    yield HEADER
    per_batch = 20
    for number in range(PEOPLE):
        batch = number // per_batch
        training = TRAININGS[batch % len(TRAININGS)]
        ended = today - timedelta(days=31 + 3 * (batch % 5))
        yield _row(number, batch, training, ended, dice)


def _row(
    number: int, batch: int, training: Training, ended: date, dice: random.Random
) -> tuple[object, ...]:
    is_woman = dice.random() < 0.55
    name = f"{dice.choice(WOMEN if is_woman else MEN)} {dice.choice(SURNAMES)}"
    born = date(dice.randint(1990, 2006), dice.randint(1, 12), dice.randint(1, 28))
    nik = f"747199{born.day + 40 * is_woman:02}{born.month:02}{born.year % 100:02}{number:03}9"
    town = dice.choice(TOWNS)
    return (
        name, nik, f"08120000{number:04}", f"alumni{number:03}@contoh.invalid",
        "P" if is_woman else "L", f"Jl. Contoh No. {number + 1}, {town}", town,
        born.strftime("%d/%m/%Y"), ended.year - born.year, dice.choice(("SMA", "SMK", "D3")), "",
        "Tidak", dice.choice(("Ya", "Tidak")), training.title, training.kejuruan, "Luring", "PBK",
        f"{training.title} {ended.year} angkatan {batch // len(TRAININGS) + 1}", 240, 2_500_000,
        (ended - timedelta(days=30)).strftime("%d/%m/%Y"), ended.strftime("%d/%m/%Y"),
        f"{dice.randint(85, 100)}%", "Selesai", "Lulus", "APBN", "", "", "", "", "", "",
    )  # fmt: skip
