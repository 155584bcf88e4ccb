"""Backing up, restoring and moving an office, as staff do it."""

import json
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.carry import databases
from bot.cli.databases import target
from bot.demo import people
from storage.database import HEAD, Database
from tests.bot.commands import run
from tests.bot.test_cli import Running, audited
from tests.conftest import NOW

Fresh = Callable[[str], str]
KINDS = ("sqlite", "postgres")
LISTED = ("people", "list", "--json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published form, imported people and invitations."""
    folder = tmp_path_factory.mktemp("office")
    people.workbook(folder / "peserta.xlsx", today=NOW.date())
    for words in (("form", "publish", "kebekerjaan"), ("people", "import", "peserta.xlsx")):
        assert run(folder, *words).returncode == 0
    cohort = run(folder, "people", "cohorts").stdout.partition("\t")[0]
    assert run(folder, "people", "invite", "kebekerjaan", "--cohort", cohort).returncode == 0
    return folder


@pytest.fixture
def office(tmp_path: Path, made: Path) -> Path:
    return shutil.copytree(made, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def begin(**env: str) -> Running:
        running.append(Running(tmp_path, "serve", "--port", "0", env=env))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1, "one sentence"


def newest(folder: Path) -> str:
    return str(max((folder / "data" / "cadangan").iterdir()).relative_to(folder))


@pytest.mark.parametrize("kind", KINDS)
def test_an_office_is_backed_up_checked_and_restored(office: Path, fresh: Fresh, kind: str) -> None:
    done = run(office, "backup")
    assert done.returncode == 0, done.stderr
    file = newest(office)
    assert re.fullmatch(r"data/cadangan/lacak-\d{8}-\d{4}\.zip", file)
    assert f"{file}: " in done.stdout
    assert "SECRET_KEY tidak ada di dalamnya. Simpan terpisah" in done.stdout
    assert audited(office)[-1][0] == "backup"

    checked = run(office, "backup", "--check", file)
    assert (checked.returncode, f"{file}: utuh" in checked.stdout) == (0, True)
    assert "BPVP Kendari" in checked.stdout

    url = fresh(kind)
    put_back = run(office, "restore", file, "--to", url)
    assert (put_back.returncode, "baris dipulihkan" in put_back.stdout) == (0, True)
    assert "ditanyakan dulu ke penyedia" in put_back.stdout
    there = run(office, *LISTED, DATABASE_URL=url)
    assert there.returncode == 0
    assert len(json.loads(there.stdout)) == 300
    assert there.stdout == run(office, *LISTED).stdout
    number = re.search(r"NIK: \d{16}", run(office, "people", "show", "1", "--nik").stdout)
    assert number is not None
    assert number[0] in run(office, "people", "show", "1", "--nik", DATABASE_URL=url).stdout
    refused(run(office, "restore", file, "--to", url), "tidak kosong")
    refused(run(office, "restore", file), "tidak kosong")


def test_a_backup_is_made_while_the_service_runs(
    office: Path, serve: Callable[..., Running]
) -> None:
    serve().ready()
    assert run(office, "backup", "cadangan.zip").returncode == 0
    assert (office / "cadangan.zip").stat().st_mode & 0o777 == 0o600


def test_old_backups_make_room_for_a_new_one(office: Path) -> None:
    folder = office / "penyimpanan"
    folder.mkdir()
    assert run(office, "backup", "penyimpanan").returncode == 0
    (first,) = folder.iterdir()
    for month in range(1, 5):
        (folder / f"lacak-20260{month}01-0200.zip").write_bytes(first.read_bytes())
    first.unlink()
    (folder / "catatan.txt").write_text("jangan dihapus")
    done = run(office, "backup", "penyimpanan", "--keep", "3")
    assert (done.returncode, "2 cadangan lama dihapus" in done.stdout) == (0, True)
    left = sorted(one.name for one in folder.iterdir())
    assert left[:3] == ["catatan.txt", "lacak-20260301-0200.zip", "lacak-20260401-0200.zip"]
    assert len(left) == 4


def test_a_backup_that_cannot_be_made_or_read_says_why(office: Path) -> None:
    assert run(office, "backup", "a.zip").returncode == 0
    refused(run(office, "backup", "a.zip"), "a.zip sudah ada; beri nama lain")
    refused(run(office, "backup", "peserta.xlsx/a.zip"), "tidak jadi dibuat")
    refused(run(office, "backup", "--check"), "lacak backup --check FILE")
    refused(run(office, "backup", "--check", "b.zip"), "b.zip: tidak ada")
    refused(run(office, "backup", "--check", "peserta.xlsx"), "bukan cadangan Lacak")
    (office / "c.zip").write_bytes((office / "a.zip").read_bytes()[:-100])
    refused(run(office, "backup", "--check", "c.zip"), "terpotong")
    refused(run(office, "restore", "c.zip", "--to", "sqlite:///baru.db"), "terpotong")
    assert not (office / "baru.db").exists()
    for words in (("--check", "a.zip"), ("d.zip",)):
        done = run(office, "backup", *words, SECRET_KEY="another key")
        refused(done, "SECRET_KEY")
    refused(run(office, "restore", "a.zip", SECRET_KEY="another key"), "SECRET_KEY lain")
    refused(run(office, "restore", "a.zip", "--to", "mysql://h/d"), "'mysql://' tidak dikenal")
    assert sorted(one.name for one in office.glob("*.zip*")) == ["a.zip", "c.zip"]


@pytest.mark.parametrize("words", [("backup",), ("db", "copy", "--to", "sqlite:///b.db", "--yes")])
def test_only_an_admin_may_carry_an_office(office: Path, words: tuple[str, ...]) -> None:
    assert run(office, "staff", "add", "rina", "admin").returncode == 0
    assert run(office, "staff", "add", "budi", "operator").returncode == 0
    refused(run(office, "--as", "budi", *words), "peran operator tidak boleh")
    assert run(office, *words).returncode == 0


@pytest.mark.parametrize("words", [("backup",), ("db", "copy", "--to", "sqlite:///b.db", "--yes")])
def test_an_office_that_is_not_there_or_not_up_to_date_is_not_carried(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    refused(run(tmp_path, *words), "periksa DATABASE_URL")
    assert list(tmp_path.iterdir()) == [], "looking made nothing"
    database = Database(f"sqlite:///{tmp_path / 'data' / 'lacak.db'}")
    database.migrate("0002")
    database.close()
    refused(run(tmp_path, *words), "lacak db migrate")
    with closing(sqlite3.connect(tmp_path / "data" / "lacak.db", isolation_level=None)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        refused(run(tmp_path, *words), "Lacak yang lebih baru")
        db.execute("UPDATE alembic_version SET version_num = '0002'")
    done = run(tmp_path, "db", "migrate")
    assert (done.returncode, done.stdout) == (0, f"Basis data di migrasi {HEAD}.\n")
    assert run(tmp_path, *words).returncode == 0


def test_an_office_moves_to_postgresql_and_back(office: Path, fresh: Fresh) -> None:
    url, before = fresh("postgres"), run(office, *LISTED).stdout
    asked = run(office, "db", "copy", "--to", url, typed="tidak\n")
    assert (asked.returncode, "Tidak disalin" in asked.stderr) == (1, True)
    assert "baris akan disalin ke postgresql+psycopg://" in asked.stdout

    done = run(office, "db", "copy", "--to", url, typed="salin\n")
    assert (done.returncode, "dibandingkan: sama" in done.stdout) == (0, True), done.stderr
    assert audited(office)[-1][0] == "db copy"
    assert re.fullmatch(r"\d+ rows to postgresql", audited(office)[-1][1])
    assert run(office, *LISTED, DATABASE_URL=url).stdout == before
    added = run(office, "people", "invite", "kebekerjaan", "--cohort",
                "Menjahit Pakaian Dasar 2026 angkatan 1", DATABASE_URL=url)  # fmt: skip
    assert added.returncode == 0, added.stderr

    there = ("db", "copy", "--to", "sqlite:///data/pulang.db", "--yes")
    assert run(office, *there, DATABASE_URL=url).returncode == 0
    back = {"DATABASE_URL": "sqlite:///data/pulang.db"}
    assert run(office, *LISTED, **back).stdout == before
    refused(run(office, *there, DATABASE_URL=url), "tidak kosong: sudah ada isi di tabel")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("mysql://u:rahasia@h/d", "Tujuan 'mysql://' tidak dikenal; tulis sqlite:///"),
        ("postgresql://u:rahasia@h/d", "tulis sqlite:///data/lain.db atau postgresql+psycopg://"),
        ("data/lain.db", "bukan alamat basis data"),
        ("postgresql+psycopg://u:rahasia@h:x/d", "bukan alamat basis data"),
        ("sqlite://", "tidak menyebut basis datanya"),
        ("sqlite:///data/../data/lacak.db", "Tujuan sama dengan sumbernya"),
        ("sqlite:///peserta.xlsx", "tidak dapat dipakai: file is not a database"),
        ("sqlite:///peserta.xlsx/a.db", "tidak dapat dipakai"),
        ("postgresql+psycopg://u:rahasia@127.0.0.1:9/d", "tidak dapat dipakai: connection failed"),
    ],
)
def test_a_target_that_will_not_do_says_what_would(
    office: Path,
    to: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(office)
    source = Database("sqlite:///data/lacak.db")
    with pytest.raises(SystemExit), target(to, source=source) as database:
        databases.carry(source, database, lambda _n: None)
    source.close()
    words = capsys.readouterr().err
    assert (said in words, "rahasia" in words, words.count("\n")) == (True, False, 1), words


def test_a_postgresql_address_says_where_it_is_the_same(fresh: Fresh) -> None:
    url = fresh("postgres")
    source = Database(url)
    with pytest.raises(SystemExit), target(url, source=source):
        pass
    source.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_runs_keeps_its_database_from_being_copied_away(
    office: Path, fresh: Fresh, kind: str, serve: Callable[..., Running]
) -> None:
    env = {}
    if kind == "postgres":
        env["DATABASE_URL"] = fresh(kind)
        assert run(office, "db", "copy", "--to", env["DATABASE_URL"], "--yes").returncode == 0
    first = serve(**env)
    where = first.ready()
    assert run(office, "backup", "a.zip", **env).returncode == 0
    target = f"sqlite:///{office / 'lain.db'}"
    refused(run(office, "db", "copy", "--to", target, "--yes", **env), "hentikan dulu")
    second = run(office, "serve", "--port", "0", **env)
    assert (second.returncode, f"`lacak serve` at {where} uses" in second.stderr) == (1, True)
    if kind == "postgres":
        refused(run(office, "restore", "a.zip", "--to", env["DATABASE_URL"]), "pada tujuan")
    first.stop(signal.SIGKILL)
    assert run(office, "db", "copy", "--to", target, "--yes", **env).returncode == 0
    again = serve(**env)
    again.ready()
    again.stop(signal.SIGTERM)


def test_a_row_that_postgresql_would_not_take_is_named(office: Path, fresh: Fresh) -> None:
    with sqlite3.connect(office / "data" / "lacak.db") as db:
        db.execute("UPDATE address SET value = ? WHERE id = 7", ("62" * 101,))
    db.close()
    url = fresh("postgres")
    done = run(office, "db", "copy", "--to", url, "--yes")
    refused(done, "menolak tabel address, baris id=7: value too long")
    assert "6262" not in done.stderr
    with sqlite3.connect(office / "data" / "lacak.db") as db:
        db.execute("UPDATE address SET value = '62' WHERE id = 7")
    db.close()
    assert run(office, "db", "copy", "--to", url, "--yes").returncode == 0
