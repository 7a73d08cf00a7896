import Core
import Foundation
import Journal
import Postgres
import TestSupport
import Testing

/// What the tests of the journal write.
enum Samples {
    static let now = Date(timeIntervalSince1970: 1_795_417_500.123456)

    static func entry(_ number: Int, subject: String = "dossier:1") -> JournalEntry {
        JournalEntry(
            kind: "dossier.submitted", subject: subject, agencyCode: number % 2 == 0 ? "H26.16" : nil,
            actor: "account:\(number)", at: now.addingTimeInterval(Double(number)),
            content: ["number": .integer(number), "note": "Ưởng", "share": .double(0.5), "list": [.null, true]])
    }

    /// Writes entries one after the other and numbers them.
    static func write(_ count: Int, to test: TestDatabase) async throws {
        for number in 1...count {
            _ = try await test.application.transaction { try await $0.append(entry(number)) }
        }
        try await sequencer(test).sealBatch()
    }

    static func sequencer(_ test: TestDatabase) -> Sequencer {
        Sequencer(database: test.worker, logger: TestDatabase.logger)
    }

    static func faults(_ test: TestDatabase) async throws -> Set<JournalVerification.Fault> {
        Set(try await JournalVerification.run(on: test.worker).faults)
    }

    /// Positions of faults of a kind; nil stands for an entry that lost its place.
    static func positions(_ kind: JournalVerification.Fault.Kind, _ test: TestDatabase) async throws -> Set<Int?> {
        Set(try await faults(test).filter { $0.kind == kind }.map(\.position))
    }
}
