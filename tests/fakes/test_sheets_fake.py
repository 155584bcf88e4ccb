"""The stand-in for Google Sheets, asked by gspread: what it keeps, refuses and loses."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from gspread.exceptions import APIError

from exports.mirror.google.session import Session, sign_in
from tests.conftest import FixedClock
from tests.fakes import discovery
from tests.fakes.sheets import SPEC, FakeSheets, auth, people
from tests.fakes.sheets.book import Book
from tests.fakes.sheets.faults import HangUp, Refuse, Slow, Zombie, dice

needs_spec = pytest.mark.skipif(
    discovery.read(SPEC) is None, reason="no discovery document beside the repository"
)


@pytest.fixture
def google(clock: FixedClock) -> Iterator[FakeSheets]:
    with FakeSheets(clock=clock) as fake:
        yield fake


@pytest.fixture
def book(google: FakeSheets) -> Book:
    return google.add("Garmen Apparel")


@pytest.fixture
def client(google: FakeSheets) -> Iterator[Session]:
    session = signed_in(google)
    yield session
    session.session.close()


def signed_in(google: FakeSheets, **more: str) -> Session:
    session = sign_in({**auth.account(f"{google.base_url}/token"), **more}, google.base_url)
    session.set_timeout((2, 60))
    return session


def text(value: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value}}


def write(row: int, column: int, *values: str, sheet: int = 0) -> dict[str, Any]:
    return {
        "updateCells": {
            "start": {"sheetId": sheet, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [text(value) for value in values]}],
            "fields": "userEnteredValue",
        }
    }


def token(id_: int, **location: Any) -> dict[str, Any]:
    place = location or {"spreadsheet": True}
    made = {"metadataId": id_, "metadataKey": "lacak", "visibility": "PROJECT", "location": place}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def column(at: int) -> dict[str, Any]:
    return {"dimensionRange": {
        "sheetId": 0, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1,
    }}  # fmt: skip


def send(client: Session, book: Book, *wanted: dict[str, Any], **more: Any) -> Any:
    return client.batch_update(book.id, {"requests": list(wanted), **more})


def refused(client: Session, book: Book, *wanted: dict[str, Any]) -> str:
    with pytest.raises(APIError) as error:
        send(client, book, *wanted)
    return f"{error.value.code} {error.value.error['message']}"


def test_the_real_client_signs_in_and_reads_what_it_wrote(
    google: FakeSheets, client: Session, book: Book
) -> None:
    send(client, book, write(0, 0, "=1+1", "", "+62812"))
    got = client.values_get(book.id, "Sheet1")
    assert got == {
        "range": "Sheet1!A1:Z1000", "majorDimension": "ROWS", "values": [["=1+1", "", "+62812"]],
    }  # fmt: skip
    whole = client.fetch_sheet_metadata(book.id)
    assert whole["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 1000
    assert google.violations == []


def test_a_key_that_is_not_the_accounts_gets_no_token(google: FakeSheets) -> None:
    stranger = signed_in(google, client_email="lain@contoh.invalid")
    with pytest.raises(RefreshError, match="invalid_grant"):
        stranger.values_get("x", "A1")


def test_requests_without_a_token_are_refused(google: FakeSheets, book: Book) -> None:
    found = requests.get(f"{google.base_url}/v4/spreadsheets/{book.id}", timeout=30)
    assert found.status_code == 401


def test_a_batch_is_carried_out_whole_or_not_at_all(client: Session, book: Book) -> None:
    said = refused(client, book, write(0, 0, "satu"), write(0, 0, "dua", sheet=9))
    assert said == "400 Invalid requests[1].updateCells: No grid with id: 9"
    assert book.tabs[0].cell(0, 0).value is None


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (write(1000, 0, "x"), "exceeds grid limits"),
        (write(0, 26, "x"), "exceeds grid limits"),
        (write(0, 0, "x" * 50_001), "maximum of 50000 characters"),
        ({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}},
         "above the limit of 10000000 cells"),
        ({"deleteDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0,
                                        "endIndex": 1000}}}, "all non-frozen rows"),
        ({"updateSheetProperties": {
            "properties": {"gridProperties": {"frozenRowCount": 1000}},
            "fields": "gridProperties.frozenRowCount"}}, "can't freeze all"),
        ({"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1000,
                                        "endIndex": 1001}}}, "less than the grid size"),
        ({"addSheet": {"properties": {"title": "sheet1"}}}, "already exists"),
        ({"deleteProtectedRange": {"protectedRangeId": 4}}, "No protected range with id"),
    ],
    ids=["rows", "columns", "text", "cells", "all rows", "freeze", "insert", "title", "protected"],
)  # fmt: skip
def test_the_grid_has_limits(
    client: Session, book: Book, wanted: dict[str, Any], said: str
) -> None:
    assert said in refused(client, book, wanted)


def test_an_id_in_use_refuses_the_whole_batch_so_a_replay_does_nothing(
    client: Session, book: Book
) -> None:
    send(client, book, write(0, 0, "satu"), token(7))
    assert "7 already exists" in refused(client, book, write(0, 0, "dua"), token(7))
    assert book.tabs[0].cell(0, 0).value == "satu"


def test_metadata_stays_on_its_column_and_goes_with_it(client: Session, book: Book) -> None:
    send(client, book, token(7, **column(2)))
    people.insert_column(random.Random(1), book.tabs[0])
    (found,) = search(client, book, 7)
    at = found["developerMetadata"]["location"]["dimensionRange"]["startIndex"]
    assert at in (2, 3)
    send(client, book, {"deleteDimension": {"range": column(at)["dimensionRange"]}})
    assert search(client, book, 7) == []


def search(client: Session, book: Book, id_: int) -> list[dict[str, Any]]:
    answer = client.request(
        "post",
        f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}/developerMetadata:search",
        json={"dataFilters": [{"developerMetadataLookup": {"metadataId": id_}}]},
    )
    return list(answer.json().get("matchedDeveloperMetadata", []))


def test_metadata_is_found_at_an_exact_place_only(client: Session, book: Book) -> None:
    send(client, book, token(7, **column(2)))

    def anchor(at: int) -> list[dict[str, Any]]:
        lookup = {
            "metadataId": 7, "metadataLocation": column(at),
            "locationMatchingStrategy": "EXACT_LOCATION",
        }  # fmt: skip
        gone = {"dataFilter": {"developerMetadataLookup": lookup}}
        return [{"deleteDeveloperMetadata": gone}, token(7, **column(at))]

    send(client, book, *anchor(2))
    assert "already exists" in refused(client, book, write(0, 0, "x"), *anchor(1))


def test_too_much_metadata_is_refused(client: Session, book: Book) -> None:
    made = token(1)
    made["createDeveloperMetadata"]["developerMetadata"]["metadataValue"] = "x" * 30_000
    assert "30000 characters" in refused(client, book, made)


def test_sixty_requests_a_minute_pass_by_the_clock_given(
    client: Session, book: Book, clock: FixedClock
) -> None:
    for _ in range(60):
        client.values_get(book.id, "A1")
    with pytest.raises(APIError) as error:
        client.values_get(book.id, "A1")
    info = error.value.error["details"][0]
    assert (error.value.code, info["reason"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert info["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
    send(client, book, write(0, 0, "writes are counted apart"))
    clock.forward(seconds=60)
    client.values_get(book.id, "A1")


def test_sharing_and_deletion_answer_as_google_does(
    google: FakeSheets, client: Session, book: Book
) -> None:
    google.shared[book.id] = "reader"
    client.values_get(book.id, "A1")
    assert refused(client, book, write(0, 0, "x")) == "403 The caller does not have permission"
    google.shared[book.id] = ""
    with pytest.raises(APIError, match="403"):
        client.values_get(book.id, "A1")
    del google.books[book.id]
    assert refused(client, book, write(0, 0, "x")) == "404 Requested entity was not found."


@pytest.mark.parametrize(
    ("fault", "is_kept"),
    [
        (Refuse(503), False), (Refuse(503, applied=True), True), (HangUp(applied=False), False),
        (HangUp(applied=True), True), (Refuse(502, is_html=True), False), (Slow(60), True),
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_before_or_after_the_batch_was_carried_out(
    google: FakeSheets, client: Session, book: Book, fault: Any, is_kept: bool
) -> None:
    client.values_get(book.id, "A1")
    client.set_timeout((2, 0.2))
    google.faults = iter([fault])
    with pytest.raises((APIError, requests.exceptions.RequestException)):
        send(client, book, write(0, 0, "ada"))
    assert (book.tabs[0].cell(0, 0).value == "ada") is is_kept


def test_a_request_thought_lost_is_carried_out_later(
    google: FakeSheets, client: Session, book: Book
) -> None:
    google.faults = iter([Zombie()])
    with pytest.raises(requests.exceptions.ConnectionError):
        send(client, book, write(0, 0, "terlambat"))
    assert book.tabs[0].cell(0, 0).value is None
    assert google.raise_zombies() == 1
    assert book.tabs[0].cell(0, 0).value == "terlambat"


def test_a_quarter_of_requests_fail_in_chaos() -> None:
    faults = dice(1)
    failed = sum(next(faults) is not None for _ in range(4000))
    assert 900 < failed < 1100


def test_people_are_kept_out_of_a_locked_sheet_but_for_its_owner(
    client: Session, book: Book
) -> None:
    lock = {"protectedRangeId": 5, "range": {"sheetId": 0}, "editors": {"users": [auth.EMAIL]}}
    send(client, book, {"addProtectedRange": {"protectedRange": lock}})
    with pytest.raises(people.Locked):
        people.must_be_open(book.tabs[0])
    people.must_be_open(book.tabs[0], is_owner=True)
    send(client, book, {"deleteProtectedRange": {"protectedRangeId": 5}})
    people.must_be_open(book.tabs[0])


@pytest.mark.parametrize("edit", people.EDITS, ids=lambda edit: edit.__name__)
def test_people_leave_a_sheet_in_one_piece(client: Session, book: Book, edit: Any) -> None:
    send(client, book, *(write(row, 0, f"{row}a", f"{row}b", f"{row}c") for row in range(9)))
    tab = book.tabs[0]
    tab.frozen_rows = 2
    for seed in range(20):
        edit(random.Random(seed), tab)
        assert {len(line.cells) for line in tab.lines} == {len(tab.columns)}


def test_a_formula_follows_its_column_and_counts(client: Session, book: Book) -> None:
    send(client, book, *(write(row, 6, "selesai") for row in range(3)))
    formula = {"userEnteredValue": {"formulaValue": '=COUNTIF(Sheet1!G:G;"selesai")'}}
    body = {"start": {"sheetId": 0, "rowIndex": 0, "columnIndex": 0},
            "rows": [{"values": [formula]}], "fields": "userEnteredValue"}  # fmt: skip
    send(client, book, {"updateCells": body})
    book.tabs[0].insert_columns(2, 1)
    get: dict[str, Any] = {"valueRenderOption": "FORMULA"}
    assert client.values_get(book.id, "A1", get)["values"] == [['=COUNTIF(Sheet1!H:H;"selesai")']]
    assert client.values_get(book.id, "A1")["values"] == [["3"]]


def test_append_writes_where_it_thinks_the_table_is(client: Session, book: Book) -> None:
    send(client, book, write(0, 2, "y"))
    done = client.values_append(
        book.id, "Sheet1", {"valueInputOption": "RAW"}, {"values": [["a", "b"]]}
    )
    assert done["updates"]["updatedRange"] == "Sheet1!C2:D2"


def test_titles_that_look_like_ranges_are_quoted(client: Session, book: Book) -> None:
    book.tabs[0].title = "D3"
    assert client.values_get(book.id, "'D3'!A1")["range"] == "'D3'!A1"


def test_cells_are_read_typed_by_a_mask_and_only_where_asked(client: Session, book: Book) -> None:
    send(client, book, write(2, 1, "=1+1"))
    answer = client.request(
        "post",
        f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}:getByDataFilter",
        params={"fields": "sheets(properties(sheetId,title),data(startRow,startColumn,"
                          "rowData.values.userEnteredValue))"},
        json={"dataFilters": [{"gridRange": {"sheetId": 0, "startColumnIndex": 1,
                                             "endColumnIndex": 2}}]},
    ).json()  # fmt: skip
    (sheet,) = answer["sheets"]
    assert sheet["properties"] == {"sheetId": 0, "title": "Sheet1"}
    assert sheet["data"] == [{
        "startColumn": 1, "rowData": [{}, {}, {"values": [text("=1+1")]}],
    }]  # fmt: skip


@needs_spec
@pytest.mark.parametrize(
    "wanted",
    [
        {"addChart": {"chart": {"spec": {"titel": "x"}}}},
        {"updateCells": {"fields": 7}},
        {"repeatCell": {"cell": {"userEnteredFormat": {"numberFormat": {"type": "TEKS"}}}}},
    ],
    ids=["unknown field", "wrong type", "wrong value"],
)
def test_what_the_document_forbids_is_refused_and_remembered(
    google: FakeSheets, client: Session, book: Book, wanted: dict[str, Any]
) -> None:
    assert refused(client, book, wanted).startswith("400 Invalid JSON payload")
    assert len(google.violations) == 1


def test_the_account_file_names_the_loopback_token_address(
    google: FakeSheets, tmp_path: Path
) -> None:
    path = google.write_account(tmp_path / "account.json")
    assert f'"token_uri": "{google.base_url}/token"' in path.read_text("utf-8")
