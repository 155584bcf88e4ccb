"""Replacing SECRET_KEY: everything opens at every moment, also when it is killed half-way."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.links import make_token, read_token
from bot.media.kinds import JPEG
from bot.media.shelf import Shelf
from bot.rights import keys
from bot.rights.keys import rotate
from bot.service import Service
from flows.prompts import Prompt
from flows.xlsform import Artefact
from storage import enquiries, interviews, memos, rekeying, respondents, tombstones
from storage.enquiries import Asker
from storage.secrets import Vault, WrongKey
from storage.tombstones import Traits
from tests.bot.rights.test_wishes import sheets
from tests.bot.world import World, make_more, make_world
from tests.conftest import KEY, FixedClock, settings_for
from tests.people import BUDI, SARI

NEW = "another key, made when the first one leaked"
STRANGER = Asker("telegram", "77001")


@pytest.fixture
def told(database_url: str, make_service: Callable[[str], Service], artefact: Artefact) -> World:
    """An office with a bit of everything, under the first key."""
    world = make_world(make_service(database_url), artefact)
    make_more(world, 8)
    world.say(SARI, "ya", "kerja", "PT Maju", "apa kabar?")
    service = world.service
    with service.database.write() as db:
        enquiries.add(db, service.vault, STRANGER, "halo?", reason="stranger", at=service.now())
        traits = Traits("Orang Lama", "7471990101010001")
        tombstones.bury(db, service.vault, world.people[BUDI.name], traits, at=service.now())
    return world


@pytest.fixture
def turned(told: World, database_url: str, clock: FixedClock) -> Iterator[World]:
    """The same office after the key was replaced in its settings."""
    settings = settings_for(database_url, SECRET_KEY=NEW, SECRET_KEY_OLD=KEY)
    service = Service(settings, clock=clock)
    yield World(service, told.form_pk, told.people, told.addresses, told.numbers)
    service.close()


def left(world: World, vault: Vault) -> int:
    with world.service.database.read() as db:
        return sum(number for _part, number in rekeying.leftovers(db, vault))


def works(world: World, vault: Vault) -> None:
    """Everything the key made is found and opened."""
    with world.service.database.write() as db:
        sari = respondents.find_by_nik(db, vault, SARI.nik)
        assert sari == world.people[SARI.name]
        assert respondents.nik(db, vault, sari) == SARI.nik
        found = interviews.all_of(db, vault, sari)
        assert "PT Maju" in found[0].state.answers.values()
        _key, is_new = enquiries.add(
            db, vault, STRANGER, "masih di sana?", reason="stranger", at=world.service.now()
        )
        assert not is_new
        erased = tombstones.buried(db, vault, [Traits("Siapa", "7471990101010001")])
        assert erased[0].respondent_id == world.people[BUDI.name]


def test_with_both_keys_everything_works_before_and_after(turned: World, clock: FixedClock) -> None:
    service = turned.service
    works(turned, service.vault)
    turned.say(SARI, "agustus 2026")
    link = make_token(Vault(KEY), turned.addresses[SARI.name], now=clock())
    assert read_token(service.vault, link, now=clock()) == turned.addresses[SARI.name]
    *_, done = rotate(service.database, service.vault, clock)
    assert (done.left, done.broken) == (0, 0)
    assert done.changed > 20
    assert done.longest_s < 5
    only = Vault(NEW)
    works(turned, only)
    assert left(turned, only) == 0
    with pytest.raises(WrongKey), service.database.read() as db:
        interviews.check_key(db, Vault(KEY))
    *_, again = rotate(service.database, service.vault, clock)
    assert (again.seen, again.changed) == (0, 0)


def test_killed_after_any_batch_it_goes_on_where_it_was(
    turned: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "FIRST", 3)
    monkeypatch.setattr(keys, "MOST", 3)
    service = turned.service
    total, seen, kills = left(turned, Vault(NEW)), 0, 0
    while True:
        run = rotate(service.database, service.vault, clock)
        done = [one for one, _ in zip(run, range(4), strict=False)]
        run.close()
        seen += done[-1].seen
        kills += 1
        works(turned, service.vault)
        if left(turned, Vault(NEW)) == 0:
            break
        assert kills < 60
    assert kills > 3
    assert seen <= total + 40, "no batch is done twice"


def test_no_column_of_bytes_is_forgotten() -> None:
    """A new one is either sealed under its own name, or listed as a hash or as apart."""
    known = {f"{part.name}.{name}" for part in rekeying.parts() for name in part.sealed}
    assert known >= {
        "respondent.nik", "interview.state", "inbox.event", "inbox.payload", "outbox.body",
        "enquiry.value", "enquiry_line.text", "memo.value", "memo.body", "stray.content",
        "staff_message.value", "staff_message.text", "privacy_request.text", "keyring.secret",
    }  # fmt: skip


def test_news_told_before_is_not_told_again_under_the_new_key(
    turned: World, clock: FixedClock
) -> None:
    service, old = turned.service, Vault(KEY)
    chat = old.hash("telegram:5").hex()[:24]
    with service.database.write() as db:
        memos.owe(db, old, Prompt("x"), key=f"day:1:{chat}", channel="telegram", to="5", at=clock())
    list(rotate(service.database, service.vault, clock))
    chat = service.vault.hash("telegram:5").hex()[:24]
    with service.database.write() as db:
        assert not memos.owe(
            db, service.vault, Prompt("x"), key=f"day:1:{chat}", channel="telegram", to="5",
            at=clock(),
        )  # fmt: skip


def test_files_people_attached_are_sealed_anew(tmp_path: Path) -> None:
    old, both = Shelf(tmp_path / "m", Vault(KEY)), Shelf(tmp_path / "m", Vault(NEW, KEY))
    kept, lost = (
        old.put(b"sebuah foto", JPEG),
        Shelf(tmp_path / "m", Vault("third")).put(b"x", JPEG),
    )
    assert keys.reseal_files(both) == (1, 1)
    assert keys.reseal_files(both) == (0, 1)
    assert Shelf(tmp_path / "m", Vault(NEW)).get(kept.name) == b"sebuah foto"
    assert both.is_old(lost.name)


def test_a_value_neither_key_opens_is_counted_and_left(turned: World, clock: FixedClock) -> None:
    service = turned.service
    with service.database.write() as db:
        respondents.change(db, Vault("a third key"), turned.people[BUDI.name], {"nik": BUDI.nik})
    *_, done = rotate(service.database, service.vault, clock)
    assert (done.left, done.broken) == (1, 1)


def test_a_file_granted_before_is_readable_after(turned: World, clock: FixedClock) -> None:
    service = turned.service
    list(rotate(service.database, service.vault, clock))
    with service.database.read() as db:
        content = service.rights.write(db, turned.people[SARI.name])
    assert ("NIK", SARI.nik) in sheets(content)["Data diri"]


def test_answers_that_come_meanwhile_are_all_kept(
    turned: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "FIRST", 2)
    monkeypatch.setattr(keys, "MOST", 2)
    everyone = [name for name in turned.people if name.startswith("Orang Contoh")]

    def answer() -> None:
        for name in everyone:
            turned.say(replace(SARI, name=name), "ya", "kerja", f"PT {name}")

    said = threading.Thread(target=answer)
    said.start()
    *_, done = rotate(turned.service.database, turned.service.vault, clock)
    said.join()
    assert (done.left, done.broken) == (0, 0)
    for name in everyone:
        assert f"PT {name}" in turned.standing(replace(SARI, name=name)).state.answers.values()
    assert left(turned, Vault(NEW)) == 0
