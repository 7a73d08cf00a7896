import Agencies
import Core
import Dossiers
import Foundation
import Hummingbird
import Pages
import Papers
import Server

extension Web {
    /// `GET /can-bo/so-theo-doi?from.day=…&to.day=…`: which dossiers came to the agency; this month unless told.
    @Sendable func showRegister(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let fields = try request.queryFields()
        let today = Day(of: context.now)
        let first = Day(year: today.components.year, month: today.components.month, day: 1) ?? today
        let typed = ["from", "to"].map { fields.day($0) }
        let isAsked = typed.contains { $0.parts.contains { !$0.isEmpty } }
        let days = isAsked ? typed.map(\.day) : [first, today]
        var problems = ["from", "to"].enumerated().filter { days[$0.offset] == nil }.map {
            FieldProblem(field: $0.element, code: "invalid_date")
        }
        let period = days[0].flatMap { from in days[1].flatMap { RegisterPeriod(from: from, to: $0) } }
        if problems.isEmpty, period == nil { problems = [FieldProblem(field: "to", code: "period_refused")] }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: words("papers.register.\($0.field)"))) }
            ) { $1 })
        let views = ["from", "to"].enumerated().map { index, name in
            builder.date(
                name, label: words("papers.register.\(name)"), hint: index == 1 ? words("papers.register.hint") : nil,
                parts: isAsked ? typed[index].parts : days[index]?.parts ?? ["", "", ""])
        }
        var found: DossierRegisterPage.FoundView?
        if let period { found = try await registerView(period, staff, words) }
        let page = DossierRegisterPage(
            title: words.title("papers.title.register", hasErrors: !problems.isEmpty),
            agency: try await agencies.agency(staff.agency)?.name ?? staff.agency, errors: FieldBuilder.summary(views),
            hasErrors: !problems.isEmpty, fields: views, found: found)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private func registerView(
        _ period: RegisterPeriod, _ staff: Staff, _ words: Words
    ) async throws -> DossierRegisterPage.FoundView {
        let count = try await dossiers.registerCount(at: staff.agency, period)
        func link(_ ending: String) -> Link {
            Link(
                words.language, path: ["can-bo", "so-theo-doi", "so-theo-doi.\(ending)"],
                query: ["from": period.from.description, "to": period.to.description])
        }
        let counted =
            count > RegisterPeriod.mostListed
            ? "> " + words.formats.number(RegisterPeriod.mostListed) : words.formats.number(count)
        let isPrintable = count <= RegisterPeriod.mostPrinted
        return DossierRegisterPage.FoundView(
            sentence: words(
                "papers.register.found",
                ["count": counted, "from": words.formats.date(period.from), "to": words.formats.date(period.to)]),
            isEmpty: count == 0, pdf: isPrintable ? link("pdf") : nil,
            tooMany: isPrintable
                ? nil
                : words(
                    "papers.register.too_many",
                    ["count": counted, "most": words.formats.number(RegisterPeriod.mostPrinted)]),
            xlsx: link("xlsx"), csv: link("csv"))
    }

    /// `GET /can-bo/so-theo-doi/so-theo-doi.pdf?from=&to=`, `.xlsx` or `.csv`. Written into the journal: it names many people.
    @Sendable func takeRegister(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let query = try request.queryFields()
        guard let name = context.parameter("file"), let format = RegisterFormat(name: name),
            let from = query["from"].flatMap({ Day($0) }), let to = query["to"].flatMap({ Day($0) }),
            let period = RegisterPeriod(from: from, to: to)
        else { throw RequestFailure.notFound }
        if format == .pdf, try await dossiers.registerCount(at: staff.agency, period) > RegisterPeriod.mostPrinted {
            throw RequestFailure.notFound
        }
        try await dossiers.noteExport(of: period, as: format.rawValue, by: staff.officer, at: context.now)
        let fileName = "so-theo-doi-\(from)-\(to).\(format.rawValue)"
        switch format {
        case .pdf: return try await printedRegister(period, staff, words(context), named: fileName, at: context.now)
        case .xlsx: return try await workbook(period, staff, words(context), named: fileName, at: context.now)
        case .csv: return table(period, staff, words(context), named: fileName)
        }
    }

    private func printedRegister(
        _ period: RegisterPeriod, _ staff: Staff, _ words: Words, named name: String, at now: Date
    ) async throws -> Response {
        var rows: [SlipContent.Register.Row] = []
        let paper = Words(texts: texts, language: .vi)
        try await dossiers.register(at: staff.agency, period, most: RegisterPeriod.mostPrinted) { batch in
            rows += batch.map { SlipContent.Register.Row($0, manner: paper.manner($0)) }
        }
        let office = try await dossiers.office(staff.agency, on: Day(of: now))
        let register = SlipContent.Register(office: office, from: period.from, to: period.to, rows: rows)
        return .file(try await slips.print(register, at: now), name: name, type: "application/pdf")
    }

    private func workbook(
        _ period: RegisterPeriod, _ staff: Staff, _ words: Words, named name: String, at now: Date
    ) async throws -> Response {
        let path = FileManager.default.temporaryDirectory.appending(path: "register-\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let book = try Workbook(words.registerSheet, path: path, createdAt: now)
        try await dossiers.register(at: staff.agency, period, most: RegisterPeriod.mostListed) { batch in
            for dossier in batch { book.write(words.registerRow(dossier)) }
        }
        try book.close()
        let bytes = try Data(contentsOf: URL(filePath: path))
        return .file(
            Array(bytes), name: name, type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    }

    private func table(_ period: RegisterPeriod, _ staff: Staff, _ words: Words, named name: String) -> Response {
        let sheet = words.registerSheet
        let (dossiers, agency) = (dossiers, staff.agency)
        return .file(name: name, type: "text/csv; charset=utf-8") { write in
            try await write(sheet.csvHead)
            try await dossiers.register(at: agency, period, most: RegisterPeriod.mostListed) { batch in
                try await write(batch.flatMap { sheet.csvLine(words.registerRow($0)) })
            }
        }
    }
}

private enum RegisterFormat: String {
    case pdf, xlsx, csv

    init?(name: String) {
        guard name.hasPrefix("so-theo-doi.") else { return nil }
        self.init(rawValue: String(name.dropFirst("so-theo-doi.".count)))
    }
}

extension Words {
    fileprivate var registerSheet: Sheet {
        Sheet(
            name: self("papers.title.register"),
            columns: [
                column("code", .text, 24), column("procedure", .text, 40), column("applicant", .text, 28),
                column("address", .text, 36), column("phone", .text, 16), column("submitted", .dateTime, 17),
                column("received", .dateTime, 17), column("due", .dateTime, 17), column("finished", .dateTime, 17),
                column("status", .text, 22), column("manner", .text, 16),
            ])
    }

    private func column(_ key: String, _ kind: Sheet.Kind, _ width: Int) -> Sheet.Column {
        Sheet.Column(self("papers.column.\(key)"), kind, width: width)
    }

    fileprivate func registerRow(_ dossier: RegisteredDossier) -> [Sheet.Cell] {
        [
            .text(dossier.code), .text(dossier.procedure), .text(dossier.applicant), .text(dossier.address ?? ""),
            .text(dossier.phone ?? ""), .dateTime(dossier.submittedAt), .optional(dossier.receivedAt),
            .optional(dossier.dueAt), .optional(dossier.finishedAt),
            .text(self("dossiers.status.\(dossier.status.rawValue).name")), .text(manner(dossier)),
        ]
    }

    fileprivate func manner(_ dossier: RegisteredDossier) -> String {
        self(dossier.isFiledHere ? "papers.manner.online" : "papers.manner.agency")
    }
}
