"""`/kotak`, `/balas`, `/tutup`: people's questions, answered from the staff's own chat."""

from typing import TYPE_CHECKING

from bot.desk import REASONS, CannotReply, Desk, who
from bot.staffroom.saying import SHOWN, Answer, Asked, CannotDo, number

if TYPE_CHECKING:
    from bot.service import Service


def box(service: "Service", asked: Asked) -> Answer:
    """List what waits, or show one enquiry."""
    room = Desk(service)
    if asked.rest:
        try:
            talk = room.show(number(asked.rest, "pertanyaan"), actor=asked.who.name)
        except CannotReply as error:
            raise CannotDo(str(error)) from None
        lines = [room.line(one, who(talk.enquiry)) for one in talk.lines[-10:]]
        ask = f"Balas: /balas {talk.enquiry.id} teks"
        head = f"{who(talk.enquiry)}, {REASONS[talk.enquiry.reason]}"
        return Answer("\n".join((head, *lines, "", ask)))
    waiting = room.listed()
    if not waiting:
        return Answer("Tidak ada pertanyaan yang menunggu.")
    lines = [
        f"{one.enquiry.id}. {who(one.enquiry)}, {REASONS[one.enquiry.reason]}"
        + (f"\n   {one.lines[-1].text[:80]}" if one.lines else "")
        for one in waiting[:SHOWN]
    ]
    return Answer("\n".join((f"{len(waiting)} menunggu:", *lines, "", "Lihat: /kotak NOMOR")))


def reply(service: "Service", asked: Asked) -> Answer:
    """Answer somebody in their own chat."""
    key, text = [*asked.rest.split(maxsplit=1), "", ""][:2]
    room, enquiry_id = Desk(service), number(key, "pertanyaan")
    try:
        found = room.reply(enquiry_id, text, actor=asked.who.name, once=asked.once)
    except CannotReply as error:
        raise CannotDo(str(error)) from None
    return Answer(f"Dikirim ke {who(found)}. Kalau sudah beres: /tutup {found.id}")


def close(service: "Service", asked: Asked) -> Answer:
    """Close an enquiry."""
    try:
        found = Desk(service).close(number(asked.rest, "pertanyaan"), actor=asked.who.name)
    except CannotReply as error:
        raise CannotDo(str(error)) from None
    return Answer(f"Pertanyaan {found.id} ditutup.")
