package import Core
import Cryptography
package import FoundationEssentials

/// The state of the whole journal in a few bytes: how many entries, and the root of the tree over them.
///
/// Signed, it commits the portal: two heads of which neither extends the other are the proof of a rewritten journal.
package struct TreeHead: Sendable, Hashable {
    /// How many entries it covers: positions 1…size.
    package let size: Int
    package let root: MerkleTree.Hash
    /// SHA-256 of what was signed as the head before, in hexadecimal digits; nil for the first.
    package let previous: String?
    /// When it was signed, in whole seconds.
    package let time: Date

    package init(size: Int, root: MerkleTree.Hash, previous: String?, time: Date) {
        self.size = size
        self.root = root
        self.previous = previous
        self.time = time
    }

    package var statement: JSON {
        [
            "type": "tree-head", "size": .integer(size), "root": .string(Hex.encode(root)),
            "previous": previous.map(JSON.string) ?? .null, "time": .string(Timestamp.text(time)),
        ]
    }

    /// Nil unless the statement is written exactly as this head writes itself.
    package init?(_ statement: JSON) {
        guard let size = statement["size"]?.int, size > 0, let root = statement["root"]?.string.flatMap(Hex.decode),
            root.count == 32, let time = statement["time"]?.string.flatMap(Timestamp.instant)
        else { return nil }
        self.init(size: size, root: root, previous: statement["previous"]?.string, time: time)
        guard self.statement == statement else { return nil }
    }
}

/// A head with the portal's signature.
package struct SignedTreeHead: Sendable, Hashable {
    package let head: TreeHead
    package let statement: SignedStatement

    package init(_ head: TreeHead, by key: SigningKeys.Own) {
        self.head = head
        statement = SignedStatement(head.statement, by: key)
    }

    init(_ head: TreeHead, keyID: String, signature: [UInt8]) {
        self.head = head
        statement = SignedStatement(signed: head.statement, keyID: keyID, signature: signature)
    }

    /// Nil when it is no tree head. Its signature is still to be checked.
    package init?(_ json: JSON) {
        guard let statement = SignedStatement(json), let head = TreeHead(statement.signed) else { return nil }
        self.head = head
        self.statement = statement
    }

    package func verdict(by keys: KnownKeys) -> SignatureVerdict { keys.verdict(on: statement, signedAt: head.time) }
}
