"""What people do with us and we with them, as each channel shows it, word for word.

A sentence of the issue's page each; the same moves on every channel. `pytest
--update-transcripts` writes them anew from the moves of the web chat's.
"""

from pathlib import Path
from textwrap import dedent

import pytest

from bot.service import Service
from flows.transcript import Script
from flows.xlsform import Artefact, publish
from tests.bot.channels.acted import Acting
from tests.bot.channels.seen import SHOWN_IN, WEB, Screen
from tests.conftest import FixedClock, settings_for

FOLDER = Path(__file__).parents[2] / "transcripts" / "channels"
SENTENCES = sorted(path.stem for path in (FOLDER / WEB).glob("*.txt"))
PROOF = """
    settings:
      form_id: bukti
      version: "1"
      form_title: Bukti kerja
      default_language: Indonesia (id)
      chat::purpose: Kami ingin melihat bukti kerja Kakak.
      chat::closing: Selesai! Terima kasih, Kak.
    survey:
      - {type: image, name: foto, label: Boleh lihat kartu karyawannya?, required: "yes"}
      - {type: geopoint, name: lokasi, label: Di mana tempatnya?, required: "yes"}
      - {type: text, name: pesan, label: Ada pesan?}
"""
"""A form that asks for a photo and a place."""


@pytest.fixture(scope="module")
def published(artefact: Artefact) -> dict[str, Artefact]:
    return {
        "kebekerjaan": artefact,
        "bukti": publish(dedent(PROOF).lstrip("\n").encode()),
    }


@pytest.fixture(scope="module")
def screens() -> dict[str, Screen]:
    return {one: Screen(one) for one in SHOWN_IN}


def read(written: str) -> Script:
    """Return the moves of a transcript."""
    head = [line[2:] for line in written.splitlines() if line.startswith("# ")]
    form, *comment = head
    moves = []
    for line in written.splitlines():
        verb, colon, rest = line.partition(": ")
        if colon and verb.isalpha() and verb.islower() and verb not in ("bot", "end", "form"):
            moves.append((verb, rest.strip()))
    return Script(form.removeprefix("form: "), {}, tuple(comment), tuple(moves))


@pytest.mark.parametrize("shown_in", SHOWN_IN)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_conversation_looks_as_written(
    sentence: str, shown_in: str, sqlite_url: str, tmp_path: Path, clock: FixedClock,
    published: dict[str, Artefact], screens: dict[str, Screen], pytestconfig: pytest.Config,
) -> None:  # fmt: skip
    script = read((FOLDER / WEB / f"{sentence}.txt").read_text("utf-8"))
    service = Service(settings_for(sqlite_url), clock=clock)
    acting = Acting(service, clock, screens[shown_in], tmp_path, published[script.form])
    said = acting.play(script)
    service.close()
    path = FOLDER / shown_in / f"{sentence}.txt"
    if pytestconfig.getoption("--update-transcripts"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, "utf-8")
    assert path.read_text("utf-8") == said


def test_every_sentence_is_shown_in_every_channel() -> None:
    for shown_in in SHOWN_IN:
        assert sorted(path.stem for path in (FOLDER / shown_in).glob("*.txt")) == SENTENCES
    assert len(SENTENCES) >= 14
