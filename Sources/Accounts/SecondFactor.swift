import Core
import Cryptography
package import FoundationEssentials
package import Postgres

/// How members of staff show that they are who the password says: by the code that an application on their telephone
/// shows, or by one of ten recovery codes.
package struct SecondFactor: Sendable {
    /// Whether staff without one have to enrol before they get in; those who have one are asked either way.
    package let isRequired: Bool
    private let key: [UInt8]

    /// - Parameter key: 32 bytes that aren't in the database. Without them no code is right any more.
    package init(isRequired: Bool, key: [UInt8]) {
        precondition(key.count == AES256GCM.keyBytes, "the key of second factors has 32 bytes")
        self.isRequired = isRequired
        self.key = key
    }

    /// The secret that a session may enrol: the same each time its page is opened, and written down nowhere until the
    /// code proves that the application has it.
    func secret(for session: Session) -> [UInt8] {
        Array(HMAC.sha256(key: key, Array("enrolment:\(session.id)".utf8)).prefix(OneTimeCode.secretBytes))
    }

    func seal(_ secret: [UInt8], of account: Account.ID) -> [UInt8] {
        AES256GCM.seal(secret, key: key, bound: Array(account.description.utf8))
    }

    /// - Throws: `WrongKey` for a secret that was sealed with another key.
    func open(_ sealed: [UInt8], of account: Account.ID) throws -> [UInt8] {
        guard let secret = AES256GCM.open(sealed, key: key, bound: Array(account.description.utf8)) else {
            throw WrongKey()
        }
        return secret
    }

    func hash(recovery code: String, of account: Account.ID) -> [UInt8] {
        HMAC.sha256(key: key, Array("recovery:\(account):\(code)".utf8))
    }

    /// Ten codes of fifty bits, read out and typed with ease: `k3v7m-9xq2d`.
    static func newRecoveryCodes() -> [String] {
        (0..<recoveryCount).map { _ in
            let letters = Array("abcdefghjkmnpqrstvwxyz0123456789".utf8)
            let code = SecureRandom.bytes(10).map { letters[Int($0) % letters.count] }
            return String(decoding: code.prefix(5) + [UInt8(ascii: "-")] + code.suffix(5), as: UTF8.self)
        }
    }

    package static let recoveryCount = 10
    static let attemptsAllowed: Int32 = 5

    package struct WrongKey: Error, CustomStringConvertible {
        package let description =
            "a second factor was sealed with another key: put the former file at SECOND_FACTOR_KEY_FILE"
    }
}

/// A code as it was typed: six digits of an application, or a recovery code.
enum TypedCode: Equatable {
    case digits(String)
    case recovery(String)

    /// Forgives spaces, hyphens and capitals. Nil for what can be neither.
    init?(_ text: String) {
        let signs = text.lowercased().unicodeScalars.filter { !" -\u{A0}".unicodeScalars.contains($0) }
        let code = String(String.UnicodeScalarView(signs))
        if code.utf8.count == 6, code.utf8.allSatisfy({ (48...57).contains($0) }) {
            self = .digits(code)
        } else if code.utf8.count == 10, code.unicodeScalars.allSatisfy(\.isASCII) {
            self = .recovery(code.prefix(5) + "-" + code.suffix(5))
        } else {
            return nil
        }
    }
}

/// What a page shows to enrol an application.
package struct FactorEnrolment: Sendable {
    /// In groups of four, to be typed where no picture can be taken.
    package let secret: String
    /// `otpauth://totp/…`, as applications take it.
    package let address: String
}

/// The state of somebody's second factor.
package struct FactorState: Sendable {
    package let enrolledAt: Date
    package let recoveryCodesLeft: Int
}

struct EnrolledFactor: PostgresRow {
    let secret: [UInt8]
    let enrolledAt: Date

    init(_ row: inout Row) throws {
        secret = try row("secret")
        enrolledAt = try row("enrolled_at")
    }
}
