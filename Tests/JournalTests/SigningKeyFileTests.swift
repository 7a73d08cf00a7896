import Foundation
import Logging
import Testing

@testable import Journal

@Suite("The file of signing keys, while a server runs")
struct SigningKeyFileTests {
    private let path = NSTemporaryDirectory() + "portal-keys-\(UUID().uuidString)/keys.json"
    private let now = Date()

    @Test("a rotation and a revocation hold from the next look on")
    func noticed() throws {
        let file = try SigningKeyFile(path: path, logger: Logger(label: "test"))
        // None yet: a file that comes later is noticed as well.
        #expect(file.keys.current(at: now) == nil)
        var keys = SigningKeys.none
        keys.rotate(at: now.addingTimeInterval(-10))
        try keys.write(to: path)
        let first = try #require(file.keys.current(at: now)?.known.id)
        keys.rotate(at: now.addingTimeInterval(-5))
        try keys.write(to: path)
        let second = try #require(file.keys.current(at: now)?.known.id)
        #expect(second != first && file.keys.known.keys.count == 2)
        let isRevoked = keys.revoke(second, at: now)
        #expect(isRevoked)
        try keys.write(to: path)
        #expect(file.keys.current(at: now) == nil)
        #expect(file.keys.known.keys.last?.revokedAt != nil)
    }

    @Test(
        "a file that has become unusable changes nothing until it is mended", arguments: ["open to others", "nonsense"])
    func unusable(_ damage: String) throws {
        var keys = SigningKeys.none
        keys.rotate(at: now.addingTimeInterval(-10))
        try keys.write(to: path)
        let file = try SigningKeyFile(path: path, logger: Logger(label: "test"))
        let before = try #require(file.keys.current(at: now)?.known.id)
        if damage == "nonsense" {
            try Data("{}".utf8).write(to: URL(filePath: path))
        } else {
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        }
        #expect(file.keys.current(at: now)?.known.id == before)
        keys.rotate(at: now.addingTimeInterval(-5))
        try keys.write(to: path)
        #expect(file.keys.current(at: now)?.known.id == keys.known.keys.last?.id)
    }
}
