"""`lacak people invite`: personal links for a cohort, as a file and as a sheet of QR codes."""

import csv
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.handouts import Handout
    from bot.service import Service
    from storage.cohorts import Batch


def invite(
    form: str = typer.Argument("", help="Kuesioner yang terbit; boleh tanpa ini bila hanya satu."),
    cohort: str = typer.Option(help="Nama angkatan; lihat `lacak people cohorts`."),
    channel: str = typer.Option("", help="telegram atau whatsapp (tautan sekali pakai), atau web."),
    out: Path | None = typer.Option(None, help="Berkas CSV; tanpa ini ke layar."),
    pdf: Path | None = typer.Option(None, help="Lembar kode QR untuk dicetak dan digunting."),
) -> None:
    """Undang satu angkatan dengan tautan pribadi; bisa juga dicetak sebagai kode QR."""
    from bot.cli.common import acting, fail, opened
    from bot.handouts import CannotHandOut, Handouts
    from storage import audit, cohorts, forms

    with opened() as service:
        by = acting(service, "admin", "operator")
        channel = channel or ("telegram" if service.settings.telegram_token else "web")
        with service.database.read() as db:
            form = form or _only_form([form_id for _pk, form_id, *_ in forms.listed(db)])
            form_pk, batch = forms.newest(db, form), cohorts.find(db, cohort)
        if form_pk is None:
            fail(f"kuesioner '{form}' belum terbit; jalankan: lacak form publish {form}")
        if batch is None:
            fail(f"angkatan '{cohort}' tidak ada; lihat: lacak people cohorts")
        hand = Handouts(service)
        makers = {"web": hand.web, "telegram": hand.telegram, "whatsapp": hand.whatsapp}
        if channel not in makers:
            fail(f"saluran '{channel}' tidak dikenal; pakai: {', '.join(makers)}")
        try:
            found = makers[channel](batch, form_pk)
        except CannotHandOut as error:
            fail(str(error))
        with service.database.write() as db:
            audit.note(
                db, actor=by, action="people invite",
                detail=f"{form}, cohort {batch.id}, {channel}, {len(found)} people",
                at=service.now(),
            )  # fmt: skip
        if pdf is not None:
            _print_sheet(service, pdf, channel, batch, found)
    _write_csv(out, found)


def _only_form(published: "Sequence[str]") -> str:
    from bot.cli.common import fail

    names = sorted(set(published))
    if len(names) != 1:
        said = f"yang terbit: {', '.join(names)}" if names else "belum ada yang terbit"
        fail(f"sebutkan kuesionernya; {said}")
    return names[0]


def _write_csv(out: Path | None, found: "Sequence[Handout]") -> None:
    rows = [(one.name, one.link, one.note) for one in found]
    file = out.open("w", encoding="utf-8-sig", newline="") if out else sys.stdout
    csv.writer(file).writerows([("nama", "tautan", "keterangan"), *rows])
    if out:
        file.close()
        links = sum(bool(one.link) for one in found)
        print(f"{links} tautan untuk {len(rows)} orang ditulis ke {out}", file=sys.stderr)


def _print_sheet(
    service: "Service", file: Path, channel: str, batch: "Batch", found: "Sequence[Handout]"
) -> None:
    from zoneinfo import ZoneInfo

    from bot.cli.common import fail
    from bot.links import LINK_DAYS
    from exports.print.qr_sheet import SCAN, Card, qr_sheet

    cards = [Card(one.name, one.line, one.link) for one in found if one.link]
    if not cards:
        fail("tidak ada tautan untuk dicetak: semuanya sudah terhubung atau berhenti")
    today = service.now().astimezone(ZoneInfo(service.office.zone)).date()
    file.write_bytes(
        qr_sheet(
            cards, office=service.office.name, title=f"Undangan survei {batch.name}",
            valid_until=today + timedelta(days=LINK_DAYS), printed_on=today,
            instruction=SCAN[channel],
        )
    )  # fmt: skip
    print(f"{len(cards)} kartu QR ditulis ke {file}", file=sys.stderr)
