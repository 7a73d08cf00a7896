import Accounts
import ArgumentParser
import Catalogue
import Cryptography
import Dossiers
import Foundation
import Postgres
import Server

/// A database made for one run of the bench, with the demonstration's data and ten thousand dossiers.
struct BenchDatabase {
    let url: String
    private let server: String
    private let name = "portal_bench_\(ProcessInfo.processInfo.processIdentifier)"

    static var factsPath: String { NSTemporaryDirectory() + "portal-bench-demo.json" }

    init(server: String) {
        self.server = server
        url = Self.url(of: name, on: server)
    }

    /// postgresql://host/NAME?options: the path's only component is the database.
    static func url(of name: String, on server: String) -> String {
        let parts = server.split(separator: "?", maxSplits: 1).map(String.init)
        let scheme = parts[0].range(of: "//")?.upperBound ?? parts[0].startIndex
        let slash = parts[0][scheme...].firstIndex(of: "/") ?? parts[0].endIndex
        return parts[0][..<slash] + "/" + name + (parts.count > 1 ? "?" + parts[1] : "")
    }

    func make(_ settings: Settings) async throws {
        try Tool.psql(server, "create database \(name)")
        let own = try settings.using(database: url)
        _ = try await Migrator(directory: own.path("SQL/migrations")).migrate(url: url, logger: own.quietLogger)
        try await Import.loadReference(own, at: Date())
        let demo = try Demo.parse(["--facts", Self.factsPath])
        try await demo.prepare(own)
        try Tool.psql(url, file: own.path("SQL/bench/prepare.sql"))
    }

    func drop() { try? Tool.psql(server, "drop database if exists \(name) with (force)") }
}

/// Sixteen tasks that do the same thing as fast as they can.
struct BenchClient: Sendable {
    let database: Database

    func rate(seconds: Int, _ work: @escaping @Sendable (Int) async throws -> Void) async throws -> Double {
        let end = ContinuousClock.now + .seconds(seconds)
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now < end {
                        try await work(Int.random(in: 1...100_000))
                        done += 1
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = ContinuousClock.now - start
        return Double(count) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
    }

    @Sendable func read(_ id: Int) async throws {
        _ = try await database.one(BenchQueries.read, Int32(id))
    }

    @Sendable func change(_ id: Int) async throws {
        try await database.transaction { transaction in
            try transaction.later(BenchQueries.update, Int32(id))
            try transaction.later(BenchQueries.log, Int32(id))
            _ = try await transaction.one(BenchQueries.read, Int32(id))
        }
    }
}

private enum BenchQueries {
    static let read = Query("bench.read", Int32.self, returns: BenchItem.self)
    static let update = Query("bench.update", Int32.self)
    static let log = Query("bench.log", Int32.self)
}

private struct BenchItem: PostgresRow {
    let id: Int32
    let name: String
    let amount: Int32

    init(_ row: inout Row) throws {
        id = try row("id")
        name = try row("name")
        amount = try row("amount")
    }
}

/// An address to be measured, as whom, and the share of the bare route's rate that it should reach.
struct BenchSubject {
    let name: String
    let path: String
    let header: String?
    let goal: Double

    static func all(house: House, settings: Settings, facts: DemoFacts) async throws -> [BenchSubject] {
        let accounts = Accounts(database: house.application, passwords: PasswordHasher())
        func cookie(_ role: String) async throws -> String {
            guard let account = facts.accounts.first(where: { $0.role == role }) else {
                throw ValidationError("the demonstration has no \(role)")
            }
            let token = try await accounts.signIn(
                login: account.user, password: account.password, device: "bench", at: Date()
            ).token
            return "Cookie: session=\(token)"
        }
        guard let known = facts.clients.first,
            let client = try await accounts.client(id: known.clientID, secret: known.secret, at: Date())
        else { throw ValidationError("the demonstration has no API client") }
        let token = try await accounts.issueToken(to: client, at: Date())
        let dossiers = try await house.sampleDossiers(of: facts, accounts: accounts)
        return [
            BenchSubject(name: "home page", path: "/", header: nil, goal: 0.75),
            BenchSubject(name: "search results", path: "/thu-tuc?q=khai%20sinh", header: nil, goal: 0.75),
            BenchSubject(name: "procedure page", path: "/thu-tuc/1.001193", header: nil, goal: 0.75),
            BenchSubject(
                name: "dossier page with its events, signed in", path: "/ho-so/\(dossiers.own)",
                header: try await cookie("citizen"), goal: 0.30),
            BenchSubject(
                name: "agency reads one dossier", path: "/api/v1/dossiers/\(dossiers.agency)",
                header: "Authorization: Bearer \(token)", goal: 0.30),
            BenchSubject(
                name: "officer's list of 50 rows", path: "/can-bo/ho-so", header: try await cookie("officer"),
                goal: 0.30),
        ]
    }
}

extension House {
    /// A dossier of the demonstration's citizen, and one at the first client's agency.
    fileprivate func sampleDossiers(
        of facts: DemoFacts, accounts: Accounts
    ) async throws -> (own: String, agency: String) {
        let citizen = facts.accounts.first { $0.role == "citizen" }?.user ?? ""
        guard let id = try await accounts.account(named: citizen),
            let own = try await dossiers.filed(by: .own(id), limit: 1).items.first?.code,
            let agency = try await dossiers.list(at: facts.clients[0].agency, limit: 1).items.first?.code
        else { throw ValidationError("the demonstration has no dossiers") }
        return (own, agency)
    }
}

/// The programs that measure and prepare.
enum Tool {
    static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func psql(_ url: String, _ command: String) throws {
        _ = try run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", command])
    }

    static func psql(_ url: String, file: String, variables: [String: Int] = [:]) throws {
        let settings = variables.flatMap { ["-v", "\($0)=\($1)"] }
        _ = try run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1"] + settings + ["-d", url, "-f", file])
    }

    /// Transactions a second. By count: a program started from here has the alarm signal blocked, and `-T` would never end.
    static func pgbench(
        _ script: String, url: String, each count: Int, variables: [String: Int] = [:]
    ) throws -> Double {
        let settings = variables.flatMap { ["-D", "\($0)=\($1)"] }
        let output = try run(
            "pgbench",
            ["-n", "-M", "prepared", "-c", "16", "-j", "2", "-t", String(count), "-f", script] + settings + [url])
        return number(after: "tps = ", in: output)
    }

    /// Requests a second. Off the threads that serve them.
    static func wrk(_ url: String, header: String?, seconds: Int) async throws -> Double {
        let arguments = ["-t2", "-c32", "-d\(seconds)s"] + (header.map { ["-H", $0] } ?? []) + [url]
        let output = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { @Sendable in
                continuation.resume(with: Result { try run("wrk", arguments) })
            }
        }
        if output.contains("Non-2xx") { throw ValidationError("wrk got errors from \(url)") }
        return number(after: "Requests/sec:", in: output)
    }

    private static func number(after mark: String, in text: String) -> Double {
        guard let range = text.range(of: mark) else { return 0 }
        return Double(text[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber || $0 == "." }) ?? 0
    }

    @discardableResult
    static func run(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(of: tool) ?? tool)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ValidationError("\(tool) failed: \(String(decoding: bytes, as: UTF8.self))")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
