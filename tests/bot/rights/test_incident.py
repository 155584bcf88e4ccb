"""Ps 46: who is affected, by which data, and what they are told within 3×24 hours."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.rights.incident import who
from exports.incident import Affected, notice, table
from tests.bot.world import BATCH, World
from tests.conftest import NOW, FixedClock
from tests.people import BUDI, SARI

ZONE = ZoneInfo("Asia/Makassar")
ANSWERS = (
    "ya", "kerja", "PT Maju", "agustus 2026", "juru jahit", "2", "Kendari", "sesuai", "4,5 juta",
)  # fmt: skip


def affected(world: World, days: int, more: int = 1, **how: object) -> list[Affected]:
    since = NOW + timedelta(days=days, hours=-1)
    with world.service.database.read() as db:
        until = since + timedelta(days=more)
        return who(world.service, db, since, until, **how)  # type: ignore[arg-type]


def test_only_whose_data_moved_then_and_which_kinds(world: World, clock: FixedClock) -> None:
    clock.forward(days=3)
    world.say(SARI, *ANSWERS)
    (one,) = affected(world, 3)
    assert one.one.person.name == SARI.name
    assert {"nama", "NIK", "tanggal lahir", "jawaban survei", "penghasilan"} <= {*one.kinds}
    assert {each.one.person.name for each in affected(world, 0)} == {SARI.name, BUDI.name}
    assert affected(world, 1) == []
    assert len(affected(world, 3, everyone=True)) == 2
    assert len(affected(world, 3, cohort=BATCH.name)) == 1
    assert affected(world, 3, cohort="Las") == []
    ((*_, kinds, is_specific, at),) = table([one], ZONE).rows
    assert "penghasilan" in str(kinds)
    assert (is_specific, at) == ("ya", "2026-11-24 10.00")


def test_the_notice_says_what_the_law_wants_and_by_when(world: World) -> None:
    words = notice(
        affected(world, 0), office="BPVP Kendari", contact="0401-312345", since=NOW,
        until=NOW + timedelta(hours=5), now=NOW, zone=ZONE,
    )  # fmt: skip
    assert "Data yang terungkap: nama, NIK, tanggal lahir" in words
    assert "batasnya 24 November 2026 10.00" in words
    assert "Jumlah orang yang mungkin terdampak: 2" in words
    assert "0401-312345" in words
