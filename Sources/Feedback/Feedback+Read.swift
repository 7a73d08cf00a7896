package import Accounts
package import Agencies
package import Core
import Files
package import FoundationEssentials
package import Postgres

extension Feedback {
    /// One with its events and files, for its agency or its author, read in one round trip.
    /// - Throws: `FeedbackError.notFound`.
    package func record(_ code: String, for party: FeedbackParty) async throws -> FeedbackRecord {
        let (items, events, files) = try await database.together(
            (FeedbackQueries.find, (code, party.agency, party.account, party.digest)), (FeedbackQueries.events, code),
            (FeedbackQueries.files, code), as: party.scope)
        guard let item = items.first else { throw FeedbackError.notFound }
        return FeedbackRecord(item: item, events: events, files: files)
    }

    /// Where the bytes of a file are, for someone entitled to it.
    package func file(
        _ id: FeedbackFile.ID, of code: String, for party: FeedbackParty
    ) async throws -> (file: FeedbackFile, path: String) {
        let record = try await record(code, for: party)
        guard let found = record.files.first(where: { $0.id == id }) else { throw FeedbackError.notFound }
        return (found, files.path(of: found.sha256))
    }

    /// What an agency has open in some states, the longest waiting first.
    /// - Parameter overdueOn: only that whose last day has passed on this day.
    package func open(
        at agency: String, in states: [FeedbackState], overdueOn today: Day? = nil, after cursor: FeedbackCursor?,
        limit: Int
    ) async throws -> FeedbackPart<FeedbackLine> {
        let cursor = cursor ?? .oldest
        let found = try await database.all(
            FeedbackQueries.atAgency, (agency, states.map(\.rawValue), today, cursor.at, cursor.id, limit + 1),
            as: Scope([("portal.agency", agency)]))
        return FeedbackPart(found, limit: limit) { FeedbackCursor(at: $0.clockFrom, id: $0.id) }
    }

    /// What an agency is done with, newest first.
    package func closed(
        at agency: String, after cursor: FeedbackCursor?, limit: Int
    ) async throws -> FeedbackPart<FeedbackLine> {
        let cursor = cursor ?? .newest
        let found = try await database.all(
            FeedbackQueries.closedAtAgency, (agency, cursor.at, cursor.id, limit + 1),
            as: Scope([("portal.agency", agency)]))
        return FeedbackPart(found, limit: limit) { FeedbackCursor(at: $0.clockFrom, id: $0.id) }
    }

    /// What an account sent, newest first.
    package func sent(
        by account: Account.ID, after cursor: FeedbackCursor?, limit: Int
    ) async throws -> FeedbackPart<FeedbackLine> {
        let cursor = cursor ?? .newest
        let found = try await database.all(
            FeedbackQueries.ofAccount, (account, cursor.at, cursor.id, limit + 1), as: .account(account))
        return FeedbackPart(found, limit: limit) { FeedbackCursor(at: $0.sentAt, id: $0.id) }
    }

    /// How much an agency has open in each state.
    package func counters(of agency: String, on today: Day) async throws -> [FeedbackCounter] {
        try await database.all(
            FeedbackQueries.counters, (agency, today), as: Scope([("portal.agency", agency)]))
    }

    /// An agency's figures since the beginning of the year of a day.
    package func figures(of agency: String, on today: Day) async throws -> FeedbackFigures {
        let first = Day(year: today.components.year, month: 1, day: 1) ?? today
        return try await database.one(FeedbackQueries.figures, (agency, first, today + 1))
    }

    /// Where an officer sends feedback back to: who transferred it, or else the office that passes things on. Nil when that is
    /// the agency that has it.
    package func origin(of item: FeedbackItem, at now: Date) async throws -> Agency? {
        let code: String
        if let from = item.fromAgency { code = from } else { code = try await rules(on: Day(of: now)).office }
        return code == item.agencyCode ? nil : try await agencies.agency(code)
    }

    /// Published answers, newest first, those with words that begin with all of these in any accent; for everyone.
    /// - Parameter agency: only those of this one.
    package func published(
        about text: String = "", agency: String = "", after cursor: FeedbackCursor?, limit: Int
    ) async throws -> FeedbackPart<PublishedFeedback> {
        let cursor = cursor ?? .newest
        // Runs of letters and digits alone: nothing of them is a sign of the query's own.
        let query = text.folded.words.prefix(10).map { $0 + ":*" }.joined(separator: " & ")
        let found =
            query.isEmpty
            ? try await database.all(FeedbackQueries.published, (agency, cursor.at, cursor.id, limit + 1))
            : try await database.all(FeedbackQueries.search, (query, agency, cursor.at, cursor.id, limit + 1))
        return FeedbackPart(found, limit: limit) { FeedbackCursor(at: $0.publishedAt, id: $0.id) }
    }

    /// A published answer; for everyone.
    package func published(_ code: String) async throws -> PublishedFeedback? {
        try await database.first(FeedbackQueries.publishedOne, code)
    }

    /// What an account thinks of an answer; nil when it hasn't said.
    package func reaction(of account: Account.ID, to id: FeedbackItem.ID) async throws -> Bool? {
        try await database.first(FeedbackQueries.reaction, (id, account), as: .account(account))
    }
}

extension Feedback {
    /// Notes what an account thinks of a published answer: one opinion each, which may be changed.
    /// - Throws: `FeedbackError.notFound`.
    package func react(to code: String, likes: Bool, by account: Account.ID, at now: Date) async throws {
        try await database.transaction(as: .account(account)) { transaction in
            guard let answer = try await transaction.first(FeedbackQueries.lockPublished, code) else {
                throw FeedbackError.notFound
            }
            let before = try await transaction.first(FeedbackQueries.reaction, (answer.id, account))
            guard before != likes else { return }
            try await transaction.run(FeedbackQueries.react, (answer.id, account, likes, now))
            var change = FeedbackFigures()
            change.likes = (likes ? 1 : 0) - (before == true ? 1 : 0)
            change.dislikes = (likes ? 0 : 1) - (before == false ? 1 : 0)
            let (likers, dislikers) = (Int(answer.likes) + change.likes, Int(answer.dislikes) + change.dislikes)
            func counts(_ likes: Int, _ dislikes: Int) -> Int {
                FeedbackIndex.isUnsatisfied(isLate: answer.isLate, likes: likes, dislikes: dislikes) ? 1 : 0
            }
            change.unsatisfied = counts(likers, dislikers) - counts(Int(answer.likes), Int(answer.dislikes))
            try await transaction.run(
                FeedbackQueries.setReactions, (answer.id, Int32(likers), Int32(dislikers)))
            try await transaction.count(change, of: answer.agencyCode, in: Day(of: answer.answeredAt), known: true)
        }
    }
}

extension Feedback {
    /// What says something else than its journal entry; for verification, as `portal_worker`. Gives up after a hundred.
    package static func disagreements(on database: Database) async throws -> [String] {
        try await database.all(FeedbackQueries.disagreeing, 100).map { found in
            "feedback \(found.feedbackID), event \(found.sequence): differs from journal entry \(found.entryID)"
        }
    }
}
