"""Law 6: a stop is heard at once, also behind a photo that is still being fetched."""

import asyncio
from pathlib import Path
from textwrap import dedent

import pytest

from bot.channels.contract import NotFetched
from bot.media.fetching import Fetching
from bot.media.shelf import Shelf
from bot.service import Service
from flows.events import Replied
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact, publish
from storage import consents, inbox
from storage.inbox import Arrival
from tests.bot.world import World, make_world
from tests.people import SARI

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF kartu karyawan \xff\xd9"
GOODBYE = "Kami tidak akan mengirim pesan lagi"


@pytest.fixture(scope="session")
def photos() -> Artefact:
    """A form that asks for a photo, then for words."""
    source = """
        settings:
          form_id: kebekerjaan
          version: "1"
          form_title: Bukti kerja
          default_language: Indonesia (id)
          chat::purpose: Kami ingin melihat bukti kerja Kakak.
          chat::closing: Selesai! Terima kasih, Kak.
        survey:
          - {type: image, name: foto, label: Kirim fotonya ya Kak, required: "yes"}
          - {type: text, name: pesan, label: Ada pesan?}
    """
    return publish(dedent(source).lstrip("\n").encode())


class Provider:
    """Has a photo, or has lost it."""

    def __init__(self, *, has_it: bool) -> None:
        self.has_it = has_it

    async def fetch(self, _media: str, *, most: int) -> bytes:
        if not self.has_it:
            raise NotFetched("lost", is_passing=False)
        return JPEG[:most]


def fetch(world: World, folder: Path, *, has_it: bool) -> None:
    service = world.service
    fetching = Fetching(
        service.database, service.writer, service.vault, Shelf(folder, service.vault),
        {"web": Provider(has_it=has_it)}, service.now, 1000, world.take,
    )  # fmt: skip
    asyncio.run(fetching.sweep())


def send_photo(world: World) -> None:
    event = Replied(world.service.now(), "", ("https://api.twilio.com/foto",))
    key, address = world.people[SARI.name], world.addresses[SARI.name]
    world.receive(Arrival("web", f"{address}:foto", key, address, event))


def told(world: World) -> list[str]:
    return [one.prompt.text for one in world.told(SARI)]


def assert_replays(world: World) -> None:
    standing = world.standing(SARI)
    with world.service.database.read() as db:
        form = world.service.turns.form(db, world.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, world.service.vault, standing.id):
            state = step(form, state, event).state
    assert state == standing.state


def is_stopped(world: World) -> bool:
    with world.service.database.read() as db:
        return consents.is_stopped(db, world.people[SARI.name])


@pytest.mark.parametrize("has_it", [True, False], ids=["it comes", "it never comes"])
def test_law_6_a_stop_behind_a_photo_is_heard_before_the_photo_is_here(
    service: Service, photos: Artefact, tmp_path: Path, *, has_it: bool
) -> None:
    world = make_world(service, photos)
    world.say(SARI, "ya")
    send_photo(world)
    before = len(told(world))
    world.say(SARI, "ini kartu saya", "BERHENTI", "halo?")
    assert is_stopped(world)
    assert [GOODBYE in one for one in told(world)[before:]] == [True]

    fetch(world, tmp_path, has_it=has_it)

    standing = world.standing(SARI)
    assert (standing.state.status, len(standing.state.answers)) == (Status.STOPPED, has_it)
    assert (is_stopped(world), len(told(world))) == (True, before + 1)
    assert_replays(world)
    world.say(SARI, "mulai")
    asked = "Ada pesan?" if has_it else "Kirim fotonya ya Kak"
    assert (is_stopped(world), asked in told(world)[-1]) == (False, True)
    assert_replays(world)


def test_who_goes_on_before_the_photo_is_here_goes_on(
    service: Service, photos: Artefact, tmp_path: Path
) -> None:
    world = make_world(service, photos)
    world.say(SARI, "ya")
    send_photo(world)
    world.say(SARI, "stop", "mulai")
    fetch(world, tmp_path, has_it=True)
    assert (is_stopped(world), world.standing(SARI).state.at) == (False, "pesan")
    assert "Ada pesan?" in told(world)[-1]
    assert_replays(world)
