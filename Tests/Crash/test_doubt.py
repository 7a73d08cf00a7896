"""A commit of which nobody knows the outcome is never acknowledged; sent again, it is, once its record is safe."""

import concurrent.futures
import itertools
import json
import time

import pytest

from portal import AgencyClient

NUMBERS = itertools.count(1)


class Put:
    """A dossier, stated alone."""

    is_rest_answered = True  # there is none

    def __init__(self, office):
        self.office, self.code, self.stands = office, office.code(), "1 1"

    def send(self):
        return self.office.http.put(f"/api/v1/dossiers/{self.code}", json=self.office.statement)

    def is_acknowledged(self, answer):
        return answer.status_code in (200, 201)

    def is_doubtful(self, answer):
        return (
            answer.status_code == 503
            and answer.json()["type"] == "/problems/unavailable"
            and "Retry-After" in answer.headers
        )


class Post(Put):
    """A report on a dossier that is there."""

    def __init__(self, office):
        super().__init__(office)
        assert super().send().status_code == 201
        self.stands = "2 2"

    def send(self):
        return self.office.http.post(
            f"/api/v1/dossiers/{self.code}/status",
            json=self.office.report(self.code),
            headers={"Idempotency-Key": self.code},
        )

    def is_acknowledged(self, answer):
        return answer.status_code == 201


class PostUnderAnotherKey(Post):
    """The same report, by a system that forgets its keys."""

    def send(self):
        return self.office.http.post(
            f"/api/v1/dossiers/{self.code}/status",
            json=self.office.report(self.code),
            headers={"Idempotency-Key": f"{self.code}/{next(NUMBERS)}"},
        )


class Stream(Post):
    """Lines for several transactions, the last of them the report: its commit is in doubt."""

    def __init__(self, office):
        super().__init__(office)
        lines = [{"type": "dossier", "code": office.code(), **office.statement} for _ in range(600)]
        lines.append({"type": "status", "code": self.code, **office.report(self.code)})
        self.count = len(lines)
        self.body = "\n".join(map(json.dumps, lines)).encode()

    def send(self):
        answer = self.office.http.post(
            "/api/v1/sync", content=self.body, headers={"Content-Type": "application/x-ndjson"}
        )
        *self.answered, self.last = map(json.loads, answer.text.splitlines())
        assert all(line["outcome"] in ("created", "applied", "replayed") for line in self.answered)
        assert {line["code"] for line in self.answered} <= self.office.codes(), "lines were answered that aren't there"
        return answer

    @property
    def is_rest_answered(self):
        return len(self.answered) > 0

    def is_acknowledged(self, answer):
        return self.last == {"done": True, "lines": self.count, "refused": 0}

    def is_doubtful(self, answer):
        return (
            not self.last["done"]
            and self.last["problem"]["type"] == "/problems/unavailable"
            and self.last["lines"] == len(self.answered)
            and self.code not in {line["code"] for line in self.answered}
        )


class Office:
    """An agency's system, and a look behind the portal at what is there."""

    statement = {
        "procedure": "1.001193",
        "channel": "counter",
        "status": 1,
        "submitted_at": "2026-11-01T09:00:00+07:00",
        "applicant": {"kind": "citizen", "name": "Nguyễn Thị Ưởng", "number": "001190000012"},
    }

    def __init__(self, portal):
        self.database = portal.database
        self.client = portal.office()["client"]
        self.http = AgencyClient(portal, self.client).http

    def code(self):
        return f"{self.client['agency']}-261101-{next(NUMBERS):07}"

    def report(self, code):
        return {
            "sequence": 1,
            "event_id": f"{code}/1",
            "status": 2,
            "occurred_at": "2026-11-02T09:00:00+07:00",
            "officer": {"name": "Trần Văn Bình"},
        }

    def codes(self):
        return set(self.database.value("select code from dossiers").splitlines())

    def stands(self, code):
        return self.database.value(f"""
            select status || ' ' || version from dossiers where code = '{code}'
                and version = (select count(*) from dossier_events where dossier_id = dossiers.id)""")


class Doubt:
    """Commits of one dossier that wait: before they are made, or made and until a standby has them, which doesn't exist."""

    def __init__(self, database):
        self.database = database

    def set(self, **settings):
        for name, value in settings.items():
            self.database.run(f"alter system set {name} = '{value}'" if value else f"alter system reset {name}")
        self.database.run("select pg_reload_conf()")
        time.sleep(0.2)

    def wait_before(self, code):
        self.database.run(f"""
            create function wait() returns trigger language plpgsql as
                $$ begin if new.code = '{code}' then perform pg_sleep(20); end if; return null; end $$;
            create constraint trigger wait after insert or update on dossiers deferrable initially deferred
                for each row execute function wait()""")

    def wait_behind(self, code):
        self.set(synchronous_standby_names="nobody", synchronous_commit="local")
        self.database.run(f"""
            create function wait() returns trigger language plpgsql as $$ begin
                if new.code = '{code}' then perform set_config('synchronous_commit', 'on', true); end if; return new;
            end $$;
            create trigger wait before insert or update on dossiers for each row execute function wait()""")

    def over(self):
        self.database.run("drop function if exists wait() cascade")

    def interrupt(self, act, where, sending):
        """Does so to whoever waits, until there is an answer."""
        deadline, count = time.monotonic() + 15, 0
        while not sending.done():
            assert time.monotonic() < deadline, "no answer came"
            count += len(self.database.value(f"""
                select {act}(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and {where}""").splitlines())
            time.sleep(0.1)
        assert count > 0, "it wasn't in doubt"
        return sending.result()


@pytest.fixture(scope="module")
def office(shared_portal):
    yield Office(shared_portal)


@pytest.fixture
def doubt(office):
    doubt = Doubt(office.database)
    yield doubt
    doubt.over()
    doubt.set(synchronous_standby_names=None, synchronous_commit=None)


CALLS = pytest.mark.parametrize("call", [Put, Post, PostUnderAnotherKey, Stream])


@CALLS
def test_lost_before_the_commit(office, doubt, call):
    call = call(office)
    before = office.stands(call.code)
    doubt.wait_before(call.code)
    with concurrent.futures.ThreadPoolExecutor(1) as line:
        where = "state = 'active' and query = 'commit'"
        answer = doubt.interrupt("pg_terminate_backend", where, line.submit(call.send))
    assert call.is_doubtful(answer) and call.is_rest_answered, answer.text[-500:]
    assert office.stands(call.code) == before
    doubt.over()
    assert_resolved(office, call)


@CALLS
@pytest.mark.parametrize("act", ["pg_terminate_backend", "pg_cancel_backend"])
def test_lost_or_cancelled_behind_the_commit(office, doubt, call, act):
    """It is there for all to see, and yet nobody vouches for it."""
    call = call(office)
    doubt.wait_behind(call.code)
    with concurrent.futures.ThreadPoolExecutor(1) as line:
        answer = doubt.interrupt(act, "wait_event = 'SyncRep'", line.submit(call.send))
        assert call.is_doubtful(answer) and call.is_rest_answered, answer.text[-500:]
        assert office.stands(call.code) == call.stands
        # Sent again, it is found; that it was found is no reason to vouch for it.
        doubt.over()
        doubt.set(synchronous_commit="on")
        answer = doubt.interrupt("pg_cancel_backend", "wait_event = 'SyncRep'", line.submit(call.send))
        assert call.is_doubtful(answer), answer.text[-500:]
    doubt.set(synchronous_standby_names=None)
    assert_resolved(office, call)


def assert_resolved(office, call):
    for _ in range(2):
        answer = call.send()
        assert call.is_acknowledged(answer), answer.text[-500:]
        assert office.stands(call.code) == call.stands
