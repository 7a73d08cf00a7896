import ArgumentParser
import Core
import FoundationEssentials
import Journal

/// The keys that the portal signs receipts and heads of the journal with.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, replace, take back or print the portal's signing keys (SIGNING_KEYS_FILE).",
        subcommands: [Ensure.self, Rotate.self, Revoke.self, Print.self])

    struct Options: ParsableArguments {
        @Option(help: "The file; SIGNING_KEYS_FILE unless told.")
        var file: String?

        var path: String { file ?? Settings.value(of: "SIGNING_KEYS_FILE") }
    }

    /// `portal keys ensure`
    struct Ensure: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a first key, if there is none.")
        @OptionGroup var options: Options

        func run() throws {
            var keys = try SigningKeys(path: options.path)
            guard keys.known.keys.isEmpty else { return }
            keys.rotate(at: Date())
            try keys.write(to: options.path)
            print("Made key \(keys.known.keys.last?.id ?? "") in \(options.path).")
        }
    }

    /// `portal keys rotate`
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign with a new key from now on; what was signed before stays good. Servers notice at once.")
        @OptionGroup var options: Options

        func run() throws {
            var keys = try SigningKeys(path: options.path)
            keys.rotate(at: Date())
            try keys.write(to: options.path)
            print("Made key \(keys.known.keys.last?.id ?? "") in \(options.path).")
        }
    }

    /// `portal keys revoke ID`
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a stolen key back: nothing that it signed is believed. Servers notice at once.")
        @OptionGroup var options: Options
        @Argument(help: "The key, as `portal keys print` names it.")
        var id: String

        func run() throws {
            var keys = try SigningKeys(path: options.path)
            guard keys.revoke(id, at: Date()) else {
                throw ValidationError("\(options.path) has no key \(id): see portal keys print")
            }
            if keys.current(at: Date()) == nil { keys.rotate(at: Date()) }
            try keys.write(to: options.path)
            print("Revoked key \(id) in \(options.path).")
        }
    }

    /// `portal keys print`
    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the public keys, as /.well-known/portal-keys gives them.")
        @OptionGroup var options: Options

        func run() throws {
            var writer = JSONWriter()
            writer.writeIndented(try SigningKeys(path: options.path).known.json, level: 0)
            Swift.print(String(decoding: writer.bytes, as: UTF8.self))
        }
    }
}
