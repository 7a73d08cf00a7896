"""The whole story of one dossier: filed by a citizen, handled by the agency's system, followed on an open page."""

import hashlib
import re

import pytest
from playwright.sync_api import expect

from conftest import WORDS, fill_draft, register, sign_in, submit
from portal import PROCEDURE, Citizen


@pytest.mark.parametrize(
    "language, javascript",
    [("", True), ("", False), ("/en", True), ("/en", False)],
    ids=["vietnamese", "vietnamese-without-javascript", "english", "english-without-javascript"],
)
def test_from_registration_to_the_returned_result(portal, agency, browse, language, javascript):
    citizen, place, words = Citizen(), portal.office(), WORDS[language]
    page = browse(javascript=javascript)

    register(page, citizen, language)
    if "/dang-nhap" in page.url:
        sign_in(page, citizen.personal_number, citizen.password, language)
    page.goto(language or "/")
    page.locator('[name="q"]').first.fill(words["search"])
    page.locator('[name="q"]').first.press("Enter")
    page.wait_for_url(re.compile(r"/thu-tuc\?"))
    page.locator("main").get_by_role("link", name=re.compile(words["result"], re.I)).first.click()
    page.wait_for_url(re.compile(r"/thu-tuc/[0-9.]+"))
    assert PROCEDURE in page.url

    fill_draft(page, citizen, place, language)
    for value in (citizen.name, "Đỗ Ỷ Ẵ Ợ Ỹ", "giấy chứng sinh.pdf", "căn cước.png", "kết hôn.jpg"):
        expect(page.locator("main")).to_contain_text(value)
    code = submit(page, language)

    listed = agency.list(limit=50)["items"]
    assert code in [item["code"] for item in listed]
    dossier = agency.read(code)
    assert dossier["status"] == 1 and dossier["answers"]["child_name"] == "Đỗ Ỷ Ẵ Ợ Ỹ"
    assert sorted(file["name"] for file in dossier["attachments"]) == [
        "căn cước.png",
        "giấy chứng sinh.pdf",
        "kết hôn.jpg",
    ]
    for file in dossier["attachments"]:
        content = agency.http.get(file["url"])
        assert content.status_code == 200 and len(content.content) == file["size"]
        assert hashlib.sha256(content.content).hexdigest() == file["sha256"]

    page.goto(f"{language}/ho-so/{code}")
    if javascript:
        page.evaluate("window.stayed = true")
    for status in (2, 4, 9, 10):
        note = f"Ghi chú {status} của {code}"
        agency.change(code, status, note=note)
        if not javascript:
            page.reload()
        # Two seconds are the promise; without scripts, the next look.
        expect(page.locator("main")).to_contain_text(note, timeout=2000)
        expect(page.locator("main")).to_contain_text(re.compile(words[status]), timeout=2000)
    if javascript:
        assert page.evaluate("window.stayed"), "the page was loaded anew"

    assert [event["status"] for event in agency.read(code)["events"]] == [1, 2, 4, 9, 10]
    assert agency.read(code)["finished_at"] is not None


def test_a_repeated_change_gets_the_first_answer_and_another_body_is_refused(agency, filed):
    message = agency.message(2)
    first = agency.change(filed["code"], 2, key="once", body=message)
    again = agency.change(filed["code"], 2, key="once", body=message)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    other = agency.change(filed["code"], 2, key="once", body=agency.message(4), expect=422)
    assert other.json()["type"].endswith("idempotency-key-reused")


def test_a_move_that_the_table_does_not_allow_names_the_current_status_and_the_allowed_ones(agency, filed):
    current = agency.read(filed["code"])["status"]
    problem = agency.change(filed["code"], 1, expect=409).json()
    assert problem["current_status"] == current and 1 not in problem["allowed"]


def test_wrong_members_are_named(agency, filed):
    body = {**agency.message(4), "occurred_at": "2999-01-01T00:00:00Z", "extra": 1}
    problem = agency.change(filed["code"], 4, expect=422, body=body).json()
    assert {error["field"] for error in problem["errors"]} == {"occurred_at", "extra"}


def test_a_dossier_of_nobody_is_not_found(agency):
    agency.read("H26.16-200101-9999", status=404)
