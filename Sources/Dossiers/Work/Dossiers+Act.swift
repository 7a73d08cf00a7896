import Accounts
import Agencies
import Catalogue
package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// What came of an act.
package struct ActOutcome: Sendable {
    package let code: String
    package let version: Int32
    /// The same officer sent the same act before: a second click.
    package let isRepetition: Bool
}

extension Dossiers {
    /// Does what an officer decided with a dossier of their agency, in one transaction: the step, what it asks for beside it,
    /// the letter to the applicant.
    /// - Parameters:
    ///   - seen: the version that the officer looked at. Whoever comes second is told what happened since.
    ///   - document: the result itself, signed, where a decision comes with one.
    /// - Throws: `DossierError.notFound`, `.dutyLacking`, `.heldByUnit`, `.illegalMove`, `.changedMeanwhile`;
    ///   `ValidationFailure` with the names of the act's inputs.
    package func act(
        _ act: OfficerAct, on code: String, seen: Int32, document: ResultDocument? = nil, by officer: Officer,
        at now: Date
    ) async throws -> ActOutcome {
        let rule = ActRule.of(act.kind)
        guard !officer.duties.isDisjoint(with: rule.duties) else { throw DossierError.dutyLacking(rule.duties) }
        return try await database.transaction(as: .officer(officer)) { transaction in
            guard let dossier = try await transaction.lock(code, at: officer.agency) else {
                throw DossierError.notFound
            }
            let since =
                dossier.version == seen
                ? [] : try await transaction.all(DossierQueries.eventsSince, (dossier.id, seen))
            if since.count == 1, let done = since.first, done.accountID == officer.id, act.isTold(by: done) {
                return ActOutcome(code: code, version: dossier.version, isRepetition: true)
            }
            try await requireHold(for: rule, of: dossier, by: officer, in: transaction)
            guard dossier.version == seen else { throw DossierError.changedMeanwhile(since) }
            guard rule.from.contains(dossier.status), act.kind != .refuse || dossier.receivedAt == nil else {
                throw DossierError.illegalMove(
                    current: dossier.status, allowed: dossier.status.allowed(received: dossier.receivedAt != nil))
            }
            var problems = act.problems(on: Day(of: now))
            problems += try await conflicts(of: act, with: dossier, by: officer, at: now, in: transaction)
            guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
            var step = try await step(of: act, with: dossier, by: officer, at: now, in: transaction)
            // Back to work, and a question to another agency is still open.
            if step.kind == .status, step.status == .processing,
                try await transaction.one(WorkQueries.openConsultations, dossier.id) > 0
            {
                step.waitsFor = .consulted
            }
            let recorded = try await record(step, of: dossier, at: now, in: transaction)
            try await follow(act, with: dossier, recorded, document, by: officer, at: now, in: transaction)
            return ActOutcome(code: code, version: recorded.version, isRepetition: false)
        }
    }

    /// What an act can't do to this very dossier, although its table would let it.
    private func conflicts(
        of act: OfficerAct, with dossier: LockedDossier, by officer: Officer, at now: Date, in transaction: Transaction
    ) async throws -> [FieldProblem] {
        switch act {
        case .receive:
            // What was asked for has to be there first; without an answer the officer stops or refuses.
            let open = try await transaction.first(WorkQueries.openSupplement, dossier.id)
            guard dossier.status == .supplementRequested, let open, open.answeredAt == nil else { return [] }
            return [FieldProblem(field: "note", code: "supplement_unanswered")]
        case .askSupplement(let request):
            return try await request.conflicts(with: dossier, in: transaction)
        case .assign(let colleague):
            return try await membership(of: colleague, in: officer.agency, field: "officer", in: transaction)
        case .handOver(let unit, let colleague, _, _):
            if let unit, try await !transaction.one(WorkQueries.isOpenUnit, (unit, officer.agency)) {
                return [FieldProblem(field: "unit", code: "no_such_unit")]
            }
            return try await membership(of: colleague, in: officer.agency, field: "officer", in: transaction)
        case .consult(let agency, _, _):
            if agency == officer.agency { return [FieldProblem(field: "agency", code: "own_agency")] }
            guard try await agencies.agency(agency) != nil else {
                return [FieldProblem(field: "agency", code: "no_such_agency")]
            }
            return []
        case .extend(let day, _): return try await extensionProblems(of: dossier, to: day, at: now, in: transaction)
        case .decide:
            let open = try await transaction.one(WorkQueries.openConsultations, dossier.id)
            return open > 0 ? [FieldProblem(field: "note", code: "consultation_open")] : []
        case .giveBack:
            let unsettled = try await transaction.one(WorkQueries.openObligations, dossier.id)
            return unsettled > 0 ? [FieldProblem(field: "note", code: "obligation_open")] : []
        case .refuse, .requestPayment, .settlePayment, .stop, .resume: return []
        }
    }

    private func membership(
        of colleague: Account.ID?, in agency: String, field: String, in transaction: Transaction
    ) async throws -> [FieldProblem] {
        guard let colleague else { return [] }
        let isThere = try await transaction.one(WorkQueries.isColleague, (colleague, agency))
        return isThere ? [] : [FieldProblem(field: field, code: "no_such_colleague")]
    }

    /// A date is moved once, at least a day before it comes (NĐ 61/2018/NĐ-CP Đ.19.9).
    private func extensionProblems(
        of dossier: LockedDossier, to day: Day?, at now: Date, in transaction: Transaction
    ) async throws -> [FieldProblem] {
        guard let due = dossier.dueAt else { return [FieldProblem(field: "day", code: "no_due_date")] }
        if try await transaction.one(WorkQueries.isExtended, dossier.id) {
            return [FieldProblem(field: "day", code: "extended_before")]
        }
        guard Day(of: now) < Day(of: due) else { return [FieldProblem(field: "day", code: "too_late_to_extend")] }
        guard let day else { return [] }
        guard day > Day(of: due) else { return [FieldProblem(field: "day", code: "not_after_due")] }
        guard try await agencies.calendar().isWorking(day) else {
            return [FieldProblem(field: "day", code: "day_off")]
        }
        return []
    }

    private func step(
        of act: OfficerAct, with dossier: LockedDossier, by officer: Officer, at now: Date, in transaction: Transaction
    ) async throws -> DossierStep {
        let rule = ActRule.of(act.kind)
        let target = rule.to ?? dossier.status
        var step = DossierStep(
            actor: officer.actor, kind: target == dossier.status ? act.eventKind : .status, status: target,
            occurredAt: now, account: officer.id, officerName: officer.name, note: act.note,
            detail: act.detail)
        switch act {
        case .receive, .resume:
            step.holder = DossierStep.Holder(
                officer: dossier.assignedTo ?? officer.id, unit: dossier.unitID ?? officer.unit)
        case .assign(let colleague):
            step.holder = DossierStep.Holder(officer: colleague, unit: dossier.unitID, due: dossier.stepDueAt)
        case .handOver(let unit, let colleague, let due, _):
            let time = try await agencies.workingTime(of: officer.agency, on: Day(of: now))
            var unit = unit
            // Whoever gets it has it in their unit.
            if unit == nil, let colleague { unit = try await transaction.one(WorkQueries.unitOfColleague, colleague) }
            step.holder = DossierStep.Holder(
                officer: colleague, unit: unit, due: due ?? time.handOver(receivedAt: now))
        case .consult: step.waitsFor = .consulted
        case .askSupplement: step.waitsFor = .applicant
        case .extend(let day?, _):
            step.statedDue = day.instant(minute: try await agencies.officeCloses(on: day))
        case .extend(nil, _), .refuse, .requestPayment, .settlePayment, .stop, .decide, .giveBack: break
        }
        return step
    }

    /// What an act writes beside its step.
    private func follow(
        _ act: OfficerAct, with dossier: LockedDossier, _ recorded: RecordedStep, _ document: ResultDocument?,
        by officer: Officer, at now: Date, in transaction: Transaction
    ) async throws {
        switch act {
        case .askSupplement(let request):
            try await write(request, about: dossier, by: officer, at: now, in: transaction)
        case .consult(let agency, let question, let due):
            let procedure = try await catalogue.revision(dossier.revisionID)?.name ?? dossier.procedureCode
            try transaction.later(
                WorkQueries.consult,
                (
                    .make(at: now), dossier.id, dossier.code, procedure, officer.agency, agency, question, due, now,
                    officer.id, officer.name
                ))
        case .requestPayment(let amount, let reason):
            try transaction.later(
                WorkQueries.requestPayment, (.make(at: now), dossier.id, amount, reason, now, officer.id))
        case .settlePayment(let outcome, let note):
            try transaction.later(
                WorkQueries.settlePayment, (dossier.id, outcome.rawValue, now, officer.id, note.isEmpty ? nil : note))
        case .extend(_, let reason):
            guard let applicant = dossier.accountID, let due = recorded.dueAt, let before = dossier.dueAt else { break }
            try await transaction.enqueue(
                topic: "dossier.extended",
                payload: [
                    "account": .string(applicant.description), "code": .string(dossier.code),
                    "path": .string("/ho-so/\(dossier.code)"), "reason": .string(reason),
                    "before": .string(Day(of: before).description), "due": .string(Day(of: due).description),
                ], at: now)
        case .decide(let decision):
            guard let document else { break }
            _ = try await issueResult(
                decision.isGranted ? .granted : .refused, title: decision.title, number: decision.number,
                document: document, of: dossier.id, code: dossier.code, at: dossier.agencyCode, by: officer.actor,
                now: now, in: transaction)
        case .receive, .refuse, .assign, .handOver, .stop, .resume, .giveBack: break
        }
        try await issueSlip(for: act, on: dossier, by: officer, at: now, in: transaction)
    }
}

extension OfficerAct {
    /// What is wrong with an act by itself, by the names of its inputs.
    func problems(on today: Day) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func check(_ text: String, _ field: String, isRequired: Bool = true, most: Int = Self.longestText) {
            if isRequired, text.isEmpty { problems.append(FieldProblem(field: field, code: "required")) }
            if text.utf8.count > most {
                problems.append(FieldProblem(field: field, code: "too_long", arguments: ["max": String(most)]))
            }
        }
        switch self {
        case .receive(let note), .resume(let note): check(note, "note", isRequired: false)
        case .refuse(let reason, let note): check(note, "note", isRequired: reason == .other)
        case .askSupplement(let request): problems += request.problems(on: today)
        case .assign: break
        case .handOver(let unit, let colleague, _, let note):
            if unit == nil, colleague == nil { problems.append(FieldProblem(field: "officer", code: "required")) }
            check(note, "note", isRequired: false)
        case .consult(let agency, let question, let due):
            check(agency, "agency", most: 40)
            check(question, "question")
            if Day(of: due) < today { problems.append(FieldProblem(field: "due", code: "day_past")) }
        case .requestPayment(let amount, let reason):
            if !(1...1_000_000_000_000).contains(amount) {
                problems.append(FieldProblem(field: "amount", code: "invalid_money"))
            }
            check(reason, "reason")
        case .settlePayment(let outcome, let note): check(note, "note", isRequired: outcome == .waived)
        case .stop(let reason): check(reason, "reason")
        case .extend(let day, let reason):
            if day == nil { problems.append(FieldProblem(field: "day", code: "required")) }
            check(reason, "reason")
        case .decide(let decision):
            check(decision.title, "title", most: 400)
            check(decision.number, "number", isRequired: decision.isGranted, most: 100)
            check(decision.note, "note", isRequired: !decision.isGranted)
        case .giveBack(_, let note): check(note, "note", isRequired: false)
        }
        return problems
    }

    /// Bytes of a note, a reason or a question.
    package static let longestText = 4000

    /// The kind of event where the status stays.
    var eventKind: DossierEvent.Kind {
        switch self {
        case .handOver: .handedOver
        case .consult: .consulted
        case .askSupplement: .supplementAskedAgain
        case .extend: .extended
        case .assign: .assigned
        case .receive, .refuse, .requestPayment, .settlePayment, .stop, .resume, .decide, .giveBack: .status
        }
    }

    /// What the applicant reads beside the status.
    var note: String? {
        let text =
            switch self {
            case .receive(let note), .resume(let note): note
            case .refuse(_, let note): note
            case .askSupplement(let request):
                (request.items.map(\.what) + [request.note]).filter { !$0.isEmpty }.joined(separator: "\n")
            case .assign: ""
            case .handOver(_, _, _, let note): note
            case .consult: ""
            case .requestPayment(_, let reason): reason
            case .settlePayment(_, let note): note
            case .stop(let reason): reason
            case .extend(_, let reason): reason
            case .decide(let decision): decision.note
            case .giveBack(_, let note): note
            }
        return text.isEmpty ? nil : text
    }

    /// What an event keeps of the act: enough to say it in words and to tell a repetition.
    var detail: JSON {
        var members: [String: JSON] = ["act": .string(kind.rawValue)]
        switch self {
        case .receive, .resume, .stop: break
        case .refuse(let reason, _): members["reason"] = .string(reason.rawValue)
        case .askSupplement(let request):
            members["items"] = .array(request.items.map(\.json))
            if !request.reason.isEmpty { members["reason"] = .string(request.reason) }
            if let day = request.answerBy { members["answer_by"] = .string(day.description) }
        case .assign(let colleague): members["officer"] = colleague.map { .string($0.description) } ?? .null
        case .handOver(let unit, let colleague, let due, _):
            members["unit"] = unit.map { .string($0.uuidString.lowercased()) } ?? .null
            members["officer"] = colleague.map { .string($0.description) } ?? .null
            members["due"] = due.map { .integer(Int($0.timeIntervalSince1970)) } ?? .null
        case .consult(let agency, let question, let due):
            members["agency"] = .string(agency)
            members["question"] = .string(question)
            members["due"] = .integer(Int(due.timeIntervalSince1970))
        case .requestPayment(let amount, _): members["amount"] = .integer(amount)
        case .settlePayment(let outcome, _): members["outcome"] = .string(outcome.rawValue)
        case .extend(let day, _): members["day"] = day.map { .string($0.description) } ?? .null
        case .decide(let decision):
            members["granted"] = .bool(decision.isGranted)
            members["title"] = .string(decision.title)
            members["number"] = .string(decision.number)
        case .giveBack(let way, _): members["way"] = .string(way.rawValue)
        }
        return .object(members)
    }

    /// Whether an event says that this very act was done.
    fileprivate func isTold(by event: DossierEvent) -> Bool {
        event.note == note && event.detail == String(decoding: detail.canonical(), as: UTF8.self)
    }
}

extension Scope {
    /// An officer's own things and their agency's dossiers.
    package static func officer(_ officer: Officer) -> Scope {
        Scope([("portal.agency", officer.agency), ("portal.account", officer.id.description)])
    }
}
