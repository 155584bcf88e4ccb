"""A form of a few rows, and somebody who answers it."""

from datetime import UTC, datetime
from textwrap import dedent
from typing import Any

from flows.effects import Ask, Effect, Save, Say
from flows.events import Event, Replied, Started, Tapped
from flows.model import Form
from flows.phrases import phrases
from flows.prompts import Prompt, prompt
from flows.rehearsal import checked_step
from flows.state import State
from flows.step import start
from flows.xlsform import load, publish
from tests.flows.xlsform.forms import SETTINGS

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def made(sheets: str, settings: str = SETTINGS) -> Form:
    return load(publish((settings + dedent(sheets).lstrip("\n")).encode()))


class Talk:
    """Sari answers; every step is checked as a rehearsal checks it."""

    def __init__(self, form: Form, **started: Any) -> None:
        self.form = form
        self.effects: tuple[Effect, ...] = ()
        self.state: State = start(form)
        self.happen(Started(NOW, consented=True, **started))

    def happen(self, event: Event) -> "Talk":
        turn = checked_step(self.form, self.state, event)
        self.state, self.effects = turn.state, turn.effects
        return self

    def say(self, *texts: str) -> "Talk":
        for text in texts:
            self.happen(Replied(NOW, text))
        return self

    def tap(self, option: int) -> "Talk":
        item = self.form.by_path[self.state.at]
        return self.happen(Tapped(NOW, self.state.asked, item.index, option))

    def send(self, *media: str, text: str = "") -> "Talk":
        return self.happen(Replied(NOW, text, media))

    @property
    def at(self) -> str:
        return self.state.at

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.state.answers)

    @property
    def saved(self) -> dict[str, Any]:
        return {one.path: one.value for one in self.effects if isinstance(one, Save)}

    @property
    def said(self) -> list[str]:
        return [one.phrase for one in self.effects if isinstance(one, Say)]

    @property
    def asks(self) -> Ask:
        return next(one for one in self.effects if isinstance(one, Ask))

    @property
    def message(self) -> Prompt:
        message = prompt(self.effects, phrases())
        assert message is not None
        return message

    @property
    def shown(self) -> str:
        message = prompt(self.effects, phrases())
        return message.text if message else ""

    @property
    def options(self) -> list[str]:
        return [option.label for option in self.asks.options if option.index >= 0]
