"""`lacak inbox`: what people ask that no interview can answer."""

import json
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from bot.desk import Talk

app = typer.Typer(help="Pertanyaan dari responden.", no_args_is_help=True)

EDITORS = ("admin", "operator")
ID = typer.Argument(metavar="ID", help="Nomor pertanyaan; lihat `lacak inbox list`.")


@app.command("list")
def list_enquiries(
    closed: bool = typer.Option(False, help="Yang sudah ditutup."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Sebutkan yang menunggu jawaban, yang paling lama dulu."""
    from bot.cli.common import acting, opened
    from bot.desk import REASONS, Desk, who

    with opened() as service:
        acting(service, *EDITORS)
        found = Desk(service).listed(closed=closed)
    if as_json:
        print(json.dumps([_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        last = one.lines[-1].text.replace("\n", " ")[:60] if one.lines else "-"
        print(f"{one.enquiry.id}\t{who(one.enquiry)}\t{REASONS[one.enquiry.reason]}\t{last}")
    if not found:
        print("Tidak ada pertanyaan.")


@app.command()
def show(enquiry_id: int = ID) -> None:
    """Tampilkan percakapan satu pertanyaan; setiap kali dibuka, dicatat."""
    from bot.cli.common import acting, fail, opened
    from bot.desk import REASONS, CannotReply, Desk, who

    with opened() as service:
        by = acting(service, *EDITORS)
        desk = Desk(service)
        try:
            talk = desk.show(enquiry_id, actor=by)
        except CannotReply as error:
            fail(str(error))
        print(f"{who(talk.enquiry)}, {REASONS[talk.enquiry.reason]}")
        for line in talk.lines:
            print(desk.line(line, who(talk.enquiry)))


@app.command()
def reply(enquiry_id: int = ID, text: str = typer.Argument(help="Balasannya.")) -> None:
    """Balas di percakapan orangnya; dikirim oleh `lacak serve`."""
    from bot.cli.common import acting, fail, opened
    from bot.desk import CannotReply, Desk, who

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            found = Desk(service).reply(enquiry_id, text, actor=by)
        except CannotReply as error:
            fail(str(error))
    print(f"Balasan untuk {who(found)} menunggu dikirim.")


@app.command()
def close(enquiry_id: int = ID) -> None:
    """Tutup pertanyaan yang sudah beres."""
    from bot.cli.common import acting, fail, opened
    from bot.desk import CannotReply, Desk

    with opened() as service:
        by = acting(service, *EDITORS)
        try:
            Desk(service).close(enquiry_id, actor=by)
        except CannotReply as error:
            fail(str(error))
    print(f"Pertanyaan {enquiry_id} ditutup.")


def _json(talk: "Talk") -> dict[str, Any]:
    one = talk.enquiry
    return {
        "id": one.id,
        "name": one.name,
        "channel": one.asker.channel,
        "reason": one.reason,
        "opened_at": one.opened_at.isoformat(),
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
        "lines": [{"by": x.by, "text": x.text, "at": x.at.isoformat()} for x in talk.lines],
    }
