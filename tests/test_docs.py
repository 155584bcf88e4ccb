"""What the documentation shows is true: its conversation passes, its commands run."""

import re
import shlex
from pathlib import Path

import pytest

from bot.demo import people
from flows import library
from flows.model import Form
from flows.phrases import phrases
from flows.transcript import play, read_script
from tests.bot.commands import run
from tests.conftest import NOW

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN_ELSEWHERE = {"lacak serve", "lacak demo", "make demo", "make check", "make setup", "make test"}
"""Commands that test_cli runs, and make targets: `make check` runs this very test."""


def blocks(page: Path, language: str) -> list[str]:
    fenced = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [str(block) for block in fenced.findall(page.read_text("utf-8"))]


def test_the_conversation_in_the_readme_passes(form: Form) -> None:
    (conversation,) = blocks(ROOT / "README.md", "percakapan")
    assert play(form, read_script(conversation), phrases()) == conversation


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_runs(page: Path, tmp_path: Path) -> None:
    people.workbook(tmp_path / "peserta.xlsx", today=NOW.date())
    (tmp_path / "kuesioner.yaml").write_bytes(library.source("kebekerjaan"))
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    for line in lines:
        if line in RUN_ELSEWHERE:
            continue
        program, *words = shlex.split(line)
        assert program == "lacak", line
        done = run(tmp_path, *words, typed="tidak\n")
        assert done.returncode == 0, (line, done.stderr)


def test_every_make_target_shown_exists() -> None:
    shown = {
        t for page in PAGES for t in re.findall(r"make ([a-z]+)[`\s]", page.read_text("utf-8"))
    }
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {target for target in shown if f"\n{target}:" not in makefile} == set()


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page, target)
