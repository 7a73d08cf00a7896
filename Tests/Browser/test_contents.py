"""What the portal says beside the catalogue: written at the desk, read by everybody at once."""

import datetime

import pytest
from playwright.sync_api import expect

from conftest import press, sign_in
from test_accessibility import WIDTHS, faults, survey

DESK = "/bien-tap/noi-dung"


@pytest.fixture
def desk(browse, portal):
    """Opens the desk of contents as the national editor: `desk(javascript=True)`."""

    def open_desk(javascript=True):
        page = browse(javascript=javascript)
        account = next(account for account in portal.facts["accounts"] if account["user"] == "bientap.quocgia")
        sign_in(page, account["user"], account["password"])
        page.goto("/bien-tap/thu-tuc")
        press(page, r"^Nội dung của Cổng$")
        return page

    return open_desk


def save(page):
    page.locator("main .actions button").first.click()
    page.wait_for_load_state()


def fill_minute(page, name, minute):
    for part, value in (("day", minute.day), ("month", minute.month), ("year", minute.year)):
        page.fill(f'[name="{name}_date.{part}"]', str(value))
    page.fill(f"[name={name}_time]", minute.strftime("%H:%M"))


def notices(page):
    return page.get_by_role("region", name="Thông báo của Cổng")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_notice_is_corrected_shown_to_everybody_and_withdrawn(browse, desk, javascript):
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7)))
    text = f"Cổng bảo trì tối nay, lần {javascript:d}."
    editor, reader = desk(javascript), browse(width=360)
    press(editor, r"^Thêm Thông báo$")
    editor.fill("[name=text_vi]", text)
    editor.fill("[name=text_en]", f"Maintenance tonight, number {javascript:d}.")
    editor.locator("[name=level][value=warning]").check(force=True)
    fill_minute(editor, "from", now - datetime.timedelta(minutes=5))
    fill_minute(editor, "until", now - datetime.timedelta(minutes=10))
    editor.fill("[name=link]", "https://noi-khac.example")
    save(editor)
    summary = editor.locator(".error-summary")
    expect(summary).to_contain_text("giờ kết thúc phải sau giờ bắt đầu")
    expect(summary).to_contain_text("nhập địa chỉ một trang của Cổng")
    expect(editor.locator("[name=text_vi]")).to_have_value(text)
    fill_minute(editor, "until", now + datetime.timedelta(hours=1))
    editor.fill("[name=link]", "/tro-giup")
    save(editor)
    expect(editor.locator(".notice.success")).to_contain_text("Đã thêm")
    row = editor.locator("main li").filter(has_text=text)
    expect(row).to_contain_text("Đang hiện")

    editor.wait_for_timeout(1000)
    for path in ("/", "/thu-tuc?q=khai+sinh", "/dang-nhap", "/khong-co-trang-nay"):
        reader.goto(path)
        expect(notices(reader)).to_contain_text(text)
    for width in WIDTHS:
        reader.set_viewport_size({"width": width, "height": 800})
        reader.goto("/")
        assert faults(reader, "/", width) == []
    reader.goto("/en/tra-cuu")
    reader.get_by_role("region", name="Notices of the portal").get_by_role("link").click()
    reader.wait_for_url("**/en/tro-giup")

    row.get_by_role("button", name="Gỡ khỏi Cổng").click()
    expect(editor.locator(".notice.success")).to_contain_text("Đã gỡ")
    editor.wait_for_timeout(1000)
    reader.goto("/")
    expect(notices(reader)).to_have_count(0)


@pytest.mark.parametrize("language", ["", "/en"], ids=["vietnamese", "english"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_desk_is_usable_at_every_width(desk, language, width):
    editor = desk()
    editor.set_viewport_size({"width": width, "height": 800})
    paths = ["noi-dung", "noi-dung-moi/banner", "noi-dung/life_event/hoc-tap", "noi-dung/featured/home"]
    assert survey(editor, [f"{language}/bien-tap/{path}" for path in paths], width) == []


def test_the_steps_of_a_life_event_are_written_in_order(browse, desk):
    editor, reader = desk(javascript=False), browse(width=360)
    editor.goto(f"{DESK}/life_event/hoc-tap")
    press(editor, r"^Thêm Các bước$")
    editor.fill('[name="steps.4.code"]', "1.999999")
    editor.fill('[name="steps.4.note_vi"]', "Chứng thực rồi mới nộp.")
    save(editor)
    expect(editor.locator(".error-summary")).to_contain_text("hãy viết ở cả hai thứ tiếng")
    editor.fill('[name="steps.4.note_en"]', "Certify first.")
    save(editor)
    expect(editor.locator(".error-summary")).to_contain_text("mã 1.999999")
    expect(editor.locator('[name="steps.4.note_vi"]')).to_have_value("Chứng thực rồi mới nộp.")
    editor.fill('[name="steps.4.code"]', "2.000635")
    press(editor, r"^Lên Bước 5$")
    save(editor)
    expect(editor.locator(".notice.success")).to_contain_text("Đã lưu")
    editor.wait_for_timeout(1000)
    reader.goto("/")
    reader.get_by_role("link", name="Học tập").click()
    steps = reader.locator("ol.steps > li")
    expect(steps).to_have_count(5)
    expect(steps.nth(3)).to_contain_text("2.000635")
    expect(steps.nth(3)).to_contain_text("Chứng thực rồi mới nộp.")


def test_two_editors_of_one_question_lose_nothing(desk):
    first, second = desk(), desk(javascript=False)
    for page in (first, second):
        page.goto(f"{DESK}/question/quen-mat-khau")
    first.fill("[name=question_vi]", "Quên mật khẩu, người thứ nhất?")
    second.fill("[name=question_vi]", "Quên mật khẩu, người thứ hai?")
    save(first)
    expect(first.locator(".notice.success")).to_be_visible()
    save(second)
    expect(second.locator(".error-summary")).to_contain_text("Người khác vừa lưu mục này")
    expect(second.locator("[name=question_vi]")).to_have_value("Quên mật khẩu, người thứ hai?")
    first.goto("/hoi-dap?q=mat+khau+nguoi+thu+nhat")
    expect(first.locator("main li")).to_have_count(1)
    save(second)
    expect(second.locator(".notice.success")).to_be_visible()
    first.goto("/hoi-dap/quen-mat-khau")
    expect(first.locator("h1")).to_have_text("Quên mật khẩu, người thứ hai?")


def test_questions_change_places_and_are_withdrawn(browse, desk):
    editor, reader = desk(javascript=False), browse()
    title = "Tệp bị từ chối thì làm gì?"
    row = editor.locator("main li").filter(has_text=title)
    row.get_by_role("button", name="Lên").click()
    expect(editor.locator(".notice.success")).to_contain_text("Đã đổi thứ tự")
    editor.wait_for_timeout(1000)
    reader.goto("/hoi-dap")
    topic = reader.locator("main section").filter(has_text="Tệp đính kèm").locator("li")
    expect(topic.first).to_have_text(title)
    row.get_by_role("button", name="Gỡ khỏi Cổng").click()
    expect(row).to_contain_text("Đã gỡ")
    editor.wait_for_timeout(1000)
    assert reader.goto("/hoi-dap/tep-bi-tu-choi").status == 404
    row.get_by_role("button", name="Hiện lại").click()
    expect(row).not_to_contain_text("Đã gỡ")
    editor.wait_for_timeout(1000)
    assert reader.goto("/hoi-dap/tep-bi-tu-choi").status == 200


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_the_box_on_the_home_page_finds_an_application(browse, filed, javascript):
    page = browse(javascript=javascript, width=360)
    page.goto("/")
    page.fill("[name=code]", filed["code"].lower())
    press(page, r"^Tra cứu$")
    expect(page.locator("[name=code]")).to_have_value(filed["code"].lower())
    page.fill("[name=digits]", filed["citizen"].personal_number[-4:])
    press(page, r"^(Tra cứu|Xem)")
    expect(page.locator("#result")).to_be_visible()
