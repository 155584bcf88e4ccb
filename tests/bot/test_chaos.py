"""Chaos over real HTTP against a real `lacak serve`, killed five times (laws 1, 2, 6, 9).

Every message that got its 200 is stored once; each person's messages keep their order; each
interview equals the replay of its stored events; who asked to stop hears no more.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from flows.xlsform import Artefact
from tests.bot.chaos.office import Process, live_through, open_office, settle_in
from tests.bot.chaos.proof import Figures, check
from tests.bot.commands import Staying
from tests.bot.test_cli import Running
from tests.conftest import KEY, postgres_database


class Installed(Running):
    """The program as it is installed, not forked from one that is warm."""

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def chaos(
    folder: Path, url: str, artefact: Artefact, how: Callable[..., Process], *,
    size: int, seed: int, kills: int = 5,
) -> Figures:  # fmt: skip
    with open_office(url) as office:
        settle_in(office, artefact, size, seed)
        env = {**office.env, "DATABASE_URL": url, "SECRET_KEY": KEY}
        live_through(office, partial(how, folder, "serve", "--port", "0", env=env), kills)
        found = check(office)
    assert found.finished >= size / 15, "people came to the end through it all"
    assert found.stops >= size / 3, "others were through with it"
    assert min(found.twice, found.receipts_back, found.late, found.early) > 0
    assert found.shuffled or size < 60, "Telegram's updates were stored in another order"
    return found


def test_laws_1_2_6_9_sixty_people_and_five_kills(
    sqlite_url: str, tmp_path: Path, artefact: Artefact
) -> None:
    chaos(tmp_path, sqlite_url, artefact, Staying, size=60, seed=1)


def test_laws_1_2_6_9_two_dozen_people_and_three_kills_on_postgresql(
    postgres_url: str, migrated_postgres: str, tmp_path: Path, artefact: Artefact
) -> None:
    with postgres_database(postgres_url, template=migrated_postgres) as url:
        chaos(tmp_path, url, artefact, Staying, size=24, seed=5, kills=3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_laws_1_2_6_9_two_hundred_people_and_five_kills(
    database_url: str, seed: int, tmp_path: Path, artefact: Artefact
) -> None:
    found = chaos(tmp_path, database_url, artefact, Installed, size=200, seed=seed)
    print(found)  # noqa: T201 -- what `pytest -s` shows of a soak
