"""A whole interview in a real browser on a phone-sized screen, as a new user would.

Needs the system's Chromium; skips with a reason where there is none.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.links import make_token
from flows.state import Status
from tests.bot.live import serving
from tests.bot.world import World
from tests.people import SARI

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- skips before it is needed

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def link(sqlite_world: World) -> Iterator[str]:
    service = sqlite_world.service
    token = make_token(service.vault, sqlite_world.addresses[SARI.name], now=service.now())
    with serving(service) as where:
        yield f"{where}/c/{token}"


class Phone:
    """A page on a phone, with what went wrong on it."""

    def __init__(self, browser: "Browser", link: str, *, script: bool = True) -> None:
        context = browser.new_context(
            viewport=PHONE,  # type: ignore[arg-type]
            java_script_enabled=script,
            has_touch=True,
            locale="id-ID",
        )
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.elsewhere: list[str] = []
        self.home = re.match(r"http://[^/]+", link)[0]  # type: ignore[index]
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(link)

    def _said(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def _asked(self, request: "Request") -> None:
        if not request.url.startswith((self.home, "data:")):
            self.elsewhere.append(request.url)

    def tap(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def type(self, text: str) -> None:
        self.page.get_by_role("textbox").fill(text)
        self.page.get_by_role("button", name=re.compile("Kirim")).click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).last.wait_for(timeout=10_000)

    def overflow(self) -> int:
        found: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return found


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
