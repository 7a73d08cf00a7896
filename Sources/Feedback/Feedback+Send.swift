package import Accounts
import Agencies
import Core
import Cryptography
package import Files
package import FoundationEssentials
import Journal
import Postgres

extension Feedback {
    /// Sends feedback: to the agency it names, or to the office that passes it on. In one transaction with its first event,
    /// the journal entry, the agency's figure and the message to its author.
    ///
    /// Repeatable: an id is sent once, and gets the same code however often this is called with the same word.
    /// - Parameters:
    ///   - word: what its author finds it by; made from `id` and a secret of theirs.
    ///   - account: of the author, when signed in.
    /// - Returns: its code.
    /// - Throws: `ValidationFailure` when there is no such agency today.
    package func send(
        _ new: NewFeedback, id: FeedbackItem.ID, files: [NamedFile], word: TrackingWord, by account: Account.ID?,
        at now: Date
    ) async throws -> String {
        if let code = try await code(of: id, word: word) { return code }
        let day = Day(of: now)
        let clock = try await clock(from: now)
        let agency = new.agency ?? clock.rules.office
        guard try await agencies.record(agency)?.summary.exists(on: day) == true else {
            throw ValidationFailure(problems: [FieldProblem(field: "agency", code: "unknown_agency")])
        }
        let number = try await database.one(
            FeedbackQueries.allocate, day, as: Scope([("synchronous_commit", "off")]))
        let code = FeedbackCode(day: day, number: Int(number)).description
        let due = clock.lastDay(FeedbackTimes(state: .new, clockFrom: now, answeredAt: nil, wasAsked: false))
        do {
            try await database.transaction(as: .holder(of: word, account: account)) { transaction in
                try await transaction.run(
                    FeedbackQueries.send,
                    (
                        id, code, new.kind, new.subject, new.topic, new.procedureCode, new.dossierCode, new.body,
                        account,
                        new.author.name, new.author.address, new.author.phone, new.author.email, word.digest, agency,
                        now,
                        due
                    ))
                try await transaction.write(
                    FeedbackDeed(.send, files: files), of: id, code: code, at: agency, state: .new, version: 1,
                    target: nil, lastDay: nil, actor: account.map { "account:\($0)" } ?? "feedback:holder", now: now,
                    digest: ["body_sha256": .string(Hex.encode(SHA256.hash(new.body.utf8)))])
                try await transaction.count(.received, of: agency, in: day)
                if let account {
                    try await transaction.tell(account, .send, code: code, agency: nil, at: now)
                }
            }
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "feedback_pkey") {
            // Sent twice at once: the other one is through by now, if it was the same sender's.
            guard let first = try await self.code(of: id, word: word) else { throw error }
            return first
        }
        return code
    }

    /// The code of what was sent with an id and a word; nil for another's.
    package func code(of id: FeedbackItem.ID, word: TrackingWord) async throws -> String? {
        try await database.first(FeedbackQueries.codeOf, (id, word.digest), as: .holder(of: word, account: nil))
    }
}

extension Transaction {
    /// Writes an event with its files and its journal entry.
    func write(
        _ deed: FeedbackDeed, of id: FeedbackItem.ID, code: String, at agency: String, state: FeedbackState,
        version: Int32, target: String?, lastDay: Day?, actor: String, now: Date, digest: [String: JSON] = [:]
    ) async throws {
        let note = deed.note.isEmpty ? nil : deed.note
        let inTime = lastDay.map { Day(of: now) <= $0 }
        var content: [String: JSON] = [
            "code": .string(code), "act": .string(deed.act.rawValue), "state": .string(state.rawValue),
            "version": .integer(Int(version)), "target": target.map(JSON.string) ?? .null,
            "last_day": lastDay.map { .string($0.description) } ?? .null,
            "in_time": inTime.map(JSON.bool) ?? .null,
            "note_sha256": .string(Hex.encode(SHA256.hash(deed.note.utf8))),
            "files_sha256": .array(deed.files.map { .string($0.file.digest) }),
        ]
        content.merge(digest) { $1 }
        let entry = try await append(
            JournalEntry(
                kind: "feedback.\(deed.act.rawValue)", subject: "feedback:\(id)", agencyCode: agency, actor: actor,
                at: now, content: .object(content)))
        try await run(
            FeedbackQueries.event,
            (
                id, version, deed.act, state, agency, target, deed.act.isAuthors, note, lastDay, inTime, now, entry
            ))
        for named in deed.files {
            try await record(named.file, at: now)
            try await run(FeedbackQueries.addFile, (.make(at: now), id, version, named.file.sha256, named.name))
        }
    }

    /// Adds to the figures of an agency in the month of a day.
    /// - Parameter known: whether the month has figures; only then may something be taken away.
    func count(_ change: FeedbackFigures, of agency: String, in day: Day, known: Bool = false) async throws {
        guard change != FeedbackFigures() else { return }
        try await run(
            known ? FeedbackQueries.countMore : FeedbackQueries.count,
            (
                agency, day.firstOfMonth, change.received, change.handled, change.late, change.answered,
                change.unsatisfied, change.likes, change.dislikes
            ))
    }

    /// Leaves a message to the author, sent once this transaction has committed. Its words are in
    /// `notifications.feedback.…`.
    func tell(_ account: Account.ID, _ act: FeedbackAct, code: String, agency: String?, at now: Date) async throws {
        guard let topic = act.topic else { return }
        try await enqueue(
            topic: topic,
            payload: [
                "account": .string(account.description), "code": .string(code), "agency": .string(agency ?? ""),
                "path": .string(act == .publish ? "/phan-anh/\(code)" : "/phan-anh/cua-toi/\(code)"),
            ], at: now)
    }
}

extension Transaction {
    /// The same for an author without an account, by mail to the address they gave; the page asks for code and word.
    func tellAuthor(
        of id: FeedbackItem.ID, _ act: FeedbackAct, code: String, agency: String, at now: Date
    ) async throws {
        guard act.isMailed, let topic = act.topic else { return }
        try await enqueue(
            topic: topic,
            payload: [
                "feedback": .string(id.description), "code": .string(code), "agency": .string(agency),
                "path": "/phan-anh/tra-cuu",
            ], at: now)
    }
}

extension FeedbackAct {
    /// Whether an author without an account gets mail of it: what waits for them, and what it came to. Nothing before an
    /// officer has acted, since nobody has confirmed that the address is theirs.
    package var isMailed: Bool {
        switch self {
        case .ask, .answer, .refuse: true
        case .send, .accept, .supplement, .forward, .sendBack, .publish, .withhold, .withdraw: false
        }
    }

    /// What the author is told of, as the name of its message; nil for what they did themselves, sending apart.
    package var topic: String? {
        switch self {
        case .send: "feedback.sent"
        case .accept: "feedback.accepted"
        case .refuse: "feedback.refused"
        case .ask: "feedback.asked"
        case .forward, .sendBack: "feedback.forwarded"
        case .answer: "feedback.answered"
        case .publish: "feedback.published"
        case .withhold: "feedback.withheld"
        case .supplement, .withdraw: nil
        }
    }
}

extension FeedbackFigures {
    static let received: FeedbackFigures = {
        var figures = FeedbackFigures()
        figures.received = 1
        return figures
    }()
}

extension Day {
    var firstOfMonth: Day { self - (components.day - 1) }
}
