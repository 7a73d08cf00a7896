"""A service put online by two people, changed under those who have begun to use it, and compared."""

import re

import pytest
from playwright.sync_api import expect

from conftest import choose, press, register, sign_in
from portal import Citizen

CODE = "1.900001"


def staff(portal, login):
    account = next(account for account in portal.facts["accounts"] if account["user"] == login)
    return account["user"], account["password"]


@pytest.fixture
def desk(browse, portal):
    """Opens the desk as one of the demonstration's publishers: `desk(login, javascript=True)`."""

    def open_desk(login, javascript=True):
        page = browse(javascript=javascript)
        sign_in(page, *staff(portal, login))
        page.goto("/bien-tap/thu-tuc")
        return page

    return open_desk


def save(page):
    page.locator("main .actions button").first.click()
    page.wait_for_load_state()
    expect(page.locator(".error-summary")).to_have_count(0)


def add(page, kind, label, place):
    """A question at the end of a section or group; leaves its page open."""
    form = page.locator("form.inline").filter(has=page.locator(f'button[value="add-field:{place}"]'))
    form.locator("[name=label]").fill(label)
    form.locator("[name=kind]").select_option(kind)
    form.locator("button").click()
    page.wait_for_load_state()


def submit_for_approval(page, revision, summary):
    page.goto(revision)
    page.fill("[name=summary]", summary)
    press(page, r"^Gửi duyệt$")
    expect(page.locator(".notice.success")).to_be_visible()


def publish(page, revision):
    page.goto(revision)
    press(page, r"^Công bố$")
    expect(page.locator(".notice.success")).to_contain_text("Đã công bố")


def fill_part(page, revision, part, fields, rows=()):
    page.goto(f"{revision}/phan/{part}")
    for group in rows:
        press(page, rf"^Thêm {group}$")
    for name, value in fields.items():
        control = page.locator(f'[name="{name}"]').first
        kind = control.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        else:
            control.fill(value)
    save(page)


def write_procedure(page):
    """A whole procedure with a form of three questions, from nothing; gives the address of its first revision."""
    page.get_by_role("link", name="Thêm thủ tục mới").click()
    page.fill("[name=code]", CODE)
    page.fill("[name=name]", "Đăng ký nuôi mèo ở chung cư")
    press(page, "Bắt đầu soạn")
    revision = page.url
    fill_part(page, revision, "general", {"field_name": "Chăn nuôi", "levels": "xa"})
    fill_part(
        page, revision, "agencies", {"executing": "Ủy ban nhân dân cấp xã", "subjects": "Công dân Việt Nam"}
    )
    fill_part(page, revision, "steps", {"steps.0.text": "Nộp tờ khai và chờ kết quả."})
    fill_part(
        page, revision, "channels",
        {"channels.0.method": "ONLINE", "channels.0.quantity": "3", "channels.0.unit": "WORKING_DAY"},
    )  # fmt: skip
    fill_part(page, revision, "documents", {"documents.0.name": "Tờ khai", "documents.0.originals": "1"})
    page.goto(f"{revision}/bieu-mau")
    press(page, "Tạo biểu mẫu điện tử")
    page.locator('form.inline').last.locator("[name=label]").fill("Con mèo")
    press(page, r"^Thêm phần$")
    page.fill("[name=title_en]", "The cat")
    save(page)
    for kind, label in (("text", "Tên mèo"), ("text", "Màu lông"), ("yes_no", "Đã tiêm phòng chưa")):
        add(page, kind, label, "con_meo")
        save(page)
    add(page, "guidance", "Mang mèo theo khi nhận kết quả", "con_meo")
    page.fill("[name=hint_vi]", "Cán bộ cần xem mèo.")
    save(page)
    add(page, "computed", "Lệ phí phải nộp", "con_meo")
    page.locator('[name=rule][value=by_answer]').check(force=True)
    page.locator('[name="amounts.0.answer"][value="da_tiem_phong_chua=yes"]').check(force=True)
    page.fill('[name="amounts.0.amount"]', "5000")
    save(page)
    return revision


def begin_draft(page, portal, answers):
    place = portal.office()
    page.goto(f"/thu-tuc/{CODE}/nop")
    press(page, r"^(Tiếp tục|Bắt đầu)")
    page.locator('[name="province"]').select_option(place["province"])
    press(page, r"^Tiếp tục")
    choose(page, page.locator('[name="ward"]'), place["ward"])
    press(page, r"^Tiếp tục")
    draft = re.search(r"/ho-so-nhap/[0-9a-f-]{36}", page.url).group()
    page.goto(f"{draft}/con_meo")
    for name, value in answers.items():
        control = page.locator(f'[name="{name}"]').first
        if control.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        else:
            control.fill(value)
    press(page, r"^Lưu và tiếp tục")
    return draft


def test_a_service_goes_online_and_changes_under_its_users(browse, portal, desk):
    author, reviewer = desk("bientap.botuphap"), desk("duyet.botuphap", javascript=False)
    revision = write_procedure(author)
    submit_for_approval(author, revision, "Thủ tục mới.")
    expect(author.locator("main")).to_contain_text("Người khác phải công bố bản này")
    assert author.get_by_role("button", name=re.compile(r"^Công bố$")).count() == 0
    publish(reviewer, revision)

    citizen, person = browse(), Citizen()
    register(citizen, person)
    if "/dang-nhap" in citizen.url:
        sign_in(citizen, person.personal_number, person.password)
    answers = {"ten_meo": "Mướp", "mau_long": "vàng", "da_tiem_phong_chua": "yes"}
    filed = begin_draft(citizen, portal, answers)
    citizen.goto(f"{filed}/kiem-tra")
    citizen.check("[name=declaration]", force=True)
    press(citizen, r"^Nộp hồ sơ$")
    code = re.search(r"/ho-so/([^/]+)/da-nop", citizen.url).group(1)
    draft = begin_draft(citizen, portal, answers)

    author.goto(f"/bien-tap/thu-tuc/{CODE}")
    press(author, r"^Soạn bản mới từ bản này")
    second = author.url
    expect(author.locator("main")).to_contain_text("1 hồ sơ đang giải quyết theo bản 1 giữ nguyên bản đó")
    author.goto(f"{second}/bieu-mau")
    author.locator('button[value="remove:con_meo.mau_long"]').click()
    add(author, "text", "Số chip", "con_meo")
    save(author)
    author.goto(second)
    expect(author.locator("main")).to_contain_text("1 hồ sơ nháp chuyển sang bản này và người nộp được báo")
    author.get_by_role("link", name="So với bản đang áp dụng").click()
    changes = author.locator("tbody tr").all_inner_texts()
    assert len(changes) == 2
    assert any("Bỏ" in change and "Màu lông" in change for change in changes)
    assert any("Thêm" in change and "Số chip" in change for change in changes)
    submit_for_approval(author, second, "Bỏ màu lông, thêm số chip.")
    publish(reviewer, second)

    citizen.goto(f"/ho-so/{code}")
    expect(citizen.locator("main")).to_contain_text("vàng")
    expect(citizen.locator("main")).to_contain_text("5.000")
    for _ in range(20):
        citizen.goto(draft)
        if citizen.locator("#carried").count():
            break
        citizen.wait_for_timeout(500)
    expect(citizen.locator("main")).to_contain_text("Số chip")
    expect(citizen.locator("main")).to_contain_text("vàng")
    citizen.goto(f"{draft}/con_meo")
    expect(citizen.locator("[name=ten_meo]")).to_have_value("Mướp")
    expect(citizen.locator("[name=mau_long]")).to_have_count(0)
    citizen.fill("[name=so_chip]", "123")
    press(citizen, r"^Lưu và tiếp tục")
    citizen.check("[name=declaration]", force=True)
    press(citizen, r"^Nộp hồ sơ$")
    assert re.search(r"/ho-so/[^/]+/da-nop", citizen.url)


def test_two_publishers_on_one_draft_lose_nothing(desk):
    first, second = desk("bientap.botuphap"), desk("duyet.botuphap", javascript=False)
    first.goto("/bien-tap/thu-tuc/1.004873")
    press(first, r"^Soạn bản mới từ bản này")
    revision = first.url
    for page in (first, second):
        page.goto(f"{revision}/phan/conditions")
    first.fill("[name=requirements]", "Người thứ nhất viết.")
    second.fill("[name=requirements]", "Người thứ hai viết.")
    save(first)
    second.locator("main .actions button").first.click()
    expect(second.locator(".error-summary")).to_contain_text("Người khác vừa lưu bản soạn này")
    expect(second.locator("[name=requirements]")).to_have_value("Người thứ hai viết.")
    first.goto(f"{revision}/phan/conditions")
    expect(first.locator("[name=requirements]")).to_have_value("Người thứ nhất viết.")
    second.locator("main .actions button").first.click()
    expect(second.locator(".notice.success")).to_be_visible()
    first.goto(f"{revision}/phan/conditions")
    expect(first.locator("[name=requirements]")).to_have_value("Người thứ hai viết.")
