"""`/kotak`, `/balas`, `/tutup`: people's questions, answered from the staff's own chat."""

from typing import TYPE_CHECKING

from bot.desk import REASONS, CannotReply, Desk, who
from bot.staffroom.saying import SHOWN, CannotDo, number
from storage.staff import StaffRow

if TYPE_CHECKING:
    from bot.service import Service


def box(service: "Service", member: StaffRow, rest: str) -> str:
    """List what waits, or show one enquiry."""
    room = Desk(service)
    if rest:
        try:
            talk = room.show(number(rest, "pertanyaan"), actor=member.name)
        except CannotReply as error:
            raise CannotDo(str(error)) from None
        lines = [room.line(one, who(talk.enquiry)) for one in talk.lines[-10:]]
        ask = f"Balas: /balas {talk.enquiry.id} teks"
        return "\n".join((f"{who(talk.enquiry)}, {REASONS[talk.enquiry.reason]}", *lines, "", ask))
    waiting = room.listed()
    if not waiting:
        return "Tidak ada pertanyaan yang menunggu."
    lines = [
        f"{one.enquiry.id}. {who(one.enquiry)}, {REASONS[one.enquiry.reason]}"
        + (f"\n   {one.lines[-1].text[:80]}" if one.lines else "")
        for one in waiting[:SHOWN]
    ]
    return "\n".join((f"{len(waiting)} menunggu:", *lines, "", "Lihat: /kotak NOMOR"))


def reply(service: "Service", member: StaffRow, rest: str) -> str:
    """Answer somebody in their own chat."""
    key, _, text = rest.partition(" ")
    try:
        found = Desk(service).reply(number(key, "pertanyaan"), text, actor=member.name)
    except CannotReply as error:
        raise CannotDo(str(error)) from None
    return f"Dikirim ke {who(found)}. Kalau sudah beres: /tutup {found.id}"


def close(service: "Service", member: StaffRow, rest: str) -> str:
    """Close an enquiry."""
    try:
        found = Desk(service).close(number(rest, "pertanyaan"), actor=member.name)
    except CannotReply as error:
        raise CannotDo(str(error)) from None
    return f"Pertanyaan {found.id} ditutup."
