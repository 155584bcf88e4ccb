"""Law 7: ask back rather than guess. What people type, and how an Indonesian reads it."""

from collections import Counter
from functools import cache

import pytest

from flows.answers import DATED, Outcome, Reading
from tests.flows.answers.corpus import Line, corpus, pattern

LINES = list(corpus())
KINDS = sorted({line.kind for line in LINES})


@cache
def read_once(line: Line) -> Reading:
    """Read a line, once for all tests: there are thousands."""
    return line.reading()


@pytest.mark.parametrize("kind", KINDS)
def test_typed_answers_are_read_as_an_indonesian_reads_them(kind: str) -> None:
    wrong = [
        f"{line.id} => {line.expected} expected, not {read_once(line)}"
        for line in LINES
        if line.kind == kind and not line.is_met_by(read_once(line))
    ]
    assert not wrong, "\n".join([f"{len(wrong)} lines of tests/corpus/{kind}.txt:", *wrong])


def test_nothing_is_silently_wrong() -> None:
    assert [line.id for line in LINES if line.is_silently_wrong(read_once(line))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_anyone_would_understand_is_seldom_asked(kind: str) -> None:
    clear = [line for line in LINES if line.kind == kind and line.is_clear]
    asked = [line.id for line in clear if read_once(line).outcome is not Outcome.SURE]
    assert len(asked) <= 0.1 * len(clear), asked


def test_only_dated_kinds_are_read_by_what_day_it_is() -> None:
    timeless = [line for line in LINES if line.kind not in DATED]
    assert [line.id for line in timeless if line.reading(None) != read_once(line)] == []


def test_no_line_stands_twice() -> None:
    asked = ((one.kind, one.typed, one.question, one.unit, one.choices) for one in LINES)
    assert [line for line, times in Counter(asked).items() if times > 1] == []


def test_no_pattern_stands_more_than_thrice() -> None:
    assert [shape for shape, times in Counter(map(pattern, LINES)).items() if times > 3] == []


def test_the_corpus_is_large_enough_to_say_something() -> None:
    assert len(LINES) >= 1000
