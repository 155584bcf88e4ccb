"""The house keeps its own rules: imports, packaging, settings, nothing of this machine."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import DEFAULTS, Settings, WrongSettings, read_settings

ROOT = Path(__file__).parent.parent
OURS = {"bot", "flows", "scheduler", "storage", "exports"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_imports_keep_to_their_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_dependency_claims_our_package_names() -> None:
    claimed = importlib.metadata.packages_distributions()
    strangers = {name: claimed[name] for name in OURS & claimed.keys()}
    assert all(set(owners) == {"lacak"} for owners in strangers.values()), strangers


def test_the_wheel_ships_our_five_packages_and_nothing_else() -> None:
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == OURS


def test_every_package_folder_has_an_init() -> None:
    folders = {path.parent for name in OURS for path in (ROOT / name).rglob("*.py")}
    assert [str(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_env_example_and_settings_name_the_same_variables() -> None:
    example = dotenv_values(ROOT / ".env.example")
    assert {name: value or "" for name, value in example.items()} == dict(DEFAULTS)
    assert {field.name.upper() for field in fields(Settings)} == set(DEFAULTS)


def test_defaults_are_right_settings() -> None:
    assert read_settings({}, env_file=None).office_name == "Kantor Alumni"


def test_every_wrong_setting_is_named_at_once_with_a_right_one() -> None:
    wrong = {
        "WHATSAPP_RATE_PER_SECOND": "cepat",
        "OFFICE_TIMEZONE": "Asia/Kendari",
        "PUBLIC_URL": "lacak.example.ac.id",
        "DATABASE_URL": "mysql://u:rahasia@h/d",
        "TELEGRAM_WEBHOOK_SECRET": "rahasia sekali",
    }
    with pytest.raises(WrongSettings) as error:
        read_settings(wrong, env_file=None)
    said = str(error.value)
    assert all(name in said for name in wrong)
    assert "WHATSAPP_RATE_PER_SECOND='cepat' must be a whole number" in said
    assert "rahasia" not in said


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("from a file\n")
    settings = read_settings({"SECRET_KEY_FILE": str(secret)}, env_file=None)
    assert settings.secret_key == "from a file"


def test_dot_env_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OFFICE_NAME=Dari berkas\nOFFICE_CONTACT=0401\n")
    settings = read_settings({"OFFICE_NAME": "Dari lingkungan"}, env_file=file)
    assert (settings.office_name, settings.office_contact) == ("Dari lingkungan", "0401")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_hashed_and_name_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    pins = re.findall(r"^\S+==\S+(?: ;.*?)? \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 20


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    pins = [line for line in lines if re.match(r'    "[a-z][\w\[\]-]*[=<>]', line)]
    assert len(pins) > 20
    assert [line for line in pins if "#" not in line] == []


def test_nothing_is_left_undone_by_its_own_words() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|NotImplemented" + r"Error)\b")
    sources = [p for name in OURS for p in (ROOT / name).rglob("*") if p.is_file()]
    texts = [p for p in sources if p.suffix in (".py", ".yaml", ".html", ".js", ".css")]
    assert [str(p) for p in texts if words.search(p.read_text("utf-8"))] == []
