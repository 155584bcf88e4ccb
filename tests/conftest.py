"""Fixtures: databases of both kinds, the published form, a service with a fixed clock."""

import gc
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.util import LRUCache

from bot.service import Service
from bot.settings import Settings, read_settings
from flows import library
from flows.model import Form
from flows.xlsform import Artefact, load, publish
from storage.database import Database
from storage.secrets import Vault
from tests import postgres

hypothesis.settings.register_profile("lacak", deadline=None)  # machines are noisy
hypothesis.settings.load_profile("lacak")

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
KEY = "a key that only the tests use, long enough"
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among the tests: it was a third of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class FixedClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


class Statements(LRUCache[Any, Any]):
    """What statements compile to, for all engines of a kind: each test makes an engine anew."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


@pytest.fixture(scope="session", autouse=True)
def statements() -> Iterator[None]:
    """Compile each statement once, as a service that runs does: it was a fifth of many tests."""
    options = {"compiled_cache": Statements(5_000)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "storage.database.create_engine", partial(create_engine, execution_options=options)
        )
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    reason = postgres.why_not()
    if reason:
        pytest.skip(reason)
    with postgres.server() as url:
        yield url
        _keeper(url).dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest migration, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "lacak.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.engine.connect() as db:
        db.exec_driver_sql("ROLLBACK")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[str]:
    """The name of an empty PostgreSQL database at the newest migration, to be copied."""
    with postgres_database(postgres_url) as url:
        database = Database(url)
        database.migrate()
        database.close()
        yield str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "lacak.db"
        path.write_bytes(migrated.read_bytes())
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with postgres_database(server, template=request.getfixturevalue("migrated_postgres")) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    path = tmp_path / "lacak.db"
    path.write_bytes(migrated.read_bytes())
    return f"sqlite:///{path}"


class postgres_database:  # noqa: N801 -- used as a context manager, like a function
    """A database of its own on the test server: empty, or a copy of another."""

    def __init__(self, server: str, *, template: str = "template1") -> None:
        self._keeper = _keeper(server)
        self._name = f"t{next(_numbers)}_{id(self)}"
        self._template = template
        self.url = server.format(self._name)

    def __enter__(self) -> str:
        self._do(f'CREATE DATABASE "{self._name}" TEMPLATE "{self._template}" STRATEGY FILE_COPY')
        return self.url

    def __exit__(self, *_: object) -> None:
        self._do(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with self._keeper.connect() as db:
            db.execute(text(statement))


@cache
def _keeper(server: str) -> Engine:
    """Return what makes and drops databases: one connection for them all."""
    return create_engine(
        make_url(server.format("postgres")), isolation_level="AUTOCOMMIT", pool_size=1
    )


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Make a new database of a kind, with nothing in it, and return its URL."""
    with ExitStack() as stack:

        def make(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{tmp_path / f'fresh{next(_numbers)}.db'}"
            template: str = request.getfixturevalue("postgres_url")
            return stack.enter_context(postgres_database(template))

        yield make


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


@pytest.fixture(scope="session")
def artefact() -> Artefact:
    return publish(library.source("kebekerjaan"))


@pytest.fixture(scope="session")
def form(artefact: Artefact) -> Form:
    return load(artefact)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def settings_for(url: str, **more: str) -> Settings:
    return read_settings(
        {
            "DATABASE_URL": url,
            "SECRET_KEY": KEY,
            "OFFICE_NAME": "BPVP Kendari",
            "OFFICE_TIMEZONE": "Asia/Makassar",
            "OFFICE_CONTACT": "0401-312345",
            "BURST_SECONDS": "0",  # people in tests answer at once
            **more,
        },
        env_file=None,
    )


@pytest.fixture
def make_service(clock: FixedClock) -> Iterator[Callable[[str], Service]]:
    made: list[Service] = []

    def make(url: str) -> Service:
        made.append(Service(settings_for(url), clock=clock))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(database_url: str, make_service: Callable[[str], Service]) -> Service:
    return make_service(database_url)
