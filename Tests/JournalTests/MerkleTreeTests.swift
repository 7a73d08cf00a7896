import Cryptography
import Testing

@testable import Journal

@Suite("The hash tree over the journal")
struct MerkleTreeTests {
    /// The tree by the definition of RFC 9162 section 2.1.1, which recurses over the leaves themselves.
    private static func root(_ digests: ArraySlice<[UInt8]>) -> [UInt8] {
        guard digests.count > 1 else { return digests.first.map(MerkleTree.leaf) ?? SHA256.hash([UInt8]()) }
        var half = 1
        while half * 2 < digests.count { half *= 2 }
        let middle = digests.startIndex + half
        return SHA256.hash([1] + root(digests[..<middle]) + root(digests[middle...]))
    }

    private static let digests = (0..<70).map { SHA256.hash([UInt8($0)]) }

    private static func hashes(_ spans: [MerkleTree.Span]) -> [[UInt8]] {
        spans.map { span in root(digests[span.start..<(span.start + span.count)]) }
    }

    @Test("known roots of Certificate Transparency's own test data")
    func knownRoots() {
        let leaves = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var frontier = MerkleFrontier()
        for (leaf, root) in zip(leaves, roots) {
            _ = frontier.append(Hex.decode(leaf) ?? [])
            #expect(Hex.encode(frontier.root) == root)
        }
    }

    @Test("the growing edge has the root of the definition at every size, and completes each subtree once")
    func frontier() {
        var frontier = MerkleFrontier()
        var completed: Set<MerkleTree.Place> = []
        #expect(frontier.root == Self.root([]))
        for (index, digest) in Self.digests.enumerated() {
            for node in frontier.append(digest) {
                #expect(completed.insert(node.place).inserted)
                let start = node.place.number << node.place.level
                #expect(node.hash == Self.root(Self.digests[start..<(start + 1 << node.place.level)]))
            }
            #expect(frontier.root == Self.root(Self.digests[...index]))
        }
    }

    @Test("every leaf of every tree is proved to be in it, and at no other place")
    func inclusion() {
        for size in 1...40 {
            let root = Self.root(Self.digests[..<size])
            for leaf in 0..<size {
                let path = Self.hashes(MerkleTree.inclusion(of: leaf, in: size))
                let hash = MerkleTree.leaf(Self.digests[leaf])
                #expect(MerkleTree.includes(hash, at: leaf, in: size, path: path, root: root))
                #expect(!MerkleTree.includes(hash, at: leaf + 1, in: size, path: path, root: root))
                #expect(!MerkleTree.includes(hash, at: leaf, in: size, path: path + [hash], root: root))
                #expect(
                    path.isEmpty || !MerkleTree.includes(hash, at: leaf, in: size, path: path.dropLast(), root: root))
                let other = MerkleTree.leaf(Self.digests[leaf + 1])
                #expect(!MerkleTree.includes(other, at: leaf, in: size, path: path, root: root))
            }
        }
    }

    @Test("every tree is proved to extend every smaller one, and a fork of it isn't")
    func consistency() {
        for size in 1...40 {
            let root = Self.root(Self.digests[..<size])
            for old in 1...size {
                let before = Self.root(Self.digests[..<old])
                let proof = Self.hashes(MerkleTree.consistency(from: old, to: size))
                #expect(MerkleTree.extends(from: old, before, to: size, root, proof: proof))
                var forked = Self.digests
                forked[old - 1] = SHA256.hash([200])
                let fork = Self.root(forked[..<old])
                #expect(!MerkleTree.extends(from: old, fork, to: size, root, proof: proof))
                #expect(
                    !MerkleTree.extends(from: old, before, to: size, fork, proof: proof) || old == size && fork == root)
                #expect(!MerkleTree.extends(from: old, before, to: size, root, proof: proof + [root]))
            }
        }
    }

    @Test("a proof reads as many subtrees as the tree is high, even of a whole nation's year")
    func costs() {
        for size in [1, 1000, 14_000_000, 1 << 40, (1 << 40) - 1] {
            let height = Int.bitWidth - size.leadingZeroBitCount
            for leaf in [0, size / 3, size - 1] {
                #expect(MerkleTree.inclusion(of: leaf, in: size).flatMap(\.places).count <= 2 * height)
            }
            #expect(MerkleTree.consistency(from: size / 2 + 1, to: size).flatMap(\.places).count <= 3 * height)
        }
    }
}
