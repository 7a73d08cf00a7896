import Accounts
import Agencies
import Core
package import FoundationEssentials
import Journal
package import Postgres

/// What people are told of time that runs out.
package enum Reminder {
    package enum Kind: String, Sendable, CaseIterable, PostgresValue {
        /// On the last working day before the due date, to the officer who has it.
        case dueTomorrow = "due_tomorrow"
        /// On the day, to the officer.
        case dueToday = "due_today"
        /// From the day after, to the officer and the applicant.
        case late
        /// Three days before a supplement has to be answered, to the applicant.
        case supplementDue = "supplement_due"
        /// Afterwards, to both.
        case supplementUnanswered = "supplement_unanswered"
        /// Two weeks before a draft is discarded, to its owner.
        case draftExpiring = "draft_expiring"
        /// Once it is.
        case draftExpired = "draft_expired"
    }
}

extension Dossiers {
    /// Tells people of dates that come or have passed, some of each kind at a time; a job's, as `portal_worker`.
    ///
    /// Each notice is given once: its row is unique by subject, kind and due date and is written with the letters in one
    /// transaction, so that neither a second process nor a restart repeats it; a due date that moved is a new one. After
    /// downtime nothing is made up for: what was due in between is told as late and not also as due tomorrow and today, and
    /// what has been late or unanswered for over a month isn't told at all. A dossier that no officer has is noted without a
    /// letter to one. Nobody is written to before seven in the morning.
    /// - Parameter draftDays: after how many days without a change a draft is discarded; 0: never. Its owner has had at
    ///   least a week's notice then, however long the job stood still.
    /// - Returns: how many notices there were to give; call again while it isn't 0.
    package func remind(at now: Date, draftDays: Int, limit: Int = 100) async throws -> Int {
        let today = Day(of: now)
        guard now >= today.instant(minute: 7 * 60) else { return 0 }
        let nextWorkingDay = try await agencies.calendar().next(onOrAfter: today + 1)
        let monthAgo = (today - 30).instant()
        var given = 0
        for (kind, from, to) in [
            (Reminder.Kind.dueTomorrow, (today + 1).instant(), (nextWorkingDay + 1).instant()),
            (.dueToday, today.instant(), (today + 1).instant()), (.late, monthAgo, today.instant()),
        ] {
            given += try await give(kind, at: now) { transaction in
                try await transaction.all(ClockQueries.dueBetween, (kind, from, to, limit))
            }
        }
        for (kind, from, to) in [
            // Until the end of a day is until the beginning of the next.
            (Reminder.Kind.supplementDue, now, (today + 4).instant(minute: 1)), (.supplementUnanswered, monthAgo, now),
        ] {
            given += try await give(kind, at: now) { transaction in
                try await transaction.all(ClockQueries.supplementsBetween, (kind, from, to, limit))
            }
        }
        guard draftDays > 0 else { return given }
        let kept = draftDays * 86_400
        let oldest = now.addingTimeInterval(-Double(kept))
        given += try await give(.draftExpiring, at: now) { transaction in
            try await transaction.all(
                ClockQueries.draftsBefore, (oldest.addingTimeInterval(14 * 86_400), kept, limit))
        }
        given += try await give(.draftExpired, at: now) { transaction in
            try await transaction.all(
                ClockQueries.expiredDrafts, (oldest, kept, now.addingTimeInterval(-7 * 86_400), limit))
        }
        return given
    }

    private func give(
        _ kind: Reminder.Kind, at now: Date,
        found: @Sendable (Transaction) async throws -> [NoticeToGive]
    ) async throws -> Int {
        try await database.transaction { transaction in
            let notices = try await found(transaction)
            for notice in notices {
                // A second process found the same: whoever writes the row first writes the letters.
                guard
                    try await transaction.first(ClockQueries.note, (notice.subject, kind, notice.due, now)) != nil
                else { continue }
                if kind == .draftExpired { try await expire(notice, at: now, in: transaction) }
                for (topic, recipient, path) in notice.letters(kind) {
                    guard let recipient else { continue }
                    try await transaction.enqueue(
                        topic: topic,
                        payload: [
                            "account": .string(recipient.description), "path": .string(path),
                            "code": .string(notice.code), "due": .string(Formats(.vi).date(notice.lastDay(kind))),
                        ], at: now)
                }
            }
            return notices.count
        }
    }

    private func expire(_ notice: NoticeToGive, at now: Date, in transaction: Transaction) async throws {
        guard let owner = notice.applicant else { return }
        let draft = Dossier.ID(notice.subject)
        try await transaction.run(DossierQueries.removeAttachments, draft)
        try await transaction.run(DossierQueries.discardDraft, (draft, owner))
        _ = try await transaction.append(
            JournalEntry(
                kind: "draft.expired", subject: "draft:\(draft)", agencyCode: nil, actor: "job:reminders", at: now,
                content: ["due": .integer(Int(notice.due.timeIntervalSince1970))]))
    }
}

/// What somebody is to be told, and who it concerns.
struct NoticeToGive: PostgresRow {
    /// A dossier, a supplement or a draft.
    let subject: UUID
    let due: Date
    /// The dossier's code; of a draft the procedure's name.
    let code: String
    let applicant: Account.ID?
    let officer: Account.ID?

    init(_ row: inout Row) throws {
        subject = try row("subject")
        due = try row("due")
        code = try row("code")
        applicant = try row("applicant")
        officer = try row("officer")
    }

    /// The day that a letter names: of what ends with a day the day itself, not the midnight after it.
    fileprivate func lastDay(_ kind: Reminder.Kind) -> Day {
        switch kind {
        case .supplementDue, .supplementUnanswered: Day(of: due.addingTimeInterval(-1))
        case .dueTomorrow, .dueToday, .late, .draftExpiring, .draftExpired: Day(of: due)
        }
    }

    /// Topic, recipient if there is one, and where the letter leads.
    fileprivate func letters(_ kind: Reminder.Kind) -> [(String, Account.ID?, String)] {
        let (mine, desk) = ("/ho-so/\(code)", "/can-bo/ho-so/\(code)")
        return switch kind {
        case .dueTomorrow: [("dossier.due_tomorrow", officer, desk)]
        case .dueToday: [("dossier.due_today", officer, desk)]
        case .late: [("dossier.late", officer, desk), ("dossier.late_applicant", applicant, mine)]
        case .supplementDue: [("supplement.due", applicant, mine)]
        case .supplementUnanswered:
            [("supplement.unanswered", officer, desk), ("supplement.unanswered_applicant", applicant, mine)]
        case .draftExpiring: [("draft.expiring", applicant, "/ho-so-nhap/\(Dossier.ID(subject))")]
        case .draftExpired: [("draft.expired", applicant, "/thu-tuc")]
        }
    }
}
