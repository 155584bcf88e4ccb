"""`lacak privacy`: what people ask of their own data, and by when it must be done."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from storage.privacy import Request

app = typer.Typer(help="Permintaan atas data pribadi (UU 27/2022).", no_args_is_help=True)

EDITORS = ("admin", "operator")
ID = typer.Argument(metavar="ID", help="Nomor permintaan; lihat `lacak privacy list`.")
PERSON = typer.Argument(metavar="PERSON", help="Nomor orang; lihat `lacak people list`.")


class Wish(StrEnum):
    """What may be asked for; `storage.privacy.Kind`, which loads too much for `--help`."""

    SHOW = "show"
    CHANGE = "change"
    ERASE = "erase"


class End(StrEnum):
    """How a request may be closed; as above."""

    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@app.command("list")
def list_requests(
    closed: bool = typer.Option(False, help="Yang sudah ditutup."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Sebutkan permintaan yang terbuka, yang paling dekat batasnya dulu."""
    from bot.cli.common import acting, opened
    from bot.rights.desk import KINDS, RightsDesk

    with opened() as service:
        acting(service, *EDITORS)
        desk, now = RightsDesk(service), service.now()
        found = desk.listed(closed=closed)
        if as_json:
            rows = [_json(one, is_late=one.is_late(now)) for one in found]
            print(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for one in found:
            due = f"batas {desk.when(one.due_at)}{desk.lateness(one)}"
            print(f"{one.id}\t{one.name}\t{KINDS[one.kind]}\t{due}")
    if not found:
        print("Tidak ada permintaan.")


@app.command()
def show(request_id: int = ID) -> None:
    """Tampilkan satu permintaan; setiap kali dibuka, dicatat."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.desk import CannotHonour, RightsDesk

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            lines = RightsDesk(service).show(request_id, actor=by)
        except CannotHonour as error:
            fail(str(error))
    for name, value in lines:
        print(f"{name}: {value}")


@app.command("open")
def open_request(
    person: int = PERSON,
    kind: Wish = typer.Argument(help="show, change, atau erase."),
    text: str = typer.Option("", help="Apa yang diminta, dengan kata-kata orangnya."),
) -> None:
    """Catat permintaan yang datang lewat surat, telepon, atau di loket."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.desk import KINDS, CannotHonour, RightsDesk
    from storage.privacy import Kind

    with opened() as service:
        by = acting(service, *EDITORS)
        desk = RightsDesk(service)
        try:
            wish = desk.open(person, Kind(kind), text, actor=by)
        except CannotHonour as error:
            fail(str(error))
        print(
            f"Permintaan {wish.id}: {wish.name} {KINDS[wish.kind]}, batas {desk.when(wish.due_at)}"
        )


@app.command()
def export(
    request_id: int = ID,
    out: Path = typer.Option(Path("data-orang.xlsx"), help="Nama berkas."),
) -> None:
    """Tulis semua data orangnya ke satu buku kerja, untuk diserahkan kepadanya."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.desk import CannotHonour, RightsDesk

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            wish = RightsDesk(service).export(request_id, out, actor=by)
        except (CannotHonour, OSError) as error:
            fail(str(error))
    print(
        f"Semua data {wish.name} ditulis ke {out}. "
        f"Sesudah diserahkan: lacak privacy close {wish.id}"
    )


@app.command()
def erase(
    request_id: int = ID, yes: bool = typer.Option(False, "--yes", help="Tanpa bertanya lagi.")
) -> None:
    """Hapus data orangnya; tidak dapat dikembalikan. Mengulang tidak mengubah apa-apa."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.desk import CannotHonour, RightsDesk

    with opened() as service:
        by = acting(service, *EDITORS)
        desk = RightsDesk(service)
        try:
            if not yes:
                for name, value in desk.show(request_id, actor=by):
                    print(f"{name}: {value}")
                if typer.prompt(f"Ketik {request_id} untuk menghapus").strip() != str(request_id):
                    print("Dibatalkan; tidak ada yang dihapus.")
                    return
            wish = desk.erase(request_id, actor=by)
        except CannotHonour as error:
            fail(str(error))
    print(f"Orang {wish.respondent_id} sudah dihapus. Yang tinggal: angka rekap, tanpa nama.")


@app.command()
def close(
    request_id: int = ID,
    outcome: End = typer.Option(End.DONE, help="done, refused, atau withdrawn."),
) -> None:
    """Tutup permintaan yang sudah dipenuhi, ditolak, atau dibatalkan orangnya."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.desk import CannotHonour, RightsDesk
    from storage.privacy import Outcome

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            RightsDesk(service).close(request_id, Outcome(outcome), actor=by)
        except CannotHonour as error:
            fail(str(error))
    print(f"Permintaan {request_id} ditutup.")


@app.command()
def readmit(person: int = PERSON) -> None:
    """Izinkan orang yang pernah dihapus diimpor lagi, karena ia sendiri memintanya."""
    from bot.cli.common import acting, fail, opened
    from bot.rights.desk import CannotHonour, RightsDesk

    with opened() as service:
        by = acting(service, "admin")
        try:
            RightsDesk(service).readmit(person, actor=by)
        except CannotHonour as error:
            fail(str(error))
    print(f"Orang {person} boleh diimpor lagi.")


def _json(one: "Request", *, is_late: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "person": one.respondent_id,
        "name": one.name,
        "kind": one.kind,
        "opened_at": one.opened_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "is_late": is_late,
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
        "outcome": one.outcome,
    }
