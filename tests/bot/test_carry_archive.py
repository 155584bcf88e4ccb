"""What is no whole backup of ours is refused with a sentence before anything is put back."""

import hashlib
import json
import random
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.carry import backup
from bot.carry.archive import opened, sign
from bot.carry.manifest import FORMAT, NAME, SIGNATURE, BadBackup
from bot.office import Office
from storage.database import HEAD, Database
from storage.secrets import Vault
from tests.conftest import KEY, NOW
from tests.storage.filling import fill

VAULT = Vault(KEY)
TABLE = "tables/respondent.jsonl"
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def whole(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup with rows in every table."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "lacak.db").write_bytes(migrated.read_bytes())
    database = Database(f"sqlite:///{folder / 'lacak.db'}")
    with database.write() as db:
        fill(db)
    office = Office("BPVP Kendari", "", 5, "Asia/Makassar")
    path = folder / "a.zip"
    backup.write(path, database, VAULT, office, at=NOW, told=lambda _n: None)
    database.close()
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, whole: bytes) -> Path:
    path = tmp_path / "a.zip"
    path.write_bytes(whole)
    return path


def read(path: Path, vault: Vault = VAULT) -> list[Any]:
    """Return all there is in a backup."""
    with opened(path, vault) as archive:
        rows = [list(archive.rows(entry)) for entry in archive.manifest.entries]
        return [archive.manifest, rows]


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rewrite(
    path: Path, change: Mapping[str, bytes | None], how: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write the zip anew with other entries; None leaves one out."""
    after = {**entries(path), **change}
    with zipfile.ZipFile(path, "w", how) as zipped:
        for name, data in after.items():
            if data is not None:
                zipped.writestr(name, data)


def resign(path: Path, **change: Any) -> None:
    """Change the manifest as somebody who has the key could."""
    said = json.loads(entries(path)[NAME]) | change
    data = json.dumps(said).encode()
    rewrite(path, {NAME: data, SIGNATURE: sign(VAULT, data)})


def tables(path: Path, **change: Any) -> list[dict[str, Any]]:
    """Return the manifest's tables, the first with other facts."""
    found: list[dict[str, Any]] = json.loads(entries(path)[NAME])["tables"]
    return [found[0] | change, *found[1:]]


def test_a_backup_reads_as_it_was_written(path: Path, whole: bytes) -> None:
    manifest, rows = read(path)
    assert (manifest.office, manifest.at, manifest.migration) == ("BPVP Kendari", NOW, HEAD)
    assert [sum(map(len, one)) for one in rows] == [entry.rows for entry in manifest.entries]
    for name, data in entries(path).items():
        assert KEY.encode() not in data, name
    assert KEY.encode() not in whole


@pytest.mark.parametrize("part", [0, 1, 4, 22, 0.1, 0.5, 0.9, -1, -22, -200])
def test_a_truncated_file_is_no_backup(path: Path, whole: bytes, part: float) -> None:
    length = int(part * len(whole)) if isinstance(part, float) else part
    path.write_bytes(whole[:length])
    with pytest.raises(BadBackup, match=r"pakai cadangan lain|bukan cadangan Lacak"):
        read(path)


@pytest.mark.parametrize("data", [b"", b"x" * 5000, b"PK\x03\x04" + b"x" * 500, b"\x00" * 5000])
def test_what_is_no_zip_is_no_backup(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(BadBackup, match="bukan cadangan Lacak"):
        read(path)


@pytest.mark.parametrize("times", [300, pytest.param(3_000, marks=pytest.mark.soak)])
def test_a_changed_byte_is_found_out_or_means_nothing(path: Path, whole: bytes, times: int) -> None:
    """Some bytes of a zip say nothing of its content: times, systems, rights."""
    dice, before, refused = random.Random(7), read(path), 0
    places = dice.sample(range(len(whole)), times)
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile's, of names that are there twice
            try:
                assert read(path) == before, place
            except BadBackup:
                refused += 1
    assert refused > 0.6 * len(places)


def noise(path: Path) -> None:
    rewrite(path, {"readme.txt": b"?"})


def climb(path: Path) -> None:
    rewrite(path, {"../../etc/cron.d/x": b"?"})


def twice(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr(TABLE, b"?")


def lose_a_row(path: Path) -> None:
    rewrite(path, {TABLE: entries(path)[TABLE].partition(b"\n")[2]})


def swap_a_value(path: Path) -> None:
    rewrite(path, {TABLE: entries(path)[TABLE].replace(b"Asia", b"Aqua").replace(b"10.0", b"99.9")})


def bomb_a_table(path: Path) -> None:
    rewrite(path, {TABLE: b"\x00" * (200 << 20)})


def bomb_the_manifest(path: Path) -> None:
    rewrite(path, {NAME: b" " * (200 << 20)})


def deep_manifest(path: Path) -> None:
    rewrite(path, {NAME: b"[" * 900_000})


def make_rina_admin(path: Path) -> None:
    """Somebody without the key makes everything else fit."""
    said = json.loads(entries(path)[NAME])
    staff = entries(path)["tables/staff.jsonl"].replace(b'"role":"10.0 ', b'"role":"admin"')
    for one in said["tables"]:
        if one["name"] == "staff":
            one |= {"bytes": len(staff), "sha256": hashlib.sha256(staff).hexdigest()}
    rewrite(path, {NAME: json.dumps(said).encode(), "tables/staff.jsonl": staff})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: rewrite(path, {NAME: None}), "tidak ada manifest.json"),
        (lambda path: rewrite(path, {SIGNATURE: None}), "tidak ada manifest.sig"),
        (lambda path: rewrite(path, {TABLE: None}), f"{TABLE} hilang"),
        (lambda path: rewrite(path, {NAME: b"{}"}), "daftar isinya tidak terbaca"),
        (lambda path: rewrite(path, {NAME: b"\xff"}), "daftar isinya tidak terbaca"),
        (deep_manifest, "tidak terbaca|rusak"),
        (lambda path: rewrite(path, {SIGNATURE: b"x" * 16}), "sudah diubah"),
        (lambda path: rewrite(path, {}, zipfile.ZIP_LZMA), "rusak|dengan cara lain"),
        (make_rina_admin, "sudah diubah"),
        (noise, "bukan dari Lacak"),
        (climb, "bukan dari Lacak"),
        (twice, "bukan dari Lacak"),
        (lose_a_row, "bukan sebesar yang ditulis"),
        (swap_a_value, f"{TABLE} rusak"),
        (bomb_a_table, "bukan sebesar yang ditulis"),
        (bomb_the_manifest, "terlalu besar"),
        (lambda path: resign(path, format=FORMAT + 1), "Lacak yang lebih baru"),
        (lambda path: resign(path, format="satu"), "tidak terbaca"),
        (lambda path: resign(path, format=float("inf")), "tidak terbaca"),
        (lambda path: resign(path, at="2026-11-21T02:00:00"), "tidak terbaca"),
        (lambda path: resign(path, tables=tables(path, name="../x")), "tidak terbaca"),
        (lambda path: resign(path, tables=tables(path, key=["x"])), "tidak terbaca"),
        (lambda path: resign(path, tables=tables(path) * 2), "tidak terbaca"),
        (lambda path: resign(path, tables=tables(path, rows=99)), "rusak"),
        (lambda path: resign(path, tables=tables(path, columns={"id": "text"})), "rusak"),
        (lambda path: resign(path, key="0" * 16), "SECRET_KEY lain"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_refused_in_words(path: Path, change: Change, said: str) -> None:
    change(path)
    before = time.process_time()
    with pytest.raises(BadBackup, match=said):
        read(path)
    assert time.process_time() - before < 0.5, "it read what it should not believe"


def test_another_secret_key_is_recognised(path: Path) -> None:
    with pytest.raises(BadBackup, match=r"SECRET_KEY lain.*BPVP Kendari"):
        read(path, Vault("another key"))
