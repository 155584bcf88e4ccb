"""The stand-in for Telegram keeps messages as people see them, and tells what people do."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from telegram import (
    Bot,
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from tests.fakes.asking import SHARE, YES_NO, ask, editing, fetch, refusal, saying, tell
from tests.fakes.telegram import TOKEN, Button, FakeTelegram, Person
from tests.people import BUDI, SARI

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


# Messages.


def test_a_message_is_kept_as_the_person_sees_it(telegram: FakeTelegram, sari: Person) -> None:
    message = tell(telegram, sari, "  Sudah bekerja, Kak? ", reply_markup=YES_NO)
    assert (message.text, message.chat.id, message.message_id) == (
        "Sudah bekerja, Kak?",
        sari.id,
        1,
    )
    assert message.reply_markup == YES_NO
    assert sari.sees == telegram.sent == [sari.last]
    assert sari.last.buttons == [Button("Ya", "s:1:y"), Button("Tidak", "s:1:t")]
    assert [len(row) for row in sari.last.rows] == [1, 1]
    tell(telegram, sari, "x" * 4096)
    assert [kept.message_id for kept in sari.sees] == [1, 2]


def test_the_keyboard_under_the_chat_stays_until_it_is_removed(
    telegram: FakeTelegram, sari: Person
) -> None:
    assert sari.keyboard == []
    tell(telegram, sari, reply_markup=SHARE)
    assert sari.keyboard == ["Bagikan nomor"]
    assert sari.last.keyboard["keyboard"][0][0]["request_contact"] is True
    tell(telegram, sari, reply_markup=YES_NO)
    assert sari.keyboard == ["Bagikan nomor"]
    tell(telegram, sari, reply_markup=ReplyKeyboardRemove())
    assert sari.keyboard == []
    tell(telegram, sari, reply_markup=ForceReply(input_field_placeholder="Nama"))
    assert sari.last.keyboard["force_reply"] is True


def test_a_reply_shows_what_it_answers(telegram: FakeTelegram, sari: Person) -> None:
    said = sari.says("Halo")["message"]["message_id"]
    reply = tell(telegram, sari, reply_parameters=ReplyParameters(said))
    assert reply.reply_to_message
    assert reply.reply_to_message.text == "Halo"
    again = tell(telegram, sari, reply_parameters=ReplyParameters(reply.message_id))
    assert again.reply_to_message
    assert again.reply_to_message.message_id == reply.message_id
    gone = ReplyParameters(99)
    assert "replied not found" in str(refusal(telegram, saying(sari.id, reply_parameters=gone)))
    anyway = ReplyParameters(99, allow_sending_without_reply=True)
    assert tell(telegram, sari, reply_parameters=anyway).reply_to_message is None


def test_a_document_goes_up_and_comes_down_as_it_is(telegram: FakeTelegram, sari: Person) -> None:
    content = bytes(range(256)) * 9 + b"\r\n--boundary\r\n\r\n"

    async def there_and_back(bot: Bot) -> bytes:
        sent = await bot.send_document(sari.id, content, caption="Surat", filename="surat é.pdf")
        assert sent.document
        file = await bot.get_file(sent.document.file_id)
        return bytes(await file.download_as_bytearray())

    assert ask(telegram, there_and_back) == content
    assert (sari.last.document, sari.last.text) == ("surat é.pdf", "Surat")


def test_a_photo_can_be_fetched_and_a_stranger_cannot(telegram: FakeTelegram, sari: Person) -> None:
    sari.sends_photo("Kartu alumni", b"\xff\xd8 kartu")
    (update,) = fetch(telegram)
    assert update.message
    assert update.message.caption == "Kartu alumni"
    photo = update.message.photo[-1]
    file = ask(telegram, lambda bot: bot.get_file(photo.file_id))
    assert file.file_path
    assert requests.get(file.file_path, timeout=10).content == b"\xff\xd8 kartu"
    missing = requests.get(f"{telegram.base_url}/file/bot{TOKEN}/photos/x.jpg", timeout=10)
    assert missing.status_code == 404
    foreign = requests.get(file.file_path.replace(TOKEN, "71:lain"), timeout=10)
    assert foreign.status_code == 401
    assert str(refusal(telegram, lambda bot: bot.get_file("AgAC"))) == "Invalid file_id"


def test_an_edit_shows_and_one_that_changes_nothing_is_refused(
    telegram: FakeTelegram, sari: Person
) -> None:
    number = tell(telegram, sari, "Bekerja?", reply_markup=YES_NO).message_id

    ask(telegram, editing(sari, number, "Bekerja? Ya"))
    assert (sari.last.text, sari.last.buttons) == ("Bekerja? Ya", [])
    assert sari.last.edited
    assert "not modified" in str(refusal(telegram, editing(sari, number, "Bekerja? Ya")))
    assert "not modified" in str(
        refusal(telegram, lambda bot: bot.edit_message_reply_markup(sari.id, number))
    )
    shown = ask(
        telegram, lambda bot: bot.edit_message_reply_markup(sari.id, number, reply_markup=YES_NO)
    )
    assert isinstance(shown, Message)
    assert (shown.text, shown.reply_markup) == ("Bekerja? Ya", YES_NO)
    assert len(telegram.sent) == 1


def test_what_is_not_the_bots_to_edit_is_refused(telegram: FakeTelegram, sari: Person) -> None:
    theirs = sari.says("Halo")["message"]["message_id"]
    shared = tell(telegram, sari, reply_markup=SHARE).message_id
    for number, why in ((theirs, "can't be edited"), (shared, "can't be edited"), (9, "not found")):
        wrong = refusal(telegram, editing(sari, number, "a"))
        assert why in str(wrong)


def test_a_deleted_message_is_gone_and_an_old_one_stays() -> None:
    clock = [NOW]
    with FakeTelegram(clock=lambda: clock[0]) as telegram:
        sari = telegram.person("Sari")
        said = sari.says("Halo")["message"]["message_id"]
        first, second = (tell(telegram, sari).message_id for _ in range(2))
        assert ask(telegram, lambda bot: bot.delete_message(sari.id, first))
        assert ask(telegram, lambda bot: bot.delete_message(sari.id, said))
        assert [kept.message_id for kept in sari.sees] == [second]
        again = refusal(telegram, lambda bot: bot.delete_message(sari.id, first))
        clock[0] += timedelta(hours=48, seconds=1)
        late = refusal(telegram, lambda bot: bot.delete_message(sari.id, second))
        assert telegram.violations == []
    assert "to delete not found" in str(again)
    assert "can't be deleted" in str(late)


def test_a_message_to_nobody_says_why(telegram: FakeTelegram, sari: Person) -> None:
    budi = telegram.person("Budi", started=False)
    rina = telegram.person("Rina")
    sari.blocks()
    rina.deactivates()
    for to, kind, why in (
        (4711, BadRequest, "Chat not found"),
        (budi.id, BadRequest, "Chat not found"),
        (sari.id, Forbidden, "Forbidden: bot was blocked by the user"),
        (rina.id, Forbidden, "Forbidden: user is deactivated"),
    ):
        wrong = refusal(telegram, saying(to))
        assert (type(wrong), str(wrong)) == (kind, why)
    assert telegram.sent == []
    budi.starts()
    sari.unblocks()
    tell(telegram, budi)
    tell(telegram, sari)


def test_commands_are_kept_by_scope_and_language(telegram: FakeTelegram) -> None:
    help_ = [BotCommand("bantuan", "Cara memakai")]

    async def set_and_get(bot: Bot) -> list[int]:
        await bot.set_my_commands(help_)
        await bot.set_my_commands([*help_, BotCommand("mulai", "Mulai")], language_code="id")
        counts = [len(await bot.get_my_commands()), len(await bot.get_my_commands(None, "id"))]
        await bot.delete_my_commands()
        return [*counts, len(await bot.get_my_commands())]

    assert ask(telegram, set_and_get) == [1, 2, 0]


def test_a_chat_action_needs_a_chat(telegram: FakeTelegram, sari: Person) -> None:
    assert ask(telegram, lambda bot: bot.send_chat_action(sari.id, "typing"))
    sari.blocks()
    assert isinstance(
        refusal(telegram, lambda bot: bot.send_chat_action(sari.id, "typing")), Forbidden
    )


# People.


def test_what_a_person_writes_comes_as_an_update(telegram: FakeTelegram, sari: Person) -> None:
    tell(telegram, sari, "Bekerja?", reply_markup=YES_NO)
    said = sari.starts("k_abc-123")
    sari.edits(said, "mulai sekarang")
    sari.quotes(sari.last, "Sudah")
    start, edited, quoted = fetch(telegram)
    assert start.message
    assert (start.message.text, start.message.parse_entities()) == (
        "/start k_abc-123", {start.message.entities[0]: "/start"}
    )  # fmt: skip
    assert start.effective_user
    assert (start.effective_user.id, start.effective_user.full_name) == (sari.id, "Sari Wulandari")
    assert edited.edited_message
    assert edited.edited_message.message_id == start.message.message_id
    assert edited.edited_message.edit_date
    assert (edited.edited_message.text, edited.edited_message.entities) == ("mulai sekarang", ())
    assert quoted.message
    assert quoted.message.reply_to_message
    assert quoted.message.reply_to_message.reply_markup == YES_NO
    assert [u.update_id for u in (start, edited, quoted)] == [
        said["update_id"] + n for n in (0, 1, 2)
    ]


def test_a_deep_link_carries_what_telegram_lets_it_carry(sari: Person) -> None:
    for payload in ("a b", "x" * 65):
        with pytest.raises(AssertionError, match="0-64"):
            sari.starts(payload)


def test_a_contact_is_the_persons_own_anothers_or_nobodys(
    telegram: FakeTelegram, sari: Person
) -> None:
    budi = telegram.person("Budi", phone=BUDI.phone)
    sari.shares_contact()
    sari.shares_contact(of=budi)
    sari.shares_contact(of="6281200000199")
    contacts = [update.message.contact for update in fetch(telegram) if update.message]
    assert [(c.phone_number, c.user_id) for c in contacts if c] == [
        (SARI.phone, sari.id), (BUDI.phone, budi.id), ("6281200000199", None)
    ]  # fmt: skip


def test_a_tap_brings_the_message_as_it_is_now(telegram: FakeTelegram, sari: Person) -> None:
    number = tell(telegram, sari, "Bekerja?", reply_markup=YES_NO).message_id
    sari.taps(sari.last, "Tidak")
    ask(telegram, editing(sari, number, "Bekerja? Tidak"))
    sari.taps(sari.last, 0)  # the client still shows what was edited away
    sari.taps(sari.last, data="s:9:palsu")
    sari.taps(sari.last, "Ya", accessible=False)
    taps = [update.callback_query for update in fetch(telegram)]
    assert [tap.data for tap in taps if tap] == ["s:1:t", "s:1:y", "s:9:palsu", "s:1:y"]
    first, second, _, blind = (tap.message for tap in taps if tap)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.text, first.reply_markup) == ("Bekerja?", YES_NO)
    assert (second.text, second.reply_markup) == ("Bekerja? Tidak", None)
    assert blind
    assert (blind.is_accessible, blind.message_id) == (False, number)
    assert len({tap.id for tap in taps if tap}) == 4
    with pytest.raises(LookupError, match="no button 'Mungkin'"):
        sari.taps(sari.last, "Mungkin")


def test_a_tap_under_a_deleted_message_tells_only_its_id(
    telegram: FakeTelegram, sari: Person
) -> None:
    number = tell(telegram, sari, reply_markup=YES_NO).message_id
    message = sari.last
    ask(telegram, lambda bot: bot.delete_message(sari.id, number))
    sari.taps(message, "Ya")
    (update,) = fetch(telegram)
    assert update.callback_query
    assert update.callback_query.message
    assert not update.callback_query.message.is_accessible


def test_a_link_cannot_be_heard(telegram: FakeTelegram, sari: Person) -> None:
    link = InlineKeyboardMarkup([[InlineKeyboardButton("Baca", url="https://lacak.test/a")]])
    tell(telegram, sari, reply_markup=link)
    assert sari.last.buttons == [Button("Baca", url="https://lacak.test/a")]
    with pytest.raises(AssertionError, match="opens an address"):
        sari.taps(sari.last, "Baca")


def test_an_answered_query_shows_and_an_old_one_is_refused() -> None:
    clock = [NOW]
    with FakeTelegram(clock=lambda: clock[0]) as telegram:
        sari = telegram.person("Sari")
        tell(telegram, sari, reply_markup=YES_NO)
        first, second = (sari.taps(sari.last, "Ya")["callback_query"]["id"] for _ in range(2))
        ask(telegram, lambda bot: bot.answer_callback_query(first, "x" * 200))
        ask(telegram, lambda bot: bot.answer_callback_query(first))
        assert sari.toasts == [""]
        unknown = refusal(telegram, lambda bot: bot.answer_callback_query("4711"))
        clock[0] += timedelta(minutes=3)
        late = refusal(telegram, lambda bot: bot.answer_callback_query(second))
        assert telegram.violations == []
    for wrong in (unknown, late):
        assert isinstance(wrong, BadRequest)
        assert "query is too old" in str(wrong).lower()
    assert sari.toasts == [""]


def test_a_block_and_its_end_are_told(telegram: FakeTelegram, sari: Person) -> None:
    sari.blocks()
    with pytest.raises(AssertionError, match="blocked"):
        sari.says("Halo")
    sari.starts("k")
    told = fetch(telegram)
    changes = [update.my_chat_member for update in told if update.my_chat_member]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes] == [
        ("member", "kicked"), ("kicked", "member")
    ]  # fmt: skip
    assert told[-1].message
    assert told[-1].message.text == "/start k"


def test_a_group_is_heard_until_the_bot_leaves(telegram: FakeTelegram, sari: Person) -> None:
    budi = telegram.person("Budi")
    group = telegram.group("Alumni", [sari, budi])
    group.says(budi, "Halo semua")
    added, entered, said = fetch(telegram)
    assert added.my_chat_member
    assert added.my_chat_member.new_chat_member.status == "member"
    assert entered.message
    assert [user.username for user in entered.message.new_chat_members] == ["lacak_uji_bot"]
    assert said.message
    assert said.effective_user
    assert (said.message.chat.type, said.message.chat.id) == ("group", group.id)
    assert said.effective_user.id == budi.id
    assert group.id < 0
    share = refusal(telegram, saying(group.id, reply_markup=SHARE))
    assert "private chats only" in str(share)
    assert telegram.violations.pop() == "request_contact is for private chats"
    ask(telegram, saying(group.id, "Tulis pribadi ya", reply_markup=YES_NO))
    sari.taps(group.last, "Ya")
    ask(telegram, lambda bot: bot.leave_chat(group.id))
    tap, left, _ = fetch(telegram, offset=said.update_id + 1)
    assert tap.effective_chat
    assert tap.effective_chat.id == group.id
    assert left.my_chat_member
    assert left.my_chat_member.new_chat_member.status == "left"
    assert "update_id" not in group.says(budi, "Lho")
    wrong = refusal(telegram, saying(group.id))
    assert isinstance(wrong, Forbidden)
    private = refusal(telegram, lambda bot: bot.leave_chat(sari.id))
    assert "private chats" in str(private)
