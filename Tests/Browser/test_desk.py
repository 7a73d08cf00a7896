"""What an officer and an applicant do with a dossier, at a telephone's width, with scripts and without."""

import datetime

import pytest
from playwright.sync_api import expect

from conftest import fill_draft, register, sign_in, sign_in_as, submit
from portal import Citizen

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])


class Desk:
    """An applicant's window with a dossier that was just filed, and an officer's of the agency."""

    def __init__(self, portal, browse, javascript):
        self.applicant = browse(javascript=javascript, width=360)
        citizen = Citizen()
        register(self.applicant, citizen)
        if "/dang-nhap" in self.applicant.url:
            sign_in(self.applicant, citizen.personal_number, citizen.password)
        fill_draft(self.applicant, citizen, portal.office())
        self.code = submit(self.applicant)
        self.officer = browse(javascript=javascript, width=360)
        sign_in_as(self.officer, portal, "officer")

    def act(self, name, **answers):
        """Does one act over its page, from the dossier's, by the words on its buttons."""
        page = self.officer
        page.goto(f"/can-bo/ho-so/{self.code}")
        page.locator(".acts").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h1")).to_have_text(name)
        expect(page.locator("#effects")).to_be_visible()
        for field, value in answers.items():
            control = page.locator(f'[name="{field.replace("__", ".")}"]').first
            if control.get_attribute("type") == "radio":
                page.locator(f'[name="{field}"][value="{value}"]').check()
            elif control.evaluate("element => element.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        page.locator("main form .actions button").click()

    def sees(self, text):
        self.applicant.goto(f"/ho-so/{self.code}")
        expect(self.applicant.locator("main")).to_contain_text(text)


def later(days):
    """A Wednesday some weeks ahead."""
    day = datetime.date.today() + datetime.timedelta(days)
    while day.isoweekday() != 3:
        day += datetime.timedelta(1)
    return day


@SCRIPTS
def test_a_dossier_is_refused_with_its_reason(portal, browse, javascript):
    desk = Desk(portal, browse, javascript)
    desk.act("Từ chối tiếp nhận", reason="wrong_agency", note="Đề nghị nộp tại nơi cư trú")
    desk.sees("Không được tiếp nhận")
    desk.sees("Đề nghị nộp tại nơi cư trú")
    desk.officer.goto(f"/can-bo/ho-so/{desk.code}")
    assert desk.officer.locator(".acts a").count() == 0


@SCRIPTS
def test_only_what_is_asked_is_supplemented_and_nothing_before_it_is_sent(portal, browse, javascript):
    desk = Desk(portal, browse, javascript)
    page = desk.officer
    page.goto(f"/can-bo/ho-so/{desk.code}/viec/yeu-cau-bo-sung")
    page.locator('[name="items"][value="what-child_name"]').check()
    page.locator("main form .actions button").click()
    # What is wrong has to be said of each item, and what was ticked stays.
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.locator('[name="items"][value="what-child_name"]').is_checked()
    page.locator('[name="what-child_name"]').fill("Tên khác giấy chứng sinh")
    page.locator("main form .actions button").click()
    expect(page.locator("main")).to_contain_text("Đã gửi yêu cầu bổ sung")

    page = desk.applicant
    page.goto(f"/ho-so/{desk.code}")
    page.get_by_role("link", name="Bổ sung hồ sơ").click()
    expect(page.locator("main")).to_contain_text("Tên khác giấy chứng sinh")
    assert page.locator('main input[type="text"]').count() == 1
    page.locator('[name="child_name"]').fill("Nguyễn Đăng Khoa")
    page.get_by_role("button", name="Lưu, gửi sau").click()
    desk.officer.goto(f"/can-bo/ho-so/{desk.code}")
    expect(desk.officer.locator("main")).not_to_contain_text("Nguyễn Đăng Khoa")
    page.goto(f"/ho-so/{desk.code}/bo-sung")
    expect(page.locator('[name="child_name"]')).to_have_value("Nguyễn Đăng Khoa")
    page.get_by_role("button", name="Gửi bổ sung").click()
    expect(page.locator("main")).to_contain_text("Đã gửi bổ sung đến cơ quan")
    desk.act("Tiếp nhận hồ sơ")
    desk.sees("Được tiếp nhận")
    expect(desk.officer.locator("main")).to_contain_text("Nguyễn Đăng Khoa")


@SCRIPTS
def test_a_date_is_moved_once_with_an_apology(portal, browse, javascript):
    desk = Desk(portal, browse, javascript)
    desk.act("Tiếp nhận hồ sơ")
    day = later(40)
    desk.act(
        "Xin lỗi và hẹn lại",
        day__day=str(day.day), day__month=str(day.month), day__year=str(day.year), reason="Chúng tôi xin lỗi vì chậm trễ",
    )
    desk.sees("Chúng tôi xin lỗi vì chậm trễ")
    desk.sees(f"{day.day:02}/{day.month:02}/{day.year}")
    desk.officer.goto(f"/can-bo/ho-so/{desk.code}")
    assert desk.officer.get_by_role("link", name="Xin lỗi và hẹn lại").count() == 0


@SCRIPTS
def test_papers_that_were_received_are_filed_again_and_say_where_they_come_from(portal, browse, javascript):
    desk = Desk(portal, browse, javascript)
    desk.act("Tiếp nhận hồ sơ")
    page = desk.applicant
    page.goto("/kho-giay-to")
    expect(page.locator("main")).to_contain_text("giấy chứng sinh.pdf")
    expect(page.locator("main")).to_contain_text(desk.code)


def test_an_officer_sees_files_in_their_place_and_moves_by_keyboard(portal, browse):
    desk = Desk(portal, browse, True)
    page = desk.officer
    page.goto(f"/can-bo/ho-so/{desk.code}")
    for name in ("căn cước.png", "giấy chứng sinh.pdf"):
        with page.expect_response(lambda answer: answer.url.endswith("/xem")) as shown:
            page.get_by_role("link", name=f"Xem tại đây {name}").click()
        assert shown.value.status == 200
        assert shown.value.headers["content-disposition"].startswith("inline")
        assert f"/can-bo/ho-so/{desk.code}" in page.url
    page.wait_for_timeout(500)
    page.goto("/can-bo/ho-so?group=open&order=newest")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator('[name="chosen"]').first.is_checked()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Hồ sơ")
