"""Where staff see and fulfil what people ask of their own data; everything is audited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.rights.erasure import Eraser
from storage import addresses, audit, erasing, privacy, respondents, tombstones
from storage.privacy import Kind, Outcome, Request

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service

KINDS: Mapping[Kind, str] = {
    Kind.SHOW: "minta salinan datanya",
    Kind.CHANGE: "minta datanya diperbaiki",
    Kind.ERASE: "minta datanya dihapus",
}
OUTCOMES = {
    Outcome.DONE: "selesai", Outcome.REFUSED: "ditolak", Outcome.WITHDRAWN: "dibatalkan orangnya",
}  # fmt: skip


class CannotHonour(Exception):
    """A request that cannot be done so; the message says what would work, in Indonesian."""


class RightsDesk:
    """Requests of one office, for staff."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._zone = ZoneInfo(service.office.zone)

    def listed(self, *, closed: bool = False) -> Sequence[Request]:
        """Return open requests, what is due first before others, or what was closed."""
        with self._service.database.read() as db:
            return privacy.listed(db, self._service.vault, closed=closed)

    def show(self, request_id: int, *, actor: str) -> list[tuple[str, str]]:
        """Return what staff must know to decide, as (name, value)."""
        service = self._service
        with service.database.write() as db:
            wish = self._find(db, request_id)
            self._note(db, actor, "privacy show", str(request_id))
            held = erasing.held(db, wish.respondent_id).counts
            where = respondents.get_address(db, wish.address_id) if wish.address_id else None
            is_proof = where is not None and addresses.is_verified(db, where.id)
        through = where.channel if where else f"petugas ({wish.opened_by or '-'})"
        proof = "ya" if is_proof else "BELUM: pastikan dulu bahwa ini orangnya"
        who = f"{wish.name} (orang {wish.respondent_id})"
        return [
            ("permintaan", f"{wish.id}: {who} {KINDS[wish.kind]}"),
            ("ditulis", wish.text or "-"),
            ("lewat", through),
            ("alamat terbukti", proof),
            ("dibuka", self.when(wish.opened_at)),
            ("batas 3×24 jam", self.when(wish.due_at) + self.lateness(wish)),
            ("keadaan", OUTCOMES.get(Outcome(wish.outcome), "") if wish.outcome else "terbuka"),
            ("yang disimpan", ", ".join(f"{_HELD[k]} {n}" for k, n in held.items() if n) or "-"),
        ]  # fmt: skip

    def open(self, respondent_id: int, kind: Kind, text: str, *, actor: str) -> Request:
        """Open a request that came by letter, telephone or in person. Raises `CannotHonour`."""
        service, now = self._service, self._service.now()
        with service.database.write() as db:
            if respondents.find(db, respondent_id) is None:
                raise CannotHonour(
                    f"orang bernomor {respondent_id} tidak ada; lihat: lacak people list"
                )
            wish, is_new = privacy.open_one(
                db, service.vault, respondent_id, kind, text=text, at=now, by=actor
            )
            if is_new:
                self._note(db, actor, "privacy open", f"{wish.id}: {kind}, person {respondent_id}")
        return wish

    def export(self, request_id: int, path: Path, *, actor: str) -> Request:
        """Write everything about the person into a workbook, for staff to hand over."""
        service = self._service
        with service.database.read() as db:
            wish = self._find(db, request_id)
            if erasing.is_erased(db, wish.respondent_id):
                raise CannotHonour("datanya sudah dihapus; tidak ada yang bisa ditulis")
            content = service.rights.write(db, wish.respondent_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with service.database.write() as db:
            self._note(db, actor, "privacy export", str(request_id))
        return wish

    def erase(self, request_id: int, *, actor: str) -> Request:
        """Erase who asked to be; doing it again changes nothing. Raises `CannotHonour`."""
        service, now = self._service, self._service.now()
        eraser = Eraser(service.vault, service.turns, service.words)
        with service.database.write() as db:
            wish = self._find(db, request_id)
            if wish.kind is not Kind.ERASE:
                raise CannotHonour(
                    f"permintaan {request_id} bukan permintaan hapus; buka dulu: "
                    f"lacak privacy open {wish.respondent_id} erase"
                )
            is_erased = erasing.is_erased(db, wish.respondent_id)
            if wish.closed_at is not None and not is_erased:
                raise CannotHonour(f"permintaan {request_id} sudah ditutup")
            if eraser.erase(db, wish.respondent_id, by=actor, at=now):
                self._note(db, actor, "privacy erase", f"{request_id}: person {wish.respondent_id}")
        return wish

    def close(self, request_id: int, outcome: Outcome, *, actor: str) -> Request:
        """Close a request. Raises `CannotHonour` when there is none that is open."""
        service, now = self._service, self._service.now()
        with service.database.write() as db:
            wish = self._find(db, request_id)
            if not privacy.close(db, request_id, by=actor, at=now, outcome=outcome):
                raise CannotHonour(f"permintaan {request_id} sudah ditutup")
            self._note(db, actor, "privacy close", f"{request_id}: {outcome}")
        return wish

    def readmit(self, respondent_id: int, *, actor: str) -> None:
        """Let an erased person be imported again, because they asked to. Raises `CannotHonour`."""
        with self._service.database.write() as db:
            if not tombstones.lift(db, respondent_id, at=self._service.now()):
                raise CannotHonour(f"tidak ada orang terhapus bernomor {respondent_id}")
            self._note(db, actor, "privacy readmit", str(respondent_id))

    def when(self, at: datetime) -> str:
        """Return a moment as staff read it."""
        return f"{at.astimezone(self._zone):%d/%m/%Y %H.%M}"

    def lateness(self, wish: Request) -> str:
        """Return how an open request stands to its clock, in words."""
        left = wish.due_at - self._service.now()
        if wish.closed_at is not None:
            return ""
        hours = int(abs(left.total_seconds()) // 3600)
        return (
            f" (TERLAMBAT {hours} jam)"
            if wish.is_late(self._service.now())
            else f" (sisa {hours} jam)"
        )

    def _find(self, db: "Connection", request_id: int) -> Request:
        found = privacy.get(db, self._service.vault, request_id)
        if found is None:
            raise CannotHonour(f"permintaan {request_id} tidak ada; lihat: lacak privacy list")
        return found

    def _note(self, db: "Connection", actor: str, action: str, detail: str) -> None:
        audit.note(db, actor=actor, action=action, detail=detail, at=self._service.now())


_HELD = {
    "addresses": "alamat", "numbers": "NIM", "interviews": "wawancara", "received": "pesan masuk",
    "sent": "pesan keluar", "enquiries": "pertanyaan",
}  # fmt: skip
