"""`lacak backup` and `lacak restore`: the office in one file, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.common import fail

if TYPE_CHECKING:
    from bot.carry.manifest import Manifest
    from bot.service import Service
    from bot.settings import Settings
    from storage.secrets import Vault

KEY_APART = (
    "SECRET_KEY tidak ada di dalamnya. Simpan terpisah: tanpa itu cadangan tidak dapat dibuka."
)


def backup(
    file: Path | None = typer.Argument(
        None, help="Berkas atau folder; tanpa ini data/cadangan/lacak-TANGGAL-JAM.zip."
    ),
    keep: int = typer.Option(0, min=0, help="Sisakan sekian cadangan di folder itu; 0: semua."),
    check: bool = typer.Option(False, "--check", help="Periksa FILE saja, tanpa memulihkan."),
) -> None:
    """Cadangkan seluruh isi basis data ke satu berkas, juga selagi `lacak serve` berjalan."""
    if check:
        if file is None:
            fail("Sebutkan berkasnya: lacak backup --check FILE")
        _check(file)
        return
    from bot.carry.backup import FOLDER, file_name, prune
    from bot.cli.common import acting
    from bot.cli.databases import number, office
    from storage import audit

    with office() as service:
        by = acting(service, "admin")
        _check_key(service)
        at = service.now()
        path = file or FOLDER
        if file is None or path.is_dir() or path.suffix != ".zip":
            path = path / file_name(at, service.office)
        manifest = _write(service, path)
        gone = prune(path, service.vault, keep=keep) if keep else ()
        with service.database.write() as db:
            audit.note(db, actor=by, action="backup", detail=f"{manifest.rows} rows", at=at)
    size = f"{number(max(1, path.stat().st_size // 1000))} kB"
    print(f"{path}: {number(manifest.rows)} baris, {size}, sudah dibaca ulang.")
    print(KEY_APART)
    if gone:
        print(f"{len(gone)} cadangan lama dihapus.")


def restore(
    file: Path = typer.Argument(help="Cadangan dari `lacak backup`."),
    to: str = typer.Option("", help="Basis data kosong; tanpa ini DATABASE_URL."),
) -> None:
    """Pulihkan cadangan ke basis data kosong: semuanya, atau tidak sama sekali."""
    from bot.carry.archive import opened
    from bot.carry.manifest import BadBackup
    from bot.carry.restore import restore as put_back
    from bot.cli.common import actor, load_settings
    from bot.cli.databases import number, progress, target
    from bot.media.shelf import Shelf
    from bot.service import utc_now

    settings = load_settings()
    try:
        with opened(file, _vault(settings)) as archive:
            archive.check()
            manifest = archive.manifest
            with (
                target(to or settings.database_url) as database,
                progress("Memulihkan", manifest.rows) as told,
            ):
                shelf = Shelf(Path(settings.media_folder), _vault(settings))
                doubted = put_back(
                    archive, database, actor=actor(settings), at=utc_now(), told=told, shelf=shelf
                )
    except (BadBackup, OSError) as error:
        fail(f"{file}: {_words(error)}")
    print(f"{number(manifest.rows)} baris dipulihkan. {_about(manifest, settings)}")
    if manifest.files:
        print(f"{number(len(manifest.files))} lampiran dipulihkan ke {settings.media_folder}.")
    if doubted:
        print(
            f"{number(doubted)} kiriman yang dulu masih antre ditanyakan dulu ke penyedia, "
            "karena mungkin sudah terkirim sesudah dicadangkan."
        )


def _check(file: Path) -> None:
    from bot.carry.archive import opened
    from bot.carry.manifest import BadBackup
    from bot.cli.common import load_settings
    from bot.cli.databases import number

    settings = load_settings()
    try:
        with opened(file, _vault(settings)) as archive:
            archive.check()
            manifest = archive.manifest
    except (BadBackup, OSError) as error:
        fail(f"{file}: {_words(error)}")
    print(f"{file}: utuh, {number(manifest.rows)} baris. {_about(manifest, settings)}")


def _write(service: "Service", path: Path) -> "Manifest":
    from bot.carry import backup, databases
    from bot.carry.manifest import BadBackup
    from bot.cli.databases import progress

    with progress("Mencadangkan", databases.size(service.database)) as told:
        try:
            return backup.write(
                path, service.database, service.vault, service.office, at=service.now(), told=told,
                shelf=service.media.shelf,
            )  # fmt: skip
        except (BadBackup, OSError) as error:
            if isinstance(error, FileExistsError) and path.exists():
                fail(f"{path} sudah ada; beri nama lain, atau tunggu semenit.")
            fail(f"{path} tidak jadi dibuat: {_words(error)}")


def _check_key(service: "Service") -> None:
    """End when the data needs another key: the backup would be taken for another office's."""
    from storage import interviews, respondents
    from storage.secrets import WrongKey

    try:
        with service.database.read() as db:
            interviews.check_key(db, service.vault)
            respondents.check_key(db, service.vault)
    except WrongKey:
        fail("SECRET_KEY bukan yang dipakai saat data ini disimpan; pakai yang dulu.")


def _vault(settings: "Settings") -> "Vault":
    from bot.cli.common import check_key
    from storage.secrets import Vault

    check_key(settings)
    return Vault(settings.secret_key, settings.secret_key_old)


def _about(manifest: "Manifest", settings: "Settings") -> str:
    from zoneinfo import ZoneInfo

    at = manifest.at.astimezone(ZoneInfo(settings.office_timezone))
    return f"{manifest.office}, {at:%d-%m-%Y %H.%M}, dari Lacak {manifest.lacak}."


def _words(error: Exception) -> str:
    """Return a fault of a file in words."""
    if isinstance(error, FileNotFoundError):
        return "tidak ada"
    return (error.strerror or "tidak terbaca") if isinstance(error, OSError) else str(error)
