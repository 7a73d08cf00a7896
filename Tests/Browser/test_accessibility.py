"""Every page, for everyone who may see it, at a telephone's and a screen's width, in both languages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import WORDS, press, sign_in_as
from portal import PROCEDURE

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

ANYONE = [
    "/",
    "/thu-tuc",
    "/thu-tuc?q=khai+sinh",
    "/thu-tuc?q=zzzzqqq",
    f"/thu-tuc/{PROCEDURE}",
    "/thu-tuc/1.001731",  # not online yet
    "/su-kien",
    "/su-kien/co-con-nho",
    "/hoi-dap",
    "/hoi-dap?q=mat+khau",
    "/hoi-dap?q=zzzzqqq",
    "/hoi-dap/tim-thu-tuc-the-nao",
    "/linh-vuc",
    "/thu-tuc?q=dang+ky&online=no",
    "/thu-tuc?q=dang+ky&agency=kh%C3%B4ng+c%C3%B3",
    "/thu-tuc/1.000656?case=1.000656.01&method=DIRECT",
    "/co-quan",
    "/co-quan?tinh=01",
    "/co-quan?q=hoan+kiem",
    "/co-quan?q=zzzzqqq",
    "/co-quan/G05",  # no longer exists
    "/co-quan/H26.00070",
    "/du-lieu",
    "/dang-nhap",
    "/dang-ky",
    "/dang-ky/cong-dan",
    "/dang-ky/doanh-nghiep",
    "/tra-cuu",
    "/xac-minh",
    "/xac-minh?ma=xyz",
    "/xac-minh/ket-qua/00000-00000-00000-00000",
    "/phan-anh",
    "/phan-anh?q=zzzzqqq",
    "/phan-anh/gui?thu-tuc=1.001193",
    "/phan-anh/tra-cuu",
    "/tro-giup",
    "/quyen-rieng-tu",
    "/tiep-can",
    "/khong-co-trang-nay",
]
CITIZEN = [
    "/ho-so",
    "/tai-khoan",
    "/tai-khoan/thong-bao",
    "/tai-khoan/uy-quyen",
    "/tai-khoan/uy-quyen/moi",
    "/thong-bao",
    "/phan-anh/cua-toi",
    f"/thu-tuc/{PROCEDURE}/nop",
    "{draft}",
    "{draft}/applicant",
    "{draft}/child",
    "{draft}/mother",
    "{draft}/father",
    "{draft}/documents",
    "{draft}/kiem-tra",
    "/ho-so/{code}",
    "/ho-so/{code}/da-nop",
    "/ho-so/{code}/rut",
    "/ho-so/{code}/da-xem",
    "/kho-giay-to",
    "/ho-so/H26.16-200101-9999",
]
STAFF = {
    "officer": [
        "/can-bo/ho-so",
        "/can-bo/ho-so/{code}",
        "/can-bo/ho-so/{code}/viec/tiep-nhan",
        "/can-bo/ho-so/{code}/viec/tu-choi",
        "/can-bo/ho-so/{code}/viec/yeu-cau-bo-sung",
        "/can-bo/ho-so/{code}/viec/phan-cong",
        "/can-bo/y-kien",
        "/can-bo/so-theo-doi",
        "/can-bo/don-vi",
        "/can-bo/he-thong/thong-bao",
        "{member}",
        "/can-bo/he-thong",
        "/can-bo/he-thong/mot-cua-hoan-kiem",
        "/dang-nhap/ma",
        "/can-bo/thong-bao",
        "/can-bo/thong-bao?state=queued",
        "/thong-bao",
        "/can-bo/phan-anh",
        "/can-bo/phan-anh?loc=da-xong",
    ],
    "publisher": [
        "/bien-tap/thu-tuc",
        "/bien-tap/thu-tuc?state=open&q=khai",
        "/bien-tap/thu-tuc-moi",
        "/bien-tap/thu-tuc/1.000656",
        "{revision}",
        "{revision}/phan/general",
        "{revision}/phan/steps",
        "{revision}/phan/channels",
        "{revision}/phan/fees",
        "{revision}/phan/documents",
        "{revision}/mau",
        "{revision}/bieu-mau",
        "{revision}/bieu-mau/chung",
        "{revision}/xem-truoc",
        "/bien-tap/co-quan",
        "/bien-tap/co-quan/G15",
    ],
    "bientap.quocgia": [
        "/bien-tap/co-quan?q=ha+noi",
        "/bien-tap/co-quan/H26.00070/gio-lam-viec",
        "/bien-tap/co-quan/H26.00070/gio-lam-viec/xem-truoc?act=add_day&day.day=1&day.month=12&day.year=2026&hours=&day_source=Y",
        "/bien-tap/lich?nam=2026",
        "/bien-tap/lich/xem-truoc?kind=off&day.day=1&day.month=12&day.year=2026&name=X&source=Y&status=rule_derived",
        "/bien-tap/lich/xem-truoc?act=remove&date=2027-09-02",
    ],
}

MISSING = [  # their own page says so
    "/khong-co-trang-nay",
    "/ho-so/H26.16-200101-9999",
    "/xac-minh?ma=xyz",
    "/xac-minh/ket-qua/00000-00000-00000-00000",
]

# For each width: what people at it need. 320 px is a page at 400 %.
WIDTHS = [320, 360, 1280]


def open_revision(page):
    """A draft of a revision, begun now or before."""
    page.goto("/bien-tap/thu-tuc/1.000656")
    begin = page.locator('form[action$="/ban-moi"] button').first
    if begin.count():
        begin.click()
        page.wait_for_load_state()
    else:
        page.locator("li.card h3 a").first.click()
        page.wait_for_load_state()
    return re.search(r"/bien-tap/ban/[0-9a-f-]{36}", page.url).group()


def open_member(page):
    """A colleague's duties."""
    page.goto("/can-bo/don-vi")
    return page.locator("main table a").last.get_attribute("href")


def faults(page, path, width):
    """What is wrong with the open page, in words."""
    found = []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        found.append(f"{path}: scrolls sideways by {overflow} px at {width} px")
    if page.locator("h1").count() != 1:
        found.append(f"{path}: {page.locator('h1').count()} main headings")
    if width == 320:
        return found
    for violation in Axe().run(page, options=RULES).response["violations"]:
        if violation["impact"] in ("serious", "critical"):
            nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
            found.append(f"{path}: {violation['id']} at {width} px: {violation['help']}: {nodes}")
    return found


def survey(page, paths, width):
    found, titles = [], {}
    for path in paths:
        answer = page.goto(path)
        if answer.status >= 400 and path.removeprefix("/en") not in MISSING:
            found.append(f"{path}: {answer.status}")
            continue
        found += faults(page, path, width)
        titles.setdefault(page.title(), []).append(path)
    found += [f"one title, “{title}”, for {same}" for title, same in titles.items() if len(same) > 1]
    return found


@pytest.mark.parametrize("language", ["", "/en"], ids=["vietnamese", "english"])
@pytest.mark.parametrize("width", WIDTHS)
class TestEveryPage:
    def test_for_anyone(self, browse, language, width):
        assert survey(browse(width=width), [(language + path).rstrip("/") or "/" for path in ANYONE], width) == []

    def test_for_a_citizen(self, browse, filed, language, width):
        page = browse(width=width, storage_state=filed["state"])
        assert survey(page, [language + path.format(**filed) for path in CITIZEN], width) == []

    @pytest.mark.parametrize("role", STAFF)
    def test_for_staff(self, browse, portal, filed, role, language, width):
        page = browse(width=width)
        sign_in_as(page, portal, role)
        revision = open_revision(page) if role == "publisher" else ""
        member = open_member(page) if role == "officer" else ""
        paths = [language + path.format(**filed, revision=revision, member=member) for path in STAFF[role]]
        assert survey(page, paths, width) == []

    def test_forms_that_were_refused(self, browse, filed, language, width):
        page = browse(width=width)
        found = []
        for path, button in [
            ("/dang-ky/cong-dan", "register"),
            ("/dang-ky/doanh-nghiep", "register"),
            ("/dang-nhap", "sign in"),
        ]:
            page.goto(language + path)
            press(page, WORDS[language][button])
            found += faults(page, path, width)
            assert page.title().startswith(("Lỗi", "Error")), path
            summary = page.locator("main [role=alert]").first
            assert summary.is_visible(), path
            assert summary.evaluate(
                "summary => summary.contains(document.activeElement)"
            ), f"{path}: the summary has no focus"
        page = browse(width=width, storage_state=filed["state"])
        page.goto(f"{language}{filed['draft']}/child")
        press(page, WORDS[language]["continue"])
        found += faults(page, "/child, empty", width)
        assert found == []


def test_the_page_says_its_language_and_offers_the_other(browse):
    page = browse()
    for language, path, other in [
        ("vi", f"/thu-tuc/{PROCEDURE}", f"/en/thu-tuc/{PROCEDURE}"),
        ("en", f"/en/thu-tuc/{PROCEDURE}", f"/thu-tuc/{PROCEDURE}"),
    ]:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(f'a[href="{other}"]').count() >= 1


def test_the_first_tab_leads_to_the_content(browse):
    page = browse()
    page.goto("/")
    page.keyboard.press("Tab")
    target = page.evaluate("document.activeElement.getAttribute('href')")
    assert target and target.startswith("#") and page.locator(target).count() == 1
