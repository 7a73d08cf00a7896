"""What single pages show and hide."""

import re

import pytest
from playwright.sync_api import expect

from conftest import WORDS, choose, fill, fill_section, press, register, sign_in, start_draft
from portal import PROCEDURE, Citizen

# The key of a text that is missing, or the name of a value that nobody gave.
LEFTOVER = r"\b(accounts|catalogue|dossiers|errors|layout|plain|problems)\.[a-z][a-z_.-]*[a-z]\b|\{[a-z_]+\}"


@pytest.fixture
def draft(browse, portal):
    """Opens a new citizen's draft, of which only the child is told: `draft(javascript=True, language="")`."""

    def open_draft(javascript=True, language=""):
        page, citizen, place = browse(javascript=javascript), Citizen(), portal.office()
        register(page, citizen, language)
        if "/dang-nhap" in page.url:
            sign_in(page, citizen.personal_number, citizen.password, language)
        path = start_draft(page, place, language)
        fill_section(page, path, "child", citizen.birth_registration(place)["child"], language)
        return page, path

    return open_draft


def father_name(page):
    return page.locator(".field").filter(has=page.locator('[name="father_name"]'))


def test_a_question_appears_once_its_condition_holds(draft):
    page, path = draft()
    page.goto(f"{path}/father")
    expect(father_name(page)).to_be_hidden()
    fill(page, {"father_recorded": "yes"})
    expect(father_name(page)).to_be_visible()
    fill(page, {"father_recorded": "no"})
    expect(father_name(page)).to_be_hidden()


def test_a_part_without_questions_yet_says_why(browse, filed):
    page = browse(storage_state=filed["state"])
    page.goto(f"{filed['draft']}/mother")
    expect(page.locator("main .notice")).to_contain_text("tùy thuộc câu trả lời ở các phần trước")


def test_without_scripts_a_question_says_when_to_answer_it(draft):
    page, path = draft(javascript=False)
    page.goto(f"{path}/father")
    expect(father_name(page)).to_contain_text("Chỉ trả lời khi")


def test_the_wards_of_a_province_arrive_without_a_new_page(draft, portal):
    page, path = draft()
    page.goto(f"{path}/mother")
    page.evaluate("window.stayed = true")
    place = portal.office()
    page.locator('[name="mother_residence.province"]').select_option(place["province"])
    ward = page.locator('[name="mother_residence.ward"]')
    choose(page, ward, place["ward"])
    expect(ward).to_have_value(place["ward"])
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize("language", ["", "/en"], ids=["vietnamese", "english"])
def test_refused_forms_say_what_to_do_in_words(browse, draft, language):
    page, path = draft(language=language)
    shown = []
    for section in ("applicant", "mother", "father", "documents"):
        page.goto(f"{path}/{section}")
        press(page, WORDS[language]["continue"])
        expect(page.locator(".error-summary a").first).to_be_visible()
        shown.append(page.title() + page.locator("main").inner_text())
    page.goto(f"{language}/tra-cuu")
    page.locator("main form button").first.click()
    expect(page.locator(".error-summary a").first).to_be_visible()
    shown.append(page.title() + page.locator("main").inner_text())
    assert [text.group() for page in shown for text in re.finditer(LEFTOVER, page)] == []


@pytest.mark.parametrize("path", ["/", f"/thu-tuc/{PROCEDURE}", "/ho-so", "/ho-so/{code}", "/tai-khoan", "/khong-co"])
@pytest.mark.parametrize("language", ["", "/en"], ids=["vietnamese", "english"])
def test_every_text_of_a_page_is_there(browse, filed, path, language):
    page = browse(storage_state=filed["state"])
    page.goto(language + path.format(**filed))
    assert re.search(LEFTOVER, page.title() + page.locator("body").inner_text()) is None


def test_the_account_names_this_browser(browse, filed):
    page = browse(storage_state=filed["state"])
    page.goto("/tai-khoan")
    expect(page.locator(".sessions")).to_contain_text("Chrome, Linux")
