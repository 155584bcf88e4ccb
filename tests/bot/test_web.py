"""The web chat over HTTP: the road in, bad input, and what strangers see."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from bot.links import LINK_DAYS, ExpiredLink, WrongLink, make_token, read_token
from bot.web.chat import MAX_BODY
from bot.web.words import WORDS
from flows.state import Status
from storage import inbox
from storage.secrets import Vault
from tests.bot.live import serving
from tests.bot.world import World
from tests.conftest import NOW, FixedClock
from tests.people import BUDI, SARI, Invented

JSON = {"Accept": "application/json"}


@pytest.fixture
def address(sqlite_world: World) -> Iterator[str]:
    with serving(sqlite_world.service) as where:
        yield where


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=10) as client:
        yield client


def path(world: World, who: Invented = SARI) -> str:
    token = make_token(world.service.vault, world.addresses[who.name], now=world.service.now())
    return f"/c/{token}"


def stored(world: World) -> int:
    with world.service.database.read() as db:
        found: int = db.execute(
            text("SELECT count(*) FROM inbox WHERE channel = 'web'")
        ).scalar_one()
        return found


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_a_reply_is_stored_before_it_is_acknowledged(
    sqlite_world: World, client: httpx.Client
) -> None:
    answer = client.post(path(sqlite_world), data={"id": "message-1", "text": "ya"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (202, {"stored": True})
    assert stored(sqlite_world) == 1
    wait_for(lambda: sqlite_world.standing(SARI).state.status is Status.ASKING)


def test_law_1_the_same_reply_posted_three_times_is_one(
    sqlite_world: World, client: httpx.Client
) -> None:
    for _ in range(3):
        answer = client.post(
            path(sqlite_world), data={"id": "message-1", "text": "ya"}, headers=JSON
        )
        assert answer.status_code == 202
    wait_for(lambda: len(sqlite_world.told(SARI)) == 2)
    assert stored(sqlite_world) == 1


def test_without_javascript_the_page_comes_back_with_the_reply(
    sqlite_world: World, client: httpx.Client
) -> None:
    page = client.get(path(sqlite_world))
    button = re.search(r'name="tap" value="([^"]+)"[^>]*>\s*Bersedia', page.text)
    assert button is not None
    after = client.post(
        path(sqlite_world), data={"id": "message-1", "tap": button[1]}, follow_redirects=True
    )
    assert after.status_code == 200
    assert "Apa kesibukan Kakak sekarang?" in after.text
    assert "Bersedia</p>" in after.text.replace("\n", "")


def test_a_reload_shows_the_whole_conversation_and_where_it_stopped(
    sqlite_world: World, client: httpx.Client
) -> None:
    sqlite_world.say(SARI, "ya", "kerja", "PT Contoh")
    page = client.get(path(sqlite_world)).text
    for said in ("kerja", "PT Contoh", "Sejak kapan Kakak bekerja di sana?", "3 dari"):
        assert said in page


def test_the_page_speaks_the_language_of_the_talk(
    sqlite_world: World, client: httpx.Client
) -> None:
    assert '<html lang="id">' in client.get(path(sqlite_world)).text
    sqlite_world.say(SARI, "english", "yes")
    page = client.get(path(sqlite_world)).text
    for said in ('<html lang="en">', "Write your answer…", "1 of 11", "Every answer is saved"):
        assert said in page
    assert WORDS["id"].keys() == WORDS["en"].keys()


def test_news_is_streamed_as_it_comes(sqlite_world: World, client: httpx.Client) -> None:
    where = path(sqlite_world)
    seen: list[dict[str, object]] = []
    with client.stream("GET", f"{where}/events?after=0") as stream:
        lines = stream.iter_lines()
        for line in lines:
            if line.startswith("data:"):
                seen.append(json.loads(line[5:]))
                if len(seen) == 1:
                    data = {"id": "message-1", "text": "ya"}
                    httpx.post(str(client.base_url) + where, data=data, headers=JSON)
                if len(seen) == 2:
                    break
    assert str(seen[1]["text"]).endswith("Apa kesibukan Kakak sekarang?")
    assert seen[1]["progress"] == {"at": 1, "of": 11}
    ask = seen[1]["ask"]
    assert isinstance(ask, dict)
    assert [button["label"] for button in ask["buttons"]][:2] == ["Bekerja", "Wirausaha"]


def test_a_stream_that_comes_back_starts_where_it_broke(
    sqlite_world: World, client: httpx.Client
) -> None:
    sqlite_world.say(SARI, "ya")
    last = sqlite_world.told(SARI)[0].id
    headers = {"Last-Event-ID": str(last)}
    with client.stream("GET", f"{path(sqlite_world)}/events", headers=headers) as stream:
        for line in stream.iter_lines():
            if line.startswith("id:"):
                assert int(line[3:]) == sqlite_world.told(SARI)[1].id
                break


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BAD: dict[str, tuple[dict[str, object], int]] = {
    "no id": ({"data": {"text": "ya"}}, 422),
    "a strange id": ({"data": {"id": "../../etc", "text": "ya"}}, 422),
    "nothing said": ({"data": {"id": "message-1", "text": "   "}}, 422),
    "a button we never made": ({"data": {"id": "message-1", "tap": "x.y.z"}}, 422),
    "a button with numbers too long": ({"data": {"id": "message-1", "tap": "1.2.9999999999"}}, 422),
    "text too long": ({"data": {"id": "message-1", "text": "a" * 4001}}, 422),
    "a body too big": ({"data": {"id": "message-1", "text": "a" * (MAX_BODY + 1)}}, 413),
    "json": ({"json": {"id": "message-1", "text": "ya"}}, 415),
    "a file": ({"files": {"text": ("x", b"y")}}, 415),
    "bytes that are no form": (
        {"content": b"\xff\xfe\x00", "headers": FORM},
        422,
    ),
    "text that is not UTF-8": (
        {
            "content": b"id=message-1&text=%ff%fe",
            "headers": FORM,
        },
        422,
    ),
    "a thousand fields": (
        {
            "content": b"&".join(b"a=1" for _ in range(1000)),
            "headers": FORM,
        },
        422,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "status"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_bad_reply_is_refused_kindly_and_nothing_is_stored(
    sqlite_world: World,
    client: httpx.Client,
    capfd: pytest.CaptureFixture[str],
    request_: dict[str, object],
    status: int,
    accept: str,
) -> None:
    given = request_.get("headers", {})
    assert isinstance(given, dict)
    rest = {key: value for key, value in request_.items() if key != "headers"}
    answer = client.post(path(sqlite_world), headers={**given, "Accept": accept}, **rest)  # type: ignore[arg-type]

    assert answer.status_code == status
    assert "Kak" in (answer.json()["error"] if accept.endswith("json") else answer.text)
    assert stored(sqlite_world) == 0
    assert "aaaa" not in capfd.readouterr().err


FORGED = {
    "nonsense": "nonsense",
    "empty": "%20",
    "not base64": "!!!!",
    "too short": "AAAA",
    "huge": "A" * 5000,
    "another person's number": "AAAAAAAAAAIByeCvF5ljyW0WODhxYB3ZhdcoqA",
    "path": "..%2F..%2Fetc%2Fpasswd",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrongly_signed_link_opens_nothing(
    sqlite_world: World, client: httpx.Client, token: str, method: str
) -> None:
    answer = client.request(method, f"/c/{token}", data={"id": "message-1", "text": "ya"})
    assert answer.status_code == 404
    assert SARI.name not in answer.text
    assert stored(sqlite_world) == 0


def test_every_byte_of_a_link_is_signed(sqlite_world: World, client: httpx.Client) -> None:
    token = path(sqlite_world)[3:]
    for place in range(len(token) - 1):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert client.get(f"/c/{forged}").status_code == 404


def test_an_expired_link_says_so(
    sqlite_world: World, client: httpx.Client, clock: FixedClock
) -> None:
    where = path(sqlite_world)
    clock.forward(days=LINK_DAYS + 1)
    answer = client.get(where)
    assert answer.status_code == 410
    assert "Minta tautan baru" in answer.text


def test_a_link_of_another_key_is_wrong() -> None:
    token = make_token(Vault("one key"), 7, now=NOW)
    assert read_token(Vault("one key"), token, now=NOW) == 7
    with pytest.raises(WrongLink):
        read_token(Vault("another"), token, now=NOW)
    with pytest.raises(ExpiredLink):
        read_token(Vault("one key"), token, now=NOW + timedelta(days=LINK_DAYS, minutes=2))


def test_a_link_shows_only_its_own_person(sqlite_world: World, client: httpx.Client) -> None:
    sqlite_world.say(BUDI, "ya", "kerja", "PT Rahasia Budi")
    assert "PT Rahasia Budi" not in client.get(path(sqlite_world, SARI)).text
    assert "PT Rahasia Budi" in client.get(path(sqlite_world, BUDI)).text


def test_what_people_write_is_text_on_the_page(sqlite_world: World, client: httpx.Client) -> None:
    sqlite_world.say(SARI, "ya", "kerja", "<script>alert(1)</script>")
    page = client.get(path(sqlite_world)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_pages_load_nothing_from_elsewhere(sqlite_world: World, client: httpx.Client) -> None:
    answer = client.get(path(sqlite_world))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert re.findall(r'(?:src|href|action)="https?://', answer.text) == []
    for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        found = client.get(asset)
        assert found.status_code == 200
        assert not re.search(r"https?://(?!www\.w3\.org)", found.text)


def test_a_page_that_is_not_there_is_a_page(client: httpx.Client) -> None:
    answer = client.get("/wp-login.php")
    assert answer.status_code == 404
    assert "Halaman tidak ada" in answer.text


def test_health_pages_say_how_we_are(sqlite_world: World, client: httpx.Client) -> None:
    sqlite_world.say(SARI, "ya")
    assert client.get("/healthz").json() == {"ok": True}
    assert client.get("/readyz").json()["ok"] is True
    metrics = client.get("/metrics").text
    assert 'lacak_interviews{status="asking"} 1' in metrics


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "1.2.3.4"}, {"Host": "lacak.example.ac.id"}, {"Forwarded": "for=1.2.3.4"}],
    ids=["forwarded for", "public host", "forwarded"],
)
def test_metrics_answer_on_loopback_only(client: httpx.Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404


def test_turns_left_by_a_crash_are_taken_at_the_next_start(sqlite_world: World) -> None:
    arrival = sqlite_world.arrival(SARI, "ya")
    with sqlite_world.service.database.write() as db:
        inbox.add(db, sqlite_world.service.vault, arrival)
    with serving(sqlite_world.service):
        wait_for(lambda: sqlite_world.standing(SARI).state.status is Status.ASKING)
