import Core
import Cryptography
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Accounts

@Suite("Duties of an agency's officers")
struct StaffTests {
    /// Whom a supervisor of all or of the unit `Một` changes to what, and what comes of it.
    struct Change: Sendable {
        let by: String
        let who: String
        let unit: String?
        let duties: Set<Duty>
        let error: StaffError?

        init(_ by: String, _ who: String, _ unit: String?, _ duties: Set<Duty>, _ error: StaffError?) {
            self.by = by
            self.who = who
            self.unit = unit
            self.duties = duties
            self.error = error
        }
    }

    @Test(
        "who may change whose duties",
        arguments: [
            Change("head", "clerk", "Một", [.receive, .process], nil),
            Change("head", "clerk", nil, [.supervise], nil),
            Change("head", "clerk", "Hai", [.read], nil),
            Change("head", "clerk", "Một", [], .noDuty),
            Change("head", "clerk", "Ngoài", [.read], .outsideUnit),
            Change("head", "head", nil, [.supervise, .decide, .receive], .ownDuties),
            Change("head", "head", "Một", [.supervise], .ownDuties),
            Change("head", "head", nil, [.decide], .lastSupervisor),
            Change("head", "head", nil, [.supervise], nil),
            Change("head", "stranger", nil, [.read], .notFound),
            Change("unithead", "clerk", "Một", [.process], nil),
            Change("unithead", "clerk", "Dưới", [.process], nil),
            Change("unithead", "clerk", "Hai", [.process], .outsideUnit),
            Change("unithead", "clerk", nil, [.process], .outsideUnit),
            Change("unithead", "other", "Hai", [.read], .notFound),
            Change("unithead", "head", nil, [.read], .notFound),
        ])
    func changes(_ change: Change) async throws {
        try await withStaff { staff async throws in
            let supervisor = try await staff.session(change.by)
            let unit = change.unit.map { staff.units[$0] ?? UUID() }
            let who = try #require(staff.ids[change.who])
            func act() async throws {
                try await staff.accounts.changeDuties(
                    of: who, unit: unit, duties: change.duties, seen: 1, by: supervisor, at: now)
            }
            guard let error = change.error else {
                try await act()
                let session = try await staff.session(change.who)
                #expect(session.duties == change.duties && session.unitID == unit)
                // A second click; then whoever saw the former version is told.
                if change.who != change.by {
                    try await act()
                    await #expect(throws: StaffError.changedMeanwhile) {
                        try await staff.accounts.changeDuties(
                            of: who, unit: unit, duties: [.decide], seen: 1, by: supervisor, at: now)
                    }
                }
                return
            }
            await #expect(throws: error) { try await act() }
        }
    }

    @Test("nobody without the duty changes anything, whatever their session said before")
    func notASupervisor() async throws {
        try await withStaff { staff async throws in
            let clerk = try await staff.session("clerk")
            let other = try #require(staff.ids["other"])
            await #expect(throws: DutyLacking([.supervise])) {
                try await staff.accounts.changeDuties(
                    of: other, unit: nil, duties: [.read], seen: 1, by: clerk, at: now)
            }
            await #expect(throws: DutyLacking([.supervise])) {
                try await staff.accounts.resetFactor(of: other, by: clerk, at: now)
            }
            await #expect(throws: DutyLacking([.supervise])) {
                _ = try await staff.accounts.addUnit(named: "Ba", by: clerk, at: now)
            }
            let former = try await staff.session("unithead")
            let head = try await staff.session("head")
            try await staff.accounts.changeDuties(
                of: former.accountID, unit: former.unitID, duties: [.read], seen: 1, by: head, at: now)
            await #expect(throws: DutyLacking([.supervise])) {
                try await staff.accounts.changeDuties(
                    of: try #require(staff.ids["clerk"]), unit: former.unitID, duties: [.read], seen: 1, by: former,
                    at: now)
            }
        }
    }

    @Test("of two heads who take each other's last duty at once, one stays")
    func lastOfTwo() async throws {
        try await withStaff { staff async throws in
            let head = try await staff.session("head")
            let other = try #require(staff.ids["other"])
            try await staff.accounts.changeDuties(
                of: other, unit: nil, duties: [.supervise], seen: 1, by: head, at: now)
            let second = try await staff.session("other")
            async let one: Void? = try? staff.accounts.changeDuties(
                of: other, unit: nil, duties: [.read], seen: 2, by: head, at: now)
            async let two: Void? = try? staff.accounts.changeDuties(
                of: head.accountID, unit: nil, duties: [.read], seen: 1, by: second, at: now)
            _ = await (one, two)
            let left = try await staff.test.sql(
                """
                select count(*) from staff_duties
                where 'supervise' = any (duties) and unit_id is null and agency_code = 'G15'
                """)
            #expect(left == ["1"])
        }
    }

    @Test("the schema holds that duties and units are of the officer's own agency")
    func schema() async throws {
        try await withStaff { staff async throws in
            let clerk = try #require(staff.ids["clerk"])
            let foreign = try #require(staff.units["Ngoài"])
            for statement in [
                "update staff_duties set agency_code = 'G16' where account_id = '\(clerk)'",
                "update staff_duties set unit_id = '\(foreign)' where account_id = '\(clerk)'",
                "update staff_duties set duties = '{king}' where account_id = '\(clerk)'",
                "update staff_duties set duties = '{}' where account_id = '\(clerk)'",
            ] {
                await #expect(throws: (any Error).self) {
                    try await staff.test.sql("set portal.agency = 'G15'; " + statement)
                }
            }
        }
    }
}

private let now = Date(timeIntervalSince1970: 1_795_417_500)

/// Two agencies: one with a head, the head of a unit, two clerks; the other with somebody of its own.
private struct StaffOfTwo: Sendable {
    let test: TestDatabase
    let accounts: Accounts
    let units: [String: UUID]
    let ids: [String: Account.ID]

    func session(_ login: String) async throws -> Session {
        let token = try await accounts.signIn(login: login, password: password, device: "", at: now).token
        return try #require(try await accounts.session(token: token, at: now))
    }
}

private let password = "ba con mèo trên mái"

private func withStaff(_ body: (StaffOfTwo) async throws -> Void) async throws {
    try await TestDatabase.with { test async throws in
        try await test.sql(
            """
            insert into agencies (code, name, kind, valid_from, code_status)
            values ('G15', 'Bộ', 'ministry', '2020-01-01', 'verified'),
                ('G16', 'Bộ khác', 'ministry', '2020-01-01', 'verified')
            """)
        let owner = Accounts(database: test.owner, passwords: PasswordHasher())
        var units: [String: UUID] = [:]
        for (name, agency) in [("Một", "G15"), ("Hai", "G15"), ("Dưới", "G15"), ("Ngoài", "G16")] {
            units[name] = try await owner.openUnit(named: name, of: agency, at: now)
        }
        try await test.sql(
            "update agency_units set parent_id = '\(units["Một"]?.uuidString ?? "")' where name = 'Dưới'")
        let people: [(String, String, String?, [Duty])] = [
            ("head", "G15", nil, [.supervise, .decide]), ("unithead", "G15", "Một", [.supervise, .process]),
            ("clerk", "G15", "Một", [.receive]), ("other", "G15", "Hai", [.process]),
            ("stranger", "G16", nil, Duty.allCases),
        ]
        var ids: [String: Account.ID] = [:]
        for (login, agency, unit, duties) in people {
            try await owner.enrol(
                .officer, login: login, name: login, password: password, agency: agency,
                unit: unit.flatMap { units[$0] }, duties: duties, at: now)
            ids[login] = try await owner.account(named: login)
        }
        try await body(
            StaffOfTwo(
                test: test, accounts: Accounts(database: test.application, passwords: PasswordHasher()), units: units,
                ids: ids))
    }
}
