import Accounts
import Catalogue
package import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Dossiers {
    /// Brings an agency's dossiers in step with what its system says, in the order of the lines: by the same rules as one report
    /// alone (`take`), but with the dossiers of many lines locked, changed and written together.
    ///
    /// One bad line spoils nothing else, and all that is answered is committed. Said again, a line changes nothing and is
    /// answered as a repetition. A report without a number that comes after a later one, or says where the dossier stands
    /// already, is kept as history.
    /// - Parameters:
    ///   - actor: the system, as the journal names it.
    ///   - agency: from the system's own record; dossiers of another agency don't exist for it.
    /// - Returns: an outcome for each line, in their order.
    package func synchronise(
        _ lines: [SyncLine], by actor: String, at agency: String, now: Date
    ) async throws -> [SyncOutcome] {
        var outcomes: [SyncOutcome] = []
        for start in stride(from: 0, to: lines.count, by: Self.syncBatch) {
            let batch = Array(lines[start..<min(start + Self.syncBatch, lines.count)])
            outcomes += try await synchroniseBatch(batch, by: actor, at: agency, now: now)
        }
        return outcomes
    }

    private func synchroniseBatch(
        _ lines: [SyncLine], by actor: String, at agency: String, now: Date
    ) async throws -> [SyncOutcome] {
        var taken: Set<String> = []
        func attempt(_ lines: [SyncLine]) async throws -> [SyncOutcome] {
            try await database.transaction(as: .agency(agency)) { transaction in
                var work = SyncWork(lines, by: actor, at: agency, taken: taken, now: now)
                return try await synchronise(&work, in: transaction)
            }
        }
        // The same came at once by another way: that one is through by now, and found.
        for _ in 0..<3 {
            do {
                return try await attempt(lines)
            } catch let collision as SyncCollision {
                taken.formUnion(collision.codes)
            } catch let error where error.isCollision {
                continue
            }
        }
        // Whatever stands against the others as well is one line's own fault; or many lines met many that were on their way.
        guard lines.count > 1 else { return [.refused(problem: "event-repeated", fields: [])] }
        var outcomes: [SyncOutcome] = []
        for line in lines { outcomes += try await synchroniseBatch([line], by: actor, at: agency, now: now) }
        return outcomes
    }

    private func synchronise(_ work: inout SyncWork, in transaction: Transaction) async throws -> [SyncOutcome] {
        let locked = try await transaction.lock(work.codes, at: work.agency)
        let ids = locked.map(\.id)
        let applicants = work.applicants
        let (recorded, statements, procedures, agencies, accounts) = try await transaction.together(
            (SyncQueries.recorded, (work.agency, work.eventIDs)), (SyncQueries.statements, ids),
            (SyncQueries.procedures, work.procedures), (SyncQueries.agencies, work.organisations),
            (SyncQueries.accounts, (applicants.map(\.number), applicants.map(\.name))))
        work.know(
            recorded, statements, procedures, agencies, accounts,
            dossiers: try await hold(locked, in: transaction))
        for dossier in work.newDossiers() { try await work.begin(dossier, with: self) }
        var outcomes: [SyncOutcome] = []
        for index in work.lines.indices { outcomes.append(try await work.take(index, with: self)) }
        try await create(work, in: transaction)
        try work.state(in: transaction)
        try write(work.held, at: work.now, in: transaction)
        return outcomes
    }

    /// Makes the dossiers that weren't here yet, as they stand after the last of the lines.
    /// - Throws: `SyncCollision` with the codes that somebody has meanwhile, or another agency.
    private func create(_ work: SyncWork, in transaction: Transaction) async throws {
        let new = work.held.filter(\.isNew).map(\.dossier)
        guard !new.isEmpty else { return }
        let made = try await transaction.all(
            SyncQueries.create,
            (
                new.map(\.id), new.map(\.code), new.map(\.procedureCode), new.map(\.revisionID), work.agency,
                new.map(\.accountID), new.map(\.applicantName),
                new.map { work.statement(of: $0.code)?.trackingDigits ?? "" }, new.map { Int16($0.status.rawValue) },
                new.map(\.submittedAt), new.map(\.receivedAt), new.map(\.dueAt), new.map(\.finishedAt),
                new.map(\.waitsFor.rawValue), new.map(\.version)
            ))
        guard made.count == new.count else {
            let ids = Set(made)
            throw SyncCollision(codes: new.filter { !ids.contains($0.id) }.map(\.code))
        }
    }

    /// The first step of a dossier that was filed elsewhere, as its agency states it.
    func begin(
        _ dossier: LockedDossier, as statement: DossierStatement, message: [UInt8], by actor: String, at now: Date
    ) async throws -> HeldDossier {
        var held = HeldDossier(dossier, time: HeldTime(), isNew: true)
        let since = dossier.receivedAt ?? dossier.submittedAt
        if dossier.receivedAt != nil || dossier.dueAt != nil {
            held.time.set(
                dossier.dueAt == nil ? .counted : .given, since: since, given: dossier.dueAt,
                received: dossier.receivedAt)
        }
        if let pause = DossierClock.Pause.Kind(dossier.status) { held.time.pause(pause, from: since) }
        if let finished = dossier.finishedAt { try await keepFigures(of: &held, finishedAt: finished) }
        let step = DossierStep(
            actor: actor, status: statement.status, occurredAt: statement.standsSince, message: message,
            flags: HonestyFlag.flags(of: statement, at: dossier.agencyCode, firstAt: now))
        var content: [String: JSON] = [
            "code": .string(dossier.code), "procedure": .string(dossier.procedureCode),
            "status": .integer(statement.status.rawValue), "sequence": .integer(1), "version": .integer(1),
            "statement_sha256": .string(Hex.encode(statement.digest)),
            "message_sha256": .string(Hex.encode(SHA256.hash(message))),
        ]
        if !step.flags.isEmpty { content["flags"] = .array(step.flags.map(\.rawValue).sorted().map(JSON.string)) }
        held.take(
            WrittenStep(
                step: step, version: 1, previousStatus: nil,
                entry: JournalEntry(
                    kind: "dossier.stated", subject: "dossier:\(dossier.id)", agencyCode: dossier.agencyCode,
                    actor: actor, at: now, content: .object(content))),
            leaving: dossier)
        return held
    }

    /// Links dossiers that were filed elsewhere to accounts of their applicants' numbers that came later; a job's, as
    /// `portal_worker`.
    /// - Returns: how many found their owner.
    package func linkStated(toAccountsSince since: Date) async throws -> Int {
        try await database.transaction { try await $0.all(SyncQueries.link, since).count }
    }
}

/// Lines that share a transaction: what is known of their dossiers, and what became of each so far.
private struct SyncWork {
    let lines: [SyncLine]
    let actor: String
    let agency: String
    let now: Date
    /// The codes as they are kept; nil for a line whose code is none.
    private let lineCodes: [String?]

    private(set) var held: [HeldDossier] = []
    private var places: [String: Int] = [:]
    private var events: [String: (dossier: Dossier.ID, digest: [UInt8]?)] = [:]
    private var statements: [Dossier.ID: [UInt8]] = [:]
    private var procedureByCode: [String: KnownProcedure] = [:]
    private var accountByNumber: [String: Account.ID] = [:]
    private var created: Set<String> = []
    /// Agencies by which codes of the lines begin.
    private var others: Set<String> = []
    /// The agency's, by the day on which they hold: read once for all lines.
    private var workingTimes: [Day: WorkingTime] = [:]
    /// Codes that another agency has.
    private let taken: Set<String>
    private var written: [String: DossierStatement] = [:]
    private var firstMessages: [String: [UInt8]] = [:]
    private var amended: Set<String> = []

    init(_ lines: [SyncLine], by actor: String, at agency: String, taken: Set<String>, now: Date) {
        self.lines = lines
        self.taken = taken
        self.actor = actor
        self.agency = agency
        self.now = now
        lineCodes = lines.map { DossierCode($0.code)?.description }
    }

    var codes: [String] { Array(Set(lineCodes.compactMap(\.self))).sorted() }

    var eventIDs: [String] {
        lines.compactMap { if case .report(_, let change) = $0.content { change.eventID } else { nil } }
    }

    var procedures: [String] { Array(Set(statementsOfLines.flatMap { [$0.procedureCode, $0.nationalProcedure] })) }

    var applicants: [(number: String, name: String)] {
        statementsOfLines.compactMap { statement in statement.applicantNumber.map { ($0, statement.applicantName) } }
    }

    /// What stands before the day in the codes.
    var organisations: [String] { Array(Set(codes.map(Self.organisation))) }

    private static func organisation(of code: String) -> String { String(code.prefix { $0 != "-" }) }

    /// Whether a code is of another agency's numbering: of one that is known here and doesn't stand below this one.
    private func isForeign(_ code: String) -> Bool {
        let organisation = Self.organisation(of: code)
        return organisation != agency && !organisation.hasPrefix(agency + ".") && others.contains(organisation)
    }

    private var statementsOfLines: [DossierStatement] {
        lines.compactMap { if case .dossier(let statement) = $0.content { statement } else { nil } }
    }

    mutating func know(
        _ recorded: [RecordedEvent], _ kept: [KeptStatement], _ procedures: [KnownProcedure], _ agencies: [String],
        _ accounts: [KnownAccount], dossiers: [HeldDossier]
    ) {
        held = dossiers
        for (index, dossier) in dossiers.enumerated() { places[dossier.dossier.code] = index }
        for event in recorded { events[event.eventID] = (event.dossierID, event.messageDigest) }
        for statement in kept { statements[statement.dossierID] = statement.digest }
        for procedure in procedures { procedureByCode[procedure.code] = procedure }
        others = Set(agencies)
        for account in accounts { accountByNumber[account.login] = account.id }
    }

    /// The dossiers that first statements would make, in the order of their codes.
    mutating func newDossiers() -> [LockedDossier] {
        var new: [LockedDossier] = []
        var seen = taken
        for (index, line) in lines.enumerated() {
            guard case .dossier(let statement) = line.content, let code = lineCodes[index], places[code] == nil,
                !seen.contains(code), !isForeign(code), let procedure = procedure(of: statement)
            else { continue }
            seen.insert(code)
            written[code] = statement
            firstMessages[code] = line.message
            new.append(
                LockedDossier(
                    id: .make(at: now), code: code, of: statement, at: agency, revision: procedure.revisionID,
                    procedure: procedure.code, account: statement.applicantNumber.flatMap { accountByNumber[$0] }))
        }
        return new.sorted { $0.code < $1.code }
    }

    /// By the code itself, or by the national one that a province's own is derived from.
    private func procedure(of statement: DossierStatement) -> KnownProcedure? {
        procedureByCode[statement.procedureCode] ?? procedureByCode[statement.nationalProcedure]
    }

    func statement(of code: String) -> DossierStatement? { written[code] }

    mutating func begin(_ dossier: LockedDossier, with dossiers: Dossiers) async throws {
        guard let statement = written[dossier.code], let message = firstMessages[dossier.code] else { return }
        created.insert(dossier.code)
        places[dossier.code] = held.count
        held.append(try await dossiers.begin(dossier, as: statement, message: message, by: actor, at: now))
    }

    /// What becomes of a line.
    mutating func take(_ index: Int, with dossiers: Dossiers) async throws -> SyncOutcome {
        guard let code = lineCodes[index] else {
            return .refused(
                problem: "invalid", fields: [FieldProblem(field: "code", code: "not_a_dossier_code", arguments: [:])])
        }
        switch lines[index].content {
        case .dossier(let statement):
            return try await take(statement, code: code, message: lines[index].message, with: dossiers)
        case .report(_, let change):
            return try await take(change, code: code, message: lines[index].message, with: dossiers)
        }
    }

    private mutating func take(
        _ statement: DossierStatement, code: String, message: [UInt8], with dossiers: Dossiers
    ) async throws -> SyncOutcome {
        guard let place = places[code] else {
            guard procedure(of: statement) != nil else {
                return .refused(
                    problem: "invalid", fields: [FieldProblem(field: "procedure", code: "not_found", arguments: [:])])
            }
            guard !isForeign(code) else {
                return .refused(
                    problem: "invalid", fields: [FieldProblem(field: "code", code: "of_other_agency", arguments: [:])])
            }
            return .refused(problem: "code-taken", fields: [])
        }
        let dossier = held[place].dossier
        if created.remove(code) != nil {
            statements[dossier.id] = statement.digest
            return .created(dossier.standing)
        }
        // What was filed here, the applicant has stated.
        guard dossier.isFiledElsewhere, statements[dossier.id] != statement.digest else {
            return .replayed(dossier.standing)
        }
        // When it was filed, and under what, is what it is: another day would be another dossier.
        var fixed: [FieldProblem] = []
        if abs(statement.submittedAt.timeIntervalSince(dossier.submittedAt)) >= 1 {
            fixed.append(FieldProblem(field: "submitted_at", code: "not_amendable", arguments: [:]))
        }
        if procedure(of: statement).map({ $0.code != dossier.procedureCode }) ?? true {
            fixed.append(FieldProblem(field: "procedure", code: "not_amendable", arguments: [:]))
        }
        guard fixed.isEmpty else { return .refused(problem: "invalid", fields: fixed) }
        _ = try await dossiers.record(
            DossierStep(
                actor: actor, kind: .amended, status: dossier.status,
                occurredAt: dossier.lastOccurredAt ?? dossier.submittedAt, message: message,
                detail: ["statement_sha256": .string(Hex.encode(statement.digest))],
                statedDue: statement.dueAt == dossier.dueAt ? nil : statement.dueAt,
                flags: HonestyFlag.flags(of: statement, at: agency, firstAt: nil)),
            of: &held[place], at: now)
        statements[dossier.id] = statement.digest
        written[code] = statement
        amended.insert(code)
        return .amended(held[place].dossier.standing)
    }

    private mutating func take(
        _ change: StatusChange, code: String, message: [UInt8], with dossiers: Dossiers
    ) async throws -> SyncOutcome {
        guard let place = places[code] else { return .refused(problem: "not-found", fields: []) }
        let dossier = held[place].dossier
        held[place].workingTimes = workingTimes
        defer { workingTimes = held[place].workingTimes }
        let digest = SHA256.hash(message)
        if let known = events[change.eventID] {
            guard known.dossier == dossier.id, known.digest == digest else {
                return .refused(problem: "event-repeated", fields: [])
            }
            return .replayed(dossier.standing)
        }
        if let waiting = held[place].reports.waiting.values.first(where: { $0.change.eventID == change.eventID }) {
            guard SHA256.hash(waiting.message) == digest else { return .refused(problem: "event-repeated", fields: []) }
            return .parked(dossier.standing, waitsFor: held[place].reports.applied + 1)
        }
        let report = Report(change: change, message: message, actor: actor)
        do {
            let isHistory =
                change.sequence == nil
                && (change.status == dossier.status || change.occurredAt < dossier.lastOccurredAt ?? .distantPast)
            let answer =
                isHistory
                ? try await dossiers.keep(report, on: &held[place], at: now)
                : try await dossiers.take(report, on: &held[place], at: now)
            return outcome(of: answer, of: change, digest: digest, on: dossier.id)
        } catch DossierError.illegalMove {
            return .refused(problem: "illegal-move", fields: [])
        } catch let failure as ValidationFailure {
            return .refused(problem: "invalid", fields: failure.problems)
        } catch is SequenceTaken {
            return .refused(problem: "sequence-taken", fields: [])
        }
    }

    private mutating func outcome(
        of answer: ReportAnswer, of change: StatusChange, digest: [UInt8], on dossier: Dossier.ID
    ) -> SyncOutcome {
        switch answer.outcome {
        case .applied(let recorded, let behind):
            events[change.eventID] = (dossier, digest)
            for change in behind {
                let message = places[answer.dossier.code].flatMap { place in
                    held[place].steps.first { $0.step.eventID == change.change.eventID }?.step.message
                }
                events[change.change.eventID] = (dossier, message.map { SHA256.hash($0) })
            }
            return .applied(answer.dossier, sequence: recorded.sequence, behind: behind.count)
        case .kept(let recorded):
            events[change.eventID] = (dossier, digest)
            return .kept(answer.dossier, sequence: recorded.sequence)
        case .parked(let waitsFor):
            return .parked(answer.dossier, waitsFor: waitsFor)
        }
    }

    /// Writes what was stated of dossiers.
    func state(in transaction: Transaction) throws {
        let stated = written.compactMap { code, statement in
            places[code].map { (held[$0].dossier.id, code, statement) }
        }.sorted { $0.1 < $1.1 }
        guard !stated.isEmpty else { return }
        let statements = stated.map(\.2)
        try transaction.later(
            SyncQueries.state,
            (
                stated.map(\.0), agency, statements.map(\.applicantKind.rawValue), statements.map(\.applicantNumber),
                statements.map(\.channel.rawValue), statements.map(\.digest), now
            ))
        let changed = stated.filter { amended.contains($0.1) }
        if !changed.isEmpty {
            try transaction.later(
                SyncQueries.amend,
                (
                    changed.map(\.0), changed.map(\.2.applicantName), changed.map(\.2.trackingDigits),
                    changed.map { $0.2.applicantNumber.flatMap { accountByNumber[$0] } }
                ))
        }
    }
}

/// Codes of new dossiers are dossiers' already: created at once by another way, or another agency's.
private struct SyncCollision: Error {
    let codes: [String]
}

extension Error {
    fileprivate var isCollision: Bool {
        if self is SyncCollision { return true }
        guard let error = self as? PostgresError else { return false }
        return ["dossier_events_event_once", "parked_reports_event", "parked_reports_place", "dossier_events_pkey"]
            .contains { error.isUniqueViolation(constraint: $0) }
    }
}

extension DossierStatement {
    /// The procedure's code in the national list: `1.000948` of a province's own `1.000948.H38`.
    fileprivate var nationalProcedure: String {
        let parts = procedureCode.split(separator: ".")
        return parts.count > 2 ? parts.prefix(2).joined(separator: ".") : procedureCode
    }
}
