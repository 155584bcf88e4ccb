"""Law 5: a form published by the first engine, and interviews half-way in it, go on as they were.

`engine1.json` was written by that engine: its artefact of `kebekerjaan` as `engine1.yaml` has it,
and five conversations with every event, the state after it and what was said.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from flows.asking import CONSENT
from flows.effects import Say
from flows.events import from_json
from flows.phrases import phrases
from flows.prompts import prompt, to_json
from flows.state import State, replace
from flows.step import Turn, start, step
from flows.xlsform import Artefact, load, publish

HERE = Path(__file__).parent
KEPT: dict[str, Any] = json.loads((HERE / "engine1.json").read_text("utf-8"))
FORM = load(Artefact(**KEPT["artefact"]))


@pytest.mark.parametrize("talk", KEPT["talks"], ids=range(len(KEPT["talks"])))
def test_law_5_a_conversation_goes_on_as_it_was(talk: list[dict[str, Any]]) -> None:
    state = start(FORM)
    for turn in talk:
        made = step(FORM, state, from_json(turn["event"]))
        said = prompt(made.effects, phrases())
        if any(
            isinstance(one, Say) and one.phrase in ("change_meant", "late_tap")
            for one in made.effects
        ):
            assert made.state.answers == state.answers  # a late tap, which used to say nothing
            state = State.from_json(turn["state"])
            continue
        if turn["event"]["kind"] == "tapped" and turn["event"]["item"] == CONSENT:
            assert made == Turn(state)  # agreed twice, which used to ask again
            state = State.from_json(turn["state"])
            continue
        now = replace(made.state, heard=())  # remembered for words that may follow, since then
        assert now.to_json() == turn["state"]
        assert _words(said and to_json(said)) == _words(turn["prompt"])
        state = State.from_json(turn["state"])


def _words(prompt: Any) -> Any:
    """Return a prompt as that engine stored it: without what is only said of it since.

    The answers at the end are new; a doubt's buttons had the number of the open question.
    """
    kept = json.loads(json.dumps(prompt))
    if kept:
        kept.pop("q", None)
        kept["t"] = kept["t"].partition("\n\nJawaban Kakak:")[0]
        kept["t"] = kept["t"].replace("UBAH (jawaban lain), ", "")
        for button in kept.get("b", ()):
            button[1] = re.sub(r"\.(?!-1\b)-?\d+\.", ".*.", button[1])
    return kept


def test_the_same_source_published_now_means_the_same() -> None:
    now = load(publish((HERE / "engine1.yaml").read_bytes()))
    assert now.items == FORM.items
    assert (now.purpose, now.closing, now.title) == (FORM.purpose, FORM.closing, FORM.title)


def test_its_digest_is_still_the_one_it_was_published_with() -> None:
    assert FORM.key == f"kebekerjaan@2026112101#{KEPT['artefact']['sha256'][:12]}"
