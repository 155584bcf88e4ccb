"""Every conversation in tests/transcripts says what it says there, word for word."""

from functools import cache
from pathlib import Path

import pytest

from flows import library
from flows.model import Form
from flows.phrases import phrases
from flows.transcript import play, read_script
from flows.xlsform import load, publish

FOLDER = Path(__file__).parent.parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


@cache
def built_in(name: str) -> Form:
    return load(publish(library.source(name)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_conversation_goes_as_written(path: Path, pytestconfig: pytest.Config) -> None:
    written = path.read_text("utf-8")
    script = read_script(written)
    said = play(built_in(script.form), script, phrases())
    if pytestconfig.getoption("--update-transcripts"):
        path.write_text(said, "utf-8")
    assert path.read_text("utf-8") == said


def test_every_built_in_form_is_talked_through() -> None:
    forms = {read_script(path.read_text("utf-8")).form for path in FILES}
    assert forms == set(library.names())


@pytest.mark.parametrize(
    ("name", "item"),
    [("kebekerjaan", "status"), ("tracer", "f8"), ("tracer_2021", "f504"),
     ("balasan_magang", "hasil")],
)  # fmt: skip
def test_every_branch_is_lived_through_in_a_transcript(name: str, item: str) -> None:
    choices = {choice.code for choice in built_in(name).by_path[item].choices}
    told = [path.read_text("utf-8") for path in FILES]
    text = "".join(one for one in told if f"# form: {name}\n" in one)
    assert {code for code in choices if f"save: {item} = {code}\n" not in text} == set()
