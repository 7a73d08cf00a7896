package import Core
import Cryptography
import Files
package import FoundationEssentials
import Journal
import Postgres

extension Accounts {
    /// Offers somebody to act for the one who gives it; nothing is allowed before they accept. Whether the number has an
    /// account is told to nobody: the answer is the same, and only somebody who has one gets a letter.
    /// - Parameter id: made with the form; a form sent twice gives one mandate.
    /// - Throws: `ValidationFailure` with everything that is wrong.
    package func give(_ offer: MandateOffer, as id: Mandate.ID, by principal: Profile, at now: Date) async throws {
        let problems = offer.problems(givenBy: principal.kind, login: principal.login, on: Day(of: now))
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        try await database.transaction(as: .account(principal.id)) { transaction in
            if let document = offer.document { try await transaction.record(document, at: now) }
            let written = try await transaction.run(
                MandateQueries.give,
                (
                    id, principal.id, offer.basis, offer.agent.digits, offer.terms.procedures,
                    offer.terms.amountLimit?.dong, offer.terms.validFrom, offer.terms.validUntil,
                    offer.document?.sha256, now
                ))
            guard written == 1 else { return }
            try await transaction.journal(
                "mandate.given", id, by: principal.id, at: now,
                content: [
                    "basis": .string(offer.basis.rawValue),
                    "procedures": .array(offer.terms.procedures.map(JSON.string)),
                    "amount_limit": offer.terms.amountLimit.map { .integer($0.dong) } ?? .null,
                    "valid_from": .string(offer.terms.validFrom.description),
                    "valid_until": .string(offer.terms.validUntil.description),
                    "document_sha256": offer.document.map { .string($0.digest) } ?? .null,
                ])
            if let invited = try await transaction.first(MandateQueries.invited, offer.agent.digits) {
                try await transaction.tell(invited, of: "mandate.given", by: principal.name, at: now)
            }
        }
    }

    /// Takes a mandate on. Only the person whom it names can; taken on before, it stays as it was.
    /// - Throws: `MandateError.notFound` for anybody else's, `.notOpen` when it was revoked or its last day is past.
    package func accept(_ id: Mandate.ID, by agent: Profile, at now: Date) async throws {
        try await database.transaction(as: .account(agent.id)) { transaction in
            guard let mandate = try await transaction.first(MandateQueries.lock, (id, agent.id)),
                mandate.agentLogin == agent.login
            else { throw MandateError.notFound }
            let state = mandate.state(on: Day(of: now))
            guard state == .offered else {
                if state == .inForce || state == .upcoming { return }
                throw MandateError.notOpen(state)
            }
            try await transaction.run(MandateQueries.accept, (id, agent.id, now))
            try await transaction.journal(
                "mandate.accepted", id, by: agent.id, at: now,
                content: ["principal": .string("account:\(mandate.principalID)")])
            try await transaction.tell(mandate.principalID, of: "mandate.accepted", by: agent.name, at: now)
        }
    }

    /// Ends a mandate: its principal revokes it, the one whom it names declines it or gives it back. From this commit on
    /// the agent may do nothing under it. Ended before, it stays as it was.
    /// - Throws: `MandateError.notFound` for a mandate between others.
    package func revoke(_ id: Mandate.ID, by account: Profile, at now: Date) async throws {
        try await database.transaction(as: .account(account.id)) { transaction in
            guard let mandate = try await transaction.first(MandateQueries.lock, (id, account.id)) else {
                throw MandateError.notFound
            }
            guard mandate.revokedAt == nil else { return }
            try await transaction.run(MandateQueries.revoke, (id, account.id, now))
            try await transaction.journal(
                "mandate.revoked", id, by: account.id, at: now,
                content: ["principal": .string("account:\(mandate.principalID)")])
            let other = account.id == mandate.principalID ? mandate.agentID : mandate.principalID
            if let other { try await transaction.tell(other, of: "mandate.revoked", by: account.name, at: now) }
        }
    }

    /// One mandate, for its principal or the person whom it names; nil for everybody else.
    package func mandate(_ id: Mandate.ID, for account: Account.ID) async throws -> Mandate? {
        try await database.first(MandateQueries.find, (id, account), as: .account(account))
    }

    /// The newest that an account gave.
    package func mandates(givenBy account: Account.ID, limit: Int = 100) async throws -> [Mandate] {
        try await database.all(MandateQueries.given, (account, limit), as: .account(account))
    }

    /// The newest that name an account's owner as agent, offers among them.
    package func mandates(naming account: Account.ID, limit: Int = 100) async throws -> [Mandate] {
        try await database.all(MandateQueries.received, (account, limit), as: .account(account))
    }
}

extension Accounts {
    /// Lets a session work for the principal of a mandate from now on, or for its own account again. Every page asks anew
    /// whether the mandate still holds.
    /// - Parameter mandate: nil for the own account.
    /// - Returns: the capacity that it works in.
    /// - Throws: `MandateError.notFound` for one that isn't the session's to use; `.notOpen` when it isn't in force.
    @discardableResult
    package func work(under mandate: Mandate.ID?, in session: Session, at now: Date) async throws -> Capacity {
        var capacity = Capacity.own(session.accountID)
        if let mandate {
            guard let found = try await self.mandate(mandate, for: session.accountID),
                found.agentID == session.accountID
            else { throw MandateError.notFound }
            let state = found.state(on: Day(of: now))
            guard state == .inForce else { throw MandateError.notOpen(state) }
            let agent = Capacity.Agent(
                id: session.accountID, name: session.name, mandate: mandate, procedures: found.terms.procedures)
            capacity = Capacity(principal: found.principalID, agent: agent)
        }
        guard mandate != session.mandateID else { return capacity }
        try await database.transaction(as: .account(session.accountID)) { transaction in
            try await transaction.run(AccountQueries.workFor, (session.accountID, session.id, mandate))
            _ = try await transaction.append(
                JournalEntry(
                    kind: "session.capacity", subject: "account:\(session.accountID)", agencyCode: nil,
                    actor: "account:\(session.accountID)", at: now,
                    content: [
                        "session": .string(session.id.description),
                        "mandate": mandate.map { .string($0.description) } ?? .null,
                    ]))
        }
        return capacity
    }
}

/// Why a mandate couldn't be taken on or ended.
package enum MandateError: Error, Equatable {
    case notFound
    case notOpen(MandateState)
}

extension Transaction {
    fileprivate func journal(
        _ kind: String, _ id: Mandate.ID, by account: Account.ID, at now: Date, content: JSON
    ) async throws {
        _ = try await append(
            JournalEntry(
                kind: kind, subject: "mandate:\(id)", agencyCode: nil, actor: "account:\(account)", at: now,
                content: content))
    }

    fileprivate func tell(_ account: Account.ID, of topic: String, by name: String, at now: Date) async throws {
        try await enqueue(
            topic: topic,
            payload: ["account": .string(account.description), "path": "/tai-khoan/uy-quyen", "by": .string(name)],
            at: now)
    }
}
