"""What staff hear of drafts in their own chats: one waits, one was decided, one is late."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.prompts import Prompt
from flows.words import long_date
from storage import drafts, memos, staff
from storage.drafts import WAITING, DraftRow, DraftStatus, Round

if TYPE_CHECKING:
    from bot.service import Service


def waiting(
    service: "Service",
    db: Connection,
    draft: DraftRow,
    found: Round,
    *,
    link: str,
    due_on: date | None,
    now: datetime,
) -> None:
    """Tell the supervisor that a form waits for them, with the link."""
    until = f", paling lambat {long_date(due_on.isoformat())}" if due_on else ""
    words = (
        f"📝 Kuesioner “{draft.title}” dari {found.submitted_by} menunggu evaluasi Bapak/Ibu"
        f"{until}.\n\nBuka di sini (hanya untuk Bapak/Ibu): {link}"
    )
    _tell(service, db, _reviewers(db, found), words, f"draft:{found.id}:{found.link}", now)


def decided(
    service: "Service", db: Connection, draft: DraftRow, found: Round, *, now: datetime
) -> None:
    """Tell the author what was decided, and the supervisor in whose name it was."""
    verdict = found.verdict
    assert verdict is not None  # noqa: S101 -- it was decided just now
    notes = len(verdict.comments) + bool(verdict.note)
    if verdict.status is DraftStatus.APPROVED:
        what = f"disetujui {verdict.name}. Terbitkan: lacak form publish {draft.id}"
    else:
        what = (
            f"dikembalikan {verdict.name} dengan {notes} catatan. Lihat: lacak form show {draft.id}"
        )
    words = f"📝 Kuesioner “{draft.title}” {what}"
    authors = frozenset({draft.author, found.submitted_by})
    _tell(service, db, authors, words, f"draft:{found.id}:decided", now)
    mine = (
        f"✅ Keputusan Bapak/Ibu atas kuesioner “{draft.title}” sudah tercatat atas nama "
        f"{verdict.name}. Kalau bukan Bapak/Ibu yang memutuskan, segera beri tahu admin."
    )
    _tell(service, db, frozenset({verdict.by}), mine, f"draft:{found.id}:receipt", now)


def late(db: Connection, today: date) -> Iterator[tuple[str, str]]:
    """Yield a sentence for each draft whose days are over, by a key that lasts as long as it is."""
    for draft, step in drafts.listed(db, *WAITING):
        if step.due_on is None or today <= step.due_on:
            continue
        who = draft.author
        what = "belum diajukan"
        if draft.status is DraftStatus.SUBMITTED:
            found = drafts.latest_round(db, draft.id)
            who = found.reviewer if found and found.reviewer else "supervisor"
            what = "belum dievaluasi"
        if draft.status is DraftStatus.RETURNED:
            what = "belum diperbaiki"
        until = long_date(step.due_on.isoformat())
        yield (
            f"draft:{draft.id}:{step.at.isoformat()}",
            (
                f"Kuesioner {draft.form_id} {what} {who}; batasnya {until}. "
                f"Lihat: lacak form show {draft.id}"
            ),
        )


def remind_supervisors(service: "Service", db: Connection, *, now: datetime) -> None:
    """Tell supervisors, once, that what waits for them is late; the link they have still opens."""
    today = now.astimezone(ZoneInfo(service.office.zone)).date()
    for draft, step in drafts.listed(db, DraftStatus.SUBMITTED):
        found = drafts.latest_round(db, draft.id)
        if found is None or step.due_on is None or today <= step.due_on:
            continue
        words = (
            f"⏰ Kuesioner “{draft.title}” masih menunggu evaluasi Bapak/Ibu; batasnya "
            f"{long_date(step.due_on.isoformat())}. Tautannya ada di pesan kami sebelumnya."
        )
        _tell(service, db, _reviewers(db, found), words, f"draft:{found.id}:late", now)


def _reviewers(db: Connection, found: Round) -> frozenset[str]:
    if found.reviewer:
        return frozenset({found.reviewer})
    able = (one.name for one in staff.listed(db) if one.role == "supervisor")
    return frozenset(able) - {found.submitted_by}


def _tell(
    service: "Service", db: Connection, names: frozenset[str], words: str, occasion: str,
    now: datetime,
) -> None:  # fmt: skip
    for member, channel, value in staff.chats(db):
        if member.name in names:
            memos.owe(
                db, service.vault, Prompt(words), key=f"{occasion}:{member.id}:{channel}",
                channel=channel, to=value, at=now,
            )  # fmt: skip
