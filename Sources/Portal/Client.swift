import Accounts
import ArgumentParser
import Core
import Cryptography
import FoundationEssentials

/// The agencies' systems that may call the API.
struct Client: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Enrol an agency's system, look after its secret and keys, shut one out, or list them.",
        subcommands: [Enrol.self, Secret.self, Key.self, Disable.self, List.self])

    /// The instant after the last day that an option names.
    static func end(of text: String?) throws -> Date? {
        guard let text else { return nil }
        guard let day = Day(text) else { throw ValidationError("--until is a day, such as 2027-06-30") }
        return (day + 1).instant()
    }

    /// `portal client enrol ID`
    struct Enrol: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enrol a system, or give one a new secret and new terms; the secret is printed once.",
            discussion: "The tokens that it has are good no more. Scopes: "
                + ClientScope.allCases.map(\.rawValue).joined(separator: ", ") + ".")

        @Argument(help: "The client's id, such as mot-cua-hoan-kiem.")
        var id: String

        @Option(help: "Identifier of its agency, such as H26.00070.")
        var agency: String

        @Option(help: "What it is called.")
        var name: String

        @Option(help: "What it may do, separated by commas.")
        var scopes: String

        @Option(help: "Networks that it may call from, such as 10.1.0.0/16, separated by commas; anywhere unless told.")
        var networks = ""

        @Option(help: "The last day on which it may call, such as 2027-06-30; for good unless told.")
        var until: String?

        @Flag(help: "It may call over connections with a client certificate alone: see CLIENT_CERTIFICATE_HEADER.")
        var requiresCertificate = false

        func run() async throws {
            let scopes = self.scopes.split(separator: ",").map(String.init)
            guard !scopes.isEmpty, scopes.allSatisfy({ ClientScope(rawValue: $0) != nil }) else {
                throw ValidationError(
                    "--scopes are some of " + ClientScope.allCases.map(\.rawValue).joined(separator: ", "))
            }
            let networks = self.networks.split(separator: ",").map(String.init)
            if let wrong = networks.first(where: { AddressRange($0) == nil }) {
                throw ValidationError("\(wrong) is no network: give an address and the length of its prefix")
            }
            let expiry = try Client.end(of: until)
            let secret = try await Settings().withDatabase(role: nil) { database in
                try await Accounts(database: database, passwords: PasswordHasher()).enrolClient(
                    id: id, agency: agency, name: name.cleaned, scopes: scopes, networks: networks,
                    expiry: expiry, requiresCertificate: requiresCertificate, at: Date())
            }
            print("\(id) has the secret \(secret)")
        }
    }

    /// `portal client disable ID`
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shut a system out at once, with the tokens it has.")

        @Argument(help: "The client's id.")
        var id: String

        func run() async throws {
            let isKnown = try await Settings().withDatabase(role: nil) { database in
                try await Accounts(database: database, passwords: PasswordHasher()).disableClient(id: id, at: Date())
            }
            guard isKnown else { throw ValidationError("there is no client \(id): see portal client list") }
            print("\(id) is shut out.")
        }
    }

    /// `portal client list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the systems with what they may do.")

        func run() async throws {
            let clients = try await Settings().withDatabase(role: nil) { database in
                try await Accounts(database: database, passwords: PasswordHasher()).clients()
            }
            for client in clients {
                let terms = [
                    client.networks.isEmpty ? nil : "from \(client.networks.joined(separator: ","))",
                    client.requiresCertificate ? "with a certificate" : nil,
                    client.expiresAt.map { "until \(Day(of: $0) + -1)" },
                    client.disabledAt.map { "shut out \(Day(of: $0))" },
                ].compactMap(\.self)
                print(
                    ([client.agencyCode, client.id, client.scopes.joined(separator: ",")] + terms)
                        .joined(separator: "  "))
            }
        }
    }
}
