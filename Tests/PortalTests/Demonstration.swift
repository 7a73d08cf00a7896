import ArgumentParser
import Foundation
import HTTPTypes
import Journal
import Postgres
import Server
import TestSupport

@testable import Portal

/// A whole portal with the demonstration's people, systems and dossiers, on a database of its own.
struct Demonstration {
    let test: TestDatabase
    let house: House
    let settings: Settings
    let facts: DemoFacts

    /// - Parameters:
    ///   - secondFactor: required or optional, as the setting says.
    ///   - clientRate: requests a second of one agency's system.
    ///   - environment: further settings.
    static func with(
        secondFactor: String = "optional", clientRate: Int = 100_000, environment: [String: String] = [:],
        _ body: (Demonstration) async throws -> Void
    ) async throws {
        let prepared = try await prepared.value
        try await TestDatabase.with(copyOf: prepared.template) { test async throws in
            let folder = NSTemporaryDirectory() + "portal-test-\(UUID().uuidString)"
            try FileManager.default.copyItem(atPath: prepared.folder, toPath: folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let settings = try settings(
                test, folder, secondFactor: secondFactor, clientRate: clientRate, environment: environment)
            let house = try House(settings)
            try await body(Demonstration(test: test, house: house, settings: settings, facts: prepared.facts))
            await house.application.close()
            await house.worker.close()
        }
    }

    /// The demonstration as it begins, made once: its people's passwords alone take a second.
    private static let prepared = Task {
        let folder = NSTemporaryDirectory() + "portal-test-prepared-\(ProcessInfo.processInfo.processIdentifier)"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var facts: DemoFacts?
        let template = try await TestDatabase.template { test async throws in
            let settings = try settings(test, folder, secondFactor: "optional", clientRate: 100_000)
            var keys = SigningKeys.none
            keys.rotate(at: Date().addingTimeInterval(-60))
            try keys.write(to: settings.signingKeysFile)
            try await Import.loadReference(settings, at: Date())
            facts = try await Demo.parse(["--facts", folder + "/demo.json"]).prepare(settings)
        }
        guard let facts else { throw Missing() }
        return (template: template, folder: folder, facts: facts)
    }

    private static func settings(
        _ test: TestDatabase, _ folder: String, secondFactor: String, clientRate: Int,
        environment: [String: String] = [:]
    ) throws -> Settings {
        let standard = [
            "DATABASE_URL": test.url, "PORTAL_HOME": TestDatabase.root, "FILES_DIRECTORY": folder + "/files",
            "MAIL_DIRECTORY": folder + "/mail", "CHECKPOINTS_FILE": folder + "/heads", "DATABASE_CONNECTIONS": "6",
            "LOG_LEVEL": "error", "CLIENT_RATE": String(clientRate), "STAFF_SECOND_FACTOR": secondFactor,
            "SECOND_FACTOR_KEY_FILE": folder + "/second-factor.key",
            "SIGNING_KEYS_FILE": folder + "/keys.json", "AGENCY_KEYS_DIRECTORY": folder + "/agency-keys",
        ]
        return try Settings(environment: standard.merging(environment) { $1 })
    }

    /// A browser that has signed in as somebody of the demonstration.
    /// - Parameter login: which of several in that role; the first one unless told.
    /// - Parameter peer: the address that it asks from.
    func browser(_ role: String, login: String? = nil, peer: String = "203.0.113.7") async throws -> TestClient {
        let client = TestClient(house.site, peer: peer)
        let found = facts.accounts.first { $0.role == role && (login == nil || $0.user == login) }
        guard let account = found else { throw Missing() }
        // On a busy machine the site may ask to come back; any other answer is a failure.
        for attempt in 1...6 {
            let page = try await client.get("/dang-nhap")
            let answer = try await client.post(
                "/dang-nhap",
                form: [
                    ("csrf", page.text.formToken), ("login", account.user), ("password", account.password),
                    ("next", ""),
                ])
            if answer.status == .seeOther { return client }
            guard answer.status == .serviceUnavailable || page.status == .serviceUnavailable, attempt < 6 else {
                throw SignInRefused(status: answer.status.code)
            }
            try await Task.sleep(for: .seconds(1))
        }
        throw Missing()
    }

    /// An access token of an agency's system, by its place in the demonstration.
    func token(_ index: Int) async throws -> String {
        let client = facts.clients[index]
        let answer = try await TestClient(house.site).post(
            "/oauth/token",
            form: [
                ("grant_type", "client_credentials"), ("client_id", client.clientID), ("client_secret", client.secret),
            ])
        return answer.text.split(separator: "\"access_token\":\"").last.map { String($0.prefix { $0 != "\"" }) } ?? ""
    }

    /// What numbers the journal's entries; nobody else does here.
    var sequencer: Sequencer { Sequencer(database: house.worker, logger: settings.logger("journal")) }

    struct Missing: Error {}

    struct SignInRefused: Error {
        let status: Int
    }
}

extension String {
    /// The token of the page's first form.
    var formToken: String {
        guard let range = range(of: "name=\"csrf\" value=\"") else { return "" }
        return String(self[range.upperBound...].prefix { $0 != "\"" })
    }
}
