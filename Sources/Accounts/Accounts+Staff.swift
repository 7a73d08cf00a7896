package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// An officer as whoever supervises sees them.
package struct Member: PostgresRow {
    package let id: Account.ID
    package let name: String
    package let login: String
    package let unitID: UUID?
    package let unitName: String?
    package let duties: Set<Duty>
    package let version: Int32
    package let hasFactor: Bool

    package init(_ row: inout Row) throws {
        id = try row("id")
        name = try row("name")
        login = try row("login")
        unitID = try row("unit_id")
        unitName = try row("unit_name")
        let duties: [String] = try row("duties")
        self.duties = Set(duties.compactMap(Duty.init))
        version = try row("version")
        hasFactor = try row("has_factor")
    }
}

/// Why a change among an agency's officers isn't made.
package enum StaffError: Error, Equatable {
    /// No such officer among those whom the caller supervises.
    case notFound
    /// Somebody changed them since the page was opened.
    case changedMeanwhile
    /// Nobody would be left who supervises the whole agency.
    case lastSupervisor
    /// Nobody gives themselves a duty or another unit, or ends their own membership.
    case ownDuties
    /// An officer without any duty: end the membership instead.
    case noDuty
    /// The unit is closed, another agency's, or not under the caller's.
    case outsideUnit
}

/// The duties of an agency's officers, held while one of them changes.
struct LockedDuties: PostgresRow {
    let account: Account.ID
    let unitID: UUID?
    let duties: Set<Duty>
    let version: Int32

    init(_ row: inout Row) throws {
        account = try row("account_id")
        unitID = try row("unit_id")
        let duties: [String] = try row("duties")
        self.duties = Set(duties.compactMap(Duty.init))
        version = try row("version")
    }
}

/// Which units somebody's supervision reaches: all, or their own and those under it.
struct Reach {
    private let units: Set<UUID>?

    init(of unit: UUID?, in units: [AgencyUnit]) {
        guard let unit else {
            self.units = nil
            return
        }
        var reached: Set<UUID> = [unit]
        // Each round goes one level down; a level that adds nothing is the last.
        while case let below = units.filter({ $0.parentID.map(reached.contains) == true && !reached.contains($0.id) }),
            !below.isEmpty
        {
            reached.formUnion(below.map(\.id))
        }
        self.units = reached
    }

    func contains(_ unit: UUID?) -> Bool { units.map { units in unit.map(units.contains) ?? false } ?? true }
}

extension Accounts {
    /// The officers whom somebody supervises: all of the agency, or those of their unit and of the units under it.
    package func members(for supervisor: Session) async throws -> [Member] {
        let agency = supervisor.agencyCode ?? ""
        let reach = Reach(of: supervisor.unitID, in: try await units(of: agency))
        return try await database.all(AccountQueries.members, agency, as: supervisor.scope).filter {
            reach.contains($0.unitID)
        }
    }

    /// - Throws: `StaffError.notFound`.
    package func member(_ id: Account.ID, for supervisor: Session) async throws -> Member {
        guard let member = try await members(for: supervisor).first(where: { $0.id == id }) else {
            throw StaffError.notFound
        }
        return member
    }

    /// Whether somebody was an officer of the supervisor's agency and is none any more.
    package func hasLeft(_ id: Account.ID, for supervisor: Session) async throws -> Bool {
        try await database.one(AccountQueries.hasLeft, (id, supervisor.agencyCode ?? ""))
    }

    /// The open units that somebody may put officers into.
    package func units(for supervisor: Session) async throws -> [AgencyUnit] {
        let units = try await units(of: supervisor.agencyCode ?? "")
        let reach = Reach(of: supervisor.unitID, in: units)
        return units.filter { reach.contains($0.id) }
    }

    /// Replaces an officer's unit and duties.
    /// - Parameter seen: the version that the supervisor looked at. The same change sent twice is made once.
    /// - Throws: `StaffError`; `DutyLacking` when the caller no longer supervises.
    package func changeDuties(
        of member: Account.ID, unit: UUID?, duties: Set<Duty>, seen: Int32, by supervisor: Session, at now: Date
    ) async throws {
        try await database.transaction(as: supervisor.scope) { transaction in
            let staff = try await LockedStaff(of: supervisor, in: transaction)
            let present = try staff.member(member)
            if present.version != seen {
                guard present.unitID == unit, present.duties == duties else { throw StaffError.changedMeanwhile }
                return
            }
            guard !duties.isEmpty else { throw StaffError.noDuty }
            if member == supervisor.accountID, !duties.isSubset(of: present.duties) || unit != present.unitID {
                throw StaffError.ownDuties
            }
            guard staff.mayPlace(into: unit) else { throw StaffError.outsideUnit }
            try staff.requireSupervisor(besides: member, orIf: unit == nil && duties.contains(.supervise))
            try await transaction.run(AccountQueries.changeDuties, (member, unit, duties.map(\.rawValue).sorted()))
            try await Self.note(
                "staff.duties_changed", of: member, by: supervisor.accountID, at: now,
                content: [
                    "agency": .string(supervisor.agencyCode ?? ""), "before": present.duties.journalled,
                    "after": duties.journalled, "unit_before": present.unitID.journalled, "unit": unit.journalled,
                ], in: transaction)
        }
    }

    /// Takes away the second factor of an officer who lost theirs: their sessions end, and they enrol anew at the next
    /// sign-in. They are told by letter.
    package func resetFactor(of member: Account.ID, by supervisor: Session, at now: Date) async throws {
        try await database.transaction(as: supervisor.scope) { transaction in
            let staff = try await LockedStaff(of: supervisor, in: transaction)
            _ = try staff.member(member)
            guard member != supervisor.accountID else { throw StaffError.ownDuties }
            // Asked for twice: it is gone already, and so is the letter on its way.
            guard try await transaction.first(AccountQueries.dropFactor, member) != nil else { return }
            try await transaction.run(AccountQueries.dropRecovery, member)
            try await transaction.run(AccountQueries.endAllSessions, member)
            try await Self.note("second_factor.reset", of: member, by: supervisor.accountID, at: now, in: transaction)
            try await transaction.enqueue(
                topic: "staff.factor_reset",
                payload: [
                    "account": .string(member.description), "path": .string("/dang-nhap"),
                    "who": .string(supervisor.name),
                ], at: now)
        }
    }

    /// The same by whoever operates the portal, for publishers and for the last supervisor of an agency.
    package func resetFactor(ofLogin login: String, at now: Date) async throws {
        guard let id = try await account(named: login) else { return }
        try await database.transaction(as: .account(id)) { transaction in
            guard try await transaction.first(AccountQueries.dropFactor, id) != nil else { return }
            try await transaction.run(AccountQueries.dropRecovery, id)
            try await transaction.run(AccountQueries.endAllSessions, id)
            _ = try await transaction.append(
                JournalEntry(
                    kind: "second_factor.reset", subject: "account:\(id)", agencyCode: nil, actor: "system", at: now,
                    content: [:]))
        }
    }

    /// Ends an officer's membership, as part of a transaction that hands over what they have: nobody signs in as them
    /// any more, and no session stays.
    /// - Throws: `StaffError`, `DutyLacking`.
    package static func endMembership(
        of member: Account.ID, by supervisor: Session, at now: Date, in transaction: Transaction
    ) async throws {
        let staff = try await LockedStaff(of: supervisor, in: transaction)
        let present = try staff.member(member)
        guard member != supervisor.accountID else { throw StaffError.ownDuties }
        try staff.requireSupervisor(besides: member, orIf: false)
        try await transaction.run(AccountQueries.disable, (member, now))
        try await transaction.run(AccountQueries.endAllSessions, member)
        try await transaction.run(AccountQueries.dropRecovery, member)
        _ = try await transaction.first(AccountQueries.dropFactor, member)
        try await transaction.run(AccountQueries.dropDuties, member)
        try await note(
            "staff.left", of: member, by: supervisor.accountID, at: now,
            content: ["agency": .string(supervisor.agencyCode ?? ""), "before": present.duties.journalled],
            in: transaction)
    }

    /// Adds a unit to the agency. For who supervises all of it.
    /// - Returns: false when there is an open one of this name.
    package func addUnit(named name: String, by supervisor: Session, at now: Date) async throws -> Bool {
        guard supervisor.unitID == nil, supervisor.duties.contains(.supervise), let agency = supervisor.agencyCode
        else {
            throw DutyLacking([.supervise])
        }
        let id = Identifier<AgencyUnit>.make(at: now).uuid
        do {
            try await database.transaction(as: supervisor.scope) { transaction in
                try await transaction.run(AccountQueries.openUnit, (id, agency, name))
                try await Self.note(
                    "staff.unit_opened", of: supervisor.accountID, by: supervisor.accountID, at: now,
                    content: ["agency": .string(agency), "unit": .string(id.uuidString.lowercased())], in: transaction)
            }
            return true
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "agency_units_name") {
            return false
        }
    }
}

/// All officers of an agency, held until the transaction ends: two supervisors can't take each other's last duty.
private struct LockedStaff {
    private let supervisor: Session
    private let rows: [LockedDuties]
    private let units: [AgencyUnit]
    private let reach: Reach

    /// - Throws: `DutyLacking` when the caller doesn't supervise, whatever their session said when it was read.
    init(of supervisor: Session, in transaction: Transaction) async throws {
        let agency = supervisor.agencyCode ?? ""
        rows = try await transaction.all(AccountQueries.lockDuties, agency)
        units = try await transaction.all(AccountQueries.units, agency)
        guard let own = rows.first(where: { $0.account == supervisor.accountID }), own.duties.contains(.supervise)
        else {
            throw DutyLacking([.supervise])
        }
        reach = Reach(of: own.unitID, in: units)
        self.supervisor = supervisor
    }

    func member(_ id: Account.ID) throws -> LockedDuties {
        guard let row = rows.first(where: { $0.account == id }), reach.contains(row.unitID) else {
            throw StaffError.notFound
        }
        return row
    }

    func mayPlace(into unit: UUID?) -> Bool {
        reach.contains(unit) && (unit == nil || units.contains { $0.id == unit })
    }

    func requireSupervisor(besides member: Account.ID, orIf remains: Bool) throws {
        let others = rows.contains { $0.account != member && $0.unitID == nil && $0.duties.contains(.supervise) }
        guard others || remains else { throw StaffError.lastSupervisor }
    }
}

extension Session {
    /// A member of staff's own things and their agency's.
    fileprivate var scope: Scope {
        Scope([("portal.agency", agencyCode ?? ""), ("portal.account", accountID.description)])
    }
}

extension Set<Duty> {
    fileprivate var journalled: JSON { .array(map(\.rawValue).sorted().map(JSON.string)) }
}

extension UUID? {
    fileprivate var journalled: JSON { map { .string($0.uuidString.lowercased()) } ?? .null }
}
