package import Accounts
package import Core
package import FoundationEssentials
package import Postgres

/// A dossier as a line of an officer's list.
package struct WorkLine: PostgresRow {
    package let id: Dossier.ID
    package let code: String
    package let procedureCode: String
    package let procedureName: String
    package let procedureNameEnglish: String?
    package let applicantName: String
    package let status: DossierStatus
    package let submittedAt: Date
    package let receivedAt: Date?
    package let dueAt: Date?
    package let finishedAt: Date?
    package let version: Int32
    package let waitsFor: WaitsFor
    package let officerName: String?
    package let stepDueAt: Date?

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        procedureCode = try row("procedure_code")
        procedureName = try row("procedure_name")
        procedureNameEnglish = try row("procedure_name_en")
        applicantName = try row("applicant_name")
        status = try row("status")
        submittedAt = try row("submitted_at")
        receivedAt = try row("received_at")
        dueAt = try row("due_at")
        finishedAt = try row("finished_at")
        version = try row("version")
        waitsFor = try row("waits_for")
        officerName = try row("officer_name")
        stepDueAt = try row("step_due_at")
    }

    package func isLate(at now: Date) -> Bool { dueAt.map { (finishedAt ?? now) > $0 } ?? false }
}

/// How much waits. Each is counted to a thousand at most.
package struct WorkCounts: PostgresRow {
    package static let most = 1000
    /// Not looked at: just filed, or supplemented.
    package let fresh: Int
    package let dueToday: Int
    package let late: Int
    package let waitingApplicant: Int
    package let waitingAgency: Int
    /// Decided, and not returned.
    package let toReturn: Int
    package let mine: Int
    /// Questions of other agencies.
    package let askedOfUs: Int

    package init(_ row: inout Row) throws {
        fresh = try row("fresh")
        dueToday = try row("due_today")
        late = try row("late")
        waitingApplicant = try row("waiting_applicant")
        waitingAgency = try row("waiting_agency")
        toReturn = try row("to_return")
        mine = try row("mine")
        askedOfUs = try row("asked_of_us")
    }
}

/// What an officer wants to see.
package struct WorkView: Sendable, Hashable {
    package enum Bucket: String, Sendable, CaseIterable {
        case open
        case fresh
        case dueToday = "due_today"
        case late
        case waitingApplicant = "waiting_applicant"
        case waitingAgency = "waiting_agency"
        case toReturn = "to_return"
        case done
    }

    package enum Order: String, Sendable, CaseIterable {
        case due
        case newest
    }

    package enum Assignee: Sendable, Hashable {
        case anyone
        case me
        case nobody
    }

    package var bucket: Bucket
    /// Narrows the bucket to one status.
    package var status: DossierStatus?
    package var order: Order
    package var assignee: Assignee
    package var procedure: String
    /// A dossier's code, or how the applicant's name begins.
    package var words: String

    package init(
        bucket: Bucket = .open, status: DossierStatus? = nil, order: Order = .due, assignee: Assignee = .anyone,
        procedure: String = "", words: String = ""
    ) {
        self.bucket = bucket
        self.status = status
        self.order = order
        self.assignee = assignee
        self.procedure = procedure
        self.words = words
    }

    /// Those in which somebody's work is left to do, but for the handing over of results.
    package static let openStatuses: [DossierStatus] = [
        .registered, .received, .processing, .supplementRequested, .paymentRequested, .stopped,
    ]

    /// What is in a bucket. What waits for somebody else isn't late.
    var statuses: [DossierStatus] {
        let all: [DossierStatus] =
            switch bucket {
            case .open, .dueToday: Self.openStatuses
            case .fresh: [.registered, .supplementRequested]
            case .late: [.registered, .received, .processing]
            case .waitingApplicant: [.supplementRequested, .paymentRequested]
            case .waitingAgency: [.received, .processing]
            case .toReturn: [.decided]
            case .done: [.refusedAtReception, .withdrawn, .returned]
            }
        return status.map { wanted in all.filter { $0 == wanted } } ?? all
    }

    /// Finished dossiers have no due date to be ordered by.
    package var isByDue: Bool { order == .due && bucket != .toReturn && bucket != .done }
}

/// Where a page of an officer's list starts: behind the last line of the page before.
package struct WorkCursor: Sendable, Hashable {
    let time: Date
    let id: Dossier.ID

    /// Behind every due date: a dossier without one comes there.
    static let never = Date(timeIntervalSince1970: 253_402_214_400)

    static let firstDue = WorkCursor(
        time: Date(timeIntervalSince1970: -62_135_596_800),
        id: Dossier.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))))

    static let newest = WorkCursor(time: DossierCursor.start.submittedAt, id: DossierCursor.start.id)

    package var description: String { DossierCursor(submittedAt: time, id: id).description }

    init(time: Date, id: Dossier.ID) {
        self.time = time
        self.id = id
    }

    package init?(_ text: String) {
        guard let cursor = DossierCursor(text) else { return nil }
        self.init(time: cursor.submittedAt, id: cursor.id)
    }
}

/// A way of looking at the list that an officer kept.
package struct WorkFilter: PostgresRow {
    package let name: String
    package let query: String
    package let isDefault: Bool

    package init(_ row: inout Row) throws {
        name = try row("name")
        query = try row("query")
        isDefault = try row("is_default")
    }
}

/// An officer of the same agency.
package struct Colleague: PostgresRow {
    package let id: Account.ID
    package let name: String

    package init(_ row: inout Row) throws {
        id = try row("id")
        name = try row("name")
    }
}

extension Dossiers {
    /// A page of an agency's dossiers as an officer wants to see them, with where the next one starts.
    package func work(
        of officer: Officer, _ view: WorkView, after cursor: WorkCursor? = nil, limit: Int, at now: Date
    ) async throws -> (lines: [WorkLine], next: WorkCursor?) {
        let rows = try await workRows(of: officer, view, after: cursor, limit: limit + 1, at: now)
        let lines = Array(rows.prefix(limit))
        guard rows.count > limit, let last = lines.last, view.words.isEmpty else { return (lines, nil) }
        let time = view.isByDue ? last.dueAt ?? WorkCursor.never : last.submittedAt
        return (lines, WorkCursor(time: time, id: last.id))
    }

    private func workRows(
        of officer: Officer, _ view: WorkView, after cursor: WorkCursor?, limit: Int, at now: Date
    ) async throws -> [WorkLine] {
        let agency = officer.agency
        let scope = Scope.officer(officer)
        let assigned = view.assignee == .me ? officer.id : nil
        let unassigned = view.assignee == .nobody
        let statuses = view.statuses.map(\.rawValue)
        guard view.words.isEmpty else {
            let (first, last) = Self.names(beginning: view.words)
            return try await database.all(
                WorkQueries.found, (agency, view.words.uppercased(), first, last, limit), as: scope)
        }
        guard view.isByDue else {
            let from = cursor ?? .newest
            guard view.procedure.isEmpty else {
                return try await database.all(
                    WorkQueries.ofProcedure,
                    (agency, view.procedure, statuses, from.time, from.id, assigned, unassigned, limit),
                    as: scope)
            }
            if let assigned {
                return try await database.all(
                    WorkQueries.newestOfOfficer, (agency, assigned, statuses, from.time, from.id, limit), as: scope)
            }
            return try await database.all(
                WorkQueries.newest, (agency, statuses, from.time, from.id, unassigned, limit),
                as: scope)
        }
        let from = cursor ?? .firstDue
        switch view.bucket {
        case .waitingApplicant, .waitingAgency:
            let who: WaitsFor = view.bucket == .waitingApplicant ? .applicant : .consulted
            return try await database.all(
                WorkQueries.byWaiting,
                (agency, who, from.time, from.id, view.procedure, assigned, unassigned, limit),
                as: scope)
        case .open where view.assignee == .me:
            return try await database.all(
                WorkQueries.ofOfficer, (agency, officer.id, statuses, from.time, from.id, view.procedure, limit),
                as: scope)
        case .open, .fresh, .dueToday, .late, .toReturn, .done:
            let (start, end) = view.dueSpan(at: now)
            // A supplement that isn't answered yet is nobody's new work.
            let isOurs = view.bucket == .fresh
            return try await database.all(
                WorkQueries.byDue,
                (
                    agency, statuses, start, end, from.time, from.id, view.procedure, assigned, isOurs, unassigned,
                    limit
                ), as: scope)
        }
    }

    /// The folded names that begin with what was typed: from the first, to before the second. None for what has a digit, as
    /// codes have.
    private static func names(beginning words: String) -> (String, String) {
        let folded = words.folded
        guard !folded.isEmpty, !folded.utf8.contains(where: { (48...57).contains($0) }) else { return ("", "") }
        return (folded, folded + "\u{10FFFF}")
    }

    package func workCounts(of officer: Officer, at now: Date) async throws -> WorkCounts {
        let today = Day(of: now)
        return try await database.one(
            WorkQueries.counts, (officer.agency, officer.id, now, today.instant(), (today + 1).instant()),
            as: .officer(officer))
    }

    /// The views that an officer kept, by name.
    package func workFilters(of officer: Officer) async throws -> [WorkFilter] {
        try await database.all(WorkQueries.filters, officer.id, as: .officer(officer))
    }

    /// Keeps a view under a name; one of that name is replaced.
    /// - Throws: `ValidationFailure` for `name`.
    package func keepWorkFilter(
        _ name: String, query: String, isDefault: Bool, of officer: Officer, at now: Date
    ) async throws {
        let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var problems: [FieldProblem] = []
        if name.isEmpty { problems.append(FieldProblem(field: "name", code: "required")) }
        if name.utf8.count > 100 {
            problems.append(FieldProblem(field: "name", code: "too_long", arguments: ["max": "100"]))
        }
        if query.utf8.count > 1000 { problems.append(FieldProblem(field: "name", code: "too_many_filters")) }
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        try await database.transaction(as: .officer(officer)) { transaction in
            let kept = try await transaction.all(WorkQueries.filters, officer.id)
            guard kept.count < Self.mostFilters || kept.contains(where: { $0.name == name }) else {
                throw ValidationFailure(problems: [FieldProblem(field: "name", code: "too_many_filters")])
            }
            if isDefault { try await transaction.run(WorkQueries.noDefault, officer.id) }
            try await transaction.run(WorkQueries.keepFilter, (officer.id, name, query, isDefault, now))
        }
    }

    package func dropWorkFilter(_ name: String, of officer: Officer) async throws {
        try await database.run(WorkQueries.dropFilter, (officer.id, name), as: .officer(officer))
    }

    /// Officers who may be given work, by name.
    package func colleagues(of officer: Officer) async throws -> [Colleague] {
        try await database.all(WorkQueries.colleagues, officer.agency, as: .officer(officer))
    }

    private static let mostFilters = 20
}

extension WorkView {
    /// The due dates of a bucket, from the first to before the second.
    fileprivate func dueSpan(at now: Date) -> (Date, Date) {
        let tomorrow = (Day(of: now) + 1).instant()
        return switch bucket {
        case .dueToday: (now, tomorrow)
        case .late: (WorkCursor.firstDue.time, now)
        case .open, .fresh, .waitingApplicant, .waitingAgency, .toReturn, .done:
            (WorkCursor.firstDue.time, WorkCursor.never.addingTimeInterval(86_400))
        }
    }
}
