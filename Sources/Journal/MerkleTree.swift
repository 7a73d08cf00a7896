import Cryptography

/// The hash tree of RFC 9162 section 2.1 over the digests of the journal's entries: leaf *i* is the entry at position *i* + 1.
///
/// Pure: no storage, no clock. Whoever has a head of the tree can be shown that an entry is in it, and that a later head
/// only added entries, with as many hashes as the tree is high.
package enum MerkleTree {
    package typealias Hash = [UInt8]

    /// A leaf: SHA-256 of 0x00 and the entry's digest. Another prefix than a node's, so that neither passes for the other.
    package static func leaf(_ digest: [UInt8]) -> Hash { SHA256.hash([0x00] + digest) }

    /// An inner node: SHA-256 of 0x01 and its two halves.
    static func node(_ left: Hash, _ right: Hash) -> Hash { SHA256.hash([0x01] + left + right) }

    /// The root of no leaves (section 2.1.1).
    static let empty = SHA256.hash([UInt8]())

    /// Where a complete subtree stands: it covers the leaves `number << level ..< (number + 1) << level`.
    struct Place: Hashable, Sendable {
        let level: Int
        let number: Int
    }

    /// Leaves next to each other that have a hash of their own in some tree. `start` is a multiple of the power of two
    /// not below `count`.
    struct Span: Hashable, Sendable {
        let start: Int
        let count: Int

        /// The complete subtrees that it is made of, largest first.
        var places: [Place] {
            var places: [Place] = []
            var start = start
            for level in (0..<63).reversed() where count >> level & 1 == 1 {
                places.append(Place(level: level, number: start >> level))
                start += 1 << level
            }
            return places
        }

        /// Its hash from theirs.
        static func fold(_ peaks: [Hash]) -> Hash {
            guard var hash = peaks.last else { return empty }
            for left in peaks.dropLast().reversed() { hash = node(left, hash) }
            return hash
        }
    }

    /// The spans whose hashes lead from a leaf to the root, from the leaf up (section 2.1.3.1).
    static func inclusion(of leaf: Int, in size: Int) -> [Span] {
        var path: [Span] = []
        var (start, count) = (0, size)
        while count > 1 {
            let half = split(count)
            if leaf - start < half {
                path.append(Span(start: start + half, count: count - half))
                count = half
            } else {
                path.append(Span(start: start, count: half))
                (start, count) = (start + half, count - half)
            }
        }
        return path.reversed()
    }

    /// The spans whose hashes show that a tree of `size` leaves begins with the one of `old` (section 2.1.4.1).
    static func consistency(from old: Int, to size: Int) -> [Span] {
        var proof: [Span] = []
        var (start, count, isWhole) = (0, size, true)
        var rest = old
        while rest < count {
            let half = split(count)
            if rest <= half {
                proof.append(Span(start: start + half, count: count - half))
                count = half
            } else {
                proof.append(Span(start: start, count: half))
                (start, count, rest, isWhole) = (start + half, count - half, rest - half, false)
            }
        }
        if !isWhole { proof.append(Span(start: start, count: count)) }
        return proof.reversed()
    }

    /// Whether a path leads from a leaf to a root (section 2.1.3.2).
    package static func includes(_ leafHash: Hash, at leaf: Int, in size: Int, path: [Hash], root: Hash) -> Bool {
        guard leaf >= 0, leaf < size else { return false }
        var (first, last, hash) = (leaf, size - 1, leafHash)
        for sibling in path {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                hash = node(sibling, hash)
                while first & 1 == 0, first != 0 { (first, last) = (first >> 1, last >> 1) }
            } else {
                hash = node(hash, sibling)
            }
            (first, last) = (first >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of `size` leaves and `root` only added to the one of `old` leaves and `oldRoot` (section 2.1.4.2).
    package static func extends(
        from old: Int, _ oldRoot: Hash, to size: Int, _ root: Hash, proof: [Hash]
    ) -> Bool {
        guard old > 0, old <= size else { return false }
        if old == size { return proof.isEmpty && oldRoot == root }
        // A tree of a power of two is itself the first hash of its proof.
        let hashes = old & (old - 1) == 0 ? [oldRoot] + proof : proof
        guard var before = hashes.first else { return false }
        var after = before
        var (first, last) = (old - 1, size - 1)
        while first & 1 == 1 { (first, last) = (first >> 1, last >> 1) }
        for sibling in hashes.dropFirst() {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                before = node(sibling, before)
                after = node(sibling, after)
                while first & 1 == 0, first != 0 { (first, last) = (first >> 1, last >> 1) }
            } else {
                after = node(after, sibling)
            }
            (first, last) = (first >> 1, last >> 1)
        }
        return last == 0 && before == oldRoot && after == root
    }

    /// The largest power of two below `count`, which is above 1.
    private static func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }
}

/// The right edge of a growing tree: enough to add leaves and to know the root, whatever the tree's size.
struct MerkleFrontier: Sendable {
    /// A subtree that a new leaf completed.
    struct Node: Sendable, Hashable {
        let place: MerkleTree.Place
        let hash: MerkleTree.Hash
    }

    private(set) var size: Int
    /// Hashes of the complete subtrees that make up the tree, largest first.
    private var peaks: [MerkleTree.Hash]

    /// - Parameter peaks: of `MerkleTree.Span(start: 0, count: size).places`, in their order.
    init(size: Int = 0, peaks: [MerkleTree.Hash] = []) {
        self.size = size
        self.peaks = peaks
    }

    var root: MerkleTree.Hash { MerkleTree.Span.fold(peaks) }

    /// Adds an entry and gives the subtrees that it completes, above the leaf itself.
    mutating func append(_ digest: [UInt8]) -> [Node] {
        var completed: [Node] = []
        var hash = MerkleTree.leaf(digest)
        var (level, number) = (0, size)
        while number & 1 == 1, let left = peaks.popLast() {
            hash = MerkleTree.node(left, hash)
            (level, number) = (level + 1, number >> 1)
            completed.append(Node(place: MerkleTree.Place(level: level, number: number), hash: hash))
        }
        peaks.append(hash)
        size += 1
        return completed
    }
}
