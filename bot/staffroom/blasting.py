"""`/blast`, `/kabar`, `/status`, `/jeda`, `/lanjut`, `/stop`: the same steps as `lacak blast`."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.blasts import STATUS_WORDS, Blasts
from bot.plans import CannotBlast
from bot.previews import Preview, moment, said
from bot.roles import may_see
from bot.staffroom.saying import SHOWN, Answer, Asked, CannotDo, find_cohort, number
from scheduler.blast import BY_STAFF, BlastStatus, NotAllowed
from storage import blasts, cohorts, forms, staff_messages, waves
from storage.staff import StaffRow

if TYPE_CHECKING:
    from bot.service import Service


def blast(service: "Service", asked: Asked) -> Answer:
    """Show what a blast would do, and wait for the number of its people."""
    form_id, cohort = [*asked.rest.split(maxsplit=1), "", ""][:2]
    known = _forms(service)
    if form_id not in known:
        raise CannotDo(f"sebutkan kuesionernya. Yang sudah terbit: {', '.join(known) or '-'}")
    batch = find_cohort(service, asked.who, cohort)
    return _shown(service, {"form": form_id, "cohort": batch.name})


def news(service: "Service", asked: Asked) -> Answer:
    """Show whom news would reach, and wait for their number; what it says stands below."""
    first, _, text = asked.rest.partition("\n")
    template, basis, cohort = [*first.split(maxsplit=2), "", "", ""][:3]
    if not basis:
        raise CannotDo("tulis /kabar TEMPLAT DASAR ANGKATAN, lalu isinya di baris berikutnya")
    batch = find_cohort(service, asked.who, cohort)
    wanted = {"template": template, "basis": basis, "text": text.strip(), "cohort": batch.name}
    return _shown(service, wanted)


def send(service: "Service", asked: Asked, expected: str) -> Answer:
    """Send what was shown, now that the number was typed back; `asked.rest` is what waited.

    It is noted first which message confirmed it: should that message come again, it is sent all
    the same, though most of its people have been written down by then.
    """
    wanted = json.loads(asked.rest)
    found = _preview(service, wanted)
    if wanted.get("confirmed") != asked.once:
        if str(found.reached) != expected:
            raise CannotDo(
                f"penerimanya sekarang {found.reached}, bukan {expected}; tidak ada yang dikirim. "
                "Ulangi perintahnya"
            )
        with service.database.write() as db:
            wanted["confirmed"] = asked.once
            staff_messages.change(db, asked.who.id, json.dumps(wanted))
    try:
        blast_id, _is_new = Blasts(service).send(found.plan, actor=asked.who.name)
    except CannotBlast as error:
        raise CannotDo(str(error)) from None
    note = ("blast send", f"blast {blast_id}, {expected} people{found.plan.by_law}")
    begins = moment(found.first_at, service.office.zone)
    what = f"menunggu jam kirim, mulai {begins}" if found.waits else "dikirim"
    return Answer(f"Siaran {blast_id} {what}. Lihat: /status {blast_id}", (note,))


def status(service: "Service", asked: Asked) -> Answer:
    """Show one blast, or those that are not over."""
    if asked.rest:
        one_blast = _figures(service, asked.who, number(asked.rest, "siaran"))
        return Answer(said_of(one_blast, service.office.zone))
    with service.database.read() as db:
        found = [one for one in blasts.listed(db) if one.status != BlastStatus.STOPPED]
    shown: list[str] = []
    for one in found:
        if len(shown) == SHOWN:
            break
        try:
            figures = _figures(service, asked.who, one.id)
        except CannotDo:
            continue
        number_of = figures["owed"] + sum(figures["to_come"].values())
        shown.append(
            f"{one.id}. {figures['form']}, {figures['cohort']}\n"
            f"   {STATUS_WORDS[one.status]}: {figures['sent']}/{number_of} terkirim, "
            f"{figures['answered']} menjawab, {figures['finished']} selesai"
        )
    return Answer("\n".join(shown) or "Belum ada siaran.")


def pause(service: "Service", asked: Asked) -> Answer:
    """Pause a blast."""
    return _change(service, asked, BlastStatus.PAUSED, BY_STAFF)


def resume(service: "Service", asked: Asked) -> Answer:
    """Let a paused blast go on."""
    return _change(service, asked, BlastStatus.RUNNING, "")


def stop(service: "Service", asked: Asked) -> Answer:
    """Stop a blast for good."""
    return _change(service, asked, BlastStatus.STOPPED, "dihentikan petugas")


def retry(service: "Service", asked: Asked) -> Answer:
    """Send again what failed for a passing reason; unknown ones only by their exact number."""
    which, unknown = [*asked.rest.split(), "", ""][:2]
    blast_id = number(which, "siaran")
    doubtful = number(unknown, "yang belum diketahui") if unknown else 0
    try:
        queued = Blasts(service).retry(blast_id, unknown=doubtful)
    except CannotBlast as error:
        raise CannotDo(str(error)) from None
    left = Blasts(service).figures(blast_id)["unknown"]
    more = f"\n{left} belum diketahui hasilnya; kirim lagi dengan: /ulang {blast_id} {left}"
    note = ("blast retry", f"blast {blast_id}: {queued}, unknown {doubtful}")
    return Answer(f"{queued} kiriman menunggu dikirim lagi.{more if left else ''}", (note,))


def said_of(found: Mapping[str, Any], zone: str) -> str:
    """Return a blast's figures in lines that fit a phone."""
    head = f"Siaran {found['blast']}: {STATUS_WORDS[found['status']]}"
    reason = f" ({found['reason']})" if found["reason"] else ""
    counts = (
        ("menunggu", "queued"), ("terkirim", "sent"), ("sampai", "delivered"), ("dibaca", "read"),
        ("menjawab", "answered"), ("selesai", "finished"), ("gagal", "failed"),
        ("dibatalkan", "canceled"), ("belum diketahui", "unknown"),
    )  # fmt: skip
    lines = [f"{words}: {found[key]}" for words, key in counts if found[key]]
    lines += [f"menunggu, {why}: {n}" for why, n in found["waiting"].items()]
    if found["next_at"]:
        lines.append(f"lanjut sekitar {moment(datetime.fromisoformat(found['next_at']), zone)}")
    lines += [f"menyusul, {why}: {n}" for why, n in found["to_come"].items()]
    not_sent = [f"tidak dikirim, {why}: {n}" for why, n in found["not_sent"].items()]
    what = f"{found['form']}, {found['cohort']}, {found['period']}"
    audience = f"untuk {found['audience']} orang, {found['owed']} harus dikirim"
    return "\n".join((head + reason, what, audience, *lines, *not_sent))


def _change(service: "Service", asked: Asked, status: BlastStatus, reason: str) -> Answer:
    """Change a blast's status; one that has it already is what was asked for."""
    blast_id, desk = number(asked.rest, "siaran"), Blasts(service)
    try:
        desk.change(blast_id, status, reason=reason)
    except CannotBlast as error:
        raise CannotDo(str(error)) from None
    except NotAllowed as error:
        if desk.figures(blast_id)["status"] != status:
            raise CannotDo(str(error)) from None
    note = (f"blast {status}", f"blast {blast_id}")
    return Answer(f"Siaran {blast_id}: {reason or 'berjalan lagi'}.", (note,))


def _forms(service: "Service") -> list[str]:
    with service.database.read() as db:
        return list(dict.fromkeys(form_id for _pk, form_id, *_ in forms.listed(db)))


def _shown(service: "Service", wanted: Mapping[str, str]) -> Answer:
    """Return what a blast would do; it waits for the number of its people."""
    found = _preview(service, wanted)
    said = _said(found, service.office.zone)
    if not found.reached:
        return Answer(f"{said}\n\nTidak ada yang dapat dikirimi.")
    ask = f"Balas {found.reached} untuk mengirim. Balasan lain membatalkan."
    return Answer(f"{said}\n\n{ask}", waits=json.dumps(dict(wanted)), expected=str(found.reached))


def _preview(service: "Service", wanted: Mapping[str, str]) -> Preview:
    desk = Blasts(service)
    try:
        if "template" not in wanted:
            return desk.preview(desk.plan(wanted["form"], wanted["cohort"]))
        return desk.preview(
            desk.plan_news(
                wanted["template"], wanted["cohort"], text=wanted["text"], basis=wanted["basis"]
            )
        )
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


def _said(found: Preview, zone: str) -> str:
    samples = [f"\nContoh untuk {name}:\n{words}" for name, words in found.samples[:1]]
    return "\n".join((*said(found, zone), *samples))
