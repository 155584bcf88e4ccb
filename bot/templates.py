"""Templates: checked before Meta sees them, followed after; one that fails holds its blasts."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.channels.contract import NotAnswered
from bot.logs import log
from scheduler.blast import BlastStatus
from storage import blasts, templates
from storage.templates import APPROVED, Submission

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.channels.whatsapp_templates import Templates
    from bot.service import Service

SAMPLES: Mapping[str, str] = {
    "nama": "Sari",
    "kantor": "BPVP Kendari",
    "pelatihan": "Menjahit Pakaian Dasar",
    "simpan": "5 tahun",
    "kontak": "0401-312345",
    "isi": "ada lowongan operator jahit di Kendari sampai 30 November",
}
"""Facts a template may hold, and what Meta's reviewers read in their place: invented."""

CATEGORIES = ("UTILITY", "MARKETING")
LONGEST = 1024
MOST_BUTTONS = 3
BUTTON = 20

STATUS_WORDS: Mapping[str, str] = {
    "unsubmitted": "belum diajukan",
    "received": "diterima Twilio",
    "pending": "diperiksa Meta",
    "approved": "disetujui",
    "rejected": "ditolak Meta",
    "paused": "dijeda Meta",
    "disabled": "dimatikan Meta",
}
HELD = "templat WhatsApp"
"""How the reason begins with which a blast waits for its template."""

_VARIABLE = re.compile(r"\{\{(.*?)\}\}")


class CannotSubmit(Exception):
    """A template that cannot be; the message says what would work, all faults at once."""


def faults(body: str, variables: Sequence[str], buttons: Sequence[str] = ()) -> Sequence[str]:
    """Return what WhatsApp would refuse (facts: channels §1.2); nothing when it may go."""
    used = _VARIABLE.findall(body)
    numbers = [str(n) for n in range(1, len(variables) + 1)]
    unknown = [name for name in variables if name not in SAMPLES]
    words = [one for one in _VARIABLE.sub(" ", body).split() if any(c.isalnum() for c in one)]
    found = {
        f"isian {', '.join(unknown)} tidak dikenal; yang ada: {', '.join(SAMPLES)}": bool(unknown),
        f"teksnya lebih dari {LONGEST} huruf": len(body) > LONGEST,
        "teksnya kosong": not body.strip(),
        f"isian harus {{{{1}}}} sampai {{{{{len(variables)}}}}} berurutan, tanpa lompat":
            list(dict.fromkeys(used)) != numbers,
        "teks tidak boleh dibuka atau ditutup oleh isian; tambahkan kata di depan dan di belakang":
            body.strip().startswith("{{") or body.strip().endswith("}}"),
        "dua isian tidak boleh berdampingan; beri kata di antaranya":
            bool(re.search(r"\}\}\s*\{\{", body)),
        f"terlalu sedikit kata: {len(used)} isian perlu sedikitnya {2 * len(used) + 1} kata lain":
            len(words) < 2 * len(used) + 1,
        "lebih dari dua baris kosong, tab, atau lima spasi beruntun tidak diterima":
            bool(re.search(r"\n{4,}|\t| {5,}", body)),
        f"paling banyak {MOST_BUTTONS} tombol, masing-masing {BUTTON} huruf":
            len(buttons) > MOST_BUTTONS or any(not 0 < len(b) <= BUTTON for b in buttons),
    }  # fmt: skip
    return [sentence for sentence, is_wrong in found.items() if is_wrong]


def submit(
    service: "Service", one: Submission, buttons: Sequence[str], *, actor: str
) -> Submission:
    """Make a template and hand it to Meta; returns it as it stands.

    Raises:
        CannotSubmit: it would be refused, or Twilio would not take it.
    """
    wrong = faults(one.body, one.variables, buttons)
    if wrong:
        raise CannotSubmit("\n".join(wrong))
    at_twilio = _at_twilio(service)
    try:
        sid = at_twilio.make(
            name=one.name, language=one.language, body=one.body, buttons=buttons,
            samples=[SAMPLES[name] for name in one.variables],
        )  # fmt: skip
    except NotAnswered as error:
        raise CannotSubmit(f"Twilio tidak membuat templatnya: {error}") from None
    try:
        said = at_twilio.submit(sid, name=one.name, category=one.category)
        one = replace(one, sid=sid, status=said.status, reason=said.reason)
    except NotAnswered as error:
        one = replace(one, sid=sid, status="unsubmitted", reason=str(error))
    with service.database.write() as db:
        templates.add(db, one, created_by=actor, at=service.now())
    return one


def refresh(service: "Service") -> int:
    """Ask Meta about every template of ours; return how many changed. Raises `NotAnswered`."""
    at_twilio = _at_twilio(service)
    with service.database.read() as db:
        found = [one for one in templates.listed(db) if one.status != "unsubmitted"]
    changed = 0
    for one in found:
        try:
            said = at_twilio.approval(one.sid)
        except NotAnswered as error:
            log("template_not_asked", logging.WARNING, id=one.id, why=error.trouble)
            continue
        if said.status == "unsubmitted":  # noted by hand, approved elsewhere: nothing is known
            continue
        with service.database.write() as db:
            is_other = templates.set_status(
                db, one.id, said.status, category=said.category, reason=said.reason,
                at=service.now(),
            )  # fmt: skip
        if is_other:
            changed += 1
            log("template_status", id=one.id, status=said.status)
    hold_all(service)
    return changed


async def follow(service: "Service") -> None:
    """Ask in a thread, as the clock does; without WhatsApp or templates there is nothing to ask."""
    with service.database.read() as db:
        is_needed = bool(templates.listed(db))
    if service.whatsapp is not None and is_needed:
        await asyncio.to_thread(refresh, service)


def hold_all(service: "Service") -> None:
    """Pause the blasts whose template may not go, and let go on those whose template may again."""
    with service.database.write() as db:
        for form_id in sorted({one.form_id for one in templates.listed(db)}):
            hold(db, form_id)


def hold(db: "Connection", form_id: str) -> str:
    """Hold or release a form's WhatsApp blasts; returns the reason, empty when they may go."""
    reason = why_not(templates.listed(db, form_id))
    waiting = [
        key for key, why in templates.blasts_of(db, form_id, BlastStatus.PAUSED)
        if why.startswith(HELD)
    ]  # fmt: skip
    after = BlastStatus.PAUSED if reason else BlastStatus.RUNNING
    going = templates.blasts_of(db, form_id, BlastStatus.RUNNING) if reason else ()
    for blast_id in (*waiting, *(key for key, _why in going)):
        allowed = [BlastStatus.PAUSED, BlastStatus.RUNNING]
        blasts.become(db, blast_id, after, allowed=allowed, reason=reason)
    return reason


def why_not(found: Sequence[Submission]) -> str:
    """Return why none of a form's templates may go now; empty when one may, or there is none."""
    if not found or any(one.status == APPROVED for one in found):
        return ""
    newest = found[-1]
    said = f"{HELD} {newest.name or newest.sid} {STATUS_WORDS.get(newest.status, newest.status)}"
    return f"{said}: {newest.reason}" if newest.reason else said


def _at_twilio(service: "Service") -> "Templates":
    whatsapp = service.whatsapp
    if whatsapp is None:
        raise CannotSubmit("TWILIO_ACCOUNT_SID dan TWILIO_AUTH_TOKEN belum diisi; isi dulu di .env")
    return whatsapp.templates
