import Accounts
import ArgumentParser
import Core
import Cryptography
import Dossiers
import Foundation
import Journal
import Postgres

/// The same work over a country's dossiers and over few, in one run: what an index finds costs no more for what lies beside it.
struct BenchScale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Measure work over very many synchronised dossiers against the same over ten thousand.",
        discussion: """
            Makes two databases on the server of DATABASE_URL, which needs a superuser. They stay for the next run, and a load that \
            was broken off goes on where it was; --drop removes them. 14000000 dossiers take some 20 GB.
            """)

    @Option(help: "How many dossiers, each with three events.")
    var dossiers = 1_000_000

    @Flag(help: "Remove both databases, and measure nothing.")
    var drop = false

    private static let few = 10_000
    /// Of the large one, against the small one's.
    private static let limit = 1.3
    private static let calls = 600

    func run() async throws {
        let settings = try Settings()
        let databases = [Self.few, dossiers].map { ScaleDatabase(server: settings.databaseURL, count: $0) }
        if drop { return try databases.forEach { try $0.drop() } }
        for database in databases { try await database.load(settings) }
        var subjects: [ScaleSubjects] = []
        for database in databases { subjects.append(try await ScaleSubjects(settings, database)) }
        print(
            "Half within (99 of 100 within), over \(Self.few) and over \(dossiers) dossiers; limit \(Self.limit) times the first:"
        )
        for subject in ScaleSubjects.Kind.allCases {
            var times: [[Double]] = [[], []]
            // By turns, so that whatever else the machine does is shared.
            for round in 0..<Self.calls {
                for (index, subjects) in subjects.enumerated() {
                    let start = ContinuousClock.now
                    try await subjects.call(subject, round)
                    // The first hundred warm up.
                    if round >= 100 { times[index].append((ContinuousClock.now - start) / .milliseconds(1)) }
                }
            }
            let sorted = times.map { $0.sorted() }
            let ratio = sorted[1][sorted[1].count / 2] / max(sorted[0][sorted[0].count / 2], 0.001)
            func shown(_ times: [Double]) -> String {
                String(format: "%.2f (%.2f)", times[times.count / 2], times[times.count * 99 / 100])
            }
            let name = subject.rawValue.padding(toLength: 34, withPad: " ", startingAt: 0)
            print(
                "  \(name)\(shown(sorted[0])) → \(shown(sorted[1])) ms, ratio " + String(format: "%.2f", ratio)
                    + (ratio <= Self.limit ? "" : ", over the limit"))
        }
        for subjects in subjects { await subjects.close() }
    }
}

/// A database that is kept from one run to the next, with so many dossiers.
private struct ScaleDatabase {
    let server: String
    let count: Int
    let name: String
    let url: String

    private static let batch = 100_000

    init(server: String, count: Int) {
        self.server = server
        self.count = count
        name = "portal_scale_\(count)"
        url = BenchDatabase.url(of: name, on: server)
    }

    /// Loads what isn't there yet, batch by batch, and says how far it is.
    func load(_ settings: Settings) async throws {
        let known = try await PlainConnection.connect(server).execute(
            "select 1 from pg_database where datname = '\(name)'")
        if known.isEmpty { try Tool.psql(server, "create database \(name)") }
        let own = try settings.using(database: url)
        let database = try await PlainConnection.connect(url)
        _ = try await Migrator(directory: own.path("SQL/migrations")).migrate(url: url, logger: own.quietLogger)
        if try await database.execute("select 1 from dossiers limit 1").isEmpty {
            try await Import.loadReference(own, at: Date())
            _ = try await Demo.parse(["--facts", NSTemporaryDirectory() + "\(name).json"]).prepare(own)
        }
        let batches = (count + Self.batch - 1) / Self.batch
        let tables = try await database.execute("select to_regclass('scale.batches') is not null")
        let done =
            tables == ["t"]
            ? Set(try await database.execute("select number from scale.batches").compactMap { Int($0) }) : []
        let missing = (1...batches).filter { !done.contains($0) }
        guard !missing.isEmpty else { return }
        try Tool.psql(url, file: own.path("SQL/bench/scale_begin.sql"))
        let start = ContinuousClock.now
        for (index, batch) in missing.enumerated() {
            try Tool.psql(
                url, file: own.path("SQL/bench/scale.sql"),
                variables: [
                    "batch": batch, "first": (batch - 1) * Self.batch + 1, "last": min(batch * Self.batch, count),
                    "total": count, "few": 20,
                ])
            let spent = (ContinuousClock.now - start) / .seconds(1)
            let left = spent / Double(index + 1) * Double(missing.count - index - 1)
            print("\(name): batch \(batch) of \(batches), \(Int(spent)) s, some \(Int(left)) s to go")
        }
        try Tool.psql(url, file: own.path("SQL/bench/scale_end.sql"))
        let size = try await database.execute("select pg_size_pretty(pg_database_size(current_database()))")
        print("\(name): indexed after \(Int((ContinuousClock.now - start) / .seconds(1))) s, \(size.first ?? "")")
    }

    func drop() throws { try Tool.psql(server, "drop database if exists \(name) with (force)") }
}

/// What is measured, over one database.
private struct ScaleSubjects {
    enum Kind: String, CaseIterable {
        case byCode = "dossier by code"
        case citizen = "citizen's list of 20"
        case status = "agency's list by status, 50"
        case tracking = "public tracking"
        case report = "status call"
    }

    private let house: House
    /// Of the newest: codes with their agencies, and those that can be moved to and fro.
    private let newest: [(code: String, agency: String)]
    private let processing: [(code: String, agency: String)]
    private let citizens: [Account.ID]
    /// One in ten dossiers is its own.
    private let largest: String
    private let run = UUID().uuidString

    init(_ settings: Settings, _ database: ScaleDatabase) async throws {
        house = try House(settings.using(database: database.url))
        let connection = try await PlainConnection.connect(database.url)
        func pairs(_ condition: String) async throws -> [(code: String, agency: String)] {
            let rows = try await connection.execute(
                """
                select code || ' ' || agency_code from (
                    select code, agency_code from dossiers where code like 'SC-%' and \(condition)
                    order by submitted_at desc limit 5000
                ) as newest
                """)
            return rows.map { row in
                let parts = row.split(separator: " ").map(String.init)
                return (parts[0], parts[1])
            }
        }
        newest = try await pairs("true")
        processing = try await pairs("status = 4")
        citizens = try await connection.execute(
            "select distinct account_id from (select account_id from dossiers where code like 'SC-%' limit 5000) as found"
        ).compactMap { Account.ID($0) }
        largest = try await connection.execute("select code from scale.agencies where number = 0").first ?? ""
        guard newest.count >= 1000, processing.count >= 100, !citizens.isEmpty else {
            throw ValidationError("\(database.name) has too few dossiers: drop it and load it again")
        }
    }

    func call(_ kind: Kind, _ round: Int) async throws {
        let (code, agency) = newest[Int.random(in: 0..<newest.count)]
        switch kind {
        case .byCode: _ = try await house.dossiers.file(code, at: agency)
        case .citizen:
            _ = try await house.dossiers.filed(by: .own(citizens[round % citizens.count]), limit: 20)
        case .status: _ = try await house.dossiers.list(at: largest, status: .returned, limit: 50)
        case .tracking: _ = try await house.dossiers.track(code: code, digits: "0127")
        case .report:
            // To and fro, so that there is always something to move.
            let (code, agency) = processing[(round / 2) % processing.count]
            let now = Date()
            let change = StatusChange(
                status: round % 2 == 0 ? .stopped : .processing, occurredAt: now, eventID: "\(run)-\(round)",
                note: "Ghi chú", officerName: "Trần Văn Hòa", officerTitle: nil, dueAt: nil)
            let message = IdempotentMessage(scope: "client:bench", key: "\(run)-\(round)", body: [1])
            _ = try await house.dossiers.changeStatus(
                of: code, at: agency, to: change, message: message, now: now
            ) { _ in (201, []) }
        }
    }

    func close() async {
        await house.application.close()
        await house.worker.close()
    }
}
