import Accounts
import ArgumentParser
import Core
import Cryptography
import Foundation
import Logging
import Postgres
import Server
import ServiceLifecycle

/// A night's synchronisation over HTTP, by four systems at once, against COPY of the same rows into tables with the same
/// indexes, by four clients at once.
struct BenchSync {
    let settings: Settings
    /// Dossiers, each stated and reported on twice.
    let count: Int

    private static let streams = 4
    private static let goal = 0.5

    func measure() async throws {
        guard let curl = Tool.path(of: "curl") else {
            throw ValidationError("curl is missing: apt-get install curl")
        }
        let house = try House(settings)
        let token = try await house.tokenForSync()
        let folder = NSTemporaryDirectory() + "portal-bench-sync"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try (0..<Self.streams).map { part in
            try write(part, to: "\(folder)/\(part).ndjson", agency: token.agency)
        }
        var services: [any Service] = [house.application, house.worker, house.changes, house.feed]
        services.append(HTTPServer(house.site, logger: settings.quietLogger))
        let group = ServiceGroup(services: services, logger: settings.quietLogger)
        let server = Task { try await group.run() }
        try await Task.sleep(for: .seconds(1))
        let address = "http://127.0.0.1:\(settings.port)/api/v1/sync"
        let start = ContinuousClock.now
        try await together(files) { file in
            try Tool.run(
                curl,
                [
                    "-sS", "-o", file + ".answers", "-H", "Authorization: Bearer \(token.text)", "-H",
                    "Content-Type: application/x-ndjson", "-H", "Expect:", "-T", file, "-X", "POST", address,
                ])
        }
        let ours = ContinuousClock.now - start
        let memory = Self.residentMegabytes
        await group.triggerGracefulShutdown()
        try? await server.value
        for file in files {
            let answers = try String(contentsOfFile: file + ".answers", encoding: .utf8).split(separator: "\n")
            guard let last = answers.last, last.contains("\"done\":true"), last.contains("\"refused\":0") else {
                throw ValidationError("a stream wasn't taken: \(answers.last ?? "no answer")")
            }
        }
        let copied = try await copy(folder)
        let ratio = (copied / .seconds(1)) / (ours / .seconds(1))
        let rate = Double(count * 3) / (ours / .seconds(1))
        let verdict = ratio >= Self.goal ? "reached" : "not reached: \(two(ratio / Self.goal)) of the goal"
        print("\(count) dossiers with two reports each, synchronised in four streams, against COPY of the same rows:")
        print("  \(two(ratio)), goal \(two(Self.goal)) \(verdict); \(Int(rate)) lines/s, \(memory) MB resident")
    }

    /// Lines of a part of the dossiers, shuffled as little as a system does: a dossier with its reports behind it.
    private func write(_ part: Int, to path: String, agency: String) throws -> String {
        FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { throw ValidationError("can't write \(path)") }
        let day = Day(of: Date())
        let minute = day.instant().ISO8601Format()
        var lines: [UInt8] = []
        for number in stride(from: part + 1, through: count, by: Self.streams) {
            let code = DossierCode(agency: agency, day: day, number: 1_000_000 + number).description
            let person = String(format: "%012d", 1_190_000_000 + number * 7)
            lines +=
                """
                {"type":"dossier","code":"\(code)","procedure":"1.001193","channel":"counter","status":1,\
                "submitted_at":"\(minute)","applicant":{"kind":"citizen","name":"Nguyễn Thị Na","number":"\(person)"}}
                {"type":"status","code":"\(code)","sequence":1,"event_id":"b-\(number)-1","status":2,\
                "occurred_at":"\(day.instant(minute: 1).ISO8601Format())","officer":{"name":"Trần Văn Bình"}}
                {"type":"status","code":"\(code)","sequence":2,"event_id":"b-\(number)-2","status":4,\
                "occurred_at":"\(day.instant(minute: 2).ISO8601Format())","officer":{"name":"Trần Văn Bình"}}

                """.utf8
            if lines.count > 1 << 20 {
                try file.write(contentsOf: lines)
                lines.removeAll(keepingCapacity: true)
            }
        }
        try file.write(contentsOf: lines)
        try file.close()
        return path
    }

    /// How long four clients take to copy the rows into empty tables with the same indexes.
    private func copy(_ folder: String) async throws -> Duration {
        let url = settings.databaseURL
        try Tool.psql(url, file: settings.path("SQL/bench/sync_rows.sql"))
        var scripts: [String] = []
        for part in 0..<Self.streams {
            let dossiers = "(select * from bench_copy.made where part = \(part)) made"
            let columns =
                "id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits, status, "
                + "origin, submitted_at, received_at, due_at, finished_at, version, assigned_to, unit_id, step_due_at, waits_for"
            func rows(of table: String) -> (String, String) {
                (table, "select kept.* from public.\(table) kept join \(dossiers) on made.id = kept.dossier_id")
            }
            let sources = [
                ("dossiers (\(columns))", "select \(columns) from bench_copy.dossier_rows where part = \(part)"),
                rows(of: "dossier_events"), rows(of: "dossier_sources"), rows(of: "dossier_clocks"),
                rows(of: "report_places"),
                (
                    "journal_entries",
                    "select kept.* from public.journal_entries kept join public.dossier_events event on event.entry_id = kept.id "
                        + "join \(dossiers) on made.id = event.dossier_id"
                ),
                (
                    "journal_queue (entry_id)",
                    "select event.entry_id from public.dossier_events event join \(dossiers) "
                        + "on made.id = event.dossier_id"
                ),
            ]
            var restore = ""
            for (index, source) in sources.enumerated() {
                let file = "\(folder)/\(part)-\(index).copy"
                try Tool.psql(url, "\\copy (\(source.1)) to '\(file)' (format binary)")
                restore += "\\copy bench_copy.\(source.0) from '\(file)' (format binary)\n"
            }
            let script = "\(folder)/\(part).sql"
            try restore.write(toFile: script, atomically: true, encoding: .utf8)
            scripts.append(script)
        }
        let start = ContinuousClock.now
        try await together(scripts) { try Tool.psql(url, file: $0) }
        let copied = ContinuousClock.now - start
        try Tool.psql(url, "drop schema bench_copy cascade")
        return copied
    }

    /// Runs programs at once, off the threads that serve.
    private func together(_ files: [String], _ work: @escaping @Sendable (String) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for file in files {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        DispatchQueue.global().async { @Sendable in
                            continuation.resume(with: Result { try work(file) })
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static var residentMegabytes: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
            .dropFirst().first
        return (pages.flatMap { Int($0) } ?? 0) * 4 / 1024
    }

    private func two(_ value: Double) -> String { String(format: "%.2f", value) }
}

extension House {
    /// A token of a system that may synchronise, with its agency.
    fileprivate func tokenForSync() async throws -> (text: String, agency: String) {
        let accounts = Accounts(database: application, passwords: PasswordHasher())
        guard let known = DemoFacts(path: BenchDatabase.factsPath).clients.first,
            let client = try await accounts.client(id: known.clientID, secret: known.secret, at: Date())
        else { throw ValidationError("the demonstration has no API client") }
        return (try await accounts.issueToken(to: client, at: Date()), client.agencyCode)
    }
}
