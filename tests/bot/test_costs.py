"""What messages cost: counted each way, priced by an editable table, said before and after."""

import csv
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from bot.costs import estimate
from bot.prices import SHIPPED, WrongPrices, read_prices
from exports import messages
from flows.xlsform import Artefact, publish
from storage import traffic
from tests.bot.commands import run
from tests.bot.whatsapp_office import Chats, open_chats

TABLE = """
currency: IDR
as_of: "2026-11"
note: contoh
channels:
  whatsapp: {marketing: 600, utility: 300, reply: 100, received: 10, provider: 1}
"""


@pytest.fixture
def chats(sqlite_url: str, artefact: Artefact, tmp_path: Path) -> Iterator[Chats]:
    (tmp_path / "harga.yaml").write_text(TABLE)
    table = str(tmp_path / "harga.yaml")
    with open_chats(sqlite_url, artefact, size=2, PRICE_TABLE=table) as chats:
        yield chats


def test_an_interview_is_counted_and_costs_what_the_table_says(chats: Chats) -> None:
    plan = chats.office.blasts.plan("kebekerjaan", "Angkatan 1", channel="whatsapp")
    expected = chats.office.blasts.preview(plan)
    cost = expected.cost
    assert cost.invitations == 2 * 601
    assert cost.at_most > cost.invitations
    assert "IDR 1.202,00 untuk undangan" in cost.words

    blast = chats.send()
    chats.wait(lambda: chats.statuses().get("sent", 0) == 2)
    chats.say(0, "ya")
    chats.say(0, "1")
    chats.wait(lambda: chats.statuses().get("sent", 0) == 4)
    with chats.service.database.read() as db:
        found = traffic.of_form(db, "kebekerjaan")
    assert [(one.openings, one.replies, one.received) for one in found] == [(1, 2, 2), (1, 0, 0)]
    assert len(chats.twilio.outbound) == 4, "acknowledgement and next question are one message"
    spent = 2 * 601 + 2 * 101 + 2 * 11
    assert chats.office.figures(blast)["cost"] == {"currency": "IDR", "amount": spent}

    with chats.service.database.read() as db:
        table = messages.messages(traffic.whose(db, "kebekerjaan"), found, lambda one: one.received)
        rows = [tuple(row) for row in table.rows]
    assert [row[3:7] for row in rows] == [("whatsapp", 1, 2, 2), ("whatsapp", 1, 0, 0)]


def test_a_long_message_counts_each_of_its_parts(sqlite_url: str) -> None:
    source = f"""
        settings:
          form_id: kebekerjaan
          version: "1"
          form_title: Panjang
          default_language: Indonesia (id)
          chat::purpose: Kami ingin tahu.
          chat::closing: Selesai!
        survey:
          - {{type: note, name: awal, label: "{"kata " * 250}."}}
          - {{type: text, name: cerita, label: "{"kata " * 200}apa?"}}
    """
    with open_chats(sqlite_url, publish(dedent(source).lstrip("\n").encode())) as chats:
        chats.begin()
        chats.wait(lambda: chats.statuses() == {"sent": 3} and len(chats.heard(0)) == 4)
        with chats.service.database.read() as db:
            (found,) = traffic.of_form(db, "kebekerjaan")
        assert (found.openings, found.replies) == (1, 3)


def test_telegram_and_the_web_are_free(chats: Chats) -> None:
    with chats.service.database.read() as db:
        form_pk = chats.office.blasts.plan("kebekerjaan", "Angkatan 1").form_pk
        free = estimate(chats.service, db, "kebekerjaan", form_pk, {"telegram": 50, "web": 9})
    assert free.words == "Perkiraan biaya pesan: gratis."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels: [1]", "perlu currency"),
        ("channels:\n  whatsapp: {utilty: 1}", "channels.whatsapp.utilty"),
        ("channels:\n  whatsapp: {utility: murah}", "angka, misalnya 0.02"),
        ("channels: {", "bukan YAML"),
        (None, "tidak terbaca"),
    ],
)
def test_a_wrong_table_says_where(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "harga.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(WrongPrices, match=said):
        read_prices(str(file))
    assert read_prices().channels["whatsapp"]["marketing"] > 0
    assert "SUNTING" in SHIPPED.read_text("utf-8")


def test_messages_are_exported_from_the_command_line(database_url: str, tmp_path: Path) -> None:
    done = run(
        tmp_path, "export", "messages", "--form", "kebekerjaan", "--format", "csv",
        DATABASE_URL=database_url,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with (tmp_path / "pesan-kebekerjaan.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file))[:4] == ["id", "nama", "keadaan", "saluran"]
