"""Forms from the wild: what a chat can do, runs; all else is refused where it stands."""

import random
import time

import pytest

from flows.phrases import phrases
from flows.rehearsal import rehearse
from flows.state import Status
from flows.xlsform import examine, load
from tests.flows.xlsform.wild import RUNS, Wild, wild

SOON_S = 5.0


@pytest.mark.parametrize("form", list(wild()), ids=lambda form: form.name)
def test_a_form_from_the_wild_runs_or_is_refused_where_it_is_wrong(form: Wild) -> None:
    began = time.process_time()
    found = examine(form.source(), name=form.name)
    assert time.process_time() - began < SOON_S
    faults = [fault for fault in found.faults if not fault.is_warning]
    said = tuple(f"{one.sheet} {one.line} {one.column} {one.code.name}" for one in faults)
    assert said == (() if form.becomes == (RUNS,) else form.becomes)
    assert (found.artefact is None) == bool(faults)
    if found.artefact is None:
        return
    made = load(found.artefact)
    for seed, language in enumerate(made.languages):
        played = rehearse(made, random.Random(seed), phrases(), language=language)
        assert played.state.status is Status.FINISHED
