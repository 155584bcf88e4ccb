"""The other alumni of the sample office: simulated people on the real inbound road.

Each reads the question their interview is at, as a person reads a message, and types or taps
an answer. Their channel is called `simulasi`, so nobody takes them for real.
"""

import asyncio
import heapq
import random
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.webchat import SIMULATED
from bot.service import Service
from flows.events import Event, Replied, Tapped
from flows.model import Item, Kind
from flows.overview import WHOLE
from flows.state import OPEN, State, Status
from storage import interviews
from storage.inbox import Arrival

FINISH_S = 240
"""Most simulated people have answered after about so many seconds."""

TYPED: dict[str, tuple[str, ...]] = {
    "tempat": ("PT Contoh Sejahtera", "CV Maju Contoh", "Toko Contoh Jaya", "warung makan"),
    "sejak": ("bulan lalu", "september 2026", "agt 2026", "10/2026", "2 bulan lalu"),
    "jabatan": ("operator", "staf admin", "kasir", "teknisi", "penjahit", "montir"),
    "jenis_usaha": ("jahit pakaian", "servis motor", "kue basah", "percetakan"),
    "kota": ("Kendari", "Baubau", "kab. Konawe", "Kolaka", "Makassar"),
    "penghasilan": ("2,5 jt", "3 juta", "Rp 1.800.000", "lewati", "rahasia", "800rb", "2.750.000"),
    "lembaga": ("S1 Manajemen di Universitas Contoh", "D3 di Politeknik Contoh"),
    "pesan": ("lewati", "terima kasih kak", "semoga ada pelatihan lanjutan", "lewati"),
}
STATUSES = (
    "kerja kak", "1", "bekerja", "wirausaha", "jualan online shop", "blm krj kak", "masih cari",
    "magang", "kuliah lagi", "kerja sambil usaha", "ibu rumah tangga",
)  # fmt: skip


@dataclass(order=True, slots=True)
class _Person:
    due: float
    number: int
    respondent_id: int = field(compare=False)
    address_id: int = field(compare=False)
    turns: int = field(default=0, compare=False)


class Simulation:
    """Plays everyone who was invited on the `simulasi` channel, until all are done."""

    def __init__(self, service: Service, people: list[tuple[int, int]], *, seed: int) -> None:
        self._service = service
        self._dice = random.Random(seed)  # noqa: S311 -- play, not secrecy
        start = asyncio.get_running_loop().time()
        self._queue = [
            _Person(start + self._dice.expovariate(3 / FINISH_S), number, *ids)
            for number, ids in enumerate(people)
        ]
        heapq.heapify(self._queue)

    async def run(self) -> None:
        """Answer, one reply at a time, in the order people get round to it."""
        loop = asyncio.get_running_loop()
        while self._queue:
            person = heapq.heappop(self._queue)
            await asyncio.sleep(max(0.0, person.due - loop.time()))
            if await self._reply(person):
                person.due = loop.time() + self._dice.uniform(1.5, 12)
                person.turns += 1
                heapq.heappush(self._queue, person)

    async def _reply(self, person: _Person) -> bool:
        """Send one reply; False when this person says no more."""
        state = await asyncio.to_thread(self._state, person.respondent_id)
        if state is None or state.status not in OPEN or self._dice.random() < 0.015:
            return False
        event = self._event(state, self._service.now())
        arrival = Arrival(
            SIMULATED,
            f"{person.address_id}:{state.asked}:{person.turns}",
            person.respondent_id,
            person.address_id,
            event,
        )
        turn = await self._service.accept(arrival)
        if turn is not None:
            await asyncio.wrap_future(turn)
        return True

    def _state(self, respondent_id: int) -> State | None:
        with self._service.database.read() as db:
            found = interviews.talking(db, self._service.vault, respondent_id)
            if found is not None and found.state.at:
                self._form = self._service.turns.form(db, found.form_pk)
        return found.state if found else None

    def _event(self, state: State, at: datetime) -> Event:
        dice = self._dice
        if state.status is Status.CONSENTING:
            return Replied(at, "tidak" if dice.random() < 0.05 else dice.choice(("1", "ya", "ok")))
        if state.doubt is not None:
            return Tapped(at, state.asked, WHOLE, 0)
        item = self._item(state)
        if dice.random() < 0.004:
            return Replied(at, "STOP")
        if item.path == "status":
            return Replied(at, dice.choice(STATUSES))
        if item.kind is Kind.SELECT_ONE:
            return self._pick(item, state, at)
        name = item.path.split("/")[-1]
        return Replied(at, dice.choice(TYPED.get(name, ("lewati",))))

    def _pick(self, item: Item, state: State, at: datetime) -> Event:
        option = self._dice.randrange(len(item.choices))
        if self._dice.random() < 0.5:
            return Replied(at, str(option + 1))
        return Tapped(at, state.asked, item.index, option)

    def _item(self, state: State) -> Item:
        return self._form.by_path[state.at]
