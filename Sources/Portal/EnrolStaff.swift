import Accounts
import ArgumentParser
import Core
import Cryptography
import FoundationEssentials

/// An agency's first officer, or a publisher: whoever comes after is looked after at the desk.
struct EnrolStaff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff",
        abstract: "Enrol an officer or a publisher, or give one a new password; it is printed once.")

    @Argument(help: "The name to sign in with.")
    var login: String

    @Option(help: "Identifier of the agency, such as H26.00070.")
    var agency: String

    @Option(help: "The person's name.")
    var name: String

    @Option(help: "officer or publisher.")
    var kind = "officer"

    @Option(help: "An officer's unit; the whole agency unless told. Made when missing.")
    var unit: String?

    @Option(help: "An officer's first duties, separated by commas: receive, process, decide, supervise, read.")
    var duties = Duty.allCases.map(\.rawValue).joined(separator: ",")

    @Flag(help: "Also take a lost second factor away; they set it up again at the next sign-in.")
    var lostFactor = false

    func run() async throws {
        let now = Date()
        guard let kind = Account.Kind(rawValue: kind), !kind.files else {
            throw ValidationError("--kind is officer or publisher")
        }
        let given = self.duties.split(separator: ",").map { Duty(rawValue: String($0)) }
        let known = given.compactMap(\.self)
        guard known.count == given.count, !known.isEmpty else {
            throw ValidationError("--duties are some of receive, process, decide, supervise and read")
        }
        let password = Base64URL.encode(SecureRandom.bytes(15))
        try await Settings().withDatabase(role: nil) { database in
            let accounts = Accounts(database: database, passwords: PasswordHasher())
            var unitID: UUID?
            if let unit { unitID = try await accounts.openUnit(named: unit.cleaned, of: agency, at: now) }
            try await accounts.enrol(
                kind, login: login.cleaned, name: name.cleaned, password: password, agency: agency, unit: unitID,
                duties: known, at: now)
            if lostFactor { try await accounts.resetFactor(ofLogin: login.cleaned, at: now) }
        }
        print("\(login.cleaned) signs in with the password \(password) and should change it at once.")
    }
}
