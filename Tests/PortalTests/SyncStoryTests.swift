import Core
import Cryptography
import Dossiers
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Dossiers that agencies' systems bring in step")
struct SyncStoryTests {
    @Test("a night's lines are answered one by one, a bad one spoils nothing else, and sent again they change nothing")
    func night() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            let lines = [
                office.dossier(1), office.dossier(2, status: 9), office.report(2, of: 1, sequence: 1),
                office.report(9, of: 1, sequence: 3), office.report(4, of: 1, sequence: 2), "{\"type\":\"dossier\"",
                office.report(4, of: 2, sequence: 1), office.report(10, of: 2, sequence: 1),
                office.report(2, of: 77, sequence: 1), office.dossier(3, procedure: "9.999999"),
            ]
            let first = try await office.send(lines)
            #expect(
                first.outcomes == [
                    "created", "created", "applied", "parked", "applied", "refused", "refused", "applied", "refused",
                    "refused",
                ])
            #expect(first.items[4]["behind"]?.int == 1 && first.items[4]["status"]?.int == 9)
            #expect(
                first.items.map { $0["problem"]?["type"]?.string?.split(separator: "/").last.map(String.init) } == [
                    nil, nil, nil, nil, nil, "malformed", "illegal-move", nil, "not-found", "invalid",
                ])
            #expect(first.items[9]["problem"]?["errors"]?.array?.first?["field"]?.string == "procedure")
            #expect(first.last == ["done": true, "lines": 10, "refused": 4])
            let again = try await office.send(lines)
            #expect(
                again.outcomes == [
                    // What was refused has lost its turn: another report has its number now.
                    "replayed", "replayed", "replayed", "replayed", "replayed", "refused", "kept", "replayed",
                    "refused", "refused",
                ])
            let file = try await office.system.get("/api/v1/dossiers/\(office.code(1))")
            #expect(file["status"]?.int == 9 && file["version"]?.int == 4)
            #expect(file["events"]?.array?.map { $0["status"]?.int } == [1, 2, 4, 9])
            // What each line led to keeps the line as it came.
            let kept = try await demonstration.test.sql(
                """
                select convert_from(message, 'UTF8') from dossier_events join dossiers on id = dossier_id
                where code = '\(office.code(1))' order by sequence
                """)
            #expect(kept == [lines[0], lines[2], lines[4], lines[3]])
            #expect(
                try await demonstration.test.sql("select count(*) from parked_reports where outcome is null") == ["0"])
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker).isEmpty)
        }
    }

    @Test("however a history is cut, shuffled and repeated over four lines at once, each dossier ends where it should")
    func shuffled() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            var random = Dice(state: 2_026)
            let dossiers = 1...30
            #expect(try await Set(office.send(dossiers.map { office.dossier($0) }).outcomes) == ["created"])
            let history = dossiers.flatMap { number in
                [2, 4, 9, 10].enumerated().map { office.report($1, of: number, sequence: $0 + 1) }
            }
            let shuffled = (history + history.filter { _ in Bool.random(using: &random) }).shuffled(using: &random)
            try await withThrowingTaskGroup(of: [String].self) { group in
                for part in 0..<4 {
                    let lines = shuffled.enumerated().filter { $0.offset % 4 == part }.map(\.element)
                    group.addTask { try await office.send(lines).outcomes }
                }
                for try await outcomes in group {
                    #expect(Set(outcomes).isSubset(of: ["applied", "parked", "replayed"]))
                }
            }
            let stands = try await demonstration.test.sql(
                """
                select distinct status || ' ' || version || ' '
                    || (select string_agg(status::text, ' ' order by sequence) from dossier_events where dossier_id = id)
                from dossiers where origin = 'agency'
                """)
            #expect(stands == ["10 5 1 2 4 9 10"])
        }
    }

    @Test(
        "lines that meet others on their way are tried again together and alone, and refused when nothing helps",
        arguments: [(1, ["created", "created"]), (4, ["created", "created"]), (6, ["refused", "created"])])
    func collisions(count: Int, outcomes: [String]) async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            // So many times somebody else was faster; a sequence counts on when a transaction is rolled back.
            try await demonstration.test.sql(
                """
                create sequence collisions;
                grant usage on sequence collisions to public;
                create function collide() returns trigger language plpgsql as $$ begin
                    if nextval('collisions') <= \(count) then
                        raise unique_violation using constraint = 'dossier_events_pkey';
                    end if;
                    return new;
                end $$;
                create trigger collide before insert on dossiers for each row execute function collide();
                """)
            let lines = [office.dossier(1), office.dossier(2), ""]  // ended, so that they come together
            #expect(try await office.send(lines).outcomes == outcomes)
        }
    }

    @Test("a dossier stated again is amended, once, and only where it says something else")
    func amended() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            let path = "/api/v1/dossiers/\(office.code(5))"
            #expect(try await office.put(5).status == .created)
            #expect(try await office.put(5).status == .ok)
            let changed = try await office.put(5, name: "Trần Thị Bưởi", due: "2026-12-01T17:00:00+07:00")
            #expect(try JSON(parsing: changed.body)["outcome"]?.string == "amended")
            let file = try await office.system.get(path)
            #expect(file["applicant"]?["name"]?.string == "Trần Thị Bưởi" && file["version"]?.int == 2)
            #expect(file["due_at"]?.string == "2026-12-01T10:00:00Z")
            // An agency can't take a code that is another's, nor see whose it is.
            let stranger = try await Office(demonstration, client: 1)
            let numbered = try await stranger.system.client.send(
                .put, path, headers: stranger.headers, body: stranger.statement(5).serialized())
            #expect(numbered.status == .unprocessableContent)
            #expect(
                try JSON(parsing: numbered.body)["errors"]?.array?.map { $0["code"]?.string } == ["of_other_agency"])
            for (system, status) in [(office, HTTPResponse.Status.created), (stranger, .conflict)] {
                let answer = try await system.system.client.send(
                    .put, "/api/v1/dossiers/K99.01-261101-0007", headers: system.headers,
                    body: system.statement(5).serialized())
                #expect(answer.status == status)
            }
            let another = try await office.system.client.send(
                .put, path, headers: office.headers,
                body: office.statement(6, procedure: "2.000815", name: "Trần Thị Bưởi").serialized())
            #expect(another.status == .unprocessableContent)
            #expect(
                try JSON(parsing: another.body)["errors"]?.array?.map { $0["field"]?.string } == [
                    "submitted_at", "procedure",
                ])
        }
    }

    @Test("whoever has an account of the applicant's number finds the dossier among theirs, later accounts too")
    func owners() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            let citizen = try #require(demonstration.facts.accounts.first { $0.role == "citizen" })
            let name = try #require(
                try await demonstration.test.sql("select upper(name) from accounts where login = '\(citizen.user)'")
                    .first)
            // An agency's word alone puts nothing into a stranger's account.
            #expect(try await office.send([office.dossier(7, number: citizen.user)]).outcomes == ["created"])
            _ = try await office.send([
                office.dossier(8, number: citizen.user, name: name), office.dossier(9, number: "001199000000"),
            ])
            let browser = try await demonstration.browser("citizen")
            #expect(try await browser.get("/ho-so").text.contains(office.code(8)))
            let page = try await browser.get("/ho-so/\(office.code(8))")
            #expect(page.status == .ok && !page.text.contains(office.code(9)))
            #expect(!page.text.contains("Người nộp đã gửi hồ sơ"))
            #expect(try await browser.get("/ho-so/\(office.code(7))").status == .notFound)
            _ = try await demonstration.test.sql(
                """
                insert into accounts (id, kind, login, name, password_hash, created_at)
                values (gen_random_uuid(), 'citizen', '001199000000', 'Nguyễn Thị NA', '', now())
                """)
            let dossiers = demonstration.house.jobDossiers
            #expect(try await dossiers.linkStated(toAccountsSince: .now.addingTimeInterval(-60)) == 1)
            #expect(try await dossiers.linkStated(toAccountsSince: .now.addingTimeInterval(-60)) == 0)
        }
    }

    @Test(
        "both sides work out the same digests, and a day that differs is narrowed down to its dossiers in three calls")
    func reconciliation() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            _ = try await office.send((1...40).map { office.dossier($0) })
            func theirs(_ lines: [String]) -> String {
                let sorted = lines.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
                return Hex.encode(SHA256.hash(Array(sorted.map { $0 + "\n" }.joined().utf8)))
            }
            var lines = (1...40).map { "\(office.code($0)) 1" }
            let day = office.day.description
            let ours = try await office.system.get("/api/v1/sync/digest?from=\(day)&to=\(day)")["items"]?.array?.first
            #expect(ours?["count"]?.int == 40 && ours?["sha256"]?.string == theirs(lines))

            // The agency went on, and one report was lost on the way.
            lines[16] = "\(office.code(17)) 2"
            func compare() async throws -> JSON? {
                let body: JSON = ["days": [["day": .string(day), "count": 40, "sha256": .string(theirs(lines))]]]
                let answer = try await office.system.post("/api/v1/sync/digest", body.serialized(), key: nil)
                return try JSON(parsing: answer.body)["items"]?.array?.first
            }
            #expect(try await compare()?["agrees"]?.bool == false)
            let parts = try await office.system.get("/api/v1/sync/digest?day=\(day)")["buckets"]?.array ?? []
            let different = parts.filter { part in
                let bucket = part["bucket"]?.string ?? ""
                let mine = lines.filter { line in
                    Hex.encode(SHA256.hash(Array(line.prefix { $0 != " " }.utf8))).hasPrefix(bucket)
                }
                return part["sha256"]?.string != theirs(mine)
            }
            let bucket = try #require(different.count == 1 ? different.first?["bucket"]?.string : nil)
            let found =
                try await office.system.get("/api/v1/sync/digest?day=\(day)&bucket=\(bucket)")["items"]?.array ?? []
            #expect(found.contains { $0["code"]?.string == office.code(17) && $0["status"]?.int == 1 })
            let drift = try await demonstration.house.jobDossiers.drift(of: office.agency, since: office.day)
            #expect(drift.map(\.agrees) == [false])
            // The days of the last month are on the page of the agency's systems.
            let recent = Day(of: .now) + -3
            let none: JSON = [
                "days": [["day": .string(recent.description), "count": 812, "sha256": .string(theirs(lines))]]
            ]
            #expect(try await office.system.post("/api/v1/sync/digest", none.serialized(), key: nil).status == .ok)
            let page = try await demonstration.browser("officer", login: "lanhdao.hoankiem").get("/can-bo/he-thong")
            #expect(page.text.contains("hệ thống của cơ quan có 812 hồ sơ"))
            #expect(try await office.send([office.report(2, of: 17, sequence: 1)]).outcomes == ["applied"])
            #expect(try await compare()?["agrees"]?.bool == true)
        }
    }

    @Test("what can't well be true is taken, marked on the event and counted for its agency")
    func honesty() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            let file = String(repeating: "ab", count: 32)
            let outcomes = try await office.send([
                office.dossier(1, number: "000000001"), office.dossier(2, filed: [file], results: [file]),
                office.dossier(3, code: "K99.12-261101-0003"), office.dossier(4),
                office.report(2, of: 4, sequence: 1, minutes: 1), office.report(9, of: 4, sequence: 2, minutes: 1),
            ]).outcomes
            #expect(outcomes == ["created", "created", "created", "created", "applied", "applied"])
            let flags = try await demonstration.test.sql(
                "select unnest(flags) as flag from dossier_events where flags is not null order by flag")
            #expect(
                flags == [
                    "backdated", "backdated", "backdated", "backdated", "backdated", "backdated", "foreign_code",
                    "placeholder_identity", "result_equals_input",
                    "synthesised_history",
                ])
            let counts = try await demonstration.house.dossiers.flags(of: office.agency, since: Day(of: .now))
            #expect(counts.map { "\($0.flag) \($0.count)" }.first == "backdated 6" && counts.count == 5)
        }
    }

    @Test("a stream may be compressed and cut anywhere; what breaks it is its last line, and what was answered stays")
    func streams() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            let packed = try #require(
                Gzip.compress(Array(((1...60).map { office.dossier($0) }.joined(separator: "\n")).utf8)))
            let whole = try await office.send(bytes: packed, gzip: true, inPiecesOf: 7)
            #expect(whole.items.count == 60 && Set(whole.outcomes) == ["created"])
            let cut = try await office.send(bytes: Array(packed.dropLast(40)), gzip: true)
            #expect(cut.last["done"]?.bool == false && cut.last["problem"]?["type"]?.string == "/problems/malformed")
            #expect(Set(cut.outcomes) == ["replayed"])

            let long = "{\"type\":\"status\",\"code\":\"" + String(repeating: "x", count: 70_000)
            let deep = String(repeating: "[", count: 30_000)
            let hostile = try await office.send([
                long, deep, "{\"type\":\"status\",\"type\":\"status\"}", "\u{0}", "[]",
                "{\"type\":\"status\",\"code\":1e999}",
                office.dossier(1),
            ])
            #expect(hostile.outcomes == Array(repeating: "refused", count: 6) + ["replayed"])
            let quiet = try await office.send(
                bytes: Array("{}\n\(office.dossier(1))".utf8), path: "/api/v1/sync?answers=problems")
            #expect(quiet.items.compactMap { $0["line"]?.int } == [1])
            #expect(quiet.items.last?["through"]?.int == 2)
        }
    }
}

/// An agency's own system with dossiers that were filed there on one day, numbered.
struct Office: Sendable {
    let system: AgencySystem
    let agency: String
    let day: Day

    init(_ demonstration: Demonstration, client: Int = 0) async throws {
        system = try await AgencySystem(demonstration, client)
        agency = demonstration.facts.clients[client].agency
        // Long before those of the demonstration.
        day = Day(of: Date.now.addingTimeInterval(-400 * 86_400))
    }

    var headers: HTTPFields {
        [.authorization: "Bearer \(system.token)", .contentType: "application/json"]
    }

    func code(_ number: Int) -> String { DossierCode(agency: agency, day: day, number: number).description }

    func statement(
        _ number: Int, status: Int = 1, procedure: String = "1.001193", name: String = "Nguyễn Thị Na",
        personal: String? = nil, due: String? = nil, filed: [String] = [], results: [String] = []
    ) -> JSON {
        let submitted = day.instant(minute: 8 * 60 + number % 300).ISO8601Format()
        var members: [String: JSON] = [
            "procedure": .string(procedure), "channel": "counter", "status": .integer(status),
            "submitted_at": .string(submitted),
            "applicant": ["kind": "citizen", "name": .string(name), "number": .string(personal ?? "001190000012")],
        ]
        if status > 1 { members["received_at"] = .string(submitted) }
        if status > 8 { members["finished_at"] = .string(day.instant(minute: 16 * 60).ISO8601Format()) }
        if let due { members["due_at"] = .string(due) }
        if !filed.isEmpty { members["filed_sha256"] = .array(filed.map(JSON.string)) }
        if !results.isEmpty { members["result_sha256"] = .array(results.map(JSON.string)) }
        return .object(members)
    }

    func dossier(
        _ number: Int, status: Int = 1, procedure: String = "1.001193", number personal: String? = nil,
        name: String = "Nguyễn Thị Na", code: String? = nil, filed: [String] = [], results: [String] = []
    ) -> String {
        let statement = statement(
            number, status: status, procedure: procedure, name: name, personal: personal, filed: filed, results: results
        )
        return line(statement, type: "dossier", code: code ?? self.code(number))
    }

    /// - Parameter minutes: after the day's beginning; an hour apart unless told.
    func report(_ status: Int, of number: Int, sequence: Int, minutes: Int? = nil) -> String {
        let occurred = day.instant(minute: 17 * 60 + (minutes ?? sequence * 60)).ISO8601Format()
        return line(
            [
                "status": .integer(status), "sequence": .integer(sequence), "occurred_at": .string(occurred),
                "event_id": .string("e-\(number)-\(sequence)-\(status)"), "officer": ["name": "Trần Văn Hòa"],
            ], type: "status", code: code(number))
    }

    private func line(_ members: JSON, type: String, code: String) -> String {
        var members = members.object ?? [:]
        members["type"] = .string(type)
        members["code"] = .string(code)
        return String(decoding: JSON.object(members).serialized(), as: UTF8.self)
    }

    func put(_ number: Int, name: String = "Nguyễn Thị Na", due: String? = nil) async throws -> TestClient.Answer {
        try await system.client.send(
            .put, "/api/v1/dossiers/\(code(number))", headers: headers,
            body: statement(number, name: name, due: due).serialized())
    }

    struct Answers {
        let items: [JSON]
        let last: JSON

        var outcomes: [String] { items.map { $0["outcome"]?.string ?? "" } }
    }

    func send(_ lines: [String]) async throws -> Answers {
        try await send(bytes: Array(lines.joined(separator: "\n").utf8))
    }

    func send(
        bytes: [UInt8], path: String = "/api/v1/sync", gzip: Bool = false, inPiecesOf size: Int = 65_536
    ) async throws -> Answers {
        var headers: HTTPFields = [
            .authorization: "Bearer \(system.token)", .contentType: "application/x-ndjson",
        ]
        if gzip { headers[.contentEncoding] = "gzip" }
        while true {
            let answer = try await system.client.send(.post, path, headers: headers, body: bytes, inPiecesOf: size)
            #expect(answer.status == .ok, "\(answer.text.prefix(300))")
            let lines = try answer.body.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
            // A busy machine may ask for it again, as it may ask any system.
            if lines.last?["problem"]?["type"]?.string == "/problems/unavailable" { continue }
            return Answers(items: Array(lines.dropLast()), last: lines.last ?? .null)
        }
    }
}

/// Random numbers that are the same each time.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
