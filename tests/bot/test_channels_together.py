"""One person on WhatsApp, Telegram and the web: one interview, and a blast that picks one."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from bot.links import make_token
from flows.state import Status
from flows.xlsform import Artefact
from storage import blasts
from storage.blasts import TemplateRow
from tests.bot.live import TickingClock
from tests.bot.telegram_office import FORM, PUBLIC, WEBHOOK, Road, open_road
from tests.bot.telegram_people import CONSENT
from tests.bot.twilio_settings import twilio_environment
from tests.fakes.twilio import FakeTwilio

TEMPLATE = "HX" + "1" * 32


@dataclass
class Channels:
    """An office with every channel set up."""

    road: Road
    twilio: FakeTwilio

    def on_whatsapp(self, number: str) -> list[str]:
        """Return what a number was sent, oldest first."""
        return [one.body for one in self.twilio.outbound if one.to == f"whatsapp:+{number}"]

    def whatsapp(self, number: str, words: str) -> str:
        """Let somebody write by WhatsApp; return the reply."""
        before = len(self.on_whatsapp(number))
        self.twilio.say(f"+{number}", words)
        self.road.wait(lambda: len(self.on_whatsapp(number)) > before)
        return self.on_whatsapp(number)[-1]

    def web(self, page: int, words: str) -> str:
        """Let somebody write on their page; return what the page shows then."""
        token = make_token(self.road.service.vault, page, now=self.road.clock())
        form = {"text": words, "id": str(uuid.uuid4())}
        assert httpx.post(f"{self.road.where}/c/{token}", data=form).status_code == 303
        self.road.quiet()
        return httpx.get(f"{self.road.where}/c/{token}").text


@pytest.fixture
def channels(database_url: str, artefact: Artefact) -> Iterator[Channels]:
    with FakeTwilio(public_url=PUBLIC, clock=TickingClock()) as twilio:
        twilio.templates[TEMPLATE] = "Halo Kak {{1}}, balas YA untuk mulai."
        settings = twilio_environment(twilio.base_url)
        with open_road(database_url, artefact, how=WEBHOOK, settings=settings) as road:
            twilio.app_url = road.where
            with road.service.database.write() as db:
                row = TemplateRow(FORM, TEMPLATE, ("nama",))
                blasts.add_template(db, row, created_by="rina", at=road.clock())
            yield Channels(road, twilio)
        assert twilio.violations == []


def test_an_interview_goes_on_wherever_its_person_writes(channels: Channels) -> None:
    road, number = channels.road, "6281200000101"
    road.respondent("Sari", number)
    page = road.address("Sari", "web", "a-page")
    road.send("whatsapp")
    road.wait(lambda: channels.on_whatsapp(number))
    assert CONSENT in channels.whatsapp(number, "ya")
    assert "Apa kesibukan" in channels.whatsapp(number, "1")

    sari = road.telegram.person("Sari")
    sari.starts(road.link(road.people["Sari"]))
    road.quiet()
    assert "Apa kesibukan" in sari.last.text
    assert "Apa nama usaha" in road.taps(sari, "Wirausaha")[-1]

    assert "Sejak kapan" in channels.web(page, "Toko Sari")
    assert "Usahanya di bidang apa?" in channels.whatsapp(number, "agustus 2026")
    assert "Di kota atau kabupaten" in road.says(sari, "kue")[-1]
    assert "Sesuaikah" in channels.whatsapp(number, "Kendari")
    assert "penghasilan" in channels.whatsapp(number, "2")
    assert "foto buktinya" in road.says(sari, "lewati")[-1]
    assert "pesan atau saran" in channels.whatsapp(number, "lewati")
    assert "Selesai!" in channels.web(page, "lewati")
    assert road.status("Sari") is Status.FINISHED
    assert road.answers("Sari") == {
        "status": "wirausaha",
        "tempat": "Toko Sari",
        "sejak": {"value": "2026-08", "precision": "month"},
        "jenis_usaha": "kue",
        "kota": {"kabkota": "Kota Kendari", "kode_kemendagri": "74.71"},
        "kesesuaian": "cukup",
        "penghasilan": None,
        "bukti": None,
        "pesan": None,
    }
    assert road.count("interview") == 1


def test_an_old_button_of_one_channel_does_not_undo_what_another_said(channels: Channels) -> None:
    road, number = channels.road, "6281200000101"
    sari = road.person("Sari", number)
    road.taps(sari, "Bersedia")
    asked = sari.last
    assert "Apa nama usaha" in channels.whatsapp(number, "wirausaha")
    (offer,) = road.taps(sari, "Bekerja", asked)
    assert offer.startswith("Mau ganti jawaban “Apa kesibukan Kakak sekarang?”")
    assert road.answers("Sari") == {"status": "wirausaha"}
    assert (asked.buttons, "➤" in asked.text) == ([], False)


def test_a_stop_on_one_channel_holds_on_all(channels: Channels) -> None:
    road, number = channels.road, "6281200000101"
    sari = road.person("Sari", number)
    road.taps(sari, "Bersedia")
    channels.whatsapp(number, "berhenti")
    assert road.says(sari, "wirausaha") == []
    assert "Senang bertemu lagi" in road.says(sari, "mulai")[-1]


def test_a_blast_picks_by_preference_and_adds_up(channels: Channels) -> None:
    road = channels.road
    everywhere = road.known("Sari")
    road.address("Sari", "whatsapp", "6281200000101")
    road.address("Sari", "web", "page-1")
    road.respondent("Budi", "6281200000102")
    road.address("Budi", "web", "page-2")
    road.respondent("Rina")
    road.address("Rina", "web", "page-3")
    road.respondent("Tanpa Alamat")
    blast = road.send("telegram,whatsapp,web")
    road.quiet()
    assert CONSENT in everywhere.last.text
    assert [one.to for one in channels.twilio.outbound] == ["whatsapp:+6281200000102"]
    reached = "SELECT channel, count(*) FROM outbox JOIN address ON address.id = address_id"
    assert dict(road.rows(f"{reached} GROUP BY channel")) == {
        "telegram": 1, "whatsapp": 1, "web": 2,
    }  # fmt: skip
    road.sweep()
    found = road.figures(blast)
    assert (found["audience"], found["owed"], found["sent"], found["status"]) == (
        4, 4, 4, "finished",
    )  # fmt: skip
    road.taps(everywhere, "Bersedia")
    channels.whatsapp("6281200000102", "ya")
    channels.whatsapp("6281200000102", "tidak")
    found = road.figures(blast)
    assert (found["read"], found["answered"], found["finished"]) == (1, 2, 0)


def test_a_blast_to_two_channels_says_who_has_neither(channels: Channels) -> None:
    road = channels.road
    road.known("Sari")
    road.respondent("Budi", "6281200000102")
    road.respondent("Tanpa Alamat")
    found = road.figures(road.send("whatsapp,telegram"))
    assert (found["audience"], found["owed"]) == (3, 2)
    assert found["not_sent"] == {"tidak ada alamat di saluran ini": 1}
    road.quiet()
