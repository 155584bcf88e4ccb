"""The page on which a supervisor evaluates a form: read, comment, return or approve."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.drafts import reading
from bot.drafts.desk import MOST_WORDS, CannotDraft, Drafting, clean
from bot.drafts.paper import on_paper
from bot.drafts.reading import Reading, Readings
from bot.drafts.text import described, title
from bot.links import WrongLink, read_review
from bot.logs import log
from bot.service import Service
from bot.web.pages import page
from bot.web.posted import Refused, Unreadable, read_body, read_fields, refuse_other_sites
from bot.web.trial import Trials
from bot.web.trial import routes as trial_routes
from flows.model import Form
from flows.words import long_date
from storage import drafts, staff
from storage.drafts import DraftRow, DraftStatus, Round, Step, Verdict

MAX_BODY = 600_000
"""Bytes of one evaluation: a comment on each of two hundred items."""

MAX_FIELDS = 2_000

_COMMENT = re.compile(r"c\.([0-9]{1,5})")
_NUMBERED = re.compile(r"pertanyaan ([0-9]+)")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: a draft, the submission, and the step it waits in."""

    draft: DraftRow
    round: Round
    step: Step


@dataclass(frozen=True, slots=True)
class Written:
    """What a supervisor wrote on the page, kept when it could not be stored."""

    name: str = ""
    title: str = ""
    note: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


def routes(service: Service) -> APIRouter:
    """Return the pages of evaluation links."""
    router = APIRouter()
    readings = Readings(service.office, service.words)
    trials = Trials(service.vault, service.office, service.words, service.now)

    def form_of(request: Request) -> Form:
        opened = _open(service, request.path_params["token"])
        return readings.of(opened.round.artefact).form

    @router.get("/e/{token}")
    async def show(token: str) -> Response:
        opened = await asyncio.to_thread(_open, service, token)
        return await asyncio.to_thread(_shown, service, readings, opened, token, Written())

    @router.post("/e/{token}")
    async def decide(token: str, request: Request) -> Response:
        refuse_other_sites(request)
        try:
            fields = read_fields(await read_body(request, MAX_BODY), MAX_FIELDS)
        except Unreadable:
            raise Refused(
                422, "Belum tersimpan", "Muat ulang halamannya, lalu kirim lagi."
            ) from None
        return await asyncio.to_thread(_decided, service, readings, token, fields)

    @router.get("/e/{token}/kuesioner.pdf")
    def paper(token: str) -> Response:
        opened = _open(service, token)
        actor = opened.round.verdict.by if opened.round.verdict else "?"
        try:
            pdf = on_paper(service, opened.round.id, actor=actor)
        except CannotDraft as error:
            raise Refused(404, "Belum ada PDF-nya", str(error)) from None
        name = f"{opened.draft.form_id}-{opened.round.artefact.version}.pdf"
        disposition = f'inline; filename="{re.sub(r"[^A-Za-z0-9._-]", "_", name)}"'
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
        return Response(pdf, media_type="application/pdf", headers=headers)

    router.include_router(trial_routes("/e/{token}/coba", trials, form_of))
    return router


def _open(service: Service, token: str) -> Opened:
    """Return what a token opens; raises `Refused` with why it does not."""
    try:
        round_id, number = read_review(service.vault, token)
        with service.database.read() as db:
            found = drafts.get_round(db, round_id)
            return _opened(service, db, found, number)
    except (WrongLink, LookupError):
        log("link_refused", why="unknown")
        sentence = "Coba buka lagi tautan yang diberikan penyusun kuesionernya."
        raise Refused(404, "Tautan tidak dikenal", sentence) from None


def _opened(service: Service, db: Connection, found: Round, number: int) -> Opened:
    ask = "Minta tautan yang baru kepada penyusunnya."
    latest = drafts.latest_round(db, found.draft_id)
    if latest is not None and latest.id != found.id:
        raise Refused(410, "Sudah ada yang lebih baru", f"Kuesioner ini diajukan lagi. {ask}")
    if number != found.link:
        raise Refused(410, "Tautan ini sudah diganti", ask)
    if found.link_expires_at is None or found.link_expires_at < service.now():
        raise Refused(410, "Tautan sudah tidak berlaku", ask)
    if found.reviewer and found.verdict is None and staff.listed(db):
        who = staff.find(db, found.reviewer)
        if who is None or who.role != "supervisor":
            raise Refused(
                403, "Tautan sudah tidak berlaku", f"{found.reviewer} bukan supervisor lagi."
            )
    draft = drafts.get(db, found.draft_id)
    assert draft is not None  # noqa: S101 -- a round has a draft
    return Opened(draft, found, drafts.steps(db, draft.id)[-1])


def _decided(
    service: Service, readings: Readings, token: str, fields: Mapping[str, str]
) -> Response:
    opened = _open(service, token)
    read = readings.of(opened.round.artefact)
    written = _written(fields, read)
    if opened.round.verdict is not None:
        return RedirectResponse(f"/e/{token}", 303)
    try:
        _store(service, opened, fields, written)
    except CannotDraft as error:
        kept = replace(written, trouble=_sentence(str(error)))
        return _shown(service, readings, opened, token, kept, status=422)
    return RedirectResponse(f"/e/{token}", 303)


def _store(service: Service, opened: Opened, fields: Mapping[str, str], written: Written) -> None:
    """Store a decision on exactly what was on the page; raises `CannotDraft`."""
    if fields.get("seen", "") != opened.round.artefact.sha256:
        raise CannotDraft("kuesionernya berubah sejak halaman ini dibuka; baca lagi dulu")
    wanted = fields.get("decision", "")
    if wanted not in (DraftStatus.APPROVED, DraftStatus.RETURNED):
        raise CannotDraft("pilih Setujui atau Kembalikan")
    name = written.name.strip()
    verdict = Verdict(
        DraftStatus(wanted), opened.round.reviewer or name, name, written.title.strip(), "web",
        written.note.strip(), clean(written.comments),
    )  # fmt: skip
    Drafting(service).decide(opened.round.id, verdict)


def _written(fields: Mapping[str, str], read: Reading) -> Written:
    paths = [entry.path for entry in read.entries]
    comments: dict[str, str] = {}
    for name, text in fields.items():
        found = _COMMENT.fullmatch(name)
        if found and int(found[1]) < len(paths):
            comments[paths[int(found[1])]] = text.replace("\r\n", "\n")
    note = fields.get("note", "").replace("\r\n", "\n")
    return Written(fields.get("name", ""), fields.get("title", ""), note, comments)


def _shown(
    service: Service, readings: Readings, opened: Opened, token: str, written: Written,
    *, status: int = 200,
) -> Response:  # fmt: skip
    found, zone = opened.round, ZoneInfo(service.office.zone)
    read = readings.of(found.artefact)
    shared: dict[str, Any] = {
        "office": service.office.name,
        "path": f"/e/{token}",
        "draft": opened.draft,
        "round": found,
        "form": read.form,
        "submitted": _moment(found.submitted_at, zone),
    }
    if found.verdict is not None and found.decided_at is not None:
        return page(
            "decided.html",
            **shared,
            verdict=found.verdict,
            approved=found.verdict.status is DraftStatus.APPROVED,
            published=opened.draft.status is DraftStatus.PUBLISHED,
            at=_moment(found.decided_at, zone),
            comments=list(_comments(read, found.verdict.comments)),
        )
    with service.database.read() as db:
        earlier = reading.before(db, found)
    entries = list(_entries(read, earlier.comments if earlier else {}, written.comments))
    today = Drafting(service).today()
    due = opened.step.due_on
    return page(
        "review.html",
        status,
        **shared,
        purpose=read.purpose,
        entries=[one for one in entries if one["entry"].is_shown],
        unasked=[one for one in entries if not one["entry"].is_shown],
        branches=[{"title": title(one), "branch": one} for one in read.branches.found],
        unreached=[one.text for one in read.entries if one.path in read.branches.unreached],
        more=read.branches.more,
        before=earlier,
        due=long_date(due.isoformat()) if due else "",
        late=bool(due and today > due),
        most=MOST_WORDS,
        written=written,
        asked=sum(1 for one in read.entries if one.number),
    )


def _entries(
    read: Reading, before: Mapping[str, str], written: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    for place, entry in enumerate(read.entries):
        yield {
            "place": place,
            "entry": entry,
            "kind": described(entry),
            "when": _linked(entry.when),
            "before": before.get(entry.path, ""),
            "comment": written.get(entry.path, ""),
        }


def _comments(read: Reading, comments: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for entry in read.entries:
        if entry.path in comments:
            yield {"entry": entry, "text": comments[entry.path]}


def _linked(words: str) -> list[tuple[str, str]]:
    """Return a sentence in pieces (text, number): a piece with a number leads to that question."""
    pieces: list[tuple[str, str]] = []
    end = 0
    for found in _NUMBERED.finditer(words):
        pieces += [(words[end : found.start()], ""), (found[0], found[1])]
        end = found.end()
    return [piece for piece in (*pieces, (words[end:], "")) if piece[0]]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{long_date(local.date().isoformat())} pukul {local:%H.%M}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
