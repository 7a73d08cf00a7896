"""A browser without scripts, in a few lines: reads a page's forms, fills them in, sends them. Many at once."""

import re
from html.parser import HTMLParser

import httpx

from portal import PROCEDURE, Upload


class Form:
    def __init__(self, action, method):
        self.action, self.method = action, method
        self.fields = {}  # what the page has filled in already
        self.choices = {}  # name: values of its radio buttons or options
        self.buttons = []  # (name, value) of each that submits


class FormReader(HTMLParser):
    """The forms in the page's own part: those in header and footer are everybody's."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.form, self.main, self.select, self.area = [], None, 0, None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "main":
            self.main += 1
        if not self.main:
            return
        if tag == "form":
            self.form = Form(given.get("action"), given.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form is None:
            return
        name, kind, value = given.get("name"), given.get("type", "text"), given.get("value") or ""
        if tag == "button" and kind != "button" and given.get("type", "submit") == "submit":
            self.form.buttons.append((name, value, given.get("formaction")))
        elif tag == "select":
            self.select = name
            self.form.choices.setdefault(name, [])
        elif tag == "option" and self.select:
            self.form.choices[self.select].append(value)
            if "selected" in given:
                self.form.fields[self.select] = value
        elif tag == "textarea":
            self.area = name
            self.form.fields[name] = ""
        elif tag == "input" and name:
            if kind in ("radio", "checkbox"):
                self.form.choices.setdefault(name, []).append(value)
                if "checked" in given:
                    self.form.fields[name] = value
            elif kind == "file":
                self.form.choices.setdefault(name, [])
            elif kind not in ("submit", "button"):
                self.form.fields[name] = value

    def handle_endtag(self, tag):
        if tag == "main":
            self.main -= 1
        elif tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area and self.form is not None:
            self.form.fields[self.area] += data


class Visitor:
    """Somebody with a window of their own, at an address of their own."""

    def __init__(self, portal, address):
        self.http = httpx.AsyncClient(
            base_url=portal.url,
            timeout=60,
            follow_redirects=True,
            headers={"X-Forwarded-For": address},
            limits=httpx.Limits(max_connections=None),
        )

    async def open(self, path):
        self.page = await self.http.get(path)
        assert self.page.status_code == 200, f"{path}: {self.page.status_code} {self.page.text[:500]}"

    @property
    def path(self):
        return self.page.url.path

    def form(self, *names):
        """The page's form that asks for one of these, else the one that changes something."""
        forms = FormReader(self.page.text).forms
        asking = [form for form in forms if any(name in form.fields or name in form.choices for name in names)]
        writing = [form for form in forms if form.method == "post"]
        assert forms, f"{self.path} has no form: {self.page.text[:2000]}"
        return (asking or writing or forms)[0]

    async def send(self, answers):
        """Fills in what the page's form asks for, and presses its button."""
        form = self.form(*answers)
        asked = {name for name in answers if name in form.fields or name in form.choices}
        files = [
            (name, (answers[name].name, answers[name].content, answers[name].media_type))
            for name in asked
            if isinstance(answers[name], Upload)
        ]
        data = form.fields | {name: answers[name] for name in asked if not isinstance(answers[name], Upload)}
        unnamed = [button for button in form.buttons if not button[0]]
        if form.buttons and not unnamed:
            data[form.buttons[0][0]] = form.buttons[0][1]
        target = form.action or str(self.page.url)
        if form.method == "get":
            self.page = await self.http.get(target, params=data)
        elif files:
            self.page = await self.http.post(target, data=data, files=files)
        else:
            self.page = await self.http.post(target, data=data)
        return asked

    async def register(self, citizen):
        await self.open("/dang-ky/cong-dan")
        await self.send(citizen.registration())
        assert "/dang-ky/" not in self.path, self.page.text[:3000]
        if self.path == "/dang-nhap":
            await self.send({"login": citizen.personal_number, "password": citizen.password})
        assert self.path != "/dang-nhap", self.page.text[:3000]

    async def prepare_draft(self, citizen, place):
        """A draft filled in up to its check page; gives its path and the files on it."""
        await self.open(f"/thu-tuc/{PROCEDURE}/nop")
        for _ in range(8):
            if found := re.search(r"/ho-so-nhap/[0-9a-f-]{36}", self.path):
                break
            questions = {name: "no" for name, values in self.form("province", "ward").choices.items() if "no" in values}
            await self.send({**questions, "province": place["province"], "ward": place["ward"]})
        assert found, f"{self.path}: {self.page.text[:3000]}"
        draft, sections = found.group(), citizen.birth_registration(place)
        for section, answers in sections.items():
            await self.open(f"{draft}/{section}")
            for _ in range(4):
                await self.send(answers)
                if not self.path.endswith(f"/{section}"):
                    break
            else:
                raise AssertionError(f"{section} is not accepted: {self.page.text[:5000]}")
        return draft, {field: upload.sha256 for field, upload in sections["documents"].items()}
