import Catalogue
import Core
import Cryptography
import Files
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /bien-tap/ban/{id}/mau`: the template files of each document.
    @Sendable func showTemplates(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let notice = try request.queryFields()["done"].flatMap { Self.deskNotices.contains($0) ? $0 : nil }
        return templatesPage(try await work(context, staff), request, context, staff, notice: notice)
    }

    /// `POST /bien-tap/ban/{id}/mau`: a file for one document of a draft.
    @Sendable func addTemplate(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let work = try await work(context, staff)
        let editor = try await editor(staff)
        let post = try await TemplatePost.read(request, from: staff, files)
        func again(_ code: String, _ arguments: [String: String] = [:]) async throws -> Response {
            let problem = FieldProblem(field: "file-\(post.document)", code: code, arguments: arguments)
            let newest = try await publishing.work(work.id, for: editor)
            return templatesPage(newest, request, context, staff, problem: problem)
        }
        switch post.file {
        case nil: return try await again("file_required")
        case .failure(let refusal): return try await again(refusal.rawValue, ["name": post.name])
        case .success(let file):
            do {
                try await publishing.addTemplate(
                    file, named: post.name, to: post.document, of: work.id, version: post.version, by: editor,
                    at: context.now)
            } catch PublishingError.editedMeanwhile {
                return try await again("templates_edited_meanwhile")
            } catch PublishingError.tooManyTemplates {
                return try await again("too_many_files", ["max": String(Publishing.mostTemplates)])
            }
        }
        return .seeOther(templatesLink(work.id, context, done: "template_added").address)
    }

    /// `POST /bien-tap/ban/{id}/mau/{sha256}`: takes a file off a document of a draft.
    @Sendable func removeTemplate(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let fields = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        let editor = try await editor(staff)
        let document = Int(fields["document"] ?? "") ?? -1
        do {
            try await publishing.removeTemplate(
                context.parameter("sha256") ?? "", from: document, of: work.id,
                version: Int(fields["version"] ?? "") ?? 0, by: editor, at: context.now)
        } catch PublishingError.editedMeanwhile {
            let problem = FieldProblem(field: "file-\(document)", code: "templates_edited_meanwhile")
            let newest = try await publishing.work(work.id, for: editor)
            return templatesPage(newest, request, context, staff, problem: problem)
        }
        return .seeOther(templatesLink(work.id, context, done: "template_removed").address)
    }

    /// `GET /bien-tap/ban/{id}/mau/{sha256}`: a file that a revision names, published or not.
    @Sendable func downloadDraftTemplate(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let work = try await work(context, staff)
        let digest = context.parameter("sha256") ?? ""
        let named = DocumentTemplates(facts: work.facts).documents.lazy.flatMap(\.templates)
        guard let template = named.first(where: { $0.sha256 == digest }), let bytes = Hex.decode(digest) else {
            throw RequestFailure.notFound
        }
        let type = FileType.allCases.first { $0.fileExtension == template.type }
        return try await .download(
            path: files.path(of: bytes), name: template.name, type: type?.rawValue ?? "application/octet-stream",
            context: context)
    }

    private func templatesLink(_ id: Revision.ID, _ context: PortalContext, done: String) -> Link {
        Link(context.language, path: ["bien-tap", "ban", id.description, "mau"], query: ["done": done])
    }

    private func templatesPage(
        _ work: RevisionWork, _ request: Request, _ context: PortalContext, _ staff: Staff, notice: String? = nil,
        problem: FieldProblem? = nil
    ) -> Response {
        let words = words(context)
        let documents = DocumentTemplates(facts: work.facts).documents
        let token = FormToken.make(cookie: staff.visitor.secret)
        let views = documents.enumerated().map { index, document in
            DeskTemplatesPage.DocumentView(
                revision: work.id.description, version: String(work.version), token: token, index: String(index),
                name: document.name, group: document.group.isEmpty ? nil : document.group,
                files: document.templates.map { template in
                    DeskTemplatesPage.FileView(
                        revision: work.id.description, version: String(work.version), token: token,
                        index: String(index), sha256: template.sha256, name: template.name,
                        detail: words.detail(of: template), isDraft: work.state == .draft)
                },
                isDraft: work.state == .draft, canAdd: document.templates.count < Publishing.mostTemplates,
                error: problem.flatMap {
                    $0.field == "file-\(index)" ? words.message($0, label: document.name.shortened) : nil
                })
        }
        // An error about a document that isn't there any more stands above them all.
        let lost = problem.flatMap { problem in
            views.contains { $0.error != nil } ? nil : words.message(problem, label: words("desk.templates.file"))
        }
        let errors =
            views.compactMap { view in
                view.error.flatMap { message in
                    Link("#file-\(view.index)").map { ErrorLine(link: $0, message: message) }
                }
            } + (lost.flatMap { message in Link("#documents").map { [ErrorLine(link: $0, message: message)] } } ?? [])
        let page = DeskTemplatesPage(
            title: words.title(
                "desk.title.templates", ["number": String(work.number), "code": work.procedureCode],
                hasErrors: problem != nil),
            id: work.id.description, name: work.name, notice: notice.map { words("desk.done.\($0)") },
            errors: errors, hasErrors: problem != nil, isDraft: work.state == .draft, isEmpty: views.isEmpty,
            documents: views)
        return respond(page, to: staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }
}

extension String {
    /// Enough of a document's name to know it by: some are a paragraph long.
    fileprivate var shortened: String { count > 60 ? String(prefix(60)).trimmed + "…" : self }
}

extension Words {
    /// “DOCX, 12 KB”.
    func detail(of template: ProcedureFacts.Template) -> String {
        "\(template.type.uppercased()), \(formats.size(bytes: template.size))"
    }
}

/// A posted file with the document that it is for.
private struct TemplatePost {
    var document = -1
    var version = 0
    /// As it is called where it comes from.
    var name = ""
    /// Nil when none was chosen.
    var file: Result<StoredFile, FileRefusal>?

    /// Reads the form as it arrives. The file comes last: nothing is written for somebody else's page.
    static func read(_ request: Request, from staff: Staff, _ files: FileStore) async throws -> TemplatePost {
        var post = TemplatePost()
        var token: String?
        var reader = try MultipartReader(request)
        while let part = try await reader.nextPart() {
            switch part.name {
            case "document": post.document = Int(try await reader.text()) ?? -1
            case "version": post.version = Int(try await reader.text()) ?? 0
            case FormToken.field: token = try await reader.text()
            case "file":
                guard FormToken.verify(token, cookie: staff.visitor.secret) else { throw RequestFailure.crossSite }
                guard let name = part.filename, !name.isEmpty else { continue }
                post.name = name.nfc
                post.file = try await receive(&reader, files)
            default: _ = try await reader.text()
            }
        }
        guard FormToken.verify(token, cookie: staff.visitor.secret) else { throw RequestFailure.crossSite }
        return post
    }

    private static func receive(
        _ reader: inout MultipartReader, _ files: FileStore
    ) async throws -> Result<StoredFile, FileRefusal> {
        let upload = try files.receive(most: Publishing.largestTemplate)
        do {
            while let bytes = try await reader.nextBytes() {
                try bytes.withUnsafeBytes { try upload.write($0) }
            }
        } catch is PartTooLarge {
            upload.discard()
            return .failure(.tooLarge)
        }
        return try upload.finish()
    }
}

/// `/bien-tap/ban/{id}/mau`: each document with its template files.
struct DeskTemplatesPage: Page {
    static let template = "desk/templates"
    let title: String
    let id: String
    let name: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let isDraft: Bool
    let isEmpty: Bool
    let documents: [DocumentView]

    struct DocumentView: Fields {
        let revision: String
        let version: String
        let token: String
        /// Its place among all documents.
        let index: String
        let name: String
        let group: String?
        let files: [FileView]
        let isDraft: Bool
        let canAdd: Bool
        let error: String?
    }

    struct FileView: Fields {
        let revision: String
        let version: String
        let token: String
        let index: String
        let sha256: String
        let name: String
        let detail: String
        let isDraft: Bool
    }
}
