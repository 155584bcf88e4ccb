"""Law 7: ask back rather than guess. What people type, and how an Indonesian reads it."""

from collections import Counter

import pytest

from tests.flows.answers.corpus import Line, corpus

LINES = list(corpus())


@pytest.mark.parametrize("line", LINES, ids=[line.id for line in LINES])
def test_a_typed_answer_is_read_as_an_indonesian_reads_it(line: Line) -> None:
    reading = line.reading()
    assert line.is_met_by(reading), f"{line.expected} expected, not {reading}"


def test_no_line_stands_twice() -> None:
    seen = Counter((line.kind, line.typed, line.question, line.unit) for line in LINES)
    assert [line for line, times in seen.items() if times > 1] == []
