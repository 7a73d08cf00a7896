import ArgumentParser
import Core
import Dossiers
import Foundation
import Journal
import Postgres
import Synchronization

/// An agency's system setting one status: a dossier is received and its due date counted. Against pgbench with the very
/// statements of SQL/queries, in the same round trips.
struct BenchStatus {
    let settings: Settings
    let rounds: Int
    let seconds: Int

    private static let tasks = 16
    /// Calls a second that there are dossiers for.
    private static let most = 4000
    private var each: Int { 60 * seconds }

    func measure() async throws {
        let scripted = rounds * Self.tasks * each
        let count = scripted + rounds * seconds * Self.most
        try Tool.psql(settings.databaseURL, file: settings.path("SQL/bench/status.sql"), variables: ["count": count])
        let house = try House(settings)
        guard
            let agency = try await PlainConnection.connect(settings.databaseURL).execute(
                "select agency_code from dossiers where code = 'BENCH-1'"
            ).first
        else { throw ValidationError("the demonstration has no dossiers of an API client's agency") }
        let script = NSTemporaryDirectory() + "portal-bench-status.pgbench"
        try Self.script(settings, agency: agency).write(toFile: script, atomically: true, encoding: .utf8)
        let url =
            settings.databaseURL + (settings.databaseURL.contains("?") ? "&" : "?") + "options=-crole%3Dportal_app"
        let client = BenchClient(database: house.application)
        let next = Atomic<Int>(scripted)
        var ratios = Ratios(goal: 0.85)
        for round in 0..<rounds {
            let yardstick = try Tool.pgbench(
                script, url: url, each: each, variables: ["base": round * Self.tasks * each, "each": each, "turn": 0])
            let before = house.application.roundTrips
            let first = next.load(ordering: .relaxed)
            let rate = try await client.rate(seconds: seconds) { _ in
                let number = next.wrappingAdd(1, ordering: .relaxed).newValue
                try await Self.receive(number, at: agency, through: house.dossiers)
            }
            ratios.add(rate, against: yardstick)
            let calls = next.load(ordering: .relaxed) - first
            if round == rounds - 1 {
                let trips = Double(house.application.roundTrips - before) / Double(max(calls, 1))
                print(
                    "An agency's system sets one status, 16 tasks, \(String(format: "%.1f", trips)) round trips a call:"
                )
            }
        }
        ratios.show("against pgbench, same statements and trips")
        await house.application.close()
        await house.worker.close()
    }

    @Sendable private static func receive(_ number: Int, at agency: String, through dossiers: Dossiers) async throws {
        let now = Date()
        let change = StatusChange(
            status: .received, occurredAt: now, eventID: "bench-\(number)", note: "Hồ sơ đủ thành phần.",
            officerName: "Trần Văn Hòa", officerTitle: "Công chức", dueAt: nil)
        let message = IdempotentMessage(
            scope: "client:bench", key: "BENCH-\(number) bench-\(number)", body: [UInt8](repeating: 32, count: 200))
        _ = try await dossiers.changeStatus(of: "BENCH-\(number)", at: agency, to: change, message: message, now: now) {
            _ in (201, [UInt8](repeating: 32, count: 400))
        }
    }

    /// What `receive` sends, for pgbench.
    private static func script(_ settings: Settings, agency: String) throws -> String {
        let queries = try QueryCatalogue(directory: settings.path("SQL/queries"))
        func statement(_ name: String, _ parameters: String...) throws -> String {
            guard let written = queries[name]?.sql else { throw ValidationError("\(name) is gone: mend BenchStatus") }
            // pgbench would take a parameter named in a comment for one of the statement's.
            var sql = written.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n")
            for (index, parameter) in parameters.enumerated().reversed() {
                sql = sql.replacing("$\(index + 1)", with: parameter)
            }
            return sql + ";\n"
        }
        let (id, entry, code, at) = (":'id'::uuid", ":'entry'::uuid", "'BENCH-' || :number::text", "'\(agency)'")
        let blob = "repeat(' ', 200)::bytea"
        // Statements take any number of rows; here one.
        func one(_ value: String) -> String { "array[\(value)]" }
        let none = "array[null]"
        return try """
        \\set turn :turn + 1
        \\set number :base + :client_id * :each + :turn
        \\startpipeline
        begin;
        select set_config('portal.agency', \(at), true);
        \(statement("dossiers.lock", code, at))
        \(statement("dossiers.beside", one(code), "'bench'", "'BENCH'"))
        \\endpipeline
        \\startpipeline
        \(statement("clock.lock"))
        \(statement("clock.pauses_of", one(id)))
        \(statement("reports.parked", one(id), at))
        \(statement("agencies.calendar"))
        \(statement("agencies.hours", at, "current_date"))
        \\endpipeline
        \\startpipeline
        \(statement(
                "dossiers.change", one(id), one("2"), one("now()"), one("now()"), none, one("2"), one("'agency'"), none,
                none, none))
        \(statement(
                "clock.set", one(id), one("now()"), one("'counted'"), one("now()"), none, none, none, none, none, one(at),
                none))
        \(statement("dossiers.explain", one(id), one("'{\"due\": 1, \"received\": 1}'")))
        \(statement("work.close_supplements", one(id), "now()"))
        \(statement(
                "journal.append", one(entry), one("'dossier.status_changed'"), one("'dossier:' || :number::text"), one(at),
                one("'bench'"), one("now()"),
                one("'{\"code\": \"BENCH\", \"status\": 2, \"previous_status\": 1, \"sequence\": 2, \"version\": 2}'"),
                one("sha256(\(blob))")))
        \(statement(
                "dossiers.record", one(id), one("2"), one("2"), one("1"), one("now()"), "now()", one(at),
                one("'pgbench-' || :number::text"), one("'Trần Văn Hòa'"), one("'Công chức'"),
                one("'Hồ sơ đủ thành phần.'"), one(blob), one("sha256(\(blob))"), one(entry), one("'status'"), none, none,
                none))
        \(statement(
                "idempotency.remember", "'bench'", "'pgbench-' || :number::text", "sha256(\(blob))", "201", blob, "now()"))
        commit;
        \\endpipeline
        """
        .replacing(id, with: "('00000000-0000-4000-8000-' || lpad(:number::text, 12, '0'))::uuid")
        .replacing(entry, with: "('00000000-0000-4000-9000-' || lpad(:number::text, 12, '0'))::uuid")
    }
}
