import Accounts
import Core
import Foundation
import Journal
import Notifications
import Pages
import Postgres
import TestSupport

/// People who are told, and what they are told.
enum Samples {
    static let now = Date(timeIntervalSince1970: 1_795_417_500)
    static let words = try! Texts(directory: TestDatabase.root + "/Templates")
    static let letters = try! Letters(texts: words, publicURL: "https://dichvucong.example.vn")

    /// A citizen with these addresses and choices; the other columns are any.
    static func person(
        _ test: TestDatabase, email: String? = "lan@example.vn", phone: String? = "0950123406", byEmail: Bool = true,
        bySMS: Bool = false, language: Language = .vi
    ) async throws -> Account.ID {
        let id = Account.ID.make(at: now)
        func text(_ value: String?) -> String { value.map { "'\($0)'" } ?? "null" }
        try await test.sql(
            """
            insert into accounts (id, kind, login, name, password_hash, email, phone, notify_email, notify_sms, language,
                created_at)
            values ('\(id)', 'citizen', '\(id)', 'Đỗ Ỷ', '', \(text(email)), \(text(phone)), \(byEmail), \(bySMS),
                '\(language.rawValue)', now())
            """)
        return id
    }

    static func tell(_ account: Account.ID, _ payload: [String: JSON] = ["status": 2], in test: TestDatabase)
        async throws
    {
        try await test.application.transaction { transaction in
            let members = ["account": .string(account.description), "code": "H26.16-261124-0001"].merging(payload) {
                $1
            }
            try await transaction.enqueue(topic: "dossier.status", payload: .object(members), at: now)
        }
    }

    static func notifications(_ test: TestDatabase) -> Notifications {
        Notifications(database: test.worker, letters: letters, logger: TestDatabase.logger)
    }

    static func courier(_ channel: Channel = .email, by transport: any Transport, _ test: TestDatabase) -> Courier {
        Courier(channel, by: transport, database: test.worker, letters: letters, logger: TestDatabase.logger)
    }
}
