import Accounts
import Agencies
import ArgumentParser
import Catalogue
import Core
import Cryptography
import Dossiers
import Files
import FoundationEssentials
import Journal
import Postgres

/// Files the demonstration's dossiers the way people do, and moves them the way agencies' systems do.
struct DemoFiler {
    private let database: Database
    private let accounts: Accounts
    private let dossiers: Dossiers
    private let codes: [String]
    private let owners: [String: Account.ID]
    private let now: Date

    init(
        database: Database, settings: Settings, codes: [String], owners: [String: Account.ID], now: Date
    ) throws {
        self.database = database
        accounts = Accounts(database: database, passwords: PasswordHasher())
        dossiers = Dossiers(
            database: database, catalogue: Catalogue(database: database), agencies: Agencies(database: database),
            files: try FileStore(directory: settings.filesDirectory), signers: settings.signers)
        self.codes = codes
        self.owners = owners
        self.now = now
    }

    /// Files one dossier and moves it on, unless an earlier start did: the key in its first answer's place tells.
    func file(_ listed: DemoData.Dossier, answers: JSON) async throws {
        guard let owner = owners[listed.by], let profile = try await accounts.profile(of: owner) else {
            throw ValidationError("demo.json: \(listed.key) is filed by nobody")
        }
        let marker = Dossier.ID.demonstration(listed.key)
        guard try await dossiers.code(of: marker, filedBy: .own(owner)) == nil else { return }
        let submitted = now.addingTimeInterval(-listed.submittedDaysAgo * 86_400)
        let agency = codes[listed.agency]
        let draft = try await dossiers.openDraft(
            of: listed.procedure, with: agency, for: profile, by: .own(profile.id), at: submitted, id: marker)
        try await dossiers.fill(draft, of: owner, with: answers, at: submitted)
        for (field, names) in listed.files {
            for name in names {
                let file = try store(SamplePDF.bytes(title: name))
                try await dossiers.attach(file, named: name, to: field, of: draft, by: .own(owner), at: submitted)
            }
        }
        let code: String
        do {
            code = try await dossiers.submit(draft, of: profile, by: .own(owner), at: submitted).code
        } catch DossierError.incomplete(let problems) {
            throw ValidationError(
                "demo.json: \(listed.key): \(problems.map { "\($0.field) \($0.code)" }.joined(separator: ", "))")
        }
        for (index, move) in listed.moves.enumerated() {
            try await self.move(code, at: agency, by: move, number: index)
        }
    }

    private func move(_ code: String, at agency: String, by move: DemoData.Move, number: Int) async throws {
        guard let status = DossierStatus(rawValue: move.status) else {
            throw ValidationError("demo.json: no status \(move.status)")
        }
        let at = now.addingTimeInterval(-move.daysAgo * 86_400)
        let change = StatusChange(
            status: status, occurredAt: at, eventID: "demo-\(code)-\(number)", note: move.note,
            officerName: move.officer, officerTitle: move.title, dueAt: nil)
        let message = IdempotentMessage(scope: "system:demo", key: "\(code)-\(number)", body: [])
        _ = try await dossiers.changeStatus(of: code, at: agency, to: change, message: message, now: at) { _ in
            (201, [])
        }
        if status == .decided { try await issueResult(of: code, at: agency, number: number, on: at) }
    }

    /// A decided dossier has its result, signed by the agency.
    private func issueResult(of code: String, at agency: String, number: Int, on at: Date) async throws {
        let summary = try await dossiers.file(code, at: agency).dossier.summary
        let document = try dossiers.signResult(
            dossiers.storeDocument(SamplePDF.bytes(title: code)), named: "ket-qua-\(code).pdf", for: agency, at: at)
        try await database.transaction(as: .agency(agency)) { transaction in
            _ = try await dossiers.issueResult(
                .granted, title: summary.procedureName, number: "", document: document, of: summary.id, code: code,
                at: agency, by: "system:demo", now: at, in: transaction)
        }
    }

    private func store(_ bytes: [UInt8]) throws -> StoredFile {
        let upload = try dossiers.receiveFile()
        try bytes.withUnsafeBytes { try upload.write($0) }
        return try upload.finish().get()
    }
}

extension Dossier.ID {
    /// The same id for the same key at each start, so that nothing is filed twice.
    fileprivate static func demonstration(_ key: String) -> Dossier.ID {
        var bytes = Array(SHA256.hash(Array("demo:\(key)".utf8)).prefix(16))
        bytes[6] = 0x80 | (bytes[6] & 0x0F)
        bytes[8] = 0x80 | (bytes[8] & 0x3F)
        return Dossier.ID(
            UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
                    bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
                )))
    }
}

/// A page that a demonstration dossier can carry: a valid PDF with a line of text.
enum SamplePDF {
    static func bytes(title: String) -> [UInt8] {
        let shown = title.utf8.filter {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
        }
        let text = "BT /F1 24 Tf 72 720 Td (\(String(decoding: shown, as: UTF8.self))) Tj ET"
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length \(text.utf8.count) >>\nstream\n\(text)\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        var file = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.utf8.count)
            file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = file.utf8.count
        file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            file += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        file += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(file.utf8)
    }
}
