import CArgon2
import Dispatch
import Synchronization

/// Hashes and checks passwords with Argon2id (RFC 9106) on threads of its own, a few at a time.
///
/// A hash takes 19 MiB and some 40 ms of a processor, so the number at once is bounded and so is the queue; beyond it
/// callers get `PasswordFailure.busy` at once and answer "try again shortly". The pool of Swift tasks is never held up.
package final class PasswordHasher: Sendable {
    /// Argon2's cost: memory in KiB, passes over it, lanes. The standard is OWASP's least for Argon2id.
    package struct Cost: Sendable, Hashable {
        package var memory: UInt32
        package var passes: UInt32
        package var lanes: UInt32

        package init(memory: UInt32 = 19_456, passes: UInt32 = 2, lanes: UInt32 = 1) {
            self.memory = memory
            self.passes = passes
            self.lanes = lanes
        }
    }

    /// A well-formed hash of no one's password, to spend the same time on a name that doesn't exist.
    package let decoy: String
    private let cost: Cost
    private let atOnce: Int
    private let waitingAllowed: Int
    private let threads = DispatchQueue(label: "passwords", attributes: .concurrent)
    private let line = Mutex(Line())

    private struct Line {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private enum Place { case now, later, refused }

    /// - Parameters:
    ///   - atOnce: hashes computed at the same time.
    ///   - waitingAllowed: callers that may wait for their turn.
    package init(cost: Cost = Cost(), atOnce: Int = 2, waitingAllowed: Int = 64) {
        self.cost = cost
        self.atOnce = max(1, atOnce)
        self.waitingAllowed = max(0, waitingAllowed)
        decoy = Self.phc(cost, salt: SecureRandom.bytes(16), tag: SecureRandom.bytes(32))
    }

    /// The hash to store: a PHC string with its own salt and cost. The password is taken as it is: NFC at the border.
    ///
    /// - Throws: `PasswordFailure.busy`, or `.unusable` when memory is short.
    package func hash(_ password: String) async throws -> String {
        let cost = cost
        return try await inTurn { try Self.hash(Array(password.utf8), cost) }
    }

    /// Whether the password is the one that was hashed.
    ///
    /// - Throws: `PasswordFailure.busy`, or `.unusable` when `hash` isn't a PHC string of Argon2id.
    package func verify(_ password: String, against hash: String) async throws -> Bool {
        try await inTurn { try Self.verify(Array(password.utf8), hash) }
    }

    /// Whether a stored hash was made at another cost than today's and should be made anew at the next sign-in.
    package func needsRehash(_ hash: String) -> Bool {
        !hash.hasPrefix(Self.head(cost))
    }

    private func inTurn<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> Void = {
                continuation.resume(with: Swift.Result { try work() })
                self.next()
            }
            let place = line.withLock { line -> Place in
                if line.running < atOnce {
                    line.running += 1
                    return .now
                }
                guard line.waiting.count < waitingAllowed else { return .refused }
                line.waiting.append(job)
                return .later
            }
            switch place {
            case .now: threads.async(execute: job)
            case .later: break
            case .refused: continuation.resume(throwing: PasswordFailure.busy)
            }
        }
    }

    private func next() {
        let job = line.withLock { line -> (@Sendable () -> Void)? in
            guard !line.waiting.isEmpty else {
                line.running -= 1
                return nil
            }
            return line.waiting.removeFirst()
        }
        if let job { threads.async(execute: job) }
    }
}

/// Why a password could be neither hashed nor checked.
package enum PasswordFailure: Error, Equatable {
    /// Too many are waiting already; try again in a second.
    case busy
    /// The stored hash is malformed or memory is short; the number is libargon2's.
    case unusable(code: Int32)
}

extension PasswordHasher {
    private static func hash(_ password: [UInt8], _ cost: Cost) throws -> String {
        let salt = SecureRandom.bytes(16)
        var text = [CChar](repeating: 0, count: 256)
        let code = argon2id_hash_encoded(
            cost.passes, cost.memory, cost.lanes, password, password.count, salt, salt.count, 32, &text, text.count)
        guard code == ARGON2_OK.rawValue else { throw PasswordFailure.unusable(code: code) }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func verify(_ password: [UInt8], _ hash: String) throws -> Bool {
        let code = argon2id_verify(hash, password, password.count)
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        default: throw PasswordFailure.unusable(code: code)
        }
    }

    private static func head(_ cost: Cost) -> String {
        "$argon2id$v=19$m=\(cost.memory),t=\(cost.passes),p=\(cost.lanes)$"
    }

    private static func phc(_ cost: Cost, salt: [UInt8], tag: [UInt8]) -> String {
        head(cost) + base64(salt) + "$" + base64(tag)
    }

    /// PHC strings use the common alphabet without padding.
    private static func base64(_ bytes: [UInt8]) -> String {
        String(
            decoding: Base64URL.encode(bytes).utf8.map { sign in
                sign == UInt8(ascii: "-") ? UInt8(ascii: "+") : sign == UInt8(ascii: "_") ? UInt8(ascii: "/") : sign
            }, as: UTF8.self)
    }
}
