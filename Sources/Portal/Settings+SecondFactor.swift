import Accounts
import Cryptography
import FoundationEssentials
import Glibc

extension Settings {
    /// How staff show a second factor, with the key of `SECOND_FACTOR_KEY_FILE`.
    /// - Throws: `Unusable` with a sentence, for a file that can be neither read nor made.
    func secondFactor() throws -> SecondFactor {
        SecondFactor(isRequired: needsSecondFactor, key: try secretKey())
    }

    /// What stands in `SECOND_FACTOR_KEY_FILE`, which is made when it is missing.
    func secretKey() throws -> [UInt8] {
        let path = secondFactorKeyFile
        try makeKey(at: path)
        guard let data = FileManager.default.contents(atPath: path),
            let key = Hex.decode(String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }),
            key.count == AES256GCM.keyBytes
        else {
            throw Unusable(description: "SECOND_FACTOR_KEY_FILE: \(path) must hold 64 hexadecimal digits")
        }
        return key
    }

    /// Of two processes that start at once, one makes the file.
    private func makeKey(at path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let made = "\(path).\(getpid())"
        let descriptor = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Unusable(description: "SECOND_FACTOR_KEY_FILE: \(path) can't be made")
        }
        let text = Array((Hex.encode(SecureRandom.bytes(AES256GCM.keyBytes)) + "\n").utf8)
        let isWritten = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        close(descriptor)
        // A link is made whole or not at all, and never over a key that is there.
        _ = link(made, path)
        unlink(made)
        guard isWritten else { throw Unusable(description: "SECOND_FACTOR_KEY_FILE: \(path) can't be written") }
    }
}
