import Accounts
import Agencies
import Core
import Cryptography
import Feedback
import Files
import Foundation
import Postgres
import TestSupport

/// A database with the agencies and limits of `SQL/seed`, feedback on it, and people of our own.
struct Desk {
    let test: TestDatabase
    let feedback: Feedback
    /// Of Hoàn Kiếm, of Sài Gòn and of the office that passes things on.
    let officers: [String: FeedbackParty]
    let citizens: [Account.ID]

    static let (hoanKiem, saiGon, office) = ("H26.00070", "H29.26740", "G15")

    static func with(_ body: (Desk) async throws -> Void) async throws {
        try await TestDatabase.with { test async throws in
            try await test.owner.transaction { transaction in
                try await Agencies.load(from: TestDatabase.root + "/SQL/seed", into: transaction, at: Date())
                try await Feedback.load(from: TestDatabase.root + "/SQL/seed", into: transaction)
            }
            let folder = NSTemporaryDirectory() + "feedback-test-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            func account(_ kind: String, _ agency: String?) async throws -> Account.ID {
                let id = Account.ID.make(at: Date())
                let code = agency.map { "'\($0)'" } ?? "null"
                try await test.sql(
                    "insert into accounts (id, kind, login, name, password_hash, agency_code, created_at) values "
                        + "('\(id)', '\(kind)', '\(id)', 'Lê Thu Hà', 'x', \(code), now())")
                return id
            }
            var officers: [String: FeedbackParty] = [:]
            for agency in [hoanKiem, saiGon, office] {
                officers[agency] = .officer(
                    try await account("officer", agency), agency: agency, duties: [.receive, .process])
            }
            let citizens = [try await account("citizen", nil), try await account("citizen", nil)]
            let feedback = Feedback(
                database: test.application, agencies: Agencies(database: test.application),
                files: try FileStore(directory: folder))
            try await body(Desk(test: test, feedback: feedback, officers: officers, citizens: citizens))
        }
    }

    /// Sends the sample and gives its code and word.
    func send(
        to agency: String? = hoanKiem, by account: Account.ID? = nil, id: FeedbackItem.ID? = nil, at now: Date
    ) async throws -> (code: String, word: TrackingWord) {
        var typed = NewFeedbackTests.typed
        typed["agency"] = agency ?? ""
        let id = id ?? .make(at: now)
        let word = TrackingWord(secret: "secret", id: id)
        let code = try await feedback.send(
            NewFeedback(typed: typed), id: id, files: [], word: word, by: account, at: now)
        return (code, word)
    }

    /// Does something as the officer of an agency to what it has now.
    @discardableResult
    func act(
        _ deed: FeedbackDeed, on code: String, as agency: String = hoanKiem, at now: Date
    ) async throws -> FeedbackState {
        guard let officer = officers[agency] else { throw FeedbackError.notFound }
        let version = try await feedback.record(code, for: officer).item.version
        return try await feedback.act(deed, on: code, seen: Int(version), by: officer, at: now)
    }

    func figures(_ agency: String = hoanKiem, on day: Day) async throws -> FeedbackFigures {
        try await feedback.figures(of: agency, on: day)
    }
}

extension FeedbackDeed {
    static let publication = FeedbackDeed(
        .publish, wording: PublicWording(question: "Xin bớt một bản sao.", answer: "Đã bớt từ tháng này."))
}

/// 09:00 in Vietnam on a day.
func morning(_ day: String) -> Date { (Day(day) ?? Day(number: 0)).instant(minute: 540) }
