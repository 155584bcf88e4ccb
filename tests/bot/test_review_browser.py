"""The supervisor's page in a real browser, on a phone and on a desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.drafts.desk import Drafting
from bot.links import make_review
from flows import library
from flows.xlsform import load, publish
from storage import drafts, staff
from storage.drafts import DraftStatus, Submission, Verdict
from tests.bot.live import serving
from tests.bot.phone import NEEDED, Phone
from tests.bot.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SOURCE = library.source("kebekerjaan").decode().replace('"2026112401"', '"2026120101"').encode()
DESK = {"width": 1280, "height": 800}

pytestmark = NEEDED


@pytest.fixture
def link(sqlite_world: World) -> Iterator[str]:
    service = sqlite_world.service
    with service.database.write() as db:
        for name, role in (("adi", "admin"), ("rina", "supervisor")):
            staff.add(db, name, role, prodi="", at=service.now())
    artefact = publish(SOURCE)
    handed = Submission(artefact, load(artefact).title, "kuesioner.yaml", SOURCE)
    found = Drafting(service).submit(handed, actor="sari")
    with serving(service) as where:
        yield f"{where}/e/{make_review(service.vault, found.round.id, found.round.link)}"


def verdict(world: World) -> Verdict | None:
    with world.service.database.read() as db:
        return drafts.get_round(db, 1).verdict


def comment(phone: Phone, number: int, text: str) -> None:
    item = phone.page.locator(f"#q{number}")
    item.get_by_text("Catatan", exact=True).click()
    item.get_by_role("textbox").fill(text)


def sign(phone: Phone) -> None:
    phone.page.get_by_label("Nama lengkap").fill("Rina Permata")
    phone.page.get_by_label("Jabatan").fill("Kaprodi Menjahit")


def test_a_supervisor_returns_a_form_from_a_phone(
    browser: "Browser", link: str, sqlite_world: World
) -> None:
    phone = Phone(browser, link)
    phone.page.get_by_text("Apa kesibukan Kakak sekarang? → Wirausaha").click()
    phone.sees("Apa nama usaha Kakak?")
    comment(phone, 7, "Tambah provinsi.")
    phone.sees("1 catatan tertulis.")

    phone.page.reload()  # what was written stays on the device
    assert phone.page.locator("#q7").get_by_role("textbox").input_value() == "Tambah provinsi."
    phone.page.get_by_label("Catatan untuk seluruh kuesioner").fill("Hampir.")
    phone.sees("2 catatan tertulis.")
    sign(phone)
    assert phone.overflow() <= 0
    phone.tap("Kembalikan dengan catatan")
    phone.sees("Catatan di bawah terbaca oleh penyusunnya.")
    phone.sees("Tambah provinsi.")
    found = verdict(sqlite_world)
    assert found is not None
    assert (found.status, found.comments) == (
        DraftStatus.RETURNED, {"penempatan/kota": "Tambah provinsi."},
    )  # fmt: skip
    assert phone.page.evaluate("localStorage.length") == 0
    assert (phone.troubles, phone.elsewhere) == ([], [])


def test_the_page_decides_without_javascript(
    browser: "Browser", link: str, sqlite_world: World
) -> None:
    phone = Phone(browser, link, script=False)
    phone.page.get_by_text("Apa kesibukan Kakak sekarang? → Magang/OJT").click()
    phone.sees("Apa nama tempat magang Kakak?")
    comment(phone, 1, "Bagus.")
    sign(phone)
    phone.tap("Setujui")
    phone.sees("Unduh PDF untuk arsip")
    found = verdict(sqlite_world)
    assert found is not None
    assert (found.status, found.name) == (DraftStatus.APPROVED, "Rina Permata")
    phone.page.goto(link)
    phone.sees("Bagus.")
    assert phone.page.get_by_role("button").count() == 0
    assert phone.elsewhere == []


def test_enter_in_a_field_decides_nothing(
    browser: "Browser", link: str, sqlite_world: World
) -> None:
    phone = Phone(browser, link)
    sign(phone)
    phone.page.get_by_label("Jabatan").press("Enter")
    phone.page.wait_for_timeout(300)
    assert verdict(sqlite_world) is None


def test_a_form_can_be_tried_from_the_page(browser: "Browser", link: str) -> None:
    phone = Phone(browser, f"{link}/coba")
    phone.tap("Bersedia")
    phone.sees("Apa kesibukan Kakak sekarang?")
    phone.type("wirausaha")
    phone.sees("Apa nama usaha Kakak?")
    phone.page.get_by_role("textbox").fill("Toko Contoh")
    phone.page.get_by_role("textbox").press("Enter")
    phone.sees("Sejak kapan Kakak menjalankan usaha ini?")
    phone.page.get_by_role("link", name="Mulai lagi").click()
    phone.sees("Apakah Kakak bersedia menjawab?")
    assert phone.page.get_by_text("Toko Contoh").count() == 0
    assert phone.overflow() <= 0
    assert (phone.troubles, phone.elsewhere) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_a_desk(
    browser: "Browser", link: str, scheme: str, tmp_path: Path
) -> None:
    phone = Phone(browser, link)
    phone.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    comment(phone, 2, "x" * 300)
    for name, size in (("phone", None), ("desk", DESK)):
        if size:
            phone.page.set_viewport_size(size)  # type: ignore[arg-type]
        phone.page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
        assert phone.overflow() <= 0
        targets = phone.page.locator("button:visible, .jumps a, summary:visible")
        boxes = [one.bounding_box() for one in targets.all()]
        assert min(box["height"] for box in boxes if box) >= 44
