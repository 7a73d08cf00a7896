import Core
package import Cryptography
package import FoundationEssentials
import Glibc

/// The portal's own keys with their secrets, from a file that only its user may read. The newest one signs.
///
/// Rotation adds a key and ends the one before; what was signed before stays good. Revocation is for a stolen key:
/// whatever it signed is no longer believed, and receipts are given out anew, signed with another.
package struct SigningKeys: Sendable {
    package struct Own: Sendable {
        package let secret: SigningKey
        package fileprivate(set) var known: KnownKey
    }

    private var own: [Own]

    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// None: nothing is signed, and receipts aren't given out.
    package static let none = SigningKeys(own: [])

    private init(own: [Own]) { self.own = own }

    /// Reads the file; none when there is no such file.
    /// - Throws: `Unusable` for a file that others may read or that holds something else.
    package init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw Unusable(description: "\(path) can't be read")
            }
            self = .none
            return
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        guard let mode, mode & 0o077 == 0 else {
            throw Unusable(description: "\(path) holds secret keys and others may read it: chmod 600 \(path)")
        }
        guard let json = try? JSON(parsing: Array(data)), let known = KnownKeys(json), let listed = json["keys"]?.array
        else { throw Unusable(description: "\(path) is no file of signing keys") }
        own = try zip(known.keys, listed).map { known, entry in
            guard let secret = entry["secret"]?.string.flatMap(Base64URL.decode).flatMap(SigningKey.init(secret:)),
                secret.publicKey == known.key
            else { throw Unusable(description: "\(path): the secret of key \(known.id) is missing or another's") }
            return Own(secret: secret, known: known)
        }
    }

    /// Writes the file anew, whole or not at all, for its owner's eyes only.
    package func write(to path: String) throws {
        let keys = zip(known.json["keys"]?.array ?? [], own).map { json, own -> JSON in
            var members = json.object ?? [:]
            members["secret"] = .string(Base64URL.encode(own.secret.secret))
            return .object(members)
        }
        var writer = JSONWriter()
        writer.writeIndented(["keys": .array(keys)], level: 0)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !folder.isEmpty {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        // Never with wider permissions, not even for a moment.
        let making = path + ".making"
        try? FileManager.default.removeItem(atPath: making)
        guard
            FileManager.default.createFile(
                atPath: making, contents: Data(writer.bytes), attributes: [.posixPermissions: 0o600])
        else { throw Unusable(description: "\(making) can't be written") }
        // In one step: a server that looks meanwhile sees the old file or the new one.
        guard rename(making, path) == 0 else { throw Unusable(description: "\(path) can't be replaced") }
    }

    /// What everybody may know of them.
    package var known: KnownKeys { KnownKeys(own.map(\.known)) }

    /// The key that signs at an instant; nil when there is none.
    package func current(at now: Date) -> Own? {
        own.last { key in
            key.known.revokedAt == nil && key.known.notBefore <= now && key.known.notAfter.map { now < $0 } ?? true
        }
    }

    /// A new key signs from `now` on, in the place of all before.
    package mutating func rotate(at now: Date) {
        let second = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        for index in own.indices where own[index].known.notAfter == nil { own[index].known.notAfter = second }
        let secret = SigningKey()
        own.append(Own(secret: secret, known: KnownKey(secret.publicKey, notBefore: second)))
    }

    /// Takes a stolen key back. False when there is none of this name.
    package mutating func revoke(_ id: String, at now: Date) -> Bool {
        guard let index = own.firstIndex(where: { $0.known.id == id }) else { return false }
        own[index].known.revokedAt = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        return true
    }
}
