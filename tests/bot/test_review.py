"""The supervisor's page over HTTP: one-time, expiring, kind in every state."""

import re
from collections.abc import Iterator

import httpx
import pytest

from bot.drafts.desk import Drafting, HandedIn
from bot.links import make_review, make_token
from bot.service import Service
from flows import library
from flows.xlsform import load, publish
from storage import drafts, interviews, staff
from storage.drafts import DraftStatus, Round, Submission
from tests.bot.live import serving
from tests.bot.world import World
from tests.conftest import FixedClock
from tests.people import SARI

SOURCE = library.source("kebekerjaan")
SIGNED = {"name": "Rina Permata", "title": "Kaprodi Menjahit"}
BROWSER = {"Sec-Fetch-Site": "same-origin"}


class Office:
    """Hands forms in, and opens their links as a browser would."""

    def __init__(self, service: Service, where: str) -> None:
        self.service = service
        self.client = httpx.Client(base_url=where, timeout=30, headers=BROWSER)

    def submit(self, source: bytes) -> HandedIn:
        artefact = publish(source)
        handed = Submission(artefact, load(artefact).title, "kuesioner.yaml", source)
        return Drafting(self.service).submit(handed, actor="sari", reviewer="rina")

    def path(self, found: HandedIn) -> str:
        token = make_review(self.service.vault, found.round.id, found.round.link)
        return f"/e/{token}"

    def decide(self, found: HandedIn, decision: str, **fields: str) -> httpx.Response:
        data = {"seen": found.round.artefact.sha256, "decision": decision, **SIGNED, **fields}
        return self.client.post(self.path(found), data=data)

    def stored(self, found: HandedIn) -> Round:
        with self.service.database.read() as db:
            return drafts.get_round(db, found.round.id)


@pytest.fixture
def office(sqlite_world: World) -> Iterator[Office]:
    service = sqlite_world.service
    with service.database.write() as db:
        staff.add(db, "adi", "admin", prodi="", at=service.now())
        staff.add(db, "rina", "supervisor", prodi="", at=service.now())
    with serving(service) as where:
        office = Office(service, where)
        yield office
        office.client.close()


# In this world the built-in version is published already; a draft is another one.
NEXT = SOURCE.decode().replace('"2026112401"', '"2026120101"').encode()


@pytest.fixture
def found(office: Office) -> HandedIn:
    return office.submit(NEXT)


def test_the_page_reads_as_conversations_and_as_items(office: Office, found: HandedIn) -> None:
    answer = office.client.get(office.path(found))
    assert answer.status_code == 200
    assert answer.text.count('<details class="way"') == 6
    assert "Halo Kak Sari! Kami dari BPVP Kendari." in answer.text
    assert '<a href="#q1">pertanyaan 1</a> dijawab “Bekerja” atau' in answer.text
    assert "Paling lambat <b>25 November 2026</b>" in answer.text
    headers = answer.headers
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_comments_come_back_with_the_form(office: Office, found: HandedIn) -> None:
    form = load(found.round.artefact)
    place = next(n for n, item in enumerate(form.items) if item.name == "kota")
    answer = office.decide(
        found, "returned", note="Hampir.\r\nTinggal satu.", **{f"c.{place}": "Tambah provinsi.",
                                                               "c.3": "   "}
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, office.path(found))
    verdict = office.stored(found).verdict
    assert verdict is not None
    assert verdict.status is DraftStatus.RETURNED
    assert (verdict.by, verdict.name, verdict.through) == ("rina", "Rina Permata", "web")
    assert verdict.note == "Hampir.\nTinggal satu."
    assert verdict.comments == {"penempatan/kota": "Tambah provinsi."}


def test_a_second_use_shows_what_was_decided(office: Office, found: HandedIn) -> None:
    assert office.decide(found, "approved", note="Bagus.").status_code == 303
    first = office.stored(found)
    shown = office.client.get(office.path(found))
    assert shown.status_code == 200
    for words in ("Disetujui", "Rina Permata", "Kaprodi Menjahit", "Bagus.", "Unduh PDF"):
        assert words in shown.text
    again = office.decide(found, "returned", note="Berubah pikiran.")
    assert again.status_code == 303
    assert office.stored(found) == first


def test_an_approved_form_is_there_as_pdf_and_no_other(office: Office, found: HandedIn) -> None:
    paper = f"{office.path(found)}/kuesioner.pdf"
    assert office.client.get(paper).status_code == 404
    office.decide(found, "approved")
    answer = office.client.get(paper)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="kebekerjaan-2026120101.pdf"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"decision": "approved", "name": ""}, "Tulis nama lengkap"),
        ({"decision": "approved", "title": " "}, "Tulis jabatan"),
        ({"decision": "approved", "name": "sari"}, "Penyusun tidak boleh"),
        ({"decision": "approved", "seen": "0" * 64}, "Kuesionernya berubah sejak halaman ini"),
        ({"decision": "published"}, "Pilih Setujui atau Kembalikan"),
        ({"decision": "approved", "c.1": "x" * 4_001}, "Satu catatan paling banyak 4000 huruf"),
    ],
)
def test_what_cannot_be_stored_is_said_and_nothing_written_is_lost(
    office: Office, found: HandedIn, fields: dict[str, str], words: str
) -> None:
    sent = {"c.2": "Jangan hilang.", **fields}
    answer = office.decide(found, sent.pop("decision"), **sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Jangan hilang.</textarea>" in answer.text
    assert office.stored(found).verdict is None


def test_a_form_does_not_come_back_without_a_word(office: Office, found: HandedIn) -> None:
    answer = office.decide(found, "returned", **{"c.2": " \n "})
    assert answer.status_code == 422
    assert "Tulis paling sedikit satu catatan" in answer.text
    assert 'value="Rina Permata"' in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_decide_for_a_supervisor(
    office: Office, found: HandedIn, site: str
) -> None:
    office.client.headers["Sec-Fetch-Site"] = site
    assert office.decide(found, "approved").status_code == 403
    assert office.stored(found).verdict is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"decision=approved", "text/plain", 415),
        (b"a=" + b"x" * 700_000, "application/x-www-form-urlencoded", 413),
        (b"a=%ff", "application/x-www-form-urlencoded", 422),
        (b"&".join(b"c.%d=x" % n for n in range(2_100)), "application/x-www-form-urlencoded", 422),
        ("é=1".encode(), "application/x-www-form-urlencoded", 422),
        (b"decision=approved&c.99999=x&c.x=y&=", "application/x-www-form-urlencoded", 422),
    ],
)
def test_no_body_gives_a_traceback_or_a_decision(
    office: Office, found: HandedIn, body: bytes, kind: str, status: int
) -> None:
    answer = office.client.post(office.path(found), content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert office.stored(found).verdict is None


def test_every_dead_link_is_told_kindly(
    office: Office, found: HandedIn, clock: FixedClock, sqlite_world: World
) -> None:
    path, client = office.path(found), office.client
    person = make_token(
        office.service.vault, sqlite_world.addresses[SARI.name], now=office.service.now()
    )
    for token in ("x", path[3:-1], person, make_review(office.service.vault, 999, 1)):
        answer = client.get(f"/e/{token}")
        assert (answer.status_code, "Tautan tidak dikenal" in answer.text) == (404, True)
    office.submit(NEXT)  # the same again: only a new link
    assert "sudah diganti" in client.get(path).text
    newer = office.submit(NEXT.replace(b"Sebagai apa", b"Jadi apa"))
    answer = client.get(path)
    assert (answer.status_code, "Sudah ada yang lebih baru" in answer.text) == (410, True)
    clock.forward(days=15)
    answer = client.get(office.path(newer))
    assert (answer.status_code, "sudah tidak berlaku" in answer.text) == (410, True)
    assert client.post(office.path(newer), data={"decision": "approved"}).status_code == 410


def test_a_supervisor_who_left_opens_nothing(office: Office, found: HandedIn) -> None:
    with office.service.database.write() as db:
        who = staff.find(db, "rina")
        assert who is not None
        staff.revoke(db, who.id, at=office.service.now())
    answer = office.client.get(office.path(found))
    assert (answer.status_code, "bukan supervisor lagi" in answer.text) == (403, True)
    assert office.decide(found, "approved").status_code == 403


def test_what_an_author_writes_is_text_on_the_page(office: Office) -> None:
    evil = "<script>alert(1)</script>&amp;\"'"
    source = NEXT.replace(b"Apa kesibukan Kakak sekarang?", evil.encode()).decode()
    source = source.replace(f"label: {evil}", f"label: >-\n      {evil}")
    found = office.submit(source.encode())
    answer = office.client.get(office.path(found))
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_what_was_said_before_is_beside_its_item(office: Office, found: HandedIn) -> None:
    form = load(found.round.artefact)
    place = next(n for n, item in enumerate(form.items) if item.name == "jabatan")
    office.decide(found, "returned", **{f"c.{place}": "Lebih sopan."})
    again = office.submit(NEXT.replace(b"Sebagai apa Kakak", b"Apa jabatan Kakak"))
    text = office.client.get(office.path(again)).text
    assert "Sejak pengajuan ke-1" in text
    assert "“Apa jabatan Kakak di sana?”" in text
    assert re.search(r"Catatan lalu:</b> <span class=\"lines\">Lebih sopan\.", text)


def test_lateness_is_on_the_page(office: Office, found: HandedIn, clock: FixedClock) -> None:
    clock.forward(days=6)
    assert "Sudah lewat batas <b>25 November 2026</b>" in office.client.get(office.path(found)).text


def test_a_trial_stores_nothing(office: Office, found: HandedIn) -> None:
    path = f"{office.path(found)}/coba"
    before = _everything(office.service)
    page = office.client.get(path)
    assert "Apakah Kakak bersedia menjawab?" in page.text
    for tap, words in (("Bersedia", "Apa kesibukan Kakak sekarang?"), ("Wirausaha", "Apa nama")):
        data = {"said": _said(page.text), "tap": _button(page.text, tap), "text": ""}
        page = office.client.post(path, data=data)
        assert words in page.text
    data = {"said": _said(page.text), "text": "Toko Contoh"}
    page = office.client.post(path, data=data)
    assert "Sejak kapan Kakak menjalankan usaha ini?" in page.text
    assert "Toko Contoh" in page.text
    assert _everything(office.service) == before


def test_a_trial_goes_on_past_what_would_be_attached(office: Office, found: HandedIn) -> None:
    path = f"{office.path(found)}/coba"
    page = office.client.get(path)
    said = ("ya", "wirausaha", "Toko Contoh", "bulan lalu", "kue", "Kendari", "cukup sesuai")
    for text in (*said, "2,5 jt"):
        page = office.client.post(path, data={"said": _said(page.text), "text": text})
    assert "foto" in page.text
    assert "Anggap sudah dikirim" in page.text
    data = {"said": _said(page.text), "text": "", "attach": "file"}
    page = office.client.post(path, data=data)
    assert "Terakhir, ada pesan atau saran" in page.text


@pytest.mark.parametrize("said", ["", "x", "QUJD", "A" * 500_000])
def test_a_trial_of_a_page_that_is_not_ours_begins_anew(
    office: Office, found: HandedIn, said: str
) -> None:
    answer = office.client.post(f"{office.path(found)}/coba", data={"said": said, "text": "ya"})
    assert answer.status_code in (413, 422)
    assert "Mulai lagi" in answer.text or "terlalu panjang" in answer.text


def test_a_trial_goes_on_after_a_reply_we_cannot_take(office: Office, found: HandedIn) -> None:
    path = f"{office.path(found)}/coba"
    page = office.client.get(path)
    for reply in ("", "x" * 4_001):
        page = office.client.post(path, data={"said": _said(page.text), "text": reply})
        assert page.status_code == 200
        assert 'class="trouble" role="alert"' in page.text
    page = office.client.post(path, data={"said": _said(page.text), "text": "ya"})
    assert "Apa kesibukan Kakak sekarang?" in page.text


def _said(text: str) -> str:
    found = re.search(r'name="said" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def _button(text: str, label: str) -> str:
    found = re.search(rf'name="tap" value="([^"]+)"[^>]*>{label}<', text)
    assert found is not None
    return found[1]


def _everything(service: Service) -> tuple[int, int]:
    with service.database.read() as db:
        counts = interviews.counts_by_status(db)
        inbox = db.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one()
    return sum(counts.values()), int(inbox)
