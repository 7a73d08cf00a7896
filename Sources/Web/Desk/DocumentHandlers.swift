import Catalogue
import Core
import Dossiers
import HTTPTypes
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /bien-tap/ban/{id}/noi-dung.json`: the revision as a file.
    @Sendable func exportRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let work = try await work(context, staff)
        var response = Response.json(ProcedureDocument(facts: work.facts, form: work.form).text)
        response.headers[.contentDisposition] = "attachment; filename=\"\(work.procedureCode)-\(work.number).json\""
        return response
    }

    /// `POST /bien-tap/ban/{id}/noi-dung`: a file's contents in the place of the draft's.
    @Sendable func importRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let words = words(context)
        let work = try await work(context, staff)
        let post = try await DocumentPost.read(request, from: staff)
        let document: ProcedureDocument
        do {
            document = try await ProcedureDocument(
                parsing: post.bytes, about: work.procedureCode, parts: desk.parts, today: Day(of: context.now),
                files: publishing.templates)
        } catch let error as ProcedureDocument.Problems {
            let page = DeskDocumentPage(
                title: words.title("desk.title.document", hasErrors: true), id: work.id.description, name: work.name,
                problems: error.all.prefix(200).map { problem in
                    words(
                        "desk.document.line",
                        [
                            "line": String(problem.line),
                            "problem": problem.sentence(words.language, words.callAsFunction),
                        ])
                })
            return respond(page, to: staff.visitor, context, request, status: .unprocessableContent)
        }
        let facts = Publishing.facts(document.facts, of: work.procedureCode, promulgatedBy: work.promulgator)
        try await publishing.save(
            work.id, version: post.version, facts: facts, form: document.form, summary: work.summary,
            by: try await editor(staff))
        return .seeOther(revisionLink(work.id, context, done: "imported").address)
    }
}

/// A posted file with the version that it is to replace.
private struct DocumentPost {
    var bytes: [UInt8] = []
    var version = 0

    static func read(_ request: Request, from staff: Staff) async throws -> DocumentPost {
        var post = DocumentPost()
        var token: String?
        var reader = try MultipartReader(request)
        while let part = try await reader.nextPart() {
            switch part.name {
            case "file":
                while let bytes = try await reader.nextBytes() { post.bytes += bytes }
            case "version": post.version = Int(try await reader.text()) ?? 0
            case FormToken.field: token = try await reader.text()
            default: _ = try await reader.text()
            }
        }
        guard FormToken.verify(token, cookie: staff.visitor.secret) else { throw RequestFailure.crossSite }
        return post
    }
}

/// `POST /bien-tap/ban/{id}/noi-dung`, when the file couldn't be taken: everything that is wrong with it, by line.
struct DeskDocumentPage: Page {
    static let template = "desk/document"
    let title: String
    let id: String
    let name: String
    let problems: [String]
}
