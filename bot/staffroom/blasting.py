"""`/blast`, `/status`, `/jeda`, `/lanjut`, `/stop`: the same steps as `lacak blast`."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.blasts import Blasts, CannotBlast, Plan, Preview
from bot.roles import may_see
from bot.staffroom.saying import SHOWN, CannotDo, find_cohort, number
from scheduler.blast import BY_STAFF, BlastStatus, NotAllowed
from storage import audit, blasts, cohorts, forms, staff_messages, waves
from storage.staff import StaffRow

if TYPE_CHECKING:
    from bot.service import Service


def blast(service: "Service", who: StaffRow, rest: str) -> str:
    """Show what a blast would do, and wait for the number of its people."""
    form_id, _, cohort = rest.partition(" ")
    known = _forms(service)
    if form_id not in known:
        raise CannotDo(f"sebutkan kuesionernya. Yang sudah terbit: {', '.join(known) or '-'}")
    batch = find_cohort(service, who, cohort)
    found = _preview(service, form_id, batch.name)
    if not found.reached:
        return "\n".join((_said(found), "", "Tidak ada yang dapat dikirimi."))
    with service.database.write() as db:
        staff_messages.ask(
            db, who.id, json.dumps({"form": form_id, "cohort": batch.name}),
            expected=str(found.reached), at=service.now(),
        )  # fmt: skip
    ask = f"Balas {found.reached} untuk mengirim. Balasan lain membatalkan."
    return "\n".join((_said(found), "", ask))


def send(service: "Service", who: StaffRow, command: str) -> str:
    """Send what was shown, now that the number was typed back."""
    wanted = json.loads(command)
    desk = Blasts(service)
    try:
        plan = desk.plan(wanted["form"], wanted["cohort"])
        reached = desk.preview(plan).reached
        blast_id, is_new = desk.send(plan, actor=who.name)
    except CannotBlast as error:
        raise CannotDo(str(error)) from None
    _note(service, who, "blast send", f"blast {blast_id}, {reached} people")
    what = "dikirim" if is_new else "sudah ada; yang baru ditambahkan"
    return f"Siaran {blast_id} {what}. Lihat: /status {blast_id}"


def status(service: "Service", who: StaffRow, rest: str) -> str:
    """Show one blast, or those that are not over."""
    if rest:
        return said_of(_figures(service, who, number(rest, "siaran")))
    with service.database.read() as db:
        found = [one for one in blasts.listed(db) if one.status != "stopped"][: SHOWN * 2]
    shown = []
    for one in found:
        try:
            figures = _figures(service, who, one.id)
        except CannotDo:
            continue
        shown.append(
            f"{one.id}. {figures['form']}, {figures['cohort']}\n"
            f"   {_STATUS[one.status]}: {figures['sent']}/{figures['owed']} terkirim, "
            f"{figures['answered']} menjawab, {figures['finished']} selesai"
        )
    return "\n".join(shown[:SHOWN]) or "Belum ada siaran."


def pause(service: "Service", who: StaffRow, rest: str) -> str:
    """Pause a blast."""
    return _change(service, who, rest, BlastStatus.PAUSED, BY_STAFF)


def resume(service: "Service", who: StaffRow, rest: str) -> str:
    """Let a paused blast go on."""
    return _change(service, who, rest, BlastStatus.RUNNING, "")


def stop(service: "Service", who: StaffRow, rest: str) -> str:
    """Stop a blast for good."""
    return _change(service, who, rest, BlastStatus.STOPPED, "dihentikan petugas")


_STATUS = {
    "preparing": "disiapkan",
    "running": "berjalan",
    "paused": "dijeda",
    "stopped": "dihentikan",
    "finished": "selesai",
}


def said_of(found: Mapping[str, Any]) -> str:
    """Return a blast's figures in lines that fit a phone."""
    head = f"Siaran {found['blast']}: {_STATUS.get(found['status'], found['status'])}"
    reason = f" ({found['reason']})" if found["reason"] else ""
    counts = (
        ("menunggu", "queued"), ("terkirim", "sent"), ("sampai", "delivered"), ("dibaca", "read"),
        ("menjawab", "answered"), ("selesai", "finished"), ("gagal", "failed"),
        ("dibatalkan", "canceled"), ("belum diketahui", "unknown"),
    )  # fmt: skip
    lines = [f"{words}: {found[key]}" for words, key in counts if found[key]]
    not_sent = [f"tidak dikirim, {why}: {n}" for why, n in found["not_sent"].items()]
    what = f"{found['form']}, {found['cohort']}, {found['period']}"
    audience = f"untuk {found['audience']} orang, {found['owed']} harus dikirim"
    return "\n".join((head + reason, what, audience, *lines, *not_sent))


def _change(service: "Service", who: StaffRow, rest: str, status: BlastStatus, reason: str) -> str:
    blast_id = number(rest, "siaran")
    try:
        Blasts(service).change(blast_id, status, reason=reason)
    except (CannotBlast, NotAllowed) as error:
        raise CannotDo(str(error)) from None
    _note(service, who, f"blast {status}", f"blast {blast_id}")
    return f"Siaran {blast_id}: {reason or 'berjalan lagi'}."


def _forms(service: "Service") -> list[str]:
    with service.database.read() as db:
        return list(dict.fromkeys(form_id for _pk, form_id, *_ in forms.listed(db)))


def _preview(service: "Service", form_id: str, cohort: str) -> Preview:
    desk = Blasts(service)
    try:
        return desk.preview(desk.plan(form_id, cohort))
    except CannotBlast as error:
        raise CannotDo(str(error)) from None


def _figures(service: "Service", who: StaffRow, blast_id: int) -> Mapping[str, Any]:
    """Return a blast's figures; one of another's prodi is as unknown as one that is not."""
    with service.database.read() as db:
        row = blasts.get(db, blast_id)
        wave = waves.get(db, row.wave_id) if row else None
        batch = cohorts.get(db, wave.cohort_id) if wave else None
    if batch is None or not may_see(who, batch):
        raise CannotDo(f"siaran {blast_id} tidak ada; lihat /status")
    return Blasts(service).figures(blast_id)


def _said(found: Preview) -> str:
    plan: Plan = found.plan
    lines = [f"{plan.form_id} untuk {plan.batch.name}, periode {plan.period}"]
    ways = ", ".join(f"{name} {n}" for name, n in found.by_channel.items())
    lines.append(f"Akan dikirimi: {found.reached} orang ({ways or '-'}), {found.lasts}")
    lines += [f"Tidak dikirimi: {n}, {reason}" for reason, n in found.not_sent.items()]
    if found.sent_before is not None:
        lines.append("Gelombang ini sudah ada; hanya anggota baru yang ditambahkan.")
    lines += [f"\nContoh untuk {name}:\n{words}" for name, words in found.samples[:1]]
    return "\n".join(lines)


def _note(service: "Service", who: StaffRow, action: str, detail: str) -> None:
    with service.database.write() as db:
        audit.note(db, actor=who.name, action=action, detail=detail, at=service.now())
