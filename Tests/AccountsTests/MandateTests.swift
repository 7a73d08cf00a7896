import Accounts
import Core
import Cryptography
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Acting for others")
struct MandateTests {
    @Test(
        "nothing is allowed before the agent accepts, and nothing after either of them ends it",
        arguments: [true, false])
    func life(isEndedByPrincipal: Bool) async throws {
        try await withPeople { people async throws in
            let id = try await people.give()
            let act = MandateAct.file(try #require(ProcedureCode("1.001193")))
            func refusal() async throws -> MandateRefusal? {
                let mandate = try #require(try await people.accounts.mandate(id, for: people.agent.id))
                return mandate.refusal(to: people.agent.id, of: act, on: Day(of: now))
            }
            #expect(try await refusal() == .notTheAgent)
            try await people.accounts.accept(id, by: people.agent, at: now)
            #expect(try await refusal() == nil)
            let mandate = try #require(try await people.accounts.mandate(id, for: people.business.id))
            #expect(mandate.agentName == "Trần Thị Nhân")
            #expect(mandate.refusal(to: people.business.id, of: act, on: Day(of: now)) == .notTheAgent)
            try await people.accounts.revoke(
                id, by: isEndedByPrincipal ? people.business : people.agent, at: now.addingTimeInterval(1))
            #expect(try await refusal() == .notInForce(.revoked))
            await #expect(throws: MandateError.notOpen(.revoked)) {
                try await people.accounts.accept(id, by: people.agent, at: now.addingTimeInterval(2))
            }
            let kinds = try await people.test.sql(
                "select kind from journal_entries where subject = 'mandate:\(id)' order by recorded_at, kind desc")
            #expect(Set(kinds) == ["mandate.given", "mandate.accepted", "mandate.revoked"] && kinds.count == 3)
        }
    }

    @Test("each step done twice is done once: one mandate, one entry, one letter")
    func twice() async throws {
        try await withPeople { people async throws in
            let id = Mandate.ID.make(at: now)
            for _ in 0..<2 { try await people.give(as: id) }
            for _ in 0..<2 { try await people.accounts.accept(id, by: people.agent, at: now) }
            for _ in 0..<2 { try await people.accounts.revoke(id, by: people.business, at: now) }
            #expect(try await people.count("select count(*) from mandates") == ["1"])
            #expect(
                try await people.test.sql("select count(*) from journal_entries where kind like 'mandate.%'") == ["3"])
            #expect(try await people.test.sql("select count(*) from outbox where topic like 'mandate.%'") == ["3"])
        }
    }

    @Test("a stranger neither sees, accepts nor ends it, and is told what they are told of one that doesn't exist")
    func strangers() async throws {
        try await withPeople { people async throws in
            let id = try await people.give()
            #expect(try await people.accounts.mandate(id, for: people.stranger.id) == nil)
            #expect(try await people.accounts.mandates(naming: people.stranger.id).isEmpty)
            #expect(try await people.accounts.mandates(givenBy: people.stranger.id).isEmpty)
            for mandate in [id, .make(at: now)] {
                await #expect(throws: MandateError.notFound) {
                    try await people.accounts.accept(mandate, by: people.stranger, at: now)
                }
                await #expect(throws: MandateError.notFound) {
                    try await people.accounts.revoke(mandate, by: people.stranger, at: now)
                }
            }
            // Nor does the principal accept in the agent's place.
            await #expect(throws: MandateError.notFound) {
                try await people.accounts.accept(id, by: people.business, at: now)
            }
            #expect(try await people.accounts.mandates(naming: people.agent.id).map(\.id) == [id])
            #expect(try await people.accounts.mandates(givenBy: people.business.id).map(\.id) == [id])
        }
    }

    @Test("the database itself refuses to accept for another, to revive what ended and to change what was given")
    func walls() async throws {
        try await withPeople { people async throws in
            let id = try await people.give()
            func asApplication(_ account: Account.ID, _ change: String) async throws {
                try await people.test.sql(
                    """
                    begin; set local role portal_app; select set_config('portal.account', '\(account)', true);
                    \(change); commit
                    """)
            }
            let accepted = "update mandates set agent_id = '\(people.agent.id)', accepted_at = now() where id = '\(id)'"
            await #expect(throws: (any Error).self) { try await asApplication(people.business.id, accepted) }
            await #expect(throws: (any Error).self) {
                try await asApplication(
                    people.business.id,
                    "update mandates set revoked_by = '\(people.agent.id)', revoked_at = now() where id = '\(id)'")
            }
            await #expect(throws: (any Error).self) {
                try await asApplication(
                    people.business.id, "update mandates set amount_limit = null where id = '\(id)'")
            }
            await #expect(throws: (any Error).self) {
                try await asApplication(people.business.id, "delete from mandates")
            }
            // Nobody else's row is there to be changed.
            try await asApplication(people.stranger.id, accepted)
            #expect(try await people.count("select count(*) from mandates where agent_id is null") == ["1"])
            try await people.accounts.revoke(id, by: people.business, at: now)
            await #expect(throws: (any Error).self) {
                try await asApplication(
                    people.business.id, "update mandates set revoked_by = null, revoked_at = null where id = '\(id)'")
            }
        }
    }

    @Test("a number without an account is answered like one with an account, and its owner finds the offer later")
    func unknown() async throws {
        try await withPeople { people async throws in
            let id = try await people.give(to: "001094000009")
            let mandate = try #require(try await people.accounts.mandate(id, for: people.business.id))
            #expect(mandate.agentID == nil && mandate.agentName == nil)
            #expect(try await people.test.sql("select count(*) from outbox where topic like 'mandate.%'") == ["0"])
            let late = try await people.register("001094000009", "Lê Văn Muộn")
            try await people.accounts.accept(id, by: late, at: now)
            #expect(try await people.accounts.mandate(id, for: people.business.id)?.agentID == late.id)
        }
    }

    @Test("neither journal nor letter holds a personal number")
    func quiet() async throws {
        try await withPeople { people async throws in
            let id = try await people.give()
            try await people.accounts.accept(id, by: people.agent, at: now)
            let written = try await people.test.sql(
                "select entry::text from journal_entries entry union all select payload::text from outbox")
            #expect(!written.isEmpty && written.allSatisfy { !$0.contains(people.agent.login) })
        }
    }

    @Test("after its last day an offer can't be accepted, and one accepted allows nothing")
    func expires() async throws {
        try await withPeople { people async throws in
            let (open, taken) = (try await people.give(), try await people.give())
            try await people.accounts.accept(taken, by: people.agent, at: now)
            let later = now.addingTimeInterval(40 * 86_400)
            await #expect(throws: MandateError.notOpen(.expired)) {
                try await people.accounts.accept(open, by: people.agent, at: later)
            }
            let mandate = try #require(try await people.accounts.mandate(taken, for: people.agent.id))
            let act = MandateAct.file(try #require(ProcedureCode("1.001193")))
            #expect(
                mandate.refusal(to: people.agent.id, of: act, on: Day(of: later)) == .notInForce(.expired))
        }
    }
}

private let now = Date(timeIntervalSince1970: 1_795_417_500)

/// A business, its employee and somebody else, none of whom exists.
private struct People {
    let accounts: Accounts
    let test: TestDatabase
    let business: Profile
    let agent: Profile
    let stranger: Profile

    init(_ test: TestDatabase) async throws {
        accounts = Accounts(database: test.application, passwords: PasswordHasher())
        self.test = test
        business = try await Self.register(
            Registration(
                business: #require(TaxCode("0109999904")), name: "Công ty Thử", password: "ba con mèo trên mái",
                phone: nil,
                email: nil, representativeName: "Nguyễn Văn Thử",
                representativeNumber: #require(PersonalNumber("001094000005"))), in: accounts)
        agent = try await Self.register(Self.citizen("001094000002", "Trần Thị Nhân"), in: accounts)
        stranger = try await Self.register(Self.citizen("001094000003", "Phạm Văn Lạ"), in: accounts)
    }

    @discardableResult
    func give(as id: Mandate.ID = .make(at: now), to number: String = "001094000002") async throws -> Mandate.ID {
        let today = Day(of: now)
        let terms = MandateTerms(
            procedures: ["1.001193"], amountLimit: Money(dong: 500_000), validFrom: today, validUntil: today + 30)
        let offer = MandateOffer(
            basis: .employment, agent: try #require(PersonalNumber(number)), terms: terms, document: nil)
        try await accounts.give(offer, as: id, by: business, at: now)
        return id
    }

    /// Counts as the business: the owner of the tables is held to their policies too.
    func count(_ query: String) async throws -> [String] {
        try await test.sql("select set_config('portal.account', '\(business.id)', false); \(query)")
    }

    func register(_ number: String, _ name: String) async throws -> Profile {
        try await Self.register(Self.citizen(number, name), in: accounts)
    }

    private static func citizen(_ number: String, _ name: String) throws -> Registration {
        Registration(
            citizen: try #require(PersonalNumber(number)), name: name, password: "ba con mèo trên mái",
            dateOfBirth: try #require(Day("1994-05-12")), sex: "female", phone: nil, email: nil)
    }

    private static func register(_ registration: Registration, in accounts: Accounts) async throws -> Profile {
        let id = try #require(try await accounts.register(registration, at: now))
        return try #require(try await accounts.profile(of: id))
    }
}

private func withPeople(_ body: (People) async throws -> Void) async throws {
    try await TestDatabase.with { test in try await body(People(test)) }
}
