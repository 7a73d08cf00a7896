import Accounts
import Core
package import Cryptography
package import Files
package import FoundationEssentials
import Journal
package import Papers
package import Postgres

/// A document ready to be issued: on disk for good, and signed unless results may go out unsigned.
package struct ResultDocument: Sendable {
    package let file: StoredFile
    /// As the applicant downloads it, with its extension.
    package let name: String
    package let signature: [UInt8]?
    package let certificate: CertificateSummary?
    /// By which it is looked up; drawn before the signature, since it may stand in the document.
    package let code: VerificationCode
    /// The form that the portal made it by; nil for what was uploaded.
    package let template: ResultTemplate?
}

/// A result as it was issued.
package struct IssuedResult: Sendable {
    package let id: DossierResult.ID
    package let code: VerificationCode
    package let sha256: [UInt8]
}

extension Dossiers {
    /// Signs a document with the agency's key, before the transaction that issues it: a file is on disk before a row names it.
    /// A signature that a PDF brings along is kept as it is and not looked at.
    /// - Parameters:
    ///   - file: as uploaded, or stored by `storeDocument`.
    ///   - code: that stands in it, where one does.
    ///   - template: that it was made by.
    /// - Throws: `ResultError.noSigningKey`, `ResultError.unusableSigningKey`.
    package func signResult(
        _ file: StoredFile, named name: String, for agency: String, code: VerificationCode = VerificationCode(),
        template: ResultTemplate? = nil, at now: Date
    ) throws -> ResultDocument {
        do {
            guard let signer = try signers.signer(of: agency) else {
                guard signers.allowsUnsigned else { throw ResultError.noSigningKey }
                return ResultDocument(
                    file: file, name: name, signature: nil, certificate: nil, code: code, template: template)
            }
            let bytes = try Data(contentsOf: URL(filePath: files.path(of: file.sha256)), options: .mappedIfSafe)
            return ResultDocument(
                file: file, name: name, signature: try signer.sign(bytes, at: now), certificate: signer.certificate,
                code: code, template: template)
        } catch is CMSFailure {
            throw ResultError.unusableSigningKey
        }
    }

    /// Whether the agency's results bear its signature.
    /// - Throws: `ResultError.noSigningKey`, `ResultError.unusableSigningKey`.
    func isSigning(for agency: String) throws -> Bool {
        do {
            let isSigning = try signers.signer(of: agency) != nil
            guard isSigning || signers.allowsUnsigned else { throw ResultError.noSigningKey }
            return isSigning
        } catch is CMSFailure {
            throw ResultError.unusableSigningKey
        }
    }

    /// Puts the bytes of a document that the portal made itself on disk, as an upload would be.
    /// - Throws: `FileRefusal` for what no upload may be.
    package func storeDocument(_ bytes: [UInt8]) throws -> StoredFile {
        let upload = try receiveFile()
        try bytes.withUnsafeBytes { try upload.write($0) }
        return try upload.finish().get()
    }

    /// Issues a result as part of the transaction that decides the dossier, which holds the dossier's lock and acts for the
    /// agency (`Scope.agency`). Writes its journal entry; event and message are the decision's.
    /// - Parameters:
    ///   - title: what the document is; only the applicant and the agency see it.
    ///   - number: under which the agency issued it; shown to whoever verifies, so never a person's.
    ///   - actor: `account:…` of the officer, who may decide: the caller sees to it.
    package func issueResult(
        _ kind: DossierResult.Kind, title: String, number: String, document: ResultDocument, of id: Dossier.ID,
        code: String, at agency: String, by actor: String, now: Date, in transaction: Transaction
    ) async throws -> IssuedResult {
        let result = DossierResult.ID.make(at: now)
        let verification = document.code
        try await transaction.record(document.file, at: now)
        let entry = try await transaction.append(
            JournalEntry(
                kind: "result.issued", subject: "dossier:\(id)", agencyCode: agency, actor: actor, at: now,
                content: [
                    "code": .string(code), "result": .string(result.description), "kind": .string(kind.rawValue),
                    "title": .string(title), "number": .string(number),
                    "document_sha256": .string(document.file.digest),
                    "template": document.template.map { .string($0.rawValue) } ?? .null,
                    "signature_sha256": document.signature.map { .string(Hex.encode(SHA256.hash($0))) } ?? .null,
                    // The code opens the public page: the journal is read by more people than the result.
                    "code_sha256": .string(Hex.encode(SHA256.hash(Array(verification.description.utf8)))),
                ]))
        try transaction.later(
            ResultQueries.issue,
            (
                result, id, agency, kind, title, number, document.name, document.file.sha256, document.signature,
                document.certificate?.subject, document.certificate?.serial, verification.description, now, actor,
                entry,
                document.template
            ))
        return IssuedResult(id: result, code: verification, sha256: document.file.sha256)
    }

    /// Takes a result back, for good: the public page says so from now on, with the reason, the dossier tells it as an event, and
    /// the applicant gets a letter.
    /// - Parameter reason: shown to everyone who verifies: no personal data.
    /// - Throws: `DossierError.dutyLacking` unless the officer may decide, `.heldByUnit` as for a decision;
    ///   `ResultError.notFound`, also for another agency's; `ResultError.alreadyRevoked`.
    package func revokeResult(
        _ id: DossierResult.ID, because reason: String, by officer: Officer, now: Date
    ) async throws {
        guard officer.duties.contains(.decide) else { throw DossierError.dutyLacking([.decide]) }
        try await database.transaction(as: .officer(officer)) { transaction in
            guard let result = try await transaction.first(ResultQueries.lock, (id, officer.agency)),
                let dossier = try await transaction.lock(result.code, at: officer.agency)
            else { throw ResultError.notFound }
            try await requireHold(for: .of(.decide), of: dossier, by: officer, in: transaction)
            guard !result.isRevoked else { throw ResultError.alreadyRevoked }
            let entry = try await transaction.append(
                JournalEntry(
                    kind: "result.revoked", subject: "dossier:\(result.dossierID)", agencyCode: officer.agency,
                    actor: officer.actor, at: now,
                    content: [
                        "code": .string(result.code), "result": .string(id.description), "reason": .string(reason),
                    ]))
            try transaction.later(ResultQueries.revoke, (id, now, officer.actor, reason, entry))
            _ = try await record(
                DossierStep(
                    actor: officer.actor, kind: .resultRevoked, status: dossier.status, occurredAt: now,
                    account: officer.id, officerName: officer.name, note: reason,
                    detail: ["result": .string(id.description)]),
                of: dossier, at: now, in: transaction)
            guard let applicant = result.accountID else { return }
            try await transaction.enqueue(
                topic: "result.revoked",
                payload: [
                    "account": .string(applicant.description), "path": .string("/ho-so/\(result.code)"),
                    "code": .string(result.code), "reason": .string(reason),
                ], at: now)
        }
    }

    /// The results of a dossier, for whoever is entitled to it.
    package func results(of code: String, as scope: Scope) async throws -> [DossierResult] {
        try await database.all(ResultQueries.list, code, as: scope)
    }

    /// Where a result's document is on disk.
    package func location(of result: DossierResult) -> String { files.path(of: result.sha256) }

    /// The certificates that results' signatures lead to, in PEM; nil where none are published.
    package var trustedCertificates: [UInt8]? { signers.trusted }

    /// A result as anyone may see it, by the code printed on it; nil for an unknown one.
    package func lookUpResult(_ code: VerificationCode) async throws -> PublicResult? {
        try await database.first(ResultQueries.lookUp, (code.description, nil))
    }

    /// The same by SHA-256 of the document itself.
    package func lookUpResult(sha256: [UInt8]) async throws -> PublicResult? {
        try await database.first(ResultQueries.lookUp, (nil, sha256))
    }

    /// Results that say something else than their journal entries; for verification, as `portal_worker`.
    static func disagreeingResults(on database: Database) async throws -> [String] {
        try await database.all(ResultQueries.disagreeing, 100).map { found in
            "result \(found.id): differs from journal entry \(found.entryID)"
        }
    }
}
