"""Spreadsheets linked and let go: access is tried before anything is promised."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from rapidfuzz import process

from bot.mirroring.office import KANTOR, Office, called
from exports.mirror.names import joined
from storage import audit, mirrors
from storage.mirrors import OFFICE, Link, Taken

if TYPE_CHECKING:
    from exports.mirror.google.api import Api

_URL = re.compile(r"/spreadsheets/d/([\w-]{20,})")
_ID = re.compile(r"[\w-]{20,}")
_NEAR = 60


class CannotLink(Exception):
    """Staff must do something first; the message says what."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff want linked."""

    prodi: str
    url: str
    personal: bool = False
    codes: bool = False


class Links:
    """The office's links. Each change leaves an audit line with the actor's name."""

    def __init__(
        self, office: Office, api: Callable[[], "Api"], now: Callable[[], datetime]
    ) -> None:
        self._office = office
        self._api = api
        self._now = now

    def link(self, asked: Asked, *, actor: str) -> Link:
        """Link a spreadsheet that can be read and written; its sheets are made at the next flush.

        Raises:
            CannotLink: with what is missing.
            NotSetUp: there is no account.
        """
        prodi = self._known(asked.prodi)
        spreadsheet_id = read_id(asked.url)
        title = self._try_access(spreadsheet_id)
        link = Link(
            0, prodi, spreadsheet_id, title, asked.personal, asked.codes, actor, self._now()
        )
        try:
            with self._office.database.write() as db:
                link = replace(link, id=mirrors.add_link(db, link))
                what = f"link {link.id}, personal {link.personal}, codes {link.codes}"
                audit.note(db, actor=actor, action="mirror link", detail=what, at=self._now())
        except Taken:
            raise CannotLink(self._who_has(prodi, spreadsheet_id)) from None
        return link

    def unlink(self, prodi: str, *, actor: str) -> Link:
        """Forget a link; the spreadsheet stays as it is, and is the office's to keep or delete.

        Raises:
            CannotLink: there is none.
        """
        link = self.find(prodi)
        with self._office.database.write() as db:
            mirrors.remove_link(db, link.id)
            audit.note(
                db, actor=actor, action="mirror unlink", detail=f"link {link.id}", at=self._now()
            )
        return link

    def rebuild(self, prodi: str, *, actor: str) -> Link:
        """Let the next flush make new tabs; the old ones stay, as people's own.

        Raises:
            CannotLink: there is no link, or the spreadsheet cannot be reached.
            NotSetUp: there is no account.
        """
        from exports.mirror.google.errors import ApiError  # noqa: PLC0415 -- loads gspread
        from exports.mirror.google.making import retire_all  # noqa: PLC0415

        link = self.find(prodi)
        try:
            retire_all(self._api(), link.spreadsheet_id)
        except ApiError as error:
            raise CannotLink(self._sentence(error)) from error
        with self._office.database.write() as db:
            mirrors.start_anew(db, link.id)
            audit.note(
                db, actor=actor, action="mirror rebuild", detail=f"link {link.id}", at=self._now()
            )
        return link

    def find(self, prodi: str) -> Link:
        """Return the link of a prodi.

        Raises:
            CannotLink: there is none.
        """
        with self._office.database.read() as db:
            links = mirrors.links(db)
        wanted = _key(prodi)
        found = next((link for link in links if _key(called(link.prodi)) == wanted), None)
        if found is None:
            known = ", ".join(called(link.prodi) for link in links) or "belum ada"
            raise CannotLink(f"'{prodi}' tidak tertaut. Yang tertaut: {known}.")
        return found

    def all(self) -> list[Link]:
        """Return every link."""
        with self._office.database.read() as db:
            return list(mirrors.links(db))

    def _known(self, prodi: str) -> str:
        """Return a prodi as the office spells it."""
        if _key(prodi) == KANTOR:
            return OFFICE
        with self._office.database.read() as db:
            names = self._office.prodi(db)
        for name in names:
            if joined(name) == joined(prodi):
                return name
        near = process.extractOne(prodi, names, score_cutoff=_NEAR)
        hint = f" Maksudnya '{near[0]}'?" if near else f" Yang ada: {', '.join(names)}."
        raise CannotLink(f"Prodi '{prodi}' tidak dikenal.{hint} Untuk semua prodi: '{KANTOR}'.")

    def _try_access(self, spreadsheet_id: str) -> str:
        """Return the spreadsheet's title after reading it and writing a mark to it."""
        from exports.mirror.google.errors import ApiError  # noqa: PLC0415 -- loads gspread
        from exports.mirror.google.making import try_access  # noqa: PLC0415

        try:
            return try_access(self._api(), spreadsheet_id)
        except ApiError as error:
            raise CannotLink(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        from exports.mirror.google import trouble  # noqa: PLC0415
        from exports.mirror.google.errors import ApiError  # noqa: PLC0415

        assert isinstance(error, ApiError)  # noqa: S101 -- what the callers caught
        why = trouble.of(error.kind, is_of_write=error.is_of_write)
        return trouble.LINKING.get(why, trouble.ADVICE[why]).format(email=self._api().email)

    def _who_has(self, prodi: str, spreadsheet_id: str) -> str:
        for link in self.all():
            if link.prodi == prodi:
                return (
                    f"{called(prodi)} sudah tertaut ke '{link.title}'. Lepas dulu: "
                    f'lacak mirror unlink "{called(prodi)}"'
                )
            if link.spreadsheet_id == spreadsheet_id:
                return (
                    f"Spreadsheet ini sudah dipakai {called(link.prodi)}. Satu spreadsheet untuk "
                    "satu prodi: yang dibagikan adalah berkasnya, bukan lembarnya."
                )
        return "Tautan ini sudah ada."


def read_id(url: str) -> str:
    """Return the id of a spreadsheet from its address.

    Raises:
        CannotLink: it is no address of a spreadsheet.
    """
    found = _URL.search(url)
    if found:
        return found[1]
    if _ID.fullmatch(url.strip()):
        return url.strip()
    raise CannotLink(
        "Alamat spreadsheet tidak dikenali. Salin dari bilah alamat peramban; bentuknya "
        "https://docs.google.com/spreadsheets/d/…/edit"
    )


def _key(prodi: str) -> str:
    return KANTOR if prodi.strip().casefold() == KANTOR else joined(prodi)
