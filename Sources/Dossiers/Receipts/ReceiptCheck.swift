import Core
import Cryptography
package import FoundationEssentials
package import Journal

/// What became of checking a receipt. Needs the receipt and the portal's public keys: no database, no network.
package struct ReceiptCheck: Sendable {
    package enum Fault: Sendable, Hashable {
        /// No receipt, or one with signs that no receipt has.
        case unreadable
        /// What is stated was changed, or signed by somebody else under this key's name.
        case wrongSignature
        case unknownKey
        /// The key wasn't in use when the receipt says it was signed.
        case keyNotInUse
        /// The portal took the key back: ask it for the receipt anew.
        case revokedKey(Date)
        /// Name and number aren't those that the signature covers.
        case otherApplicant
        /// The journal's entry says something else than the receipt.
        case otherEntry
        /// The entry isn't in the tree at its position.
        case notInTree
        /// The tree's head isn't the portal's.
        case wrongHead
    }

    /// Nil when it couldn't be read.
    package let receipt: Receipt?
    package let faults: [Fault]

    package var isValid: Bool { faults.isEmpty }

    /// Nothing is wrong but that a key was revoked.
    package var isRevoked: Bool {
        !faults.isEmpty
            && faults.allSatisfy { fault in
                if case .revokedKey = fault { true } else { false }
            }
    }

    /// The journal is proved to hold the submission, not merely said to.
    package var isProved: Bool { isValid && receipt?.proof != nil }

    package init(_ bytes: some Collection<UInt8>, keys: KnownKeys) {
        guard bytes.count <= Self.largest, let json = try? JSON(parsing: bytes), let receipt = Receipt(json) else {
            self.receipt = nil
            faults = [.unreadable]
            return
        }
        self.receipt = receipt
        var faults: [Fault] = []
        switch keys.verdict(on: receipt.statement, signedAt: receipt.facts.issuedAt) {
        case .valid: break
        case .revokedKey(let since): faults.append(.revokedKey(since))
        case .unknownKey: faults.append(.unknownKey)
        case .notInUse: faults.append(.keyNotInUse)
        case .wrong: faults.append(.wrongSignature)
        }
        if let applicant = receipt.applicant, applicant.digest != receipt.facts.applicantDigest {
            faults.append(.otherApplicant)
        }
        if !receipt.facts.agreesWithEntry { faults.append(.otherEntry) }
        if let proof = receipt.proof { faults += Self.faults(of: proof, for: receipt.facts, keys) }
        self.faults = faults
    }

    private static func faults(of proof: Receipt.Proof, for facts: Receipt.Facts, _ keys: KnownKeys) -> [Fault] {
        var faults: [Fault] = []
        switch proof.head.verdict(by: keys) {
        case .valid: break
        case .revokedKey(let since): faults.append(.revokedKey(since))
        case .unknownKey, .notInUse, .wrong: faults.append(.wrongHead)
        }
        let isIncluded = facts.position.map { position in
            MerkleTree.includes(
                MerkleTree.leaf(JournalRecord.digest(of: facts.entry)), at: position - 1, in: proof.head.head.size,
                path: proof.path, root: proof.head.head.root)
        }
        if isIncluded != true { faults.append(.notInTree) }
        return faults
    }

    /// Bytes: a receipt with twenty files has about five thousand.
    package static let largest = 100_000
}

extension Receipt.Facts {
    /// Whether the entry is that of this submission: what both say has to be the same.
    fileprivate var agreesWithEntry: Bool {
        guard entry["kind"]?.string == "dossier.submitted", entry["agency"]?.string == agency,
            let recorded = entry["recorded_at"]?.int, let content = entry["content"],
            abs(Double(recorded) - acceptedAt.timeIntervalSince1970 * 1_000_000) < 1.5
        else { return false }
        return content["code"]?.string == code && content["procedure"]?.string == procedure
            && content["answers_sha256"]?.string == answersDigest
            && content["files_sha256"] == .array(fileDigests.map(JSON.string))
    }
}
