"""`lacak mirror`: the copy of responses in workbooks, one a prodi."""

import typer

app = typer.Typer(help="Salinan lembar.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Salinan lembar."""


@app.command()
def sync() -> None:
    """Perbarui buku kerja tiap prodi sekarang; kolom dan catatan buatan sendiri dibiarkan."""
    from bot.cli.common import fail, opened

    with opened() as service:
        flushes = service.copier.copy(service.now(), always=True)
    for one in flushes:
        print(f"{one.path}: {one.inserted} baru, {one.updated} diubah, {one.deleted} dihapus")
        if one.trouble:
            print(f"  {one.trouble}: {one.advice}")
    if not flushes:
        print("Belum ada kuesioner yang terbit.")
    if any(one.trouble for one in flushes):
        fail("Ada buku kerja yang belum dapat diperbarui.")
