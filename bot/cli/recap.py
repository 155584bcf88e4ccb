"""`lacak recap`: what a survey brought, as a message one can read on a phone."""

import typer


def recap(
    form: str = typer.Option("kebekerjaan", help="Nama kuesioner."),
    cohort: str = typer.Option("", help="Nama angkatan; lihat `lacak people cohorts`."),
    prodi: str = typer.Option("", help="Semua angkatan satu prodi/kejuruan."),
    period: str = typer.Option("", help="Periode, misalnya 2026-C3; tanpa ini yang terakhir."),
) -> None:
    """Rekap satu kuesioner untuk satu angkatan atau prodi; coordinator hanya prodinya sendiri."""
    from bot.cli.common import acting, fail, opened
    from bot.recaps import CannotRecap, make_recap
    from exports.recap import render_text
    from storage import staff

    with opened() as service:
        by = acting(service, *staff.ROLES)
        with service.database.read() as db:
            who = staff.find(db, by)
        try:
            found = make_recap(
                service, by, who, form_id=form, cohort=cohort, prodi=prodi, period=period
            )
        except CannotRecap as error:
            fail(str(error))
    print(render_text(found))
