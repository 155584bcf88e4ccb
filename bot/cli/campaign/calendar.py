"""`lacak campaign plan`: the waves to come, as a calendar."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.campaigns.planning import Planned

DAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")


def plan(
    until: str = typer.Option(help="Sampai tanggal, misalnya 2026-12-31."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Tunjukkan gelombang yang akan datang dan jumlah orangnya; belum mengirim apa pun."""
    from bot.campaigns.planning import coming
    from bot.cli.common import fail, opened

    try:
        day = date.fromisoformat(until)
    except ValueError:
        fail(f"--until: '{until}' bukan tanggal; tulis seperti 2026-12-31")
    with opened() as service:
        found = coming(service, until=day, now=service.now())
    if as_json:
        rows = [
            {
                "campaign": one.campaign, "cohort": one.cohort, "period": one.period,
                "due_on": one.due_on.isoformat(), "goes_on": one.goes_on.isoformat(),
                "people": one.people, "too_late": one.too_late,
            }
            for one in found
        ]  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    print_calendar(found)


def print_calendar(found: "Sequence[Planned]") -> None:
    """Print waves month by month, a line each, with the people of every month."""
    from flows.words import MONTHS

    if not found:
        print("Tidak ada gelombang yang akan datang.")
    for (year, month), group in groupby(found, key=lambda o: (o.goes_on.year, o.goes_on.month)):
        waves = list(group)
        people = sum(one.people for one in waves if not one.too_late)
        print(f"\n{MONTHS[month - 1]} {year}: {len(waves)} gelombang, {people} orang")
        for one in waves:
            day = f"{DAYS[one.goes_on.weekday()]} {one.goes_on.day:>2}"
            line = f"  {day}  {one.people:>5} orang  {one.campaign}  {one.cohort}  {one.period}"
            moved = one.goes_on != one.due_on and not one.too_late
            why = one.too_late or (f"jadwalnya {one.due_on.isoformat()}" if moved else "")
            print(f"{line}  ({why})" if why else line)
