"""`lacak incident`: who a failure of protection affects, and the notice they are owed."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from exports.formats import Format

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

app = typer.Typer(help="Kegagalan pelindungan data (UU 27/2022 Ps 46).", no_args_is_help=True)

DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@app.callback()
def _group() -> None:
    """Kegagalan pelindungan data."""


@app.command()
def affected(
    since: datetime = typer.Option(..., formats=DAYS, help="Sejak kapan, waktu kantor."),
    until: datetime = typer.Option(..., formats=DAYS, help="Sampai kapan; hari itu termasuk."),
    cohort: str = typer.Option("", help="Hanya angkatan ini."),
    everyone: bool = typer.Option(
        False, "--everyone", help="Semua yang tersimpan saat itu, bila seluruh data bocor."
    ),
    kind: Format = typer.Option(Format.XLSX, "--format", help="xlsx, csv, atau csv-excel."),
    out: Path | None = typer.Option(None, help="Nama berkas; pemberitahuannya di sebelahnya."),
) -> None:  # fmt: skip
    """Tulis siapa yang terdampak dan data apa, dengan draf pemberitahuan 3×24 jam."""
    from zoneinfo import ZoneInfo

    from bot.cli.common import acting, fail, opened
    from bot.rights.incident import who
    from exports import incident
    from exports.files import TooManyRows, write
    from storage import audit, cohorts

    path = out or Path(f"terdampak{kind.suffix}")
    with opened() as service:
        by = acting(service, "admin", "operator")
        zone, now = ZoneInfo(service.office.zone), service.now()
        begin, end = _span(since, until, zone)
        if begin >= end:
            fail("--since harus sebelum --until")
        with service.database.read() as db:
            if cohort and cohorts.find(db, cohort) is None:
                fail(f"angkatan '{cohort}' tidak ada; lihat: lacak people cohorts")
            people = who(service, db, begin, end, cohort=cohort, everyone=everyone)
        try:
            write(incident.table(people, zone), path, kind)
            draft = path.with_name(f"{path.stem}-pemberitahuan.txt")
            words = incident.notice(
                people, office=service.office.name, contact=service.office.contact,
                since=begin, until=end - timedelta(minutes=1), now=now, zone=zone,
            )  # fmt: skip
            draft.write_text(words, "utf-8")
        except (TooManyRows, OSError) as error:
            fail(str(error))
        with service.database.write() as db:
            detail = f"{len(people)} people, {begin.isoformat()} to {end.isoformat()}"
            audit.note(db, actor=by, action="incident affected", detail=detail, at=now)
    print(f"{len(people)} orang terdampak ditulis ke {path}; draf pemberitahuan: {draft}")


def _span(since: datetime, until: datetime, zone: "ZoneInfo") -> tuple[datetime, datetime]:
    """Return the moments meant; a day without a time is the whole day."""
    is_day = (until.hour, until.minute) == (0, 0)
    end = until + timedelta(days=1) if is_day else until
    return since.replace(tzinfo=zone), end.replace(tzinfo=zone)
