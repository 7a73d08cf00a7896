"""A portal for tests, with its own database, files and port: started, killed and asked. Browser and Crash share it."""

import datetime
import hashlib
import itertools
import json
import os
import pathlib
import random
import signal
import socket
import struct
import subprocess
import time
import uuid
import zlib

import httpx
import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PORTAL_BINARY", str(ROOT / ".build/debug/portal"))
PROCEDURE = "1.001193"  # birth registration


class Database:
    """A database of a private cluster, read as its superuser: tests look behind row-level security."""

    def __init__(self, url):
        self.url = url
        self.superuser = url.replace("user=portal", "user=postgres")

    @classmethod
    def create(cls, cluster_url, name):
        superuser = cluster_url.replace("user=portal", "user=postgres")
        psql(superuser, f'drop database if exists "{name}" with (force)')
        psql(superuser, f'create database "{name}" owner portal')
        address, options = cluster_url.split("?", 1)
        return cls(f"{address.rsplit('/', 1)[0]}/{name}?{options}")

    def rows(self, query):
        """The rows of a query, each a dictionary."""
        text = psql(self.superuser, f"select coalesce(json_agg(found), '[]') from ({query}) found")
        return json.loads(text)

    def value(self, query):
        return psql(self.superuser, query)

    def run(self, statement):
        psql(self.superuser, statement)


def psql(url, statement):
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


class Portal:
    """One installation with the demo accounts. `start` and `kill` may be called again and again."""

    def __init__(self, folder, database, **settings):
        self.folder = pathlib.Path(folder)
        self.database = database
        self.files = self.folder / "files"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.process = None
        self.worker = None
        self.environment = {
            **os.environ,
            "SIGN_IN_RATE": "100000",
            "STAFF_SECOND_FACTOR": "optional",
            "PORTAL_HOME": str(ROOT),
            "DATABASE_URL": database.url,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "FILES_DIRECTORY": str(self.files),
            "MAIL_DIRECTORY": str(self.folder / "mail"),
            "CHECKPOINTS_FILE": str(self.folder / "journal-heads"),
            **settings,
        }

    def run(self, *arguments):
        result = subprocess.run(
            [BINARY, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert result.returncode == 0, f"portal {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout

    def prepare(self):
        facts = self.folder / "demo.json"
        self.run("keys", "ensure")
        self.run("migrate")
        self.run("import", "reference")
        self.run("demo", "--facts", str(facts))
        self.facts = json.loads(facts.read_text())

    def start(self):
        """Serves; the work that follows is the worker's, where one was started."""
        self.process = self.spawn("serve", *(["--no-jobs"] if self.worker else []))
        self.wait_until_ready()

    def start_worker(self):
        """A process that only does the work that follows."""
        self.worker = self.spawn("worker")

    def kill_worker(self):
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait()

    def spawn(self, *arguments):
        with open(self.folder / "server.log", "ab") as log:
            return subprocess.Popen(
                [BINARY, *arguments], cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )

    def wait_until_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended: {self.log()[-2000:]}"
            try:
                if httpx.get(self.url + "/health/ready", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server did not get ready: {self.log()[-2000:]}")

    def log(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def kill(self):
        """What a power cut is to the process: nothing is told, nothing is finished."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        for process in (self.process, self.worker):
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def account(self, who):
        """The first account of a role, or the one with a sign-in name."""
        return next(account for account in self.facts["accounts"] if who in (account["role"], account["user"]))

    def office(self):
        """The commune that a demo client works for, as a place to choose, with that client."""
        for client in self.facts["clients"]:
            for place in self.database.rows(
                "select province_code as province, ward_code as ward from agencies"
                f" where code = '{client['agency']}' and ward_code is not null"
            ):
                return {**place, "client": client}
        raise AssertionError("no demo client works for a commune")


class AgencyClient:
    """The agency's own one-stop system. Every answer is held against the published description."""

    description = yaml.safe_load((ROOT / "Public/openapi.yaml").read_text())

    def __init__(self, portal, client=None):
        self.client = client or portal.office()["client"]
        self.http = httpx.Client(base_url=portal.url, timeout=30)
        self.counter = itertools.count(1)
        answer = self.http.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(self.client["client_id"], self.client["client_secret"]),
        )
        self.check(answer, "/oauth/token", "post", 200)
        self.http.headers["Authorization"] = "Bearer " + answer.json()["access_token"]

    def get(self, path, template, status=200, **parameters):
        return self.check(self.http.get(path, params=parameters), template, "get", status)

    def list(self, **parameters):
        return self.get("/api/v1/dossiers", "/api/v1/dossiers", **parameters).json()

    def read(self, code, status=200):
        return self.get(f"/api/v1/dossiers/{code}", "/api/v1/dossiers/{code}", status).json()

    def change(self, code, status, expect=201, key=None, note=None, event_id=None, body=None):
        body = body if body is not None else self.message(status, note, event_id)
        answer = self.http.post(
            f"/api/v1/dossiers/{code}/status", json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())}
        )
        return self.check(answer, "/api/v1/dossiers/{code}/status", "post", expect)

    def message(self, status, note=None, event_id=None):
        return {
            "status": status,
            "occurred_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "event_id": event_id or f"test-{uuid.uuid4()}",
            "officer": {"name": "Trần Văn Bình", "title": "Công chức tư pháp - hộ tịch"},
            "note": note,
        }

    def check(self, answer, template, method, status):
        assert answer.status_code == status, f"{method} {template}: {answer.status_code} {answer.text[:500]}"
        described = self.description["paths"][template][method]["responses"][str(status)]
        described = self.resolve(described)
        media = answer.headers.get("content-type", "").split(";")[0]
        assert media in described["content"], f"{media} is not described for {method} {template} {status}"
        schema = described["content"][media].get("schema")
        if schema:
            jsonschema.Draft202012Validator({**schema, "components": self.description["components"]}).validate(
                answer.json()
            )
        return answer

    def resolve(self, part):
        if "$ref" not in part:
            return part
        found = self.description
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return found


class Citizen:
    """Somebody new, whose answers no other test shares."""

    def __init__(self, name="Nguyễn Thị Ưởng"):
        self.name = name
        self.personal_number = f"00119{random.randrange(10)}{random.randrange(10**6):06}"  # Hà Nội, a woman, born 199x
        self.birth = ("7", "3", "199" + self.personal_number[5])
        self.phone = f"09{random.randrange(10**8):08}"
        self.email = f"nguoi-{self.personal_number}@example.vn"
        self.password = f"mật khẩu {uuid.uuid4()}"

    def registration(self):
        day, month, year = self.birth
        return {
            "name": self.name,
            "personal_number": self.personal_number,
            "date_of_birth.day": day,
            "date_of_birth.month": month,
            "date_of_birth.year": year,
            "sex": "female",
            "phone": self.phone,
            "email": self.email,
            "password": self.password,
            "password_repeat": self.password,
        }

    def birth_registration(self, place):
        """Answers to every section of the form, by the names of its controls; parents not married, father recorded."""
        day, month, year = self.birth
        last_week = datetime.date.today() - datetime.timedelta(days=7)
        born = str(last_week.day), str(last_week.month), str(last_week.year)
        here = lambda field: {f"{field}.province": place["province"], f"{field}.ward": place["ward"]}
        date = lambda field, *parts: dict(zip((f"{field}.day", f"{field}.month", f"{field}.year"), parts))
        return {
            "applicant": {
                "applicant_name": self.name,
                **date("applicant_date_of_birth", day, month, year),
                "applicant_personal_number": self.personal_number,
                "applicant_address": "Số 12, ngõ 7, tổ 3",
                "applicant_phone": self.phone,
                "applicant_email": self.email,
                "applicant_relationship": "mother",
                "copies_requested": "2",
            },
            "child": {
                "birth_case": "medical",
                "child_name": "Đỗ Ỷ Ẵ Ợ Ỹ",
                **date("child_date_of_birth", *born),
                "child_sex": "male",
                "child_ethnicity": "01",
                "child_nationality": "VN",
                **here("child_birthplace"),
                "child_birthplace_detail": "Bệnh viện Phụ sản",
                **here("child_hometown"),
            },
            "mother": {
                "mother_name": self.name,
                **date("mother_date_of_birth", day, month, year),
                "mother_personal_number": self.personal_number,
                "mother_ethnicity": "01",
                "mother_nationality": "VN",
                **here("mother_residence"),
                "mother_residence_detail": "Số 12, ngõ 7",
            },
            "father": {
                "father_recorded": "yes",
                "father_name": "Đỗ Văn Hùng",
                **date("father_date_of_birth", "1", "2", "1990"),
                "father_personal_number": f"001090{random.randrange(10**6):06}",
                "father_ethnicity": "01",
                "father_nationality": "VN",
                **here("father_residence"),
                "father_residence_detail": "Số 12, ngõ 7",
                "parents_married": "yes",
            },
            "documents": {
                "birth_medical_certificate": Upload("giấy chứng sinh.pdf", "application/pdf", pdf()),
                "applicant_identity": Upload("căn cước.png", "image/png", png()),
                "parents_marriage_certificate": Upload("kết hôn.jpg", "image/jpeg", jpeg()),
            },
        }


class Upload:
    """A file to attach, unlike every other one."""

    def __init__(self, name, media_type, content):
        self.name, self.media_type, self.content = name, media_type, content
        self.sha256 = hashlib.sha256(content).hexdigest()


def pdf():
    return f"%PDF-1.4\n% {uuid.uuid4()}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".encode()


def png():
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", b"id\x00" + uuid.uuid4().hex.encode())
        + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
        + chunk(b"IEND", b"")
    )


def jpeg():
    comment = uuid.uuid4().bytes
    return b"\xff\xd8\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + b"\xff\xd9"
