import Accounts
import ArgumentParser
import Core
import Cryptography
import FoundationEssentials

extension Client {
    /// What a system shows to get a token, beside its id.
    struct Secret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a system another secret.", subcommands: [Rotate.self])

        /// `portal client secret rotate ID`
        struct Rotate: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Give a system another secret, which is printed once; the one before stays good for a while.")

            @Argument(help: "The client's id.")
            var id: String

            @Option(help: "Hours for which the one before is still good; 0: it is gone at once, with the tokens.")
            var overlap = 24

            func run() async throws {
                guard (0...24 * 90).contains(overlap) else { throw ValidationError("--overlap is 0 to 2160 hours") }
                let (id, overlap) = (id, overlap)
                let secret = try await Client.change { accounts in
                    try await accounts.rotateSecret(
                        of: id, overlap: Double(overlap) * 3600, by: .operators, at: Date())
                }
                print("\(id) has the secret \(secret)")
            }
        }
    }

    /// Public keys that a system signs its assertions with (RFC 7523).
    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a public key of a system, take one back, or list them.",
            subcommands: [Add.self, Revoke.self, List.self])

        /// `portal client key add ID FILE`
        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Add a public key, beside those that the system has.")

            @Argument(help: "The client's id.")
            var id: String

            @Argument(help: "A file with the key in PEM or as a JSON Web Key: Ed25519, P-256, or RSA from 2048 bits.")
            var file: String

            @Option(help: "The last day on which it is good, such as 2027-06-30; for good unless told.")
            var until: String?

            func run() async throws {
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw ValidationError("\(file) can't be read")
                }
                let key: PublicKey
                do { key = try PublicKey(pasted: String(decoding: data, as: UTF8.self)) } catch {
                    throw ValidationError("\(file): \(error.sentence)")
                }
                let (id, expiry) = (id, try Client.end(of: until))
                let kid = try await Client.change { accounts in
                    try await accounts.addKey(key, to: id, until: expiry, by: .operators, at: Date())
                }
                print("\(id) has the key \(kid)")
            }
        }

        /// `portal client key revoke ID KEY`
        struct Revoke: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Take a key back at once, with the tokens that the system has.")

            @Argument(help: "The client's id.")
            var id: String

            @Argument(help: "The key, as `portal client key list` calls it.")
            var key: String

            func run() async throws {
                let (id, key) = (id, key)
                try await Client.change { accounts in
                    try await accounts.revokeKey(key, of: id, by: .operators, at: Date())
                }
                print("\(key) is good no more.")
            }
        }

        /// `portal client key list ID`
        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List the keys that a system has had.")

            @Argument(help: "The client's id.")
            var id: String

            func run() async throws {
                let id = id
                for key in try await Client.change({ try await $0.keys(of: id, by: .operators) }) {
                    let terms = [
                        "\(key.key.kind.rawValue), \(key.key.bits) bits", "since \(Day(of: key.addedAt))",
                        key.expiresAt.map { "until \(Day(of: $0) + -1)" },
                        key.revokedAt.map { "taken back \(Day(of: $0))" },
                    ].compactMap(\.self)
                    print(([key.kid] + terms).joined(separator: "  "))
                }
            }
        }
    }

    /// Does something for whoever operates the portal, and says what stands against it.
    private static func change<Result: Sendable>(
        _ body: @Sendable (Accounts) async throws -> Result
    ) async throws -> Result {
        do {
            return try await Settings().withDatabase(role: nil) { database in
                try await body(Accounts(database: database, passwords: PasswordHasher()))
            }
        } catch let error as ClientError {
            throw ValidationError(error.sentence)
        }
    }
}

extension ClientError {
    fileprivate var sentence: String {
        switch self {
        case .notFound: "there is no such client or key: see portal client list"
        case .changedMeanwhile: "somebody else gave it another secret just now"
        case .isShutOut: "it is shut out: enrol it again"
        case .keyEnded: "this key was taken back or has run out: make another one"
        case .tooManyKeys: "it has as many keys as it may: take one back first"
        }
    }
}

extension PublicKeyFailure {
    fileprivate var sentence: String {
        switch self {
        case .unreadable: "no public key in PEM, and no JSON Web Key"
        case .isPrivate: "that is a private key: throw it away, make another, and give the public half alone"
        case .unsupported: "keys are Ed25519, P-256 or RSA"
        case .weak: "too weak: RSA from 2048 to 8192 bits"
        }
    }
}
