"""Acting for others: an employee files for a business and leaves, a colleague goes on; a parent files for a child."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from conftest import fill, fill_section, press, sign_in_as, start_draft, submit
from portal import Upload, pdf

PROMOTION = "2.000033"  # for businesses alone
QUANG, HAN = "001092990141", "001195990163"
BUSINESS = "Công ty TNHH Thương mại Ví Dụ"


def promotion():
    soon, later = (datetime.date.today() + datetime.timedelta(days=days) for days in (20, 30))
    date = lambda field, day: dict(
        zip((f"{field}.day", f"{field}.month", f"{field}.year"), map(str, (day.day, day.month, day.year)))
    )
    return {
        "trader": {
            "trader_address": "Số 1 phố Tràng Tiền",
            "contact_name": "Đỗ Minh Quang",
            "contact_phone": "0912345678",
        },
        "programme": {
            "programme_name": "Khuyến mại mùa đông",
            "forms": "discount",
            **date("start_date", soon),
            **date("end_date", later),
            "provinces": "01",
            "venues": "Cửa hàng số 1",
            "customers": "Người tiêu dùng",
            "total_value": "200000000",
        },
        "goods": {
            "promoted_goods.0.promoted_name": "Áo khoác",
            "promoted_goods.0.promoted_unit": "chiếc",
            "promoted_goods.0.promoted_quantity": "100",
            "details": "Giảm 20 %",
        },
        "partners": {"joint_promotion": "no", "filed_for_trader": "no"},
        "documents": {"programme_rules": Upload("thể lệ.pdf", "application/pdf", pdf())},
    }


def working(browse, portal, login, javascript):
    """Somebody who has chosen to act for the business, on a phone."""
    page = browse(javascript=javascript, width=360)
    sign_in_as(page, portal, login)
    page.goto("/tai-khoan")
    page.locator("main").get_by_role("link", name="Ủy quyền: ai được làm thay ai").click()
    press(page, f"^Làm thay cho {BUSINESS}$")
    expect(page.locator("body")).to_contain_text(f"Bạn đang làm thay cho {BUSINESS}")
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_an_employee_files_leaves_and_a_colleague_goes_on(browse, portal, javascript):
    business = browse(javascript=javascript)
    sign_in_as(business, portal, "business")
    leaver = working(browse, portal, QUANG, javascript)
    leaver.goto(f"/thu-tuc/{PROMOTION}/nop")
    for _ in range(4):
        if "/ho-so-nhap/" in leaver.url:
            break
        fill(leaver, {"below_threshold": "no", "chance_based": "no", "forbidden_goods": "no", "province": "01"})
        press(leaver, "^Tiếp tục$")
    draft = re.search(r"/ho-so-nhap/[0-9a-f-]{36}", leaver.url).group()
    for section, answers in promotion().items():
        fill_section(leaver, draft, section, answers)
    leaver.goto(f"{draft}/kiem-tra")
    code = submit(leaver)
    leaver.goto(f"/ho-so/{code}")
    expect(leaver.locator("main")).to_contain_text(f"Đỗ Minh Quang, thay cho {BUSINESS}")

    # The business ends the mandate while the employee is still signed in.
    business.goto("/tai-khoan/uy-quyen")
    business.locator("main").get_by_role("link", name="Đỗ Minh Quang").first.click()
    press(business, "^Chấm dứt ủy quyền$")
    expect(business.locator("[role=status]").first).to_have_text("Ủy quyền đã chấm dứt.")
    leaver.goto(f"/ho-so/{code}")
    expect(leaver.locator("main")).to_contain_text("Bạn không còn được làm thay")
    press(leaver, "Về trang Ủy quyền")
    leaver.get_by_role("button", name="Trở lại hồ sơ của tôi").click()
    expect(leaver.locator("main")).not_to_contain_text(code)

    colleague = working(browse, portal, HAN, javascript)
    colleague.goto("/ho-so")
    expect(colleague.locator("main")).to_contain_text(code)
    colleague.goto(f"/ho-so/{code}")
    fill(colleague, {"message": "Công ty bổ sung người liên hệ mới: Lê Ngọc Hân."})
    press(colleague, "^Gửi tin nhắn$|^Gửi$")
    expect(colleague.locator("main")).to_contain_text(f"Lê Ngọc Hân, thay cho {BUSINESS}")
    business.goto(f"/ho-so/{code}")
    expect(business.locator("main")).to_contain_text("Lê Ngọc Hân, thay cho")

    # Given again, so that the next to come finds it as it was.
    business.goto("/tai-khoan/uy-quyen/moi")
    fill(business, {"basis": "employment", "agent": QUANG})
    press(business, "^Lập ủy quyền$")
    leaver.goto("/tai-khoan/uy-quyen")
    leaver.locator("main .card", has_text="Chờ đồng ý").get_by_role("link").first.click()
    press(leaver, "^Đồng ý nhận ủy quyền$")
    expect(leaver.locator("main")).to_contain_text("Bạn đã nhận ủy quyền.")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_parent_files_for_a_child_and_is_asked_nothing_more_when_filing_for_oneself(browse, portal, javascript):
    page = browse(javascript=javascript, width=360)
    sign_in_as(page, portal, "citizen")
    page.goto("/thu-tuc/1.001193/nop")
    assert page.locator('[name="for"][value="self"]').is_checked()
    name = page.locator('[name="child_name"]')
    assert name.is_visible() != javascript
    page.locator('[name="for"][value="child"]').check(force=True)
    expect(name).to_be_visible()
    place = portal.office()
    page.goto("/thu-tuc/1.001193/nop")
    for _ in range(8):
        if "/ho-so-nhap/" in page.url:
            break
        questions = page.locator("main input[type=radio][value=no]").evaluate_all("all => all.map(one => one.name)")
        child = {"child_name": "Trần Bé An", "child_birth.day": "5", "child_birth.month": "1", "child_birth.year": "2026"}
        fill(page, {"for": "child"})
        fill(page, {**dict.fromkeys(questions, "no"), **child, "province": place["province"], "ward": place["ward"]})
        press(page, "^Tiếp tục$")
    expect(page.locator("main")).to_contain_text("Nộp cho con: Trần Bé An, sinh ngày 05/01/2026")
    page.goto("/ho-so")
    start_draft(page, place)
    expect(page.locator("main")).not_to_contain_text("Nộp cho con")
