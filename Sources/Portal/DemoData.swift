import Accounts
import ArgumentParser
import Core
import FoundationEssentials

/// What `SQL/seed/demo.json` lists: invented people, systems and dossiers.
struct DemoData: Decodable {
    struct Place: Decodable {
        let kind: String
        let province: String
        let ward: String?
    }

    struct Person: Decodable {
        let role: String
        let login: String
        let name: String
        let dateOfBirth: String?
        let sex: String?
        let phone: String?
        let email: String?
        let representativeName: String?
        let representativeNumber: String?
        let agency: Int?
        let agencyCode: String?
        let national: Bool?
        /// The tax code of the business that a citizen works for, by a mandate.
        let employer: String?
        /// By name, in the agency; none for the whole of it.
        let unit: String?
        let duties: [String]?
    }

    struct Client: Decodable {
        let clientId: String
        /// By its place in `agencies`, or by its code.
        let agency: Int?
        let agencyCode: String?
        let name: String
        let scopes: [String]?
        var id: String { clientId }
    }

    struct Move: Decodable {
        let status: Int
        let daysAgo: Double
        let officer: String
        let title: String?
        let note: String?
    }

    struct Dossier: Decodable {
        let key: String
        let by: String
        let procedure: String
        let agency: Int
        let files: [String: [String]]
        let submittedDaysAgo: Double
        let moves: [Move]
    }

    /// The agency that systems practise with: behind `agencies` in their order.
    struct Sandbox: Decodable {
        let code: String
        let name: String
    }

    let agencies: [Place]
    let sandbox: Sandbox
    let accounts: [Person]
    let clients: [Client]
    let dossiers: [Dossier]
    /// The answers of each dossier by its key: their shape is the form's, so they are read as plain JSON.
    let answers: [String: JSON]

    init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let listed = try decoder.decode(Listed.self, from: data)
        agencies = listed.agencies
        sandbox = listed.sandbox
        accounts = listed.accounts
        clients = listed.clients
        dossiers = listed.dossiers
        let json = try JSON(parsing: Array(data))
        answers = Dictionary(
            (json["dossiers"]?.array ?? []).compactMap { dossier in
                dossier["key"]?.string.map { ($0, dossier["answers"] ?? .object([:])) }
            }, uniquingKeysWith: { first, _ in first })
    }

    init(from decoder: any Decoder) throws { throw CocoaError(.featureUnsupported) }

    private struct Listed: Decodable {
        let agencies: [Place]
        let sandbox: Sandbox
        let accounts: [Person]
        let clients: [Client]
        let dossiers: [Dossier]
    }
}

extension DemoData.Person {
    /// Nil for staff, who are enrolled and don't register.
    func registration(password: String) throws -> Registration? {
        if let number = PersonalNumber(login),
            let born = dateOfBirth.flatMap(Day.init)
        {
            return Registration(
                citizen: number, name: name, password: password, dateOfBirth: born, sex: sex ?? "female", phone: phone,
                email: email)
        }
        if role == "business", let taxCode = TaxCode(login),
            let number = representativeNumber.flatMap(PersonalNumber.init)
        {
            return Registration(
                business: taxCode, name: name, password: password, phone: phone, email: email,
                representativeName: representativeName ?? name, representativeNumber: number)
        }
        throw ValidationError("demo.json: \(login) is neither a personal number nor a tax code")
    }
}

/// What a script needs to use the demonstration: written to `.local/demo.json`, and read again to keep the passwords.
struct DemoFacts: Codable {
    struct Account: Codable {
        let role: String
        let user: String
        let password: String
    }

    struct Client: Codable {
        let agency: String
        let clientID: String
        let secret: String

        enum CodingKeys: String, CodingKey {
            case agency
            case clientID = "client_id"
            case secret = "client_secret"
        }
    }

    let url: String
    let databaseURL: String
    var accounts: [Account] = []
    var clients: [Client] = []

    enum CodingKeys: String, CodingKey {
        case url
        case databaseURL = "database_url"
        case accounts
        case clients
    }

    init(url: String, databaseURL: String) {
        self.url = url
        self.databaseURL = databaseURL
    }

    /// The facts written before; none when there are none to be read.
    init(path: String) {
        let data = FileManager.default.contents(atPath: path)
        let read = data.flatMap { try? JSONDecoder().decode(DemoFacts.self, from: $0) }
        self = read ?? DemoFacts(url: "", databaseURL: "")
    }

    func password(of login: String) -> String? { accounts.first { $0.user == login }?.password }
    func secret(of client: String) -> String? { clients.first { $0.clientID == client }?.secret }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let url = URL(filePath: path)
        try encoder.encode(self).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// At most twenty lines: what to open, and who to be.
    var summary: String {
        var lines = ["Open \(url) and sign in as"]
        for account in accounts {
            lines.append("  " + account.role.padded(to: 12) + account.user.padded(to: 20) + account.password)
        }
        lines.append("API clients (POST \(url)/oauth/token, documented at \(url)/openapi.yaml)")
        for client in clients {
            lines.append("  " + client.agency.padded(to: 12) + client.clientID.padded(to: 20) + client.secret)
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
