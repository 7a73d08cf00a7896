import Accounts
import Agencies
import ArgumentParser
import Catalogue
import Core
import Cryptography
import Dossiers
import FoundationEssentials
import Postgres

/// Accounts and dossiers to try the portal with. The only way by which demonstration accounts come to be.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the demonstration accounts, clients and dossiers of SQL/seed/demo.json; repeatable.")

    @Option(help: "Where to write what was made, as JSON. Passwords found there are kept.")
    var facts = ".local/demo.json"

    func run() async throws {
        print(try await prepare(try Settings()).summary)
    }

    /// Makes what is missing, writes the facts and gives them.
    @discardableResult
    func prepare(_ settings: Settings) async throws -> DemoFacts {
        let data = try DemoData(path: settings.path("SQL/seed/demo.json"))
        let known = DemoFacts(path: facts)
        let now = Date()
        let made = try await settings.withDatabase(role: nil) { database in
            try await DemoMaker(database: database, settings: settings, data: data, known: known, now: now).make()
        }
        try made.write(to: facts)
        return made
    }
}

/// Makes what `demo.json` lists, through the same functions that people and agencies' systems use.
private struct DemoMaker {
    let database: Database
    let settings: Settings
    let data: DemoData
    let known: DemoFacts
    let now: Date

    func make() async throws -> DemoFacts {
        let agencies = Agencies(database: database)
        var codes: [String] = []
        var signing: [DemoKeys.Agency] = []
        for place in data.agencies {
            guard
                let agency = try await agencies.receiving(
                    place.kind, province: place.province, ward: place.ward, on: Day(of: now))
            else {
                throw ValidationError("demo.json: no agency \(place.kind) at \(place.province)/\(place.ward ?? "-")")
            }
            codes.append(agency.code)
            signing.append(DemoKeys.Agency(code: agency.code, name: agency.name))
        }
        try await agencies.openSandbox(data.sandbox.code, named: data.sandbox.name, on: Day(of: now))
        codes.append(data.sandbox.code)
        signing.append(DemoKeys.Agency(code: data.sandbox.code, name: data.sandbox.name))
        // Its results were signed in the past.
        let since = now.addingTimeInterval(-365 * 86_400)
        try DemoKeys(directory: settings.agencyKeysDirectory, since: since).make(for: signing)
        var facts = DemoFacts(url: settings.publicURL, databaseURL: settings.databaseURL)
        let accounts = Accounts(database: database, passwords: PasswordHasher())
        var owners: [String: Account.ID] = [:]
        for person in data.accounts {
            let password = known.password(of: person.login) ?? Self.newPassword()
            owners[person.role] = try await enrol(person, password: password, codes: codes, with: accounts)
            try await employ(person, with: accounts)
            facts.accounts.append(DemoFacts.Account(role: person.role, user: person.login, password: password))
        }
        for client in data.clients {
            let agency = client.agency.map { codes[$0] } ?? client.agencyCode ?? codes[0]
            let secret = try await accounts.enrolClient(
                id: client.id, agency: agency, name: client.name, secret: known.secret(of: client.id),
                scopes: client.scopes ?? ["dossier:read", "dossier:status", "dossier:sync", "events:read"], at: now)
            facts.clients.append(DemoFacts.Client(agency: agency, clientID: client.id, secret: secret))
        }
        let filer = try DemoFiler(database: database, settings: settings, codes: codes, owners: owners, now: now)
        for dossier in data.dossiers {
            try await filer.file(dossier, answers: data.answers[dossier.key] ?? .object([:]))
        }
        return facts
    }

    private func enrol(
        _ person: DemoData.Person, password: String, codes: [String], with accounts: Accounts
    ) async throws -> Account.ID? {
        if let kind = Account.Kind(rawValue: person.role), !kind.files {
            let agency = person.agency.map { codes[$0] } ?? person.agencyCode ?? codes[0]
            var unit: UUID?
            if let name = person.unit { unit = try await accounts.openUnit(named: name, of: agency, at: now) }
            try await accounts.enrol(
                kind, login: person.login, name: person.name, password: password, agency: agency,
                isNational: person.national ?? false, unit: unit,
                duties: person.duties?.compactMap(Duty.init) ?? Duty.allCases, at: now)
            return nil
        }
        if let registration = try person.registration(password: password) {
            _ = try await accounts.register(registration, at: now)
        }
        // Registered by an earlier start, perhaps with another password: the demonstration's own wins.
        return try await accounts.resetForDemonstration(login: person.login, password: password)
    }

    /// The mandate by which somebody acts for the business that employs them, given and accepted.
    private func employ(_ person: DemoData.Person, with accounts: Accounts) async throws {
        guard let employer = person.employer, let number = PersonalNumber(person.login),
            let giver = try await accounts.account(named: employer),
            let business = try await accounts.profile(of: giver),
            let agent = try await accounts.account(named: person.login),
            let employee = try await accounts.profile(of: agent)
        else { return }
        let today = Day(of: now)
        let isEmployed = try await accounts.mandates(naming: agent).contains {
            $0.principalID == giver && $0.state(on: today) == .inForce
        }
        guard !isEmployed else { return }
        let id = Mandate.ID.make(at: now)
        let terms = MandateTerms(
            procedures: [], amountLimit: nil, validFrom: today, validUntil: MandateTerms.lastDay(from: today))
        try await accounts.give(
            MandateOffer(basis: .employment, agent: number, terms: terms, document: nil), as: id, by: business, at: now)
        try await accounts.accept(id, by: employee, at: now)
    }

    /// Four groups of letters and digits that can be read out and typed: 95 bits.
    private static func newPassword() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
        return (0..<4).map { _ in
            String(decoding: SecureRandom.bytes(5).map { letters[Int($0) % letters.count] }, as: UTF8.self)
        }.joined(separator: "-")
    }
}
