import Accounts
import ArgumentParser
import Core
import Cryptography
import Dossiers
import Foundation
import Postgres

/// An officer's work over few dossiers of the agency and over very many: each way of looking at the list, a dossier's page, and the
/// act of receiving. The ratio of the two is what counts, and a hundred milliseconds the limit.
struct BenchDesk {
    let settings: Settings
    /// Dossiers of the one agency in the end; at first there are ten thousand.
    let count: Int

    private static let few = 10_000

    func measure() async throws {
        let house = try House(settings)
        let accounts = Accounts(database: house.application, passwords: PasswordHasher())
        guard
            let login = DemoFacts(path: BenchDatabase.factsPath).accounts.first(where: { $0.role == "officer" })?.user,
            let id = try await accounts.account(named: login), let profile = try await accounts.profile(of: id),
            let agency = profile.agencyCode
        else { throw ValidationError("the demonstration has no officer") }
        let officer = Officer(id: id, name: profile.name, agency: agency, unit: nil, duties: Set(Duty.allCases))
        try fill(from: 1, to: Self.few)
        let before = try await times(house.dossiers, officer)
        try fill(from: Self.few + 1, to: count)
        let after = try await times(house.dossiers, officer)
        print(
            "An officer's desk, half within (99 of 100 within), over \(Self.few) and over \(count) dossiers of the agency; limit 100 ms:"
        )
        for (small, large) in zip(before, after) {
            let ratio = large.half / max(small.half, 0.001)
            func milliseconds(_ time: Double) -> String { String(format: "%.1f", time) }
            let padded = small.name.padding(toLength: 34, withPad: " ", startingAt: 0)
            print(
                "  \(padded)\(milliseconds(small.half)) (\(milliseconds(small.most))) → \(milliseconds(large.half)) (\(milliseconds(large.most))) ms, ratio "
                    + String(format: "%.2f", ratio) + (large.most <= 100 ? "" : ", over the limit"))
        }
        await house.application.close()
        await house.worker.close()
    }

    private func fill(from first: Int, to last: Int) throws {
        guard last >= first else { return }
        try Tool.psql(
            settings.databaseURL, file: settings.path("SQL/bench/desk.sql"), variables: ["first": first, "last": last])
    }

    private struct Times {
        let name: String
        /// Milliseconds.
        let half: Double
        let most: Double
    }

    private func times(_ dossiers: Dossiers, _ officer: Officer) async throws -> [Times] {
        let views: [(String, WorkView)] =
            WorkView.Bucket.allCases.map { ("list: \($0.rawValue)", WorkView(bucket: $0)) } + [
                ("list: mine", WorkView(assignee: .me)), ("list: open, newest", WorkView(order: .newest)),
                ("list: nobody's", WorkView(assignee: .nobody)),
                ("list: a procedure, done", WorkView(bucket: .done, procedure: "9.999999")),
                ("list: by name", WorkView(words: "Nguyễn Thị Minh L")),
            ]
        var times: [Times] = []
        for (name, view) in views {
            times.append(
                try await time(name) { _ in
                    _ = try await dossiers.work(of: officer, view, limit: 50, at: Date())
                })
        }
        times.append(
            try await time("counters") { _ in _ = try await dossiers.workCounts(of: officer, at: Date()) })
        let fresh = try await dossiers.work(
            of: officer, WorkView(bucket: .fresh, status: .registered), limit: 500, at: Date()
        )
        .lines.filter { $0.version == 1 }
        times.append(
            try await time("dossier page's reads") { number in
                let code = fresh[number % max(fresh.count, 1)].code
                _ = try await dossiers.file(code, at: officer.agency)
                _ = try await dossiers.talk(about: code, as: .officer(officer))
                _ = try await dossiers.inside(code, for: officer)
            })
        var left = fresh[...]
        times.append(
            try await time("receive") { _ in
                guard let next = left.popFirst() else { return }
                _ = try await dossiers.act(
                    .receive(note: ""), on: next.code, seen: next.version, by: officer, at: Date())
            })
        return times
    }

    private func time(_ name: String, _ work: (Int) async throws -> Void) async throws -> Times {
        var times: [Double] = []
        for number in 0..<100 {
            let start = ContinuousClock.now
            try await work(number)
            let passed = (ContinuousClock.now - start).components
            times.append(Double(passed.seconds) * 1000 + Double(passed.attoseconds) * 1e-15)
        }
        times.sort()
        return Times(name: name, half: times[50], most: times[98])
    }
}
