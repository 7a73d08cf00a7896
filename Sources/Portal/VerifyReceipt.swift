import ArgumentParser
import Core
import Dossiers
import FoundationEssentials
import Journal

/// `portal verify receipt FILE --keys FILE`: needs no database and no network.
struct VerifyReceipt: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Check a receipt with the portal's public keys (/.well-known/portal-keys).")

    @Argument(help: "The receipt.")
    var file: String

    @Option(help: "The portal's public keys, as published.")
    var keys: String

    func run() throws {
        let check = ReceiptCheck(try File.read(file), keys: try File.keys(keys))
        check.receipt.map(describe)
        check.faults.forEach { print($0.sentence) }
        guard check.isValid else { throw ExitCode(1) }
        print(
            check.isProved
                ? "The receipt is good, and the journal is proved to hold the submission."
                : "The receipt is good. It was signed before a head of the journal covered the submission: fetch it again for the proof."
        )
    }

    private func describe(_ receipt: Receipt) {
        let facts = receipt.facts
        print("dossier     \(facts.code)")
        print("procedure   \(facts.procedure), revision \(facts.revision)")
        print("agency      \(facts.agency) \(facts.agencyName)")
        print("accepted    \(Timestamp.text(facts.acceptedAt))")
        print("due         \(facts.dueAt.map(Timestamp.text) ?? "not fixed yet")")
        print("position    \(facts.position.map(String.init) ?? "not numbered yet")")
        if let head = receipt.proof?.head.head {
            print("tree head   \(head.size) entries at \(Timestamp.text(head.time))")
        }
    }
}

/// Files given on the command line.
enum File {
    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) can't be read")
        }
        return Array(data)
    }

    static func keys(_ path: String) throws -> KnownKeys {
        guard let json = try? JSON(parsing: try read(path)), let keys = KnownKeys(json) else {
            throw ValidationError("\(path) holds no public keys: fetch /.well-known/portal-keys")
        }
        return keys
    }
}

extension ReceiptCheck.Fault {
    var sentence: String {
        switch self {
        case .unreadable: "This is no receipt, or signs were changed in it."
        case .wrongSignature: "What the receipt states was changed, or the signature isn't the portal's."
        case .unknownKey: "The key that it names is none of the portal's."
        case .keyNotInUse: "The key that it names wasn't in use when it was signed."
        case .revokedKey(let since): "The portal revoked the key at \(Timestamp.text(since)): fetch the receipt again."
        case .otherApplicant: "Name and number of the applicant were changed."
        case .otherEntry: "The journal's entry says something else than the receipt."
        case .notInTree: "The entry isn't in the journal's tree at its position."
        case .wrongHead: "The journal's tree head isn't the portal's."
        }
    }
}
