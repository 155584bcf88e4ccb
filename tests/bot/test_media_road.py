"""Attachments and places on every channel, over real HTTP: kept outside the database, encrypted.

Law 1: the message is acknowledged before its photo is fetched. Law 9: replaying the stored
events needs no photo.
"""

import csv
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import httpx
import pytest

from bot.carry.archive import opened
from bot.carry.backup import write
from bot.carry.restore import restore
from bot.links import make_token
from bot.media.handing import attachments, hand_over
from bot.media.kinds import read_kind
from bot.media.shelf import NotOnShelf, Shelf
from bot.service import Service
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact, publish
from storage import inbox, interviews, media
from storage.database import Database
from storage.secrets import Vault
from tests.bot.live import serving
from tests.bot.telegram_office import open_road
from tests.bot.whatsapp_office import Chats, open_chats
from tests.bot.world import make_world
from tests.conftest import FixedClock, settings_for
from tests.fakes.faults import HangUp
from tests.fakes.twilio import Refuse
from tests.people import SARI

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF kartu karyawan \xff\xd9"
PDF = b"%PDF-1.7 surat keterangan"
PROGRAM = b"MZ\x90\x00 bukan foto"


@pytest.fixture(scope="session")
def short() -> Artefact:
    """A form that asks for a photo, a place, a document and words."""
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
          - {type: geopoint, name: lokasi, label: Di mana tempatnya?, required: "yes"}
          - {type: file, name: surat, label: Boleh kirim suratnya?}
          - {type: text, name: pesan, label: Ada pesan?}
    """
    return publish(dedent(source).lstrip("\n").encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def chats(sqlite_url: str, short: Artefact, folder: Path) -> Iterator[Chats]:
    with open_chats(sqlite_url, short, MEDIA_FOLDER=str(folder)) as chats:
        yield chats


def name_of(content: bytes, ending: str) -> str:
    return f"{hashlib.sha256(content).hexdigest()}.{ending}"


def assert_replays(service: Service, respondent_id: int) -> None:
    with service.database.read() as db:
        standing = interviews.all_of(db, service.vault, respondent_id)[-1]
        form = service.turns.form(db, standing.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, service.vault, standing.id):
            state = step(form, state, event).state
    assert state == standing.state


def test_a_photo_a_place_and_a_letter_come_by_whatsapp(chats: Chats, folder: Path) -> None:
    chats.begin()
    chats.twilio.say(chats.number(0), "", files=[JPEG])
    chats.wait(lambda: "Di mana tempatnya?" in chats.heard(0)[-1])
    chats.twilio.say(chats.number(0), "", Latitude="-3.9778", Longitude="122.5150")
    chats.wait(lambda: "Boleh kirim suratnya?" in chats.heard(0)[-1])
    chats.twilio.say(chats.number(0), "ini suratnya", files=[PDF])
    chats.wait(lambda: "Ada pesan?" in chats.heard(0)[-1])
    assert chats.answers() == {
        "foto": [name_of(JPEG, "jpg")],
        "lokasi": "-3.9778 122.5150 0 0",
        "surat": [name_of(PDF, "pdf")],
    }
    (kept,) = folder.glob("*/*.jpg")
    assert b"JFIF" not in kept.read_bytes()
    assert Shelf(folder, chats.service.vault).get(kept.name) == JPEG
    assert_replays(chats.service, chats.office.people[0])


def test_law_1_what_is_said_after_a_slow_photo_waits_behind_it(chats: Chats) -> None:
    chats.begin()
    chats.twilio.media_faults = iter([Refuse(404, 20404), HangUp(accepted=False), None])
    photo = chats.twilio.say(chats.number(0), "", files=[JPEG])
    chats.twilio.say(chats.number(0), "-3.98, 122.51")
    chats.twilio.redeliver(photo)
    assert chats.answers() == {}
    deadline = time.monotonic() + 60
    while len(chats.answers()) < 2 and time.monotonic() < deadline:
        chats.clock.forward(seconds=4)
        chats.run(chats.service.media.fetch())
        time.sleep(0.05)
    chats.wait(lambda: "Boleh kirim suratnya?" in chats.heard(0)[-1])
    assert list(chats.answers()) == ["foto", "lokasi"]
    assert_replays(chats.service, chats.office.people[0])


@pytest.mark.parametrize(
    ("content", "said"),
    [(PROGRAM, "bukan jenis berkas"), (b"\xff\xd8\xff" + b"x" * 1_000_000, "terlalu besar"),
     (PDF, "Kirim fotonya ya, Kak.")],
    ids=["a program", "too large", "a letter where a photo is asked"],
)  # fmt: skip
def test_what_cannot_be_kept_is_asked_for_again_kindly(
    sqlite_url: str, short: Artefact, folder: Path, content: bytes, said: str
) -> None:
    with open_chats(sqlite_url, short, MEDIA_FOLDER=str(folder), MEDIA_MAX_MB="1") as chats:
        chats.begin()
        chats.twilio.say(chats.number(0), "", files=[content])
        chats.wait(lambda: said in chats.heard(0)[-1])
        assert chats.answers() == {}
        assert list(folder.glob("*/*.jpg")) == []


def test_a_photo_that_never_comes_is_asked_for_again(chats: Chats) -> None:
    chats.begin()
    chats.twilio.media_faults = iter([Refuse(404, 20404)] * 9)
    chats.twilio.say(chats.number(0), "", files=[JPEG])
    deadline = time.monotonic() + 60
    while "Boleh dikirim sekali lagi?" not in chats.heard(0)[-1]:
        assert time.monotonic() < deadline
        chats.clock.forward(seconds=61)
        chats.run(chats.service.media.fetch())
        time.sleep(0.02)
    assert_replays(chats.service, chats.office.people[0])


@pytest.mark.parametrize(
    "cdn", ["https://twiliocdn.com.example.ac.id", "http://mms.twiliocdn.com", "https://localhost"]
)
def test_media_is_not_fetched_where_a_redirect_leads_astray(chats: Chats, cdn: str) -> None:
    chats.begin()
    chats.twilio.cdn = cdn
    chats.twilio.say(chats.number(0), "", files=[JPEG])
    chats.wait(lambda: "Boleh dikirim sekali lagi?" in chats.heard(0)[-1])


@pytest.mark.parametrize(
    "url",
    ["https://example.ac.id/foto.jpg", "http://127.0.0.1:1/2010-04-01/x",
     "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"],
)  # fmt: skip
def test_media_is_fetched_from_twilio_and_our_own_account_only(chats: Chats, url: str) -> None:
    chats.begin()
    before = len(chats.twilio.asked)
    chats.twilio.say(chats.number(0), "", NumMedia="1", MediaUrl0=url)
    chats.wait(lambda: "Boleh dikirim sekali lagi?" in chats.heard(0)[-1])
    assert {one.method for one in chats.twilio.asked[before:]} == {"POST"}


def test_a_photo_and_a_place_come_by_telegram(
    database_url: str, short: Artefact, folder: Path
) -> None:
    with open_road(database_url, short, settings={"MEDIA_FOLDER": str(folder)}) as road:
        sari = road.person("Sari")
        road.taps(sari, "Bersedia")
        sari.sends_photo(content=JPEG)
        road.wait(lambda: "Di mana tempatnya?" in sari.last.text)
        sari.shares_location(-3.9778, 122.515)
        road.wait(lambda: "Boleh kirim suratnya?" in sari.last.text)
        road.taps(sari, "Lewati")
        road.says(sari, "Terima kasih banyak, semoga maju")
        assert road.answers("Sari") == {
            "foto": [name_of(JPEG, "jpg")], "lokasi": "-3.9778 122.515 0 0", "surat": None,
            "pesan": "Terima kasih banyak, semoga maju",
        }  # fmt: skip
        assert road.status("Sari") is Status.FINISHED
        assert road.rows("SELECT status, content_type, source FROM media") == [
            ("kept", "image/jpeg", None)
        ]
        assert Shelf(folder, road.service.vault).get(name_of(JPEG, "jpg")) == JPEG
        assert_replays(road.service, road.people["Sari"])


def test_the_page_uploads_a_photo(
    database_url: str, short: Artefact, folder: Path, clock: FixedClock
) -> None:
    settings = settings_for(database_url, MEDIA_FOLDER=str(folder), MEDIA_MAX_MB="1")
    service = Service(settings, clock=clock)
    world = make_world(service, short)
    world.say(SARI, "ya")
    token = make_token(service.vault, world.addresses[SARI.name], now=clock())
    binary = {"Content-Type": "application/octet-stream"}
    with serving(service) as where, httpx.Client(base_url=where) as client:
        assert 'type="file" accept="image/*"' in client.get(f"/c/{token}").text
        path = f"/c/{token}/file?id=message-1"
        for content, headers, status in (
            (PROGRAM, binary, 415), (b"", binary, 422), (JPEG + b"x" * 1_000_000, binary, 413),
            (JPEG, {"Content-Type": "text/plain"}, 415), (JPEG, binary, 202), (JPEG, binary, 202),
        ):  # fmt: skip
            answer = client.post(path, content=content, headers=headers)
            assert (answer.status_code, set(answer.json()) <= {"stored", "error"}) == (status, True)
        deadline = time.monotonic() + 60
        while not world.standing(SARI).state.answers and time.monotonic() < deadline:
            time.sleep(0.02)
        assert world.standing(SARI).state.answers == {"foto": [name_of(JPEG, "jpg")]}
        assert "📎" in client.get(f"/c/{token}").text
    with service.database.read() as db:
        assert media.names(db) == {name_of(JPEG, "jpg")}
    service.close()


def test_attachments_are_handed_to_staff_and_survive_a_backup(chats: Chats, tmp_path: Path) -> None:
    chats.begin()
    chats.twilio.say(chats.number(0), "", files=[JPEG])
    chats.wait(lambda: "Di mana tempatnya?" in chats.heard(0)[-1])
    service, shelf = chats.service, chats.service.media.shelf

    with service.database.read() as db:
        found = list(attachments(service, db, "kebekerjaan"))
    assert hand_over(service, found, tmp_path / "staf") == 1
    assert (tmp_path / "staf" / name_of(JPEG, "jpg")).read_bytes() == JPEG
    with (tmp_path / "staf" / "daftar.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["nama"], row["pertanyaan"], row["berkas"]) == (
        "Orang 0", "foto", name_of(JPEG, "jpg"),
    )  # fmt: skip

    path, now = tmp_path / "a.zip", service.now()
    made = write(
        path, service.database, service.vault, service.office, at=now, told=lambda _n: None,
        shelf=shelf,
    )  # fmt: skip
    assert [one.kept for one in made.files] == [name_of(JPEG, "jpg")]
    elsewhere = Shelf(tmp_path / "lain", service.vault)
    target = Database(f"sqlite:///{tmp_path / 'lain.db'}")
    with opened(path, service.vault) as archive:
        restore(archive, target, actor="rina", at=now, told=lambda _n: None, shelf=elsewhere)
    assert elsewhere.get(name_of(JPEG, "jpg")) == JPEG
    target.close()


def test_files_are_known_by_their_content_only() -> None:
    known = {
        b"\x89PNG\r\n\x1a\n": "png", b"RIFF\0\0\0\0WEBP": "webp", b"\0\0\0\x18ftypheic": "heic",
        b"OggS": "ogg", b"\0\0\0\x20ftypM4A ": "m4a", b"\0\0\0\x20ftypisom": "mp4", PDF: "pdf",
    }  # fmt: skip
    assert {one: kind.ending for one in known if (kind := read_kind(one))} == known
    strange = (b"", b"<html>", b"<svg xmlns=", b"PK\x03\x04broken", b"\0\0\0\x18ftypevil", PROGRAM)
    assert [read_kind(one) for one in strange] == [None] * len(strange)


def test_files_that_no_row_names_are_tidied_after_a_day(folder: Path, vault: Vault) -> None:
    shelf = Shelf(folder, vault)
    kind = read_kind(JPEG)
    assert kind is not None
    kept = shelf.put(JPEG, kind)
    now = time.time()
    assert shelf.tidy({kept.name}, before=now + 60) == 0
    assert shelf.tidy(set(), before=now - 60) == 0
    assert shelf.tidy(set(), before=now + 60) == 1
    with pytest.raises(NotOnShelf):
        shelf.get(kept.name)
