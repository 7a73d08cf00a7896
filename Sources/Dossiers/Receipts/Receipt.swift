package import Core
import Cryptography
package import FoundationEssentials
package import Journal

/// What an applicant keeps of a submission: signed by the portal, and checked by anyone with its public keys alone.
///
/// The file is JSON: `signed` with what is stated, `key` and `signature` (see `SignedStatement`), `proof` that the journal's
/// signed tree head covers the submission's entry, and `applicant`. The signature covers the applicant by a salted hash
/// only; name, number and salt stand in `applicant`, which may be taken out before the receipt is shown to somebody else.
package struct Receipt: Sendable, Hashable {
    package let statement: SignedStatement
    package let facts: Facts
    package let applicant: Applicant?
    package let proof: Proof?

    /// What is signed.
    package struct Facts: Sendable, Hashable {
        /// The portal's address.
        package let portal: String
        package let code: String
        package let procedure: String
        package let revision: Int
        package let agency: String
        package let agencyName: String
        /// `Applicant.digest` in hexadecimal digits.
        package let applicantDigest: String
        /// SHA-256 of the answers in canonical JSON, as in the entry.
        package let answersDigest: String
        package let fileDigests: [String]
        package let acceptedAt: Date
        /// As promised when the receipt was signed.
        package let dueAt: Date?
        package let issuedAt: Date
        /// The entry of the submission, and its position once it has one.
        package let entry: JSON
        package let position: Int?
    }

    /// Who filed. Sixteen random bytes of salt keep the hash of twelve digits from being guessed without it.
    package struct Applicant: Sendable, Hashable {
        package let name: String
        /// Personal number or tax code.
        package let number: String
        package let salt: [UInt8]

        package init(name: String, number: String, salt: [UInt8] = SecureRandom.bytes(16)) {
            self.name = name
            self.number = number
            self.salt = salt
        }

        /// SHA-256 of the salt, the number, 0x1F and the name.
        package var digest: String { Hex.encode(SHA256.hash(salt + Array(number.utf8) + [0x1F] + Array(name.utf8))) }
    }

    /// The way from the entry to a signed head of the tree.
    package struct Proof: Sendable, Hashable {
        package let head: SignedTreeHead
        package let path: [MerkleTree.Hash]

        package init(head: SignedTreeHead, path: [MerkleTree.Hash]) {
            self.head = head
            self.path = path
        }
    }

    init(_ facts: Facts, applicant: Applicant?, proof: Proof?, by key: SigningKeys.Own) {
        self.facts = facts
        self.applicant = applicant
        self.proof = proof
        statement = SignedStatement(facts.json, by: key)
    }
}

extension Receipt {
    package var json: JSON {
        var members = statement.json.object ?? [:]
        members["applicant"] = applicant.map { applicant in
            [
                "name": .string(applicant.name), "number": .string(applicant.number),
                "salt": .string(Hex.encode(applicant.salt)),
            ]
        }
        members["proof"] = proof.map { proof in
            [
                "tree_head": proof.head.statement.json,
                "path": .array(proof.path.map { .string(Hex.encode($0)) }),
            ]
        }
        return .object(members)
    }

    /// Reads what `json` gives, and nothing else: a receipt is written in one way only, so that no sign of it can be changed
    /// without a trace. White space between the signs means nothing.
    package init?(_ json: JSON) {
        guard let members = json.object,
            let statement = SignedStatement(
                signed: members["signed"], key: members["key"], signature: members["signature"]),
            let facts = Facts(statement.signed)
        else { return nil }
        self.statement = statement
        self.facts = facts
        applicant = members["applicant"].flatMap(Applicant.init)
        proof = members["proof"].flatMap(Proof.init)
        guard self.json == json else { return nil }
    }
}

extension SignedStatement {
    fileprivate init?(signed: JSON?, key: JSON?, signature: JSON?) {
        guard let signed, let key, let signature else { return nil }
        self.init(["signed": signed, "key": key, "signature": signature])
    }
}

extension Receipt.Applicant {
    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.string, let number = json["number"]?.string,
            let salt = json["salt"]?.string.flatMap(Hex.decode)
        else { return nil }
        self.init(name: name, number: number, salt: salt)
    }
}

extension Receipt.Proof {
    fileprivate init?(_ json: JSON) {
        guard let head = json["tree_head"].flatMap(SignedTreeHead.init), let path = json["path"]?.array else {
            return nil
        }
        let hashes = path.compactMap { $0.string.flatMap(Hex.decode) }
        guard hashes.count == path.count, hashes.count <= 64, hashes.allSatisfy({ $0.count == 32 }) else { return nil }
        self.init(head: head, path: hashes)
    }
}

extension Receipt.Facts {
    var json: JSON {
        [
            "type": "receipt", "portal": .string(portal), "code": .string(code), "procedure": .string(procedure),
            "revision": .integer(revision), "agency": .string(agency), "agency_name": .string(agencyName),
            "applicant_sha256": .string(applicantDigest), "answers_sha256": .string(answersDigest),
            "files_sha256": .array(fileDigests.map(JSON.string)), "accepted_at": .string(Timestamp.text(acceptedAt)),
            "due_at": dueAt.map { .string(Timestamp.text($0)) } ?? .null,
            "issued_at": .string(Timestamp.text(issuedAt)), "entry": entry,
            "position": position.map(JSON.integer) ?? .null,
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard json["type"]?.string == "receipt", let portal = json["portal"]?.string, let code = json["code"]?.string,
            let procedure = json["procedure"]?.string, let revision = json["revision"]?.int,
            let agency = json["agency"]?.string, let agencyName = json["agency_name"]?.string,
            let applicant = json["applicant_sha256"]?.string, let answers = json["answers_sha256"]?.string,
            let files = json["files_sha256"]?.array,
            let acceptedAt = json["accepted_at"]?.string.flatMap(Timestamp.instant),
            let issuedAt = json["issued_at"]?.string.flatMap(Timestamp.instant), let entry = json["entry"]
        else { return nil }
        self.init(
            portal: portal, code: code, procedure: procedure, revision: revision, agency: agency,
            agencyName: agencyName, applicantDigest: applicant, answersDigest: answers,
            fileDigests: files.compactMap(\.string), acceptedAt: acceptedAt,
            dueAt: json["due_at"]?.string.flatMap(Timestamp.instant), issuedAt: issuedAt, entry: entry,
            position: json["position"]?.int)
    }
}
