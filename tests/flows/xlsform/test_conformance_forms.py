"""Public XLSForm workbooks, where a checkout has them beside it: each runs, or is refused.

`EXPECT` is the budget of issue 6: at least 60 % run. Every one that runs holds random
conversations to their end, with the state that went in unmodified at each step and the step
from the state's JSON the same (`flows.rehearsal.checked_step` looks).
"""

import random
from functools import cache
from pathlib import Path

import pytest

from flows.phrases import phrases
from flows.rehearsal import rehearse
from flows.state import Status
from flows.xlsform import Examined, examine, load

FOLDER = Path(__file__).parents[4] / "shared" / "conformance" / "xlsforms"
FORMS = sorted(FOLDER.glob("*.xlsx"))
EXPECT = 0.6
QUICK, FULL = 3, 200

pytestmark = [
    pytest.mark.skipif(not FORMS, reason="the conformance data is not beside this checkout"),
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),
]


@cache
def examined(path: Path) -> Examined:
    """Examine a workbook once for all tests."""
    return examine(path.read_bytes(), name=path.stem)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_public_form_runs_or_is_refused_with_places(path: Path) -> None:
    found = examined(path)
    errors = [fault for fault in found.faults if not fault.is_warning]
    assert (found.artefact is None) == bool(errors)
    for fault in errors:
        assert fault.sheet in ("survey", "choices", "settings", "entities")
        assert fault.message
    assert not errors or any(fault.line and fault.column for fault in errors)
    if found.artefact is not None:
        converse(path, QUICK)


def test_at_least_sixty_in_a_hundred_run() -> None:
    runs = [path.stem for path in FORMS if examined(path).artefact is not None]
    assert len(runs) / len(FORMS) >= EXPECT


@pytest.mark.soak
@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_two_hundred_conversations_come_to_an_end(path: Path) -> None:
    if examined(path).artefact is not None:
        converse(path, FULL)


def converse(path: Path, times: int) -> None:
    artefact = examined(path).artefact
    assert artefact is not None
    form = load(artefact)
    for seed in range(times):
        played = rehearse(form, random.Random(seed), phrases())
        assert played.state.status is Status.FINISHED, (seed, played.state.at)
