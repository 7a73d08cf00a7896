import Catalogue
import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Postgres
import Server

/// `/du-lieu`
struct OpenDataPage: Page {
    static let template = "catalogue/data"
    let title: String
}

extension Web {
    /// `GET /du-lieu`: what may be taken away, and how.
    @Sendable func showOpenData(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        try await publicPage(request, context, visitor) {
            OpenDataPage(title: words(context)("catalogue.title.data"))
        }
    }

    /// `GET /du-lieu/thu-tuc.jsonl`: a procedure a line, whole.
    @Sendable func takeLines(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        try await file("jsonl", "application/jsonl", request, context) { procedure, writer in
            writer += try OpenData.json(procedure).serialized()
            writer.append(0x0A)
        }
    }

    /// `GET /du-lieu/thu-tuc.csv`: the list for spreadsheets (RFC 4180, UTF-8 with its mark).
    @Sendable func takeTable(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let heading = [
            "code", "name", "name_en", "field", "promulgator", "executing", "subjects", "online", "revision",
            "published_at", "updated_at",
        ]
        let start: [UInt8] = [0xEF, 0xBB, 0xBF] + OpenData.row(heading)
        return try await file("csv", "text/csv; charset=utf-8", request, context, start: start) { procedure, writer in
            writer += OpenData.row([
                procedure.code, procedure.name, procedure.nameEnglish ?? "", procedure.field, procedure.promulgator,
                procedure.executing.joined(separator: "; "), procedure.subjects.joined(separator: "; "),
                procedure.isOnline ? "1" : "0", procedure.revisionNumber.map(String.init) ?? "",
                procedure.publishedAt.map { $0.ISO8601Format() } ?? "", procedure.updatedAt.ISO8601Format(),
            ])
        }
    }

    /// `GET /sitemap.xml`: every public page in both languages (sitemaps.org 0.9).
    @Sendable func takeSitemap(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let kept = try await cache.page("/sitemap.xml", state: catalogue.state(at: context.now)) {
            var xml = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
            xml += #"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">"# + "\n"
            func add(_ path: [String], _ changed: Date?) {
                for language in Language.allCases {
                    let address = publicURL + Link(language, path: path).address
                    let date = changed.map { "<lastmod>\($0.ISO8601Format())</lastmod>" } ?? ""
                    xml += "<url><loc>\(address)</loc>\(date)</url>\n"
                }
            }
            for path in [[], ["thu-tuc"], ["tra-cuu"], ["tro-giup"], ["du-lieu"]] { add(path, nil) }
            for place in try await catalogue.places() { add(["thu-tuc", place.code], place.updatedAt) }
            return Array((xml + "</urlset>\n").utf8)
        }
        return Response(status: .ok, type: "application/xml", kept.bytes).tagged(kept.tag, for: request)
    }

    /// The whole catalogue as one file, kept until the catalogue changes.
    private func file(
        _ ending: String, _ type: String, _ request: Request, _ context: PortalContext, start: [UInt8] = [],
        _ write: (Procedure, inout [UInt8]) throws -> Void
    ) async throws -> Response {
        let kept = try await cache.page("/du-lieu/\(ending)", state: catalogue.state(at: context.now)) {
            var bytes = start
            var last = ""
            while true {
                let procedures = try await catalogue.openData(after: last)
                for procedure in procedures { try write(procedure, &bytes) }
                guard let next = procedures.last else { return bytes }
                last = next.code
            }
        }
        var response = Response(status: .ok, type: type, kept.bytes)
        response.headers[.cacheControl] = "public, max-age=60"
        response.headers[.contentDisposition] = "attachment; filename=\"thu-tuc.\(ending)\""
        return response.tagged(kept.tag, for: request)
    }
}

enum OpenData {
    static func json(_ procedure: Procedure) throws -> JSON {
        [
            "code": .string(procedure.code), "name": .string(procedure.name),
            "name_en": procedure.nameEnglish.map(JSON.string) ?? .null,
            "field": ["code": procedure.fieldCode.map(JSON.string) ?? .null, "name": .string(procedure.field)],
            "promulgator": .string(procedure.promulgator), "executing": .array(procedure.executing.map(JSON.string)),
            "subjects": .array(procedure.subjects.map(JSON.string)), "online": .bool(procedure.isOnline),
            "revision": procedure.revisionNumber.map { .integer(Int($0)) } ?? .null,
            "published_at": procedure.publishedAt.map { .string($0.ISO8601Format()) } ?? .null,
            "updated_at": .string(procedure.updatedAt.ISO8601Format()),
            "retired_at": procedure.retiredAt.map { .string($0.ISO8601Format()) } ?? .null,
            "replacement": procedure.replacementCode.map(JSON.string) ?? .null,
            "facts": try procedure.facts.map {
                try JSON(parsing: Array($0.text.utf8), limits: JSON.Limits(bytes: 16_000_000, depth: 32, elements: 1_000_000))
            } ?? .null,
        ]
    }

    /// A line of RFC 4180. A cell that a spreadsheet would take for a formula begins with a quote mark that it hides.
    static func row(_ cells: [String]) -> [UInt8] {
        let quoted = cells.map { cell -> String in
            let isFormula = cell.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
            return "\"" + (isFormula ? "'" : "") + cell.replacing("\"", with: "\"\"") + "\""
        }
        return Array((quoted.joined(separator: ",") + "\r\n").utf8)
    }
}
