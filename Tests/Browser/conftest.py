"""A portal and a browser for every test, and the steps that the stories are made of.

Pages are found the way people find things: by the role and label of what they press, and by the `name` of what they
fill in. Every page opened is watched: what the browser complains about, or asks of another host, fails the test.
"""

import contextlib
import os
import re
import uuid

import pytest
from playwright.sync_api import expect, sync_playwright

from portal import PROCEDURE, AgencyClient, Citizen, Database, Portal, Upload

# What is pressed and read, in both languages; the keys are the languages' paths.
WORDS = {
    "": {
        "search": "dang ky khai sinh",
        "result": "Đăng ký khai sinh",
        "start": r"^Bắt đầu nộp hồ sơ",
        "continue": r"^(Lưu và )?[Tt]iếp tục",
        "sign in": r"^Đăng nhập$",
        "register": r"^(Đăng ký|Tạo tài khoản)",
        "submit": r"^Nộp hồ sơ$",
        2: "Được tiếp nhận",
        4: "Đang xử lý",
        9: "Đã xử lý xong",
        10: "Đã trả kết quả",
    },
    "/en": {
        "search": "birth registration",
        "result": "Birth registration",
        "start": r"^(Start|Apply|Submit)",
        "continue": r"^(Save and )?[Cc]ontinue",
        "sign in": r"^Sign in$",
        "register": r"^(Register|Create)",
        "submit": r"^Submit",
        2: "Received",
        4: r"(In progress|Processing|In processing)",
        9: r"(Decided|Processed|Completed)",
        10: "Result returned",
    },
}


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    cluster = os.environ.get("TEST_DATABASE_URL")
    assert cluster, "run these tests with Scripts/test browser"
    database = Database.create(cluster, f"browser_{uuid.uuid4().hex[:8]}")
    portal = Portal(tmp_path_factory.mktemp("portal"), database)
    portal.prepare()
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture(scope="session")
def agency(portal):
    return AgencyClient(portal)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, portal):
    """Opens a fresh window: `browse(javascript=True, width=1280)`. Complaints of any window fail the test at its end."""
    complaints = []
    with contextlib.ExitStack() as windows:

        def open_window(javascript=True, width=1280, **options):
            context = chromium.new_context(
                base_url=portal.url,
                java_script_enabled=javascript,
                locale="vi-VN",
                reduced_motion="reduce",  # no page scrolls on while a control is being clicked
                viewport={"width": width, "height": 800},
                **options,
            )
            context.set_default_timeout(8000)
            windows.callback(context.close)
            watch(context, portal, complaints)
            page = context.new_page()
            page.scripted = javascript
            return page

        yield open_window
        assert complaints == []


def watch(context, portal, complaints):
    """Collects script errors, violated policies, failed requests and requests to anywhere else."""
    documents = set()

    def request(sent):
        if sent.is_navigation_request():
            documents.add(sent.url)  # a page that answers 404 or 422 on purpose is no failure of the page
        # The browser's own PDF viewer is a part of it.
        if not sent.url.startswith((portal.url + "/", "data:", "about:", "blob:", "chrome:", "chrome-extension:")):
            complaints.append(f"asked elsewhere: {sent.url}")

    def console(message):
        refused_page = message.text.startswith("Failed to load resource") and message.location["url"] in documents
        if message.type in ("error", "warning") and not refused_page:
            complaints.append(f"{message.type}: {message.text} {message.location['url']}")

    context.on("request", request)
    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))


# Steps


def fill(page, answers):
    """Fills in whichever of these controls the page shows now; gives the names it did."""
    done = set()
    for name, value in answers.items():
        control = page.locator(f'main [name="{name}"]')
        if name not in done and control.count() and is_shown(control):
            fill_one(page, control, value)
            done.add(name)
    return done


def is_shown(control):
    # A radio button or file input may be drawn by its label alone.
    kind = control.first.get_attribute("type")
    if kind == "hidden":
        return False
    if kind in ("radio", "checkbox", "file"):
        return control.first.locator("xpath=ancestor::*[self::fieldset or self::div or self::p][1]").is_visible()
    return control.first.is_visible()


def fill_one(page, control, value):
    first = control.first
    kind = first.get_attribute("type")
    if isinstance(value, Upload):
        first.set_input_files({"name": value.name, "mimeType": value.media_type, "buffer": value.content})
    elif kind in ("radio", "checkbox"):
        page.locator(f'main [name="{first.get_attribute("name")}"][value="{value}"]').check(force=True)
    elif first.evaluate("control => control.localName") == "select":
        choose(page, first, value)
    else:
        first.fill(value)


def choose(page, select, value):
    """The wards of a province arrive a moment after it is chosen, or, without scripts, on the next page."""
    option = select.locator(f'option[value="{value}"]')
    for _ in range(15 if page.scripted else 0):
        if option.count():
            break
        page.wait_for_timeout(100)
    if option.count():
        select.select_option(value)


def press(page, words):
    """Presses the button or link that says this, in the page's own part: not in its header or footer."""
    wanted = re.compile(words)
    button = page.locator("main").get_by_role("button", name=wanted)
    with page.expect_navigation():
        (button if button.count() else page.locator("main").get_by_role("link", name=wanted)).first.click()


def register(page, citizen, language=""):
    page.goto(f"{language}/dang-ky/cong-dan")
    missing = set(citizen.registration()) - fill(page, citizen.registration())
    assert not missing, f"the form does not ask for {missing}"
    press(page, WORDS[language]["register"])
    assert "/dang-ky/" not in page.url, page.locator("main").inner_text()


def sign_in(page, login, password, language=""):
    if "/dang-nhap" not in page.url:
        page.goto(f"{language}/dang-nhap")
    fill(page, {"login": login, "password": password})
    press(page, WORDS[language]["sign in"])
    assert "/dang-nhap" not in page.url, page.locator("main").inner_text()


def sign_in_as(page, portal, role, language=""):
    account = portal.account(role)
    sign_in(page, account["user"], account["password"], language)


def start_draft(page, place, language=""):
    """From the procedure's page through its questions to the list of sections; gives the draft's path."""
    page.goto(f"{language}/thu-tuc/{PROCEDURE}")
    press(page, WORDS[language]["start"])
    for _ in range(8):
        if "/ho-so-nhap/" in page.url:
            break
        questions = {
            name: "no"
            for name in page.locator("main input[type=radio][value=no]").evaluate_all(
                "radios => radios.map(radio => radio.name)"
            )
        }
        fill(page, {**questions, "province": place["province"], "ward": place["ward"]})
        press(page, f"{WORDS[language]['continue']}|{WORDS[language]['start']}")
    match = re.search(r"/ho-so-nhap/[0-9a-f-]{36}", page.url)
    assert match, f"{page.url}: {page.locator('main').inner_text()}"
    return language + match.group()


def fill_section(page, draft, section, answers, language=""):
    """Fills in a section and goes on; again where new questions or wards appear, as they do without scripts."""
    page.goto(f"{draft}/{section}")
    filled = set()
    for _ in range(4):
        filled |= fill(page, answers)
        press(page, WORDS[language]["continue"])
        if not page.url.split("?")[0].endswith(f"/{section}"):
            break
    else:
        raise AssertionError(f"{section} is not accepted: {page.locator('main').inner_text()}")
    missing = set(answers) - filled
    assert not missing, f"{section} does not ask for {missing}"


def fill_draft(page, citizen, place, language=""):
    draft = start_draft(page, place, language)
    for section, answers in citizen.birth_registration(place).items():
        fill_section(page, draft, section, answers, language)
    page.goto(f"{draft}/kiem-tra")
    return draft


def submit(page, language=""):
    """Files the draft whose check page is open; gives the dossier's code."""
    page.locator("[name=declaration]").check()
    press(page, WORDS[language]["submit"])
    return code_of(page)


def code_of(page):
    page.wait_for_url(re.compile(r"/ho-so/[^/]+/da-nop"))
    code = re.search(r"/ho-so/([^/]+)/da-nop", page.url).group(1)
    expect(page.locator("main")).to_contain_text(code)
    return code


@pytest.fixture(scope="session")
def filed(portal, chromium):
    """A citizen with a filed dossier, a draft filled in halfway, and the cookies of their window."""
    context = chromium.new_context(base_url=portal.url)
    context.set_default_timeout(8000)
    page = context.new_page()
    page.scripted = True
    citizen, place = Citizen(), portal.office()
    register(page, citizen)
    if "/dang-nhap" in page.url:
        sign_in(page, citizen.personal_number, citizen.password)
    fill_draft(page, citizen, place)
    code = submit(page)
    draft = start_draft(page, place)
    fill_section(page, draft, "applicant", citizen.birth_registration(place)["applicant"])
    state = context.storage_state()
    context.close()
    return {"citizen": citizen, "code": code, "draft": draft, "state": state}
