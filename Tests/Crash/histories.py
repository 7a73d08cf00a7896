"""Dossiers as agencies' own systems have them, told over a bad line: shuffled, doubled, cut off, sent again."""

import asyncio
import collections
import datetime
import gzip
import hashlib
import json
import random
import time

import httpx

# What happens to dossiers after their registration; every move is one of the table in Core/DossierStatus.swift.
COURSES = [
    [2, 4, 9],
    [2, 9, 10],
    [5, 2, 7],
    [2, 6, 4, 8],
    [2, 4, 9, 10],
    [2, 5, 2, 4, 9],
    [5, 2, 4, 9, 10],
    [2, 4, 8, 4, 9, 10],
    [2, 6, 4, 5, 4, 9],
]
DAYS = 20  # on which they were submitted


class History:
    """A dossier with all that happened to it, in its agency's notes."""

    def __init__(self, agency, number, course, today):
        self.day = today - datetime.timedelta(days=30 + number % DAYS)
        self.code = f"{agency}-{self.day:%y%m%d}-{number:07}"
        self.course = course
        self.person = f"001190{number % 10**6:06}"

    @property
    def last(self):
        return self.course[-1]

    @property
    def version(self):
        return 1 + len(self.course)

    def at(self, hour):
        return f"{self.day}T{8 + hour:02}:00:00+07:00"

    def event_id(self, sequence):
        return f"{self.code}/{sequence}"

    def statement(self):
        return {
            "procedure": "1.001193",
            "channel": "counter",
            "status": 1,
            "submitted_at": self.at(0),
            "applicant": {"kind": "citizen", "name": "Nguyễn Thị Ưởng", "number": self.person},
        }

    def report(self, sequence):
        return {
            "sequence": sequence,
            "event_id": self.event_id(sequence),
            "status": self.course[sequence - 1],
            "occurred_at": self.at(sequence),
            "officer": {"name": "Trần Văn Bình"},
            "note": "Ghi chú",
        }


class Message:
    """A dossier's statement (number 0) or one of its reports, told in a line of many or in a call of its own."""

    __slots__ = ("history", "sequence", "alone")

    def __init__(self, history, sequence, alone):
        self.history, self.sequence, self.alone = history, sequence, alone

    @property
    def body(self):
        return self.history.report(self.sequence) if self.sequence else self.history.statement()

    @property
    def line(self):
        return json.dumps({"type": "status" if self.sequence else "dossier", "code": self.history.code, **self.body})


def histories(agency, events):
    """Histories with so many events between them, at least."""
    today, made = datetime.date.today(), []
    while events > 0:
        history = History(agency, len(made) + 1, random.choice(COURSES), today)
        made.append(history)
        events -= history.version
    return made


def shuffled(histories, alone=0.1, twice=0.1, spread=2000):
    """All that is to be told, some of it twice, in the disorder in which a night's work arrives.

    Neighbours within `spread` dossiers change places at will. Of nine in ten dossiers the statement comes first, unless
    another system is faster; of the others something is reported before they are stated.
    """
    placed = []
    for place, history in enumerate(histories):
        keys = [place + random.random() * spread for _ in range(history.version)]
        if random.random() < 0.9:
            keys.sort()
            keys[1:] = random.sample(keys[1:], len(keys) - 1)
        for sequence, key in enumerate(keys):
            message = Message(history, sequence, random.random() < alone)
            placed.append((key, message))
            if random.random() < twice:
                placed.append((place + random.random() * spread, message))
    return [message for _, message in sorted(placed, key=lambda entry: entry[0])]


class Told:
    """What all clients know together."""

    def __init__(self):
        self.heard = 0
        self.counts = collections.Counter()
        self.faults = []


class System:
    """One of the agency's systems: sends what it has to tell to any of the servers, until it has heard of everything.

    What was acknowledged isn't sent again: were it lost, nothing would bring it back.
    """

    TAKEN = {"created", "applied", "parked", "replayed"}

    def __init__(self, servers, client, told, messages=()):
        self.servers, self.client, self.told = servers, client, told
        self.queue = collections.deque(messages)
        self.http = httpx.AsyncClient(timeout=60)
        self.token = None

    async def tell(self):
        while self.queue:
            batch = [self.queue.popleft() for _ in range(min(len(self.queue), random.randrange(50, 500)))]
            alone, lines = [m for m in batch if m.alone], [m for m in batch if not m.alone]
            unheard = set()
            for send, messages in [(self.send_lines, lines)] + [(self.send_alone, [message]) for message in alone]:
                waiting = set(messages)
                try:
                    if messages:
                        await send(messages, waiting, f"{random.choice(self.servers)}/api/v1")
                except (httpx.TransportError, asyncio.TimeoutError):
                    self.told.counts["cut off"] += 1
                    await asyncio.sleep(random.random() / 5)
                unheard |= waiting
            for message in unheard:
                self.queue.insert(random.randrange(1000), message)
            self.told.counts["sent again"] += len(unheard)
        await self.http.aclose()

    async def send_lines(self, messages, waiting, api):
        body = "\n".join(message.line for message in messages).encode()
        headers = {"Content-Type": "application/x-ndjson"}
        if random.random() < 0.5:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        # One in ten hears only some of the answers.
        most = random.randrange(len(messages)) if random.random() < 0.1 else None
        headers |= await self.sign(api)
        async with self.http.stream("POST", f"{api}/sync", content=body, headers=headers) as answer:
            if answer.status_code != 200:
                return await self.try_later(answer, "a stream")
            count = 0
            async for line in answer.aiter_lines():
                said = json.loads(line)
                if "done" in said:
                    if said["done"] and said["lines"] != len(messages):
                        self.told.faults.append(f"{len(messages)} lines were sent, {said} was answered")
                    if not said["done"]:
                        await self.try_later_because(said["problem"]["type"], "a stream")
                    return
                count += 1
                self.hear(messages[said["line"] - 1], waiting, said["outcome"], said.get("problem", {}).get("type"))
                if count == most:
                    self.told.counts["cut off"] += 1
                    return

    async def send_alone(self, messages, waiting, api):
        message, headers = messages[0], await self.sign(api)
        path = f"{api}/dossiers/{message.history.code}"
        if message.sequence:
            headers["Idempotency-Key"] = message.history.event_id(message.sequence)
            sending = self.http.post(f"{path}/status", json=message.body, headers=headers)
        else:
            sending = self.http.put(path, json=message.body, headers=headers)
        # One in ten is out of patience before the answer can come, or just then.
        answer = await asyncio.wait_for(sending, random.random() / 20 if random.random() < 0.1 else 60)
        if answer.status_code in (200, 201, 202):
            outcome = answer.json().get("outcome", {201: "applied", 202: "parked"}.get(answer.status_code, "kept"))
            self.hear(message, waiting, outcome, None)
        elif answer.status_code == 404:
            self.hear(message, waiting, "refused", "/problems/not-found")
        else:
            await self.try_later(answer, message.line)

    def hear(self, message, waiting, outcome, problem):
        if outcome in self.TAKEN:
            waiting.discard(message)
            self.told.heard += 1
            self.told.counts[outcome] += 1
        elif outcome == "refused" and problem == "/problems/not-found" and message.sequence:
            self.told.counts["not stated yet"] += 1
        else:
            waiting.discard(message)
            self.told.faults.append(f"{message.line}: {outcome} {problem}")

    async def try_later(self, answer, what):
        await answer.aread()
        if answer.status_code == 401:
            self.token = None
        else:
            await self.try_later_because(answer.json()["type"], what)

    async def try_later_because(self, problem, what):
        self.told.counts[problem.removeprefix("/problems/")] += 1
        if problem not in ("/problems/unavailable", "/problems/too-many-requests"):
            self.told.faults.append(f"{what}: {problem}")
        await asyncio.sleep(random.random() / 5)

    async def sign(self, api):
        if self.token is None:
            answer = await self.http.post(
                api.removesuffix("/api/v1") + "/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=self.client,
            )
            if answer.status_code != 200:
                raise httpx.ReadError(answer.text)
            self.token = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self.token}"}


class Follower(System):
    """Somebody who reads the agency's events from the first one on, and knows nothing else of its dossiers."""

    def __init__(self, servers, client, told):
        super().__init__(servers, client, told)
        self.after, self.position, self.count, self.stands = "0", 0, 0, {}

    async def follow(self, total, seconds=120):
        """Until it has seen as many events as there are, or nothing more comes for so long."""
        heard = time.monotonic()
        while self.count < total and time.monotonic() - heard < seconds:
            try:
                api = f"{random.choice(self.servers)}/api/v1"
                answer = await self.http.get(
                    f"{api}/events",
                    params={"after": self.after, "limit": 500, "wait": 2},
                    headers=await self.sign(api),
                )
            except httpx.TransportError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code != 200:
                await self.try_later(answer, "the feed")
                continue
            page = answer.json()
            for event in page["items"]:
                heard = time.monotonic()
                self.see(event)
            self.after = page["next"]
        await self.http.aclose()

    def see(self, event):
        status, version = self.stands.get(event["dossier"], (None, 0))
        if (event["previous_status"], event["version"]) != (status, version + 1) or event["position"] <= self.position:
            self.told.faults.append(f"the feed goes on with {event} where {event['dossier']} stands at {status}")
        self.position = event["position"]
        self.count += 1
        self.stands[event["dossier"]] = event["status"], event["version"]


def digests(histories):
    """What the agency's own system works out of its notes: of each day (count, SHA-256)."""
    days = collections.defaultdict(list)
    for history in histories:
        days[str(history.day)].append(f"{history.code} {history.last}\n".encode())
    return {day: (len(lines), hashlib.sha256(b"".join(sorted(lines))).hexdigest()) for day, lines in days.items()}
