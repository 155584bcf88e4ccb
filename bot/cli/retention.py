"""`lacak retention`: what has been kept long enough, why, and forgetting it."""

import json

import typer

app = typer.Typer(help="Masa simpan.", no_args_is_help=True)

KINDS = {
    "raw": "permintaan mentah dari penyedia",
    "stray": "pesan orang tak dikenal",
    "staff": "pesan petugas yang sudah dikerjakan",
    "memo": "pesan ke petugas dan orang tak dikenal",
    "try": "percobaan mengenalkan diri",
    "link": "tautan sekali pakai yang lewat masanya",
    "enquiry": "pertanyaan yang sudah ditutup",
    "message": "isi pesan keluar",
    "person": "orang beserta jawabannya (angka rekap tinggal)",
    "request": "permintaan data pribadi yang sudah ditutup",
    "alert": "gangguan yang sudah lewat",
    "audit": "jejak audit",
}


@app.command()
def plan(as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON.")) -> None:
    """Sebutkan apa yang sudah lewat masa simpannya, per jenis, dengan dasarnya."""
    from bot.cli.common import acting, opened
    from storage import retention

    with opened() as service:
        acting(service, "admin", "operator", "supervisor")
        with service.database.read() as db:
            found = retention.plan(db, service.keeping.terms, now=service.now())
    if as_json:
        rows = [
            {
                "kind": one.rule.kind, "count": one.count, "keep_days": one.rule.days,
                "before": one.before.isoformat(),
                "oldest": one.oldest.isoformat() if one.oldest else None, "why": one.rule.why,
            }
            for one in found
        ]  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        since = f", tertua {one.oldest:%d/%m/%Y}" if one.oldest else ""
        print(f"{KINDS[one.rule.kind]}: {one.count} sebelum {one.before:%d/%m/%Y}{since}")
        print(f"   disimpan {one.rule.days} hari; {one.rule.why}")


@app.command()
def run(yes: bool = typer.Option(False, "--yes", help="Tanpa bertanya lagi.")) -> None:
    """Lupakan semua yang sudah lewat masa simpannya. `lacak serve` melakukannya sendiri."""
    from bot.cli.common import acting, opened
    from storage import retention

    with opened() as service:
        by = acting(service, "admin")
        with service.database.read() as db:
            due = retention.plan(db, service.keeping.terms, now=service.now())
        total = sum(one.count for one in due)
        for one in due:
            if one.count:
                print(f"{KINDS[one.rule.kind]}: {one.count}")
        if (
            total
            and not yes
            and typer.prompt(f"Ketik {total} untuk menghapus").strip() != str(total)
        ):
            print("Dibatalkan; tidak ada yang dihapus.")
            return
        gone = service.keeping.run(service.in_transaction, now=service.now(), actor=by)
    print(f"{sum(gone.values())} catatan dilupakan.")
