"""Slips and the register as people get them, read by programs of others."""

import datetime
import io
import re
import subprocess

import openpyxl
import pytest
from playwright.sync_api import expect

from conftest import fill_draft, register, sign_in, sign_in_as, submit
from portal import Citizen


@pytest.fixture(scope="module")
def received(portal, chromium):
    """A dossier that an officer received, with the windows of the applicant and of the officer; without scripts."""
    contexts = [chromium.new_context(base_url=portal.url, java_script_enabled=scripts) for scripts in (True, False)]
    citizen_page, officer_page = [context.new_page() for context in contexts]
    for page, scripted in ((citizen_page, True), (officer_page, False)):
        page.set_default_timeout(8000)
        page.scripted = scripted
    citizen = Citizen(name="Nguyễn Thị Ỷ Ẵm")
    register(citizen_page, citizen)
    if "/dang-nhap" in citizen_page.url:
        sign_in(citizen_page, citizen.personal_number, citizen.password)
    fill_draft(citizen_page, citizen, portal.office())
    code = submit(citizen_page)
    sign_in_as(officer_page, portal, "officer")
    officer_page.goto(f"/can-bo/ho-so/{code}/viec/tiep-nhan")
    officer_page.locator("main form button[type=submit]").first.click()
    officer_page.wait_for_url(re.compile(f"/can-bo/ho-so/{re.escape(code)}"))
    yield {"code": code, "citizen": citizen_page, "officer": officer_page, "name": citizen.name}
    for context in contexts:
        context.close()


def download(page, link):
    """The bytes behind a link and the name that they are saved under."""
    with page.expect_download() as waiting:
        link.click()
    saved = waiting.value
    with open(saved.path(), "rb") as file:
        return file.read(), saved.suggested_filename


def test_the_receipt_is_on_the_dossiers_page_and_the_same_for_both(received, tmp_path):
    code, files = received["code"], []
    for page, path in ((received["citizen"], f"/ho-so/{code}"), (received["officer"], f"/can-bo/ho-so/{code}")):
        page.goto(path)
        link = page.get_by_role("link", name=re.compile("Giấy tiếp nhận hồ sơ và hẹn trả kết quả, số"))
        expect(link).to_be_visible()
        content, name = download(page, link)
        assert re.fullmatch(r"phieu-tiep-nhan-\d{4}-\d+\.pdf", name)
        files.append(content)
    assert files[0] == files[1]
    paper = tmp_path / "slip.pdf"
    paper.write_bytes(files[0])
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    for words in (code, received["name"], "GIẤY TIẾP NHẬN HỒ SƠ", "Bản điện tử", "ngày làm việc", "Lê Thu Hà"):
        assert words in text, words
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", paper, tmp_path / "slip"], check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "slip.png"], capture_output=True, text=True)
    assert read.stdout.strip() == code


def test_a_control_sheet_is_made_on_demand(received):
    page, code = received["officer"], received["code"]
    page.goto(f"/can-bo/ho-so/{code}")
    page.get_by_role("button", name="Lập phiếu kiểm soát").click()
    page.wait_for_url(re.compile(r"#slips"))
    link = page.get_by_role("link", name=re.compile("Phiếu kiểm soát quá trình giải quyết hồ sơ, số")).last
    content, _ = download(page, link)
    assert content.startswith(b"%PDF-")


def test_the_register_is_a_spreadsheet_with_typed_cells(received):
    page, code = received["officer"], received["code"]
    page.goto("/can-bo/so-theo-doi")
    expect(page.get_by_role("heading", level=2)).to_contain_text("hồ sơ từ")
    content, name = download(page, page.get_by_role("link", name=re.compile("XLSX")))
    assert name.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    head = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == code)
    cells = dict(zip(head, row))
    assert cells["Nộp hồ sơ"].is_date and isinstance(cells["Nộp hồ sơ"].value, datetime.datetime)
    assert cells["Người nộp"].data_type == "s" and cells["Người nộp"].value == received["name"]
    assert cells["Số điện thoại"].data_type == "s"
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    table, _ = download(page, page.get_by_role("link", name=re.compile("CSV")))
    assert table.startswith(b"\xef\xbb\xbf") and code in table.decode()
    printed, _ = download(page, page.get_by_role("link", name=re.compile("PDF")))
    assert printed.startswith(b"%PDF-")


def test_a_span_of_days_that_cannot_be_is_explained_and_kept(received):
    page = received["officer"]
    page.goto("/can-bo/so-theo-doi")
    page.locator('[name="from.day"]').fill("31")
    page.locator('[name="from.month"]').fill("2")
    page.locator("main form button").first.click()
    expect(page.locator(".error-summary a").first).to_be_visible()
    assert page.locator('[name="from.day"]').input_value() == "31"
