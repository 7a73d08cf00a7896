import ArgumentParser
import Core
import Cryptography
import FoundationEssentials

/// `portal verify result FILE --signature FILE --trust FILE`: needs no database and no network.
struct VerifyResult: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Check the agency's signature of a result. Whether it was revoked only the portal's page tells.")

    @Argument(help: "The document.")
    var file: String

    @Option(help: "Its detached signature (CMS, DER), downloaded beside it.")
    var signature: String

    @Option(help: "Certificates to trust, in PEM.")
    var trust: String

    func run() throws {
        let verifier = CMSVerifier(trust: try File.read(trust))
        do {
            let found = try verifier.verify(try File.read(signature), of: try File.read(file))
            print("signed by   \(found.signer.subject)")
            print("certificate \(found.signer.serial)")
            print("signed at   \(found.signedAt.map(Timestamp.text) ?? "the signature doesn't say")")
            print("The signature is good and the certificate is trusted.")
        } catch let failure as CMSFailure {
            switch failure {
            case .unreadable: print("The signature is no detached CMS signature.")
            case .wrong: print("The document or the signature was changed, or they don't belong together.")
            case .untrusted(let reason): print("The signature fits, but its certificate isn't trusted: \(reason)")
            case .unusableKey(let reason): print(reason)
            }
            throw ExitCode(1)
        }
    }
}
