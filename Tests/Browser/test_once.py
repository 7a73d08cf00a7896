"""One draft becomes one dossier and nothing typed is lost, whatever people and browsers do in between."""

import pytest
from playwright.sync_api import expect

from conftest import WORDS, code_of, fill, fill_draft, press, register, sign_in, start_draft, submit
from portal import Citizen


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def ready(request, portal, browse):
    """A window on the check page of a finished draft."""
    page, citizen = browse(javascript=request.param), Citizen()
    register(page, citizen)
    if "/dang-nhap" in page.url:
        sign_in(page, citizen.personal_number, citizen.password)
    draft = fill_draft(page, citizen, portal.office())
    return page, draft


def dossiers_of(portal, draft):
    return portal.database.rows(f"select code from dossiers where id = '{draft.rsplit('/', 1)[1]}'")


def submit_button(page):
    return page.locator("main").get_by_role("button", name="Nộp hồ sơ", exact=True)


def test_a_double_click_files_once(portal, ready):
    page, draft = ready
    page.locator("[name=declaration]").check()
    submit_button(page).dblclick()
    code = code_of(page)
    assert dossiers_of(portal, draft) == [{"code": code}]


def test_back_and_again_shows_the_same_dossier(portal, ready):
    page, draft = ready
    code = submit(page)
    page.go_back()
    page.wait_for_load_state()
    if submit_button(page).count():
        submit_button(page).click()
        page.wait_for_load_state()
    else:
        page.goto(f"{draft}/kiem-tra")
    expect(page.locator("main")).to_contain_text(code)
    assert dossiers_of(portal, draft) == [{"code": code}]


def test_a_refreshed_confirmation_files_nothing_more(portal, ready):
    page, draft = ready
    code = submit(page)
    page.reload()
    assert code_of(page) == code
    assert dossiers_of(portal, draft) == [{"code": code}]


def test_two_tabs_file_once(portal, ready):
    page, draft = ready
    second = page.context.new_page()
    second.goto(page.url)
    code = submit(page)
    submit_button(second).click()
    second.wait_for_load_state()
    expect(second.locator("main")).to_contain_text(code)
    assert dossiers_of(portal, draft) == [{"code": code}]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_session_that_ends_while_typing_loses_nothing(portal, browse, javascript):
    page, citizen, place = browse(javascript=javascript), Citizen(), portal.office()
    register(page, citizen)
    if "/dang-nhap" in page.url:
        sign_in(page, citizen.personal_number, citizen.password)
    draft = start_draft(page, place)
    page.goto(f"{draft}/applicant")
    answers = citizen.birth_registration(place)["applicant"] | {
        "applicant_address": "Thôn Ợ, xã Ỷ – typed before it ended"
    }
    fill(page, answers)
    portal.database.run(
        "delete from sessions using accounts"
        f" where accounts.id = sessions.account_id and accounts.login = '{citizen.personal_number}'"
    )
    press(page, WORDS[""]["continue"])
    if page.locator('main [name="password"]').count():
        fill(page, {"login": citizen.personal_number, "password": citizen.password})
        press(page, WORDS[""]["sign in"])
    page.goto(f"{draft}/applicant")
    expect(page.locator('main [name="applicant_address"]')).to_have_value(answers["applicant_address"])


def test_another_citizen_sees_neither_draft_nor_dossier(browse, filed):
    page, other = browse(), Citizen()
    register(page, other)
    if "/dang-nhap" in page.url:
        sign_in(page, other.personal_number, other.password)
    for path in (filed["draft"], f"/ho-so/{filed['code']}", f"/ho-so/{filed['code']}/da-nop", "/can-bo/ho-so"):
        assert page.goto(path).status in (403, 404), path
        expect(page.locator("main")).not_to_contain_text(filed["citizen"].name)


def test_anyone_with_the_code_and_four_digits_learns_the_step_and_no_more(browse, filed):
    page = browse()
    page.goto("/tra-cuu")
    digits = filed["citizen"].personal_number[-4:]
    for given, known in [(digits, True), ("0000" if digits != "0000" else "1111", False)]:
        controls = page.locator("main form input:not([type=hidden])")
        controls.nth(0).fill(filed["code"])
        controls.nth(1).fill(given)
        controls.nth(1).press("Enter")
        page.wait_for_load_state()
        shown = page.locator("main").inner_text()
        assert ("Mới đăng ký" in shown or "Được tiếp nhận" in shown) == known, shown
        assert filed["citizen"].name not in shown
        page.goto("/tra-cuu")
