"""`lacak export messages`: how many messages each response took, and what they cost."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from exports.formats import Format

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service
    from exports.table import Table


def messages(
    form: str = typer.Option("kebekerjaan", help="Nama kuesioner."),
    kind: Format = typer.Option(Format.XLSX, "--format", help="xlsx, csv, atau csv-excel."),
    out: Path | None = typer.Option(None, help="Nama berkas; tanpa ini pesan-KUESIONER."),
) -> None:
    """Tulis berapa pesan yang dipakai tiap tanggapan, ke dua arah, dengan perkiraan biayanya."""
    from bot.cli.common import acting, fail, opened
    from bot.cli.export import write_table
    from bot.costs import category_of
    from bot.prices import WrongPrices, read_prices
    from exports import messages as table
    from storage import traffic

    path = out or Path(f"pesan-{form}{kind.suffix}")
    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        try:
            prices = read_prices(service.settings.price_table)
        except WrongPrices as error:
            fail(str(error))

        def tables(_service: "Service", db: "Connection") -> "tuple[Table, Table | None]":
            category, every = category_of(db, form), traffic.whose(db, form)
            found = traffic.of_form(db, form)
            cost = table.messages(every, found, lambda one: prices.cost([one], category))
            return cost, table.codebook()

        count = write_table(service, tables, path, kind, by=by, what="messages", detail=form)
    print(f"{count} baris ditulis ke {path} ({prices.currency}; {prices.source})")
