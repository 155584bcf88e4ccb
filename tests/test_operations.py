"""The units and the compose file of docs/operations.md are right, as far as a machine can tell."""

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import DEFAULTS, read_settings
from tests.bot.commands import LACAK, run
from tests.test_docs import ROOT, blocks

PAGE = ROOT / "docs" / "operations.md"
HOME = "/srv/lacak"
ANALYZE = shutil.which("systemd-analyze") or ""
UNITS = {text.splitlines()[0].rpartition("/")[2]: text for text in blocks(PAGE, "ini")}
COMPOSE: dict[str, Any] = yaml.safe_load(blocks(PAGE, "yaml")[0])


def parsed(text: str) -> ConfigParser:
    unit = ConfigParser(interpolation=None)
    unit.read_string(text)
    return unit


def commands() -> list[str]:
    """Return every `lacak` command that a unit or the compose file runs."""
    found = [parsed(text).get("Service", "ExecStart", fallback="") for text in UNITS.values()]
    found.append(COMPOSE["services"]["lacak"]["command"].partition("exec ")[2].rstrip('"'))
    return [one.partition(".venv/bin/lacak ")[2] for one in found if one]


def test_there_is_a_service_and_a_backup_with_its_timer() -> None:
    assert set(UNITS) == {"lacak.service", "lacak-backup.service", "lacak-backup.timer"}
    for name in ("lacak.service", "lacak-backup.service"):
        service = parsed(UNITS[name])["Service"]
        assert service["WorkingDirectory"] == HOME
        assert service["ExecStart"].startswith(f"{HOME}/.venv/bin/lacak ")
    for text in UNITS.values():
        for word in text.split("Environment=")[1:]:
            assert word.partition("=")[0] in DEFAULTS


def test_every_command_they_run_is_one(tmp_path: Path) -> None:
    assert sorted(commands()) == ["backup --keep 30", "serve", "serve --host 0.0.0.0"]
    for words in commands():
        assert run(tmp_path, *words.split(), "--help").returncode == 0, words
    assert run(tmp_path, "backup", "--simpan", "30", "--help").returncode == 2


@pytest.mark.skipif(not ANALYZE, reason="no systemd here")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text.replace(f"{HOME}/.venv/bin/lacak", LACAK), "utf-8")
    done = subprocess.run(
        [ANALYZE, "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_compose_file_joins_what_it_names() -> None:
    services = COMPOSE["services"]
    office = services["lacak"]
    password = "letters0and1digits"
    environment = {
        name: value.replace("${POSTGRES_PASSWORD}", password)
        for name, value in office["environment"].items()
    }
    assert set(environment) <= set(DEFAULTS)
    url = read_settings(environment, env_file=None).database_url
    db = services["db"]["environment"]
    user, name = db["POSTGRES_USER"], db["POSTGRES_DB"]
    assert url == f"postgresql+psycopg://{user}:{password}@db/{name}"
    assert set(office["depends_on"]) <= set(services)
    volumes = [one.partition(":")[0] for each in services.values() for one in each["volumes"]]
    assert {one for one in volumes if one != "."} == set(COMPOSE["volumes"])
    assert f".:{office['working_dir']}" in office["volumes"]
