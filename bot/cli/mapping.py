"""`lacak people mapping`: columns of files that no built-in layout knows."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.roster.layouts import Layout
    from bot.service import Service

app = typer.Typer(no_args_is_help=True, help="Pemetaan kolom untuk berkas lain.")


@app.command()
def save(
    name: str = typer.Argument(help="Nama pemetaan, misalnya wisuda."),
    file: Path = typer.Argument(help="Berkas .yaml."),
) -> None:
    """Simpan pemetaan kolom; nama yang sudah ada diganti.

    Isi berkasnya: 'jenis' angkatan (pelatihan, yudisium, ppg, kegiatan, mitra, lain), 'kolom'
    (judul kolom di berkas: isiannya), boleh 'tetap' (isian yang sama untuk semua baris)
    dan 'lembar' (nama lembar).

    \b
    jenis: yudisium
    kolom:
      Nama Lengkap: nama
      No. Induk: nim
      Telp Seluler: hp
      Lulus Tanggal: selesai
    tetap:
      prodi: Teknik Mesin

    Isian: nama, nik, nim, perguruan_tinggi, hp, email, jenis_kelamin, tanggal_lahir, zona, prodi,
    program, angkatan, mulai, selesai, hasil. Wajib: nama, prodi, selesai, dan salah satu dari
    nik, nim, tanggal_lahir. Beberapa kolom boleh berisi hp; yang paling kiri dipakai.
    """
    from bot.cli.common import acting, fail, opened
    from bot.roster.mapping import WrongMapping, read_mapping
    from storage import audit, mappings

    if not name.strip() or len(name) > 60 or Path(name).suffix in (".yaml", ".yml"):
        fail("nama pemetaan 1 sampai 60 huruf dan bukan nama berkas, misalnya: wisuda")
    try:
        data = file.read_bytes()
        layout = read_mapping(data, name)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except WrongMapping as error:
        fail(str(error))
    with opened() as service:
        by = acting(service, "admin", "operator")
        with service.database.write() as db:
            mappings.save(db, name, data.decode("utf-8-sig"), at=service.now())
            audit.note(db, actor=by, action="people mapping save", detail=name, at=service.now())
    print(f"pemetaan '{name}' tersimpan ({len(layout.aliases)} isian).")


@app.command("list")
def list_mappings() -> None:
    """Sebutkan pemetaan yang tersimpan."""
    from bot.cli.common import opened
    from storage import mappings

    with opened() as service, service.database.read() as db:
        for name, at in mappings.listed(db):
            print(f"{name}\t{at:%Y-%m-%d %H.%M}")


def named(service: "Service", name: str) -> "Layout | None":
    """Return the layout of a mapping file or of a saved mapping; None when none is named."""
    from bot.cli.common import fail
    from bot.roster.mapping import WrongMapping, read_mapping
    from storage import mappings

    if not name:
        return None
    try:
        if Path(name).suffix in (".yaml", ".yml"):
            return read_mapping(Path(name).read_bytes(), Path(name).stem)
        with service.database.read() as db:
            content = mappings.find(db, name)
            known = ", ".join(one for one, _at in mappings.listed(db)) or "belum ada"
        if content is None:
            fail(f"pemetaan '{name}' tidak ada; yang tersimpan: {known}")
        return read_mapping(content.encode(), name)
    except OSError as error:
        fail(f"{name}: {error.strerror}")
    except WrongMapping as error:
        fail(str(error))
