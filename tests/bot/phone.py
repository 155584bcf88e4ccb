"""A phone with the system's Chromium, for tests of pages; they skip where there is none."""

import re
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
NEEDED = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


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
        self.page.get_by_role("button", name=re.compile("^(?:Kirim|Send)")).click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).last.wait_for(timeout=10_000)

    def overflow(self) -> int:
        found: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return found
