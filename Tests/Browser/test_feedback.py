"""Feedback from the form to the published answer, with and without scripts, on a telephone and on a screen."""

import re

import pytest
from playwright.sync_api import expect

from conftest import fill, press, sign_in
from portal import Upload, pdf
from test_accessibility import WIDTHS, faults

ANSWERS = {
    "kind": "reflection",
    "about": "conduct",
    "topic": "civil_status",
    "body": "Quầy hộ tịch đóng cửa lúc 15 giờ.\nĐề nghị mở đến hết giờ làm việc.",
    "name": "Trần Văn Hòa",
    "address": "Số 3, phố Ví Dụ, phường Hoàn Kiếm",
    "phone": "0912 345 678",
}


def officer(browse, portal, login, **options):
    page = browse(**options)
    account = portal.account(login)
    sign_in(page, account["user"], account["password"])
    return page


def check(page, found):
    """The open page at each width. Without scripts only its shape: the rules themselves are a script."""
    size = page.viewport_size
    for width in WIDTHS if page.scripted else WIDTHS[:1]:
        page.set_viewport_size({"width": width, "height": 800})
        found += faults(page, page.url, width)
    page.set_viewport_size(size)


def act(page, code, name, answers, found):
    page.goto(f"/can-bo/phan-anh/{code}")
    press(page, f"^{name}$")
    missing = set(answers) - fill(page, answers)
    assert not missing, missing
    check(page, found)
    press(page, "^Xem lại trước khi gửi$")
    return page


def send(page, found):
    check(page, found)
    press(page, "^Gửi$")
    expect(page.locator(".notice.success")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_feedback_is_sent_passed_on_supplemented_answered_and_published(browse, portal, javascript):
    found = []
    author = browse(javascript=javascript, width=360)
    author.goto("/")
    author.locator("main").get_by_role("link", name="Phản ánh, kiến nghị").click()
    press(author, "^Gửi phản ánh, kiến nghị$")
    fill(author, {**ANSWERS, "phone": "12", "files": Upload("ảnh quầy.pdf", "application/pdf", pdf())})
    press(author, "^Gửi phản ánh, kiến nghị$")
    expect(author.locator(".error-summary")).to_contain_text("số điện thoại")
    expect(author.locator("[name=body]")).to_have_value(ANSWERS["body"])
    expect(author.locator(".uploaded")).to_contain_text("ảnh quầy.pdf")
    check(author, found)
    fill(author, {"phone": ANSWERS["phone"]})
    press(author, "^Gửi phản ánh, kiến nghị$")
    author.wait_for_url("**/phan-anh/da-gui/*")
    check(author, found)
    code, word = author.locator(".panel strong").all_inner_texts()
    assert re.fullmatch(r"PA-\d{6}-\d{4}", code)

    office = officer(browse, portal, "daumoi.botuphap", javascript=javascript)
    act(office, code, "Chuyển cơ quan khác", {"agency": "H26.00070", "note": "Thuộc thẩm quyền của phường."}, found)
    expect(office.locator("main")).to_contain_text("Hoàn Kiếm")
    send(office, found)

    ward = officer(browse, portal, "canbo.hoankiem", javascript=javascript)
    ward.goto("/can-bo/phan-anh")
    expect(ward.locator("main")).to_contain_text(code)
    check(ward, found)
    act(ward, code, "Yêu cầu bổ sung", {"note": "Quầy số mấy, ngày nào?"}, found)
    press(ward, "^Sửa lại$")
    expect(ward.locator("[name=note]")).to_have_value("Quầy số mấy, ngày nào?")
    press(ward, "^Xem lại trước khi gửi$")
    send(ward, found)

    track(author, code, word)
    expect(author.locator("main")).to_contain_text("Quầy số mấy, ngày nào?")
    check(author, found)
    fill(author, {"note": "Quầy số 3, sáng thứ Hai."})
    press(author, "^Gửi bổ sung$")
    expect(author.locator(".notice.success")).to_be_visible()

    file = Upload("thông báo.pdf", "application/pdf", pdf())
    act(ward, code, "Trả lời", {"note": "Đã nhắc quầy số 3.", "files": file}, found)
    expect(ward.locator("main")).to_contain_text("thông báo.pdf")
    send(ward, found)
    ward.goto(f"/can-bo/phan-anh/{code}")
    press(ward, "^Công khai$")
    fill(ward, {"question": "Tôi là Trần Văn Hòa. Quầy đóng cửa sớm."})
    press(ward, "^Xem lại trước khi gửi$")
    expect(ward.locator(".error-summary")).to_contain_text("Trần Văn Hòa")
    fill(ward, {"question": f"Quầy hộ tịch đóng cửa sớm, lần {javascript:d}."})
    press(ward, "^Xem lại trước khi gửi$")
    send(ward, found)

    track(author, code, word)
    with author.expect_download() as download:
        author.get_by_role("button", name="Tải thông báo.pdf").click()
    assert download.value.suggested_filename == "thông báo.pdf"

    reader = browse(javascript=javascript, width=360)
    reader.goto("/phan-anh?q=dong+cua+som")
    reader.locator("main").get_by_role("link", name=f"lần {javascript:d}").click()
    expect(reader.locator("main")).not_to_contain_text("Trần Văn Hòa")
    check(reader, found)
    citizen = portal.account("citizen")
    reader.locator("main").get_by_role("link", name="Đăng nhập để cho ý kiến").click()
    sign_in(reader, citizen["user"], citizen["password"])
    press(reader, "^Không hài lòng$")
    expect(reader.locator("main")).to_contain_text("Không hài lòng: 1")
    press(reader, "^Hài lòng$")
    expect(reader.locator("main")).to_contain_text("Hài lòng: 1 · Không hài lòng: 0")
    assert found == []


def track(page, code, word):
    page.goto("/phan-anh/tra-cuu")
    fill(page, {"code": code.lower(), "word": word.replace("-", " ").upper()})
    press(page, "^Tra cứu$")


def test_the_citizen_s_own_feedback_in_both_languages(browse, portal):
    found = []
    page = browse()
    account = portal.account("citizen")
    sign_in(page, account["user"], account["password"])
    for language, button in [("", "^Gửi phản ánh, kiến nghị$"), ("/en", "^Send feedback$")]:
        page.goto(f"{language}/phan-anh/gui?thu-tuc=1.001193&co-quan=H26.00070")
        expect(page.locator("[name=name]")).to_have_value("Nguyễn Thị Minh Lan")
        expect(page.locator("[name=agency]")).to_have_value("H26.00070")
        fill(page, {**ANSWERS, "name": "Nguyễn Thị Minh Lan"})
        press(page, button)
        check(page, found)
        page.locator("main .actions a").first.click()
        page.wait_for_url(f"**{language}/phan-anh/cua-toi/PA-*")
        check(page, found)
        page.goto(f"{language}/phan-anh/cua-toi")
        check(page, found)
    assert found == []
