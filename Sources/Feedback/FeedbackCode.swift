package import Core
import Cryptography

/// The running code of feedback, by the day it was sent: `PA-261124-0001`.
package struct FeedbackCode: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(day: Day, number: Int) { description = "PA-\(RunningCode.tail(day: day, number: number))" }

    /// Reads a code as people write it: case, blanks and kinds of dashes are forgiven.
    package init?(_ text: String) {
        guard let parts = RunningCode.parts(of: text), parts[0] == "PA" else { return nil }
        description = parts.joined(separator: "-")
    }
}

/// The word with which whoever sent feedback finds it again without signing in: twelve letters and digits in groups of
/// four, of a kind that can't be mistaken for each other; 59 bits.
///
/// Derived from a secret of the sender's browser and the form's id, so that a form sent twice gets the same word. The
/// database keeps its digest alone.
package struct TrackingWord: Hashable, Sendable, CustomStringConvertible {
    private let letters: [UInt8]

    /// - Parameter secret: nobody but the sender has it, and it is long.
    package init(secret: String, id: FeedbackItem.ID) {
        letters = HMAC.sha256(key: secret.utf8, "feedback \(id)".utf8).prefix(12).map {
            Self.alphabet[Int($0) % Self.alphabet.count]
        }
    }

    /// Reads a word as people write it; nil for what can't be one.
    package init?(_ text: String) {
        guard text.utf8.count <= 60 else { return nil }
        letters = text.lowercased().utf8.filter { Self.alphabet.contains($0) }
        guard letters.count == 12 else { return nil }
    }

    package var description: String {
        stride(from: 0, to: 12, by: 4).map { String(decoding: letters[$0..<($0 + 4)], as: UTF8.self) }
            .joined(separator: "-")
    }

    /// What the database knows it by.
    package var digest: [UInt8] { SHA256.hash("feedback \(String(decoding: letters, as: UTF8.self))".utf8) }

    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
}
