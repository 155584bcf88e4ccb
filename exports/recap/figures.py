"""How many were asked, reached and answered. Everyone is in exactly one place (law 4).

    target = finished + partly + declined + stopped + silent + the people of `unreached`

Rates after Belmawa's tracer study (Kuesioner Tracer Study DIKTI 2021): gross is answered of
target, net is answered of reached. Of a named list a wrong number stays in the target, so gross
is AAPOR's RR2; net is a rate of those reached and never stands alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from exports.recap.questions import Answers, Choices, Quartiles, answers_of, questions
from flows.model import Form
from flows.state import Status
from storage.interviews import Row
from storage.reach import Reached


class Outcome(StrEnum):
    """What became of asking one person."""

    FINISHED = "finished"
    PARTLY = "partly"
    DECLINED = "declined"
    STOPPED = "stopped"
    SILENT = "silent"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many people there are of each outcome; `unreached` is by reason, most frequent first.

    `partly` gave at least one answer, also those who stopped on the way; `declined` and
    `stopped` gave none; `silent` were reached and did not answer.
    """

    target: int = 0
    invited: int = 0
    finished: int = 0
    partly: int = 0
    declined: int = 0
    stopped: int = 0
    silent: int = 0
    unreached: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """People with at least one answer."""
        return self.finished + self.partly

    @property
    def reached(self) -> int:
        """People a message is known to have come to."""
        return self.answered + self.declined + self.stopped + self.silent

    @property
    def gross(self) -> float | None:
        """Answered of target; None when the target is nobody."""
        return self.answered / self.target if self.target else None

    @property
    def net(self) -> float | None:
        """Answered of reached; None when nobody was."""
        return self.answered / self.reached if self.reached else None


@dataclass(frozen=True, slots=True)
class Recap:
    """One form in one period, of one cohort or prodi, as it stands on a day."""

    title: str
    scope: str
    period: str
    as_of: date
    turnout: Turnout
    questions: Sequence[Choices | Quartiles]


def recap(
    people: Iterable[Reached],
    rows: Iterable[Row],
    form_of: Callable[[int], Form],
    *,
    newest: Form,
    scope: str,
    period: str,
    as_of: date,
) -> Recap:
    """Return the recap of these people; `rows` are the interviews they name.

    Questions and their labels are of the form version `newest`; older versions' answers count
    where the question has the same name.
    """
    by_interview: dict[int, Answers] = {}
    status: dict[int, Status] = {}
    for row in rows:
        by_interview[row.id] = answers_of(form_of(row.form_pk), row)
        status[row.id] = row.status
    outcomes: list[tuple[Outcome, Reached]] = []
    answered: list[Answers] = []
    for one in people:
        key = one.interview_id
        answers = by_interview.get(key) if key is not None else None
        outcome = _outcome(one, status.get(key) if key is not None else None, answers)
        outcomes.append((outcome, one))
        if answers is not None and outcome in (Outcome.FINISHED, Outcome.PARTLY):
            answered.append(answers)
    return Recap(newest.title, scope, period, as_of, turnout(outcomes), questions(newest, answered))


def turnout(outcomes: Iterable[tuple[Outcome, Reached]]) -> Turnout:
    """Return how many people there are of each outcome."""
    counted: Counter[Outcome] = Counter()
    reasons: Counter[str] = Counter()
    invited = 0
    for outcome, one in outcomes:
        counted[outcome] += 1
        invited += one.interview_id is not None
        if outcome is Outcome.UNREACHED:
            reasons[one.reason] += 1
    return Turnout(
        target=counted.total(),
        invited=invited,
        finished=counted[Outcome.FINISHED],
        partly=counted[Outcome.PARTLY],
        declined=counted[Outcome.DECLINED],
        stopped=counted[Outcome.STOPPED],
        silent=counted[Outcome.SILENT],
        unreached=dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    )


def _outcome(one: Reached, status: Status | None, answers: Answers | None) -> Outcome:
    """A reply proves that the person was reached, whatever receipts say."""
    match status:
        case Status.FINISHED:
            return Outcome.FINISHED
        case Status.DECLINED:
            return Outcome.DECLINED
    if answers is not None and any(value is not None for value in answers.said.values()):
        return Outcome.PARTLY
    match status:
        case Status.STOPPED:
            return Outcome.STOPPED
        case Status.ASKING | Status.CLOSED:
            return Outcome.SILENT
    return Outcome.SILENT if one.arrived else Outcome.UNREACHED
