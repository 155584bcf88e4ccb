"""`/privasi`: what people ask of their own data, with its clock."""

from typing import TYPE_CHECKING

from bot.rights.desk import KINDS, CannotHonour, RightsDesk
from bot.staffroom.saying import SHOWN, Answer, Asked, CannotDo, number

if TYPE_CHECKING:
    from bot.service import Service


def wishes(service: "Service", asked: Asked) -> Answer:
    """List open requests, or show one; what is done about it is done at the terminal."""
    desk = RightsDesk(service)
    if asked.rest:
        try:
            lines = desk.show(number(asked.rest, "permintaan"), actor=asked.who.name)
        except CannotHonour as error:
            raise CannotDo(str(error)) from None
        return Answer("\n".join(f"{name}: {value}" for name, value in lines))
    found = desk.listed()
    if not found:
        return Answer("Tidak ada permintaan data pribadi.")
    shown = [
        f"{one.id}. {one.name} {KINDS[one.kind]}, batas {desk.when(one.due_at)}{desk.lateness(one)}"
        for one in found[:SHOWN]
    ]
    return Answer("\n".join((f"{len(found)} permintaan:", *shown, "", "Lihat: /privasi NOMOR")))
