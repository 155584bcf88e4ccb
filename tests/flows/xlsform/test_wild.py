"""Forms from the wild: what a chat can do, runs; all else is refused where it stands."""

import random
import time

import pytest
from pyxform.xls2xform import convert

from flows.phrases import phrases
from flows.reading.compare import compare
from flows.rehearsal import rehearse
from flows.state import Status
from flows.xlsform import examine, load, publish
from flows.xlsform.adopt import adopted
from flows.xlsform.source import read_sheets, read_tidy
from flows.xlsform.write import to_workbook, to_yaml
from tests.flows.xlsform.wild import RUNS, Wild, wild

SOON_S = 5.0


@pytest.mark.parametrize(
    "form", [form for form in wild() if form.becomes == (RUNS,)], ids=lambda form: form.name
)
def test_a_form_from_the_wild_comes_back_whole(form: Wild) -> None:
    source = form.source()
    draft = to_yaml(adopted(read_sheets(source), form_id="uji", version="1")).encode()
    exported = to_workbook(adopted(read_sheets(draft), form_id="uji", version="1"))
    again = to_yaml(adopted(read_sheets(exported), form_id="uji", version="1")).encode()
    assert compare(read_tidy(draft), read_tidy(again)) == ()
    assert len(read_sheets(draft).survey) == len(read_sheets(again).survey)
    convert(xlsform=exported, file_type=".xlsx", warnings=[])
    assert shape(exported) == shape(source)


def shape(source: bytes) -> list[object]:
    """What is asked, in which words, with which choices."""
    return [
        (item.path, item.kind, item.label, item.hint, item.choices)
        for item in load(publish(source, name="uji")).items
    ]


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
