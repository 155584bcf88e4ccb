"""A whole interview in a real browser on a phone-sized screen, as a new user would.

Needs the system's Chromium; skips with a reason where there is none.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.links import make_token
from bot.service import Service
from flows.state import Status
from flows.xlsform import publish
from tests.bot.live import serving
from tests.bot.phone import NEEDED, Phone
from tests.bot.world import World, make_world
from tests.people import SARI

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = NEEDED


@pytest.fixture
def link(sqlite_world: World) -> Iterator[str]:
    service = sqlite_world.service
    token = make_token(service.vault, sqlite_world.addresses[SARI.name], now=service.now())
    with serving(service) as where:
        yield f"{where}/c/{token}"


def test_a_whole_interview_on_a_phone_with_a_reload_in_its_middle(
    browser: "Browser", link: str, sqlite_world: World
) -> None:
    phone = Phone(browser, link)
    phone.sees("Apakah Kakak bersedia menjawab?")
    phone.tap("Bersedia")
    phone.sees("Apa kesibukan Kakak sekarang?")
    phone.tap("Bekerja")
    phone.sees("Apa nama perusahaan tempat Kakak bekerja?")
    phone.type("CV Maju Contoh")
    phone.sees("Sejak kapan Kakak bekerja di sana?")

    phone.page.reload()
    phone.sees("Sejak kapan Kakak bekerja di sana?")
    phone.sees("3 dari 10")
    assert phone.page.get_by_text("CV Maju Contoh").count() == 1

    for said, asked in (
        ("agustus 2026", "Sebagai apa Kakak di sana?"),
        ("operator jahit", "Bagaimana hubungan kerjanya?"),
    ):
        phone.type(said)
        phone.sees(asked)
    phone.tap("Kontrak (PKWT)")
    phone.sees("Di kota atau kabupaten mana?")
    phone.type("Kendari")
    phone.sees("Sesuaikah dengan pelatihan")
    phone.tap("Cukup sesuai")
    phone.sees("Kira-kira berapa penghasilan")
    phone.type("2jt500")
    phone.sees("Maksudnya Rp2.500.000 sebulan, Kak?")
    phone.tap("Ya, benar")
    phone.sees("Boleh kirim foto buktinya, Kak?")
    phone.tap("Lewati")
    phone.sees("Terakhir, ada pesan atau saran")
    phone.tap("Lewati")
    phone.sees("Selesai!")

    state = sqlite_world.standing(SARI).state
    assert state.status is Status.FINISHED
    assert state.answers["penempatan/penghasilan"] == 2_500_000
    assert phone.overflow() <= 0
    assert (phone.troubles, phone.elsewhere) == ([], [])


def test_the_page_works_without_javascript(
    browser: "Browser", link: str, sqlite_world: World
) -> None:
    phone = Phone(browser, link, script=False)
    phone.tap("Bersedia")
    phone.sees("Apa kesibukan Kakak sekarang?")
    phone.tap("Wirausaha")
    phone.sees("Apa nama usaha Kakak?")
    phone.type("Toko Contoh")
    phone.sees("Sejak kapan Kakak menjalankan usaha ini?")
    assert sqlite_world.standing(SARI).state.answers["penempatan/tempat"] == "Toko Contoh"
    assert phone.elsewhere == []


def test_two_open_pages_show_the_same_conversation(browser: "Browser", link: str) -> None:
    first, second = Phone(browser, link), Phone(browser, link)
    first.tap("Bersedia")
    second.sees("Apa kesibukan Kakak sekarang?")
    second.tap("Wirausaha")
    first.sees("Apa nama usaha Kakak?")


def test_the_page_around_a_talk_follows_its_language(browser: "Browser", link: str) -> None:
    phone = Phone(browser, link)
    phone.type("english")
    phone.sees("Do you agree to answer?")
    phone.sees("Every answer is saved at once.")
    assert phone.page.locator("html").get_attribute("lang") == "en"
    phone.tap("I agree")
    phone.sees("1 of 11")
    assert phone.page.get_by_placeholder("Write your answer…").count() == 1
    phone.page.reload()
    phone.sees("Every answer is saved at once.")
    phone.type("bahasa")
    phone.sees("Setiap jawaban langsung disimpan.")
    assert phone.overflow() <= 0
    assert phone.troubles == []


def test_a_reply_sent_while_offline_is_kept_and_sent_once(
    browser: "Browser", link: str, sqlite_world: World
) -> None:
    phone = Phone(browser, link)
    phone.tap("Bersedia")
    phone.sees("Apa kesibukan Kakak sekarang?")
    phone.page.context.set_offline(True)
    phone.type("kerja")
    phone.sees("belum terkirim")
    phone.page.context.set_offline(False)
    phone.sees("Apa nama perusahaan tempat Kakak bekerja?")
    assert sqlite_world.standing(SARI).state.answers == {"status": "bekerja"}


ORDERED = b"""
settings: {form_id: uji, version: '1', form_title: Uji, chat::purpose: Uji coba.}
survey:
  - {type: rank alat, name: urut, label: Alat mana yang paling sering dipakai?}
  - {type: geopoint, name: letak, label: Di mana letaknya?}
choices:
  alat: [{name: mesin, label: Mesin}, {name: tangan, label: Tangan}, {name: gawai, label: Gawai}]
"""


def test_an_order_is_tapped_and_a_place_is_shared(
    browser: "Browser", sqlite_url: str, make_service: Callable[[str], Service]
) -> None:
    world = make_world(make_service(sqlite_url), publish(ORDERED))
    token = make_token(world.service.vault, world.addresses[SARI.name], now=world.service.now())
    with serving(world.service) as where:
        phone = Phone(browser, f"{where}/c/{token}")
        phone.page.context.grant_permissions(["geolocation"])
        phone.page.context.set_geolocation({"latitude": -3.998, "longitude": 122.515})
        phone.tap("Bersedia")
        phone.sees("Alat mana yang paling sering dipakai?")
        send = phone.page.get_by_role("button", name="Kirim urutan")
        for name in ("Mesin", "Gawai", "Mesin", "Mesin"):  # taken back, then last
            phone.page.get_by_role("button", name=name).click()  # it says its place too
        assert send.is_disabled()
        phone.tap("Tangan")
        send.click()
        phone.sees("Gawai > Mesin > Tangan")
        phone.sees("Di mana letaknya?")
        phone.tap("📍 Bagikan lokasi")
        phone.sees("Selesai!")
    answers = world.standing(SARI).state.answers
    assert answers == {
        "urut": ["gawai", "mesin", "tangan"], "letak": "-3.998000 122.515000 0 0",
    }  # fmt: skip
    assert phone.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tap_target_is_big_enough_for_a_thumb(
    browser: "Browser", link: str, scheme: str, tmp_path: Path
) -> None:
    phone = Phone(browser, link)
    phone.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    phone.tap("Bersedia")
    phone.sees("Apa kesibukan Kakak sekarang?")
    boxes = [button.bounding_box() for button in phone.page.get_by_role("button").all()]
    assert min(box["height"] for box in boxes if box) >= 44
    phone.page.screenshot(path=tmp_path / f"{scheme}.png")
    assert phone.overflow() <= 0
