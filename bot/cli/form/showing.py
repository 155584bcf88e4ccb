"""`lacak form list` and `show`: where every questionnaire stands, and who brought it there."""

import json
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from storage.drafts import DraftRow, Round, Step

JSON = typer.Option(False, "--json", help="Hasil sebagai JSON.")


def list_forms(as_json: bool = JSON) -> None:
    """Sebutkan draf yang sedang berjalan dan versi yang sudah terbit."""
    from zoneinfo import ZoneInfo

    from bot.cli.common import opened
    from bot.drafts.desk import STATUS, Drafting, said_of_due
    from storage import drafts, forms
    from storage.drafts import DraftStatus

    with opened() as service, service.database.read() as db:
        zone, today = ZoneInfo(service.office.zone), Drafting(service).today()
        published = forms.listed(db)
        going = [
            (draft, step)
            for draft, step in drafts.listed(db)
            if draft.status is not DraftStatus.PUBLISHED
        ]
    if as_json:
        data = {
            "drafts": [_data(draft, step, today) for draft, step in going],
            "published": [
                {"form": form_id, "version": version, "at": at.astimezone(zone).isoformat()}
                for _pk, form_id, version, at in published
            ],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for _pk, form_id, version, at in published:
        print(f"{form_id}\t{version}\t{at.astimezone(zone):%Y-%m-%d %H.%M}")
    for draft, step in going:
        when = f"{step.at.astimezone(zone):%Y-%m-%d}"
        due = said_of_due(step, today)
        said = f"{STATUS[draft.status]} ({step.by}, {when}){f', {due}' if due else ''}"
        print(f"draf {draft.id}\t{draft.form_id}\t{said}")


def show(
    form: str = typer.Argument(help="Nomor draf, atau nama kuesioner."),
    as_json: bool = JSON,
) -> None:
    """Tampilkan perjalanan satu kuesioner: siapa, kapan, catatan, dan keterlambatan."""
    from zoneinfo import ZoneInfo

    from bot.cli.common import fail, opened
    from bot.drafts.desk import CannotDraft, Drafting
    from storage import drafts

    with opened() as service, service.database.read() as db:
        desk = Drafting(service)
        try:
            draft = desk.find(db, form)
        except CannotDraft as error:
            fail(str(error))
        steps, rounds = drafts.steps(db, draft.id), drafts.rounds(db, draft.id)
        zone, today = ZoneInfo(service.office.zone), desk.today()
    if as_json:
        data = _data(draft, steps[-1], today)
        data["steps"] = [_step(one, following, zone, today) for one, following in _pairs(steps)]
        data["rounds"] = [_round(one) for one in rounds]
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return
    print(f"Draf {draft.id}: {draft.title or draft.form_id} ({draft.form_id}), oleh {draft.author}")
    for one, following in _pairs(steps):
        print(_line(one, following, zone, today))
    for found in rounds:
        print("\n".join(_of_round(found)))


def _pairs(steps: "Sequence[Step]") -> "list[tuple[Step, Step | None]]":
    return list(zip(steps, (*steps[1:], None), strict=True))


def _line(step: "Step", following: "Step | None", zone: "ZoneInfo", today: "date") -> str:
    from bot.drafts.desk import STATUS
    from flows.words import long_date

    when = step.at.astimezone(zone)
    line = f"  {when:%d-%m-%Y %H.%M}  {STATUS[step.status]}, {step.by}"
    if step.due_on is None:
        return line
    late = _late(step, following, zone, today)
    if following is None:
        line += f"; paling lambat {long_date(step.due_on.isoformat())}"
    return line + (f" (terlambat {late} hari kerja)" if late else "")


def _late(step: "Step", following: "Step | None", zone: "ZoneInfo", today: "date") -> int:
    """Return how many working days later than allowed the next step came, or has not come yet."""
    from scheduler.working_days import working_days_late

    if step.due_on is None:
        return 0
    end = following.at.astimezone(zone).date() if following else today
    return working_days_late(step.due_on, end)


def _of_round(found: "Round") -> "list[str]":
    artefact, content = found.artefact, found.artefact.content
    head = (
        f"\nPengajuan ke-{found.number}: versi {artefact.version}, {artefact.sha256[:12]}, "
        f"pyxform {content['pyxform']}, mesin {content['engine']}, dari {found.filename}"
    )
    lines = [head]
    if found.reviewer:
        lines.append(f"  untuk {found.reviewer}")
    verdict = found.verdict
    if verdict is None:
        return lines
    from bot.drafts.desk import STATUS

    lines.append(
        f"  {STATUS[verdict.status]} oleh {verdict.name}, {verdict.title} "
        f"(sebagai {verdict.by}, lewat {_THROUGH[verdict.through]})"
    )
    lines += [f"  catatan: {verdict.note}"] if verdict.note else []
    lines += [f"  {item}: {text}" for item, text in verdict.comments.items()]
    return lines


_THROUGH = {"web": "tautan", "command": "perintah", "library": "kuesioner bawaan"}


def _data(draft: "DraftRow", step: "Step", today: "date") -> dict[str, Any]:
    return {
        "draft": draft.id,
        "form": draft.form_id,
        "title": draft.title,
        "author": draft.author,
        "status": draft.status,
        "since": step.at.isoformat(),
        "by": step.by,
        "due": step.due_on.isoformat() if step.due_on else None,
        "late": step.due_on is not None and today > step.due_on,
    }


def _step(
    step: "Step", following: "Step | None", zone: "ZoneInfo", today: "date"
) -> dict[str, Any]:
    return {
        "status": step.status,
        "by": step.by,
        "at": step.at.isoformat(),
        "due": step.due_on.isoformat() if step.due_on else None,
        "late_days": _late(step, following, zone, today),
    }


def _round(found: "Round") -> dict[str, Any]:
    verdict = found.verdict
    return {
        "round": found.number,
        "version": found.artefact.version,
        "sha256": found.artefact.sha256,
        "pyxform": found.artefact.content["pyxform"],
        "engine": found.artefact.content["engine"],
        "file": found.filename,
        "reviewer": found.reviewer,
        "decision": None
        if verdict is None
        else {
            "status": verdict.status,
            "by": verdict.by,
            "name": verdict.name,
            "title": verdict.title,
            "through": verdict.through,
            "note": verdict.note,
            "comments": dict(verdict.comments),
        },
    }
