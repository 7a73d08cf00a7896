import Core
import Dossiers
import Foundation
import Hummingbird
import Papers
import Server

extension Web {
    /// `GET /can-bo/danh-sach/ho-so.xlsx?…` or `.csv`: the lines and columns of a page of the work list, with typed cells.
    @Sendable func exportWork(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let words = words(context)
        let query = WorkQuery(try request.queryFields())
        let found = try await dossiers.work(
            of: staff.officer, query.view, after: query.after, limit: query.size, at: context.now)
        let sheet = words.workSheet(query.columns)
        let rows = found.lines.map { words.workRow($0, query.columns) }
        let name = "ho-so-\(Day(of: context.now))"
        switch context.parameter("file") {
        case "ho-so.csv":
            let bytes = rows.reduce(sheet.csvHead) { $0 + sheet.csvLine($1) }
            return .file(bytes, name: "\(name).csv", type: "text/csv; charset=utf-8")
        case "ho-so.xlsx":
            let path = FileManager.default.temporaryDirectory.appending(path: "work-\(UUID().uuidString).xlsx").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let book = try Workbook(sheet, path: path, createdAt: context.now)
            for row in rows { book.write(row) }
            try book.close()
            return .file(
                Array(try Data(contentsOf: URL(filePath: path))), name: "\(name).xlsx",
                type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        default: throw RequestFailure.notFound
        }
    }
}

extension Words {
    fileprivate func workSheet(_ columns: [WorkQuery.Column]) -> Sheet {
        Sheet(
            name: self("dossiers.work.export.title"),
            columns: [Sheet.Column(self("dossiers.label.code"), .text, width: 26)]
                + columns.map { column in
                    Sheet.Column(self("dossiers.work.column.\(column.rawValue)"), column.kind, width: column.width)
                })
    }

    fileprivate func workRow(_ line: WorkLine, _ columns: [WorkQuery.Column]) -> [Sheet.Cell] {
        [.text(line.code)]
            + columns.map { column in
                switch column {
                case .procedure:
                    .text(language == .en ? line.procedureNameEnglish ?? line.procedureName : line.procedureName)
                case .applicant: .text(line.applicantName)
                case .status: .text(self("dossiers.status.\(line.status.rawValue).name"))
                case .submitted: .dateTime(line.submittedAt)
                case .received: .optional(line.receivedAt)
                case .due: .optional(line.dueAt)
                case .officer: line.officerName.map { .text($0) } ?? .empty
                case .step: .optional(line.stepDueAt)
                }
            }
    }
}

extension WorkQuery.Column {
    fileprivate var kind: Sheet.Kind {
        switch self {
        case .procedure, .applicant, .status, .officer: .text
        case .submitted, .received, .due, .step: .dateTime
        }
    }

    /// In characters.
    fileprivate var width: Int {
        switch self {
        case .procedure: 40
        case .applicant, .officer: 28
        case .status: 22
        case .submitted, .received, .due, .step: 17
        }
    }
}
