"""What Telegram refuses, of itself or because the test told it to."""

from dataclasses import dataclass
from http import HTTPStatus

from tests.fakes import faults
from tests.fakes.faults import Garble, HangUp, Slow


@dataclass(frozen=True, slots=True)
class Refuse(faults.Fault):
    """Answer with an error. `accepted`: it is done all the same, as a 500 may do."""

    status: int
    description: str = ""
    retry_after: int | None = None
    accepted: bool = False

    @property
    def words(self) -> str:
        if self.status == HTTPStatus.TOO_MANY_REQUESTS and self.retry_after is not None:
            return self.description or f"Too Many Requests: retry after {self.retry_after}"
        return self.description or HTTPStatus(self.status).phrase


Fault = Refuse | HangUp | Slow | Garble
TOO_FAST = Refuse(429, retry_after=1)


class Refused(Exception):
    """Telegram's answer is an error."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status, self.retry_after = status, retry_after


class Broken(Refused):
    """The caller broke a rule it could have known; `rule` goes to the fake's violations."""

    def __init__(self, description: str, rule: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, f"Bad Request: {description}")
        self.rule = rule
