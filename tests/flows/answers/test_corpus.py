"""Law 7: ask back rather than guess. What people type, and how an Indonesian reads it."""

from collections import Counter

import pytest

from flows.answers import Outcome
from tests.flows.answers.corpus import corpus, pattern

LINES = list(corpus())


KINDS = sorted({line.kind for line in LINES})


@pytest.mark.parametrize("kind", KINDS)
def test_typed_answers_are_read_as_an_indonesian_reads_them(kind: str) -> None:
    missed = [
        f"{line.id}: {line.expected} expected, not {line.reading()}"
        for line in LINES
        if line.kind == kind and not line.is_met_by(line.reading())
    ]
    assert missed == []


def test_nothing_is_silently_wrong() -> None:
    assert [line.id for line in LINES if line.is_silently_wrong(line.reading())] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_anyone_would_understand_is_seldom_asked(kind: str) -> None:
    clear = [line for line in LINES if line.kind == kind and line.is_clear]
    asked = [line.id for line in clear if line.reading().outcome is not Outcome.SURE]
    assert len(asked) <= 0.1 * len(clear), asked


def test_no_line_stands_twice() -> None:
    asked = ((one.kind, one.typed, one.question, one.unit, one.choices) for one in LINES)
    assert [line for line, times in Counter(asked).items() if times > 1] == []


def test_no_pattern_stands_more_than_thrice() -> None:
    assert [shape for shape, times in Counter(map(pattern, LINES)).items() if times > 3] == []


def test_the_corpus_is_large_enough_to_say_something() -> None:
    assert len(LINES) >= 1000
