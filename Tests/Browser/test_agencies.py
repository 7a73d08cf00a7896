"""An agency's page written at the desk and read by everyone; a day of the calendar changed after its effects were seen."""

import datetime

import pytest
from playwright.sync_api import expect

from conftest import press, sign_in_as


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_what_a_publisher_writes_of_an_agency_is_on_its_page(browse, portal, javascript):
    code = "H26.00070" if javascript else "H29.26740"
    editor = browse(javascript=javascript)
    sign_in_as(editor, portal, "bientap.quocgia")
    editor.goto("/bien-tap/thu-tuc")
    editor.get_by_role("link", name="Thông tin cơ quan").click()
    editor.fill("#q", code)
    press(editor, r"^Tìm$")
    editor.locator(f'main a[href="/bien-tap/co-quan/{code}"]').click()
    editor.fill("[name=address]", "Số 1, phố Ví Dụ")
    editor.fill("[name=website]", "http://vidu.vn")
    editor.fill("[name=hours_vi]", "Thứ Hai đến thứ Sáu: 08:00–11:30, 13:30–17:00")
    press(editor, r"^Thêm Nơi tiếp nhận hồ sơ$")
    editor.fill('[name="places.0.name"]', "Bộ phận một cửa")
    press(editor, r"^Thêm Nơi tiếp nhận hồ sơ$")
    editor.fill('[name="places.1.name"]', "Điểm tiếp nhận thứ hai")
    editor.locator('button[value="up:places.1"]').click()
    expect(editor.locator('[name="places.0.name"]')).to_have_value("Điểm tiếp nhận thứ hai")
    press(editor, r"^Lưu$")
    expect(editor.locator(".error-summary")).to_contain_text("bắt đầu bằng https://")
    expect(editor.locator("[name=address]")).to_have_value("Số 1, phố Ví Dụ")
    editor.fill("[name=website]", "https://vidu.vn/")
    press(editor, r"^Lưu$")
    expect(editor.locator(".notice.success")).to_contain_text("Đã lưu.")

    reader = browse(javascript=javascript, width=360)
    reader.goto("/co-quan?q=" + code)
    reader.locator(f'main a[href="/co-quan/{code}"]').click()
    page = reader.locator("main")
    for text in ("Số 1, phố Ví Dụ", "13:30–17:00", "Điểm tiếp nhận thứ hai", "mã định danh chính thức"):
        expect(page).to_contain_text(text)
    expect(reader.locator('a[href="https://vidu.vn/"]')).to_be_visible()


def test_two_publishers_on_one_agency_lose_nothing(browse, portal):
    first, second = browse(), browse(javascript=False)
    for page, who in ((first, "bientap.botuphap"), (second, "duyet.botuphap")):
        sign_in_as(page, portal, who)
        page.goto("/bien-tap/co-quan/G15")
    first.fill("[name=address]", "Người thứ nhất")
    second.fill("[name=address]", "Người thứ hai")
    press(first, r"^Lưu$")
    press(second, r"^Lưu$")
    expect(second.locator(".error-summary")).to_contain_text("Người khác vừa lưu thông tin cơ quan này")
    expect(second.locator("[name=address]")).to_have_value("Người thứ hai")
    first.goto("/co-quan/G15")
    expect(first.locator("main")).to_contain_text("Người thứ nhất")
    press(second, r"^Lưu$")
    expect(second.locator(".notice.success")).to_be_visible()
    first.goto("/bien-tap/co-quan/G15")
    expect(first.locator("[name=address]")).to_have_value("Người thứ hai")


def due_days(portal):
    """Due days of open dossiers that the portal counted, the last one first."""
    return portal.database.rows(
        "select (due_at at time zone interval '07:00')::date as day, code from dossiers"
        " join dossier_answers on dossier_id = id where status not in (3, 7, 10) and finished_at is null"
        " and deadline is not null and due_at is not null order by due_at desc"
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_a_day_off_is_added_and_removed_after_its_effects_were_seen(browse, portal, filed, javascript):
    editor = browse(javascript=javascript)
    sign_in_as(editor, portal, "bientap.quocgia")
    before = due_days(portal)
    day = datetime.date.fromisoformat(before[0]["day"])
    editor.goto("/bien-tap/thu-tuc")
    editor.get_by_role("link", name="Lịch nghỉ và ngày làm bù").click()
    press(editor, r"^Xem ảnh hưởng$")
    assert editor.locator(".error-summary li").count() == 5
    editor.locator("[name=kind][value=working_saturday]").check(force=True)
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        editor.fill(f'[name="day.{part}"]', str(value))
    editor.fill("[name=name]", "Nghỉ thử nghiệm")
    editor.locator("[name=status][value=official_letter]").check(force=True)
    editor.fill("[name=source]", "Văn bản thử nghiệm")
    press(editor, r"^Xem ảnh hưởng$")
    expect(editor.locator(".error-summary")).to_contain_text("phải là thứ Bảy")
    expect(editor.locator("[name=source]")).to_have_value("Văn bản thử nghiệm")
    editor.locator("[name=kind][value=off]").check(force=True)
    press(editor, r"^Xem ảnh hưởng$")
    page = editor.locator("main")
    expect(page).to_contain_text("ngày hẹn trả của hồ sơ đang giải quyết được tính lại")
    expect(page).to_contain_text(before[0]["code"])
    expect(page).to_contain_text("muộn hơn")
    press(editor, r"^Lưu vào lịch$")
    expect(editor.locator(".notice.success")).to_contain_text("Đã thêm vào lịch")
    expect(page).to_contain_text("Nghỉ thử nghiệm")
    assert due_days(portal) == before

    row = editor.locator("tr").filter(has_text="Nghỉ thử nghiệm")
    row.get_by_role("link", name="Bỏ").click()
    expect(page).to_contain_text("Không hạn nào sẽ khác đi")
    press(editor, r"^Bỏ khỏi lịch$")
    expect(editor.locator(".error-summary a")).to_have_attribute("href", "#f-reason")
    editor.fill("[name=reason]", "Chỉ là thử nghiệm")
    press(editor, r"^Bỏ khỏi lịch$")
    expect(editor.locator(".notice.success")).to_contain_text("Đã bỏ khỏi lịch")
    expect(editor.locator("tr").filter(has_text="Nghỉ thử nghiệm")).to_have_count(0)
    assert due_days(portal) == before
