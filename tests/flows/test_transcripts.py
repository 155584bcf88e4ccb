"""Every conversation in tests/transcripts says what it says there, word for word."""

from pathlib import Path

import pytest

from flows import library
from flows.model import Form
from flows.phrases import phrases
from flows.transcript import play, read_script

FOLDER = Path(__file__).parent.parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_conversation_goes_as_written(
    path: Path, form: Form, pytestconfig: pytest.Config
) -> None:
    written = path.read_text("utf-8")
    script = read_script(written)
    said = play(form, script, phrases())
    if pytestconfig.getoption("--update-transcripts"):
        path.write_text(said, "utf-8")
    assert path.read_text("utf-8") == said


def test_every_transcript_is_of_a_form_we_have() -> None:
    forms = {read_script(path.read_text("utf-8")).form for path in FILES}
    assert forms <= set(library.names())


def test_every_status_is_lived_through_in_a_transcript(form: Form) -> None:
    choices = {choice.code for choice in form.by_path["status"].choices}
    text = "".join(path.read_text("utf-8") for path in FILES)
    assert {code for code in choices if f"save: status = {code}\n" not in text} == set()
