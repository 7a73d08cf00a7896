import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /bien-tap/ban/{id}/bieu-mau`
    @Sendable func showForm(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        formPage(try await work(context, staff), request, context, staff, problem: nil)
    }

    /// `POST /bien-tap/ban/{id}/bieu-mau`: adds, moves and removes what the form asks.
    @Sendable func editForm(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let fields = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        let action = (fields["action"] ?? "").split(separator: ":", maxSplits: 1).map(String.init)
        let form = work.form ?? Self.emptyForm(of: work)
        let path = action.count > 1 ? FormPath(action[1]) : nil
        var added: FormPath?
        let edited: JSON?
        switch action.first {
        case "begin": edited = form
        case "drop": edited = nil
        case "up": edited = path.map { form.moving($0, by: -1) }
        case "down": edited = path.map { form.moving($0, by: 1) }
        case "remove": edited = path.map { form.removing($0) }
        default:
            guard let (new, place) = Self.adding(fields, action, to: form) else {
                let problem = FieldProblem(field: "label", code: "label_wanted")
                return formPage(work, request, context, staff, problem: problem)
            }
            (edited, added) = (new, place)
        }
        try await publishing.save(
            work.id, version: Int(fields["version"] ?? "") ?? 0, facts: work.facts, form: edited, summary: work.summary,
            by: try await editor(staff))
        let base = ["bien-tap", "ban", work.id.description, "bieu-mau"]
        return .seeOther(Link(context.language, path: base + (added.map { [$0.description] } ?? [])).address)
    }

    /// A section, a question before filing, or a question of a kind, out of its label; nil when it has none.
    private static func adding(_ fields: FormFields, _ action: [String], to form: JSON) -> (JSON, FormPath)? {
        let label = (fields["label"] ?? "").cleaned
        guard !label.isEmpty, label.utf8.count <= 400 else { return nil }
        let text: JSON = ["vi": .string(label), "en": .string(label)]
        switch action.first {
        case "add-section":
            let id = JSON.formID(from: label, taken: form.formIDs)
            return (form.adding(["id": .string(id), "title": text, "fields": []], to: nil), FormPath([id]))
        case "add-eligibility":
            let id = JSON.formID(from: label, taken: form.formIDs)
            let question: JSON = ["id": .string(id), "question": text, "refuse": true, "explanation": text]
            return (form.adding(question, to: nil, isEligibility: true), FormPath([id], isEligibility: true))
        case "add-field":
            guard action.count > 1, let parent = FormPath(action[1]), let place = form.element(at: parent),
                let kind = fields["kind"].flatMap(FormField.Kind.init(rawValue:))
            else { return nil }
            let taken =
                parent.steps.count == 1
                ? form.formIDs : Set((place["fields"]?.array ?? []).compactMap { $0["id"]?.string })
            let id = JSON.formID(from: label, taken: taken)
            return (form.adding(kind.newField(id: id, vi: label, en: label), to: parent), FormPath(parent.steps + [id]))
        default: return nil
        }
    }

    private static func emptyForm(of work: RevisionWork) -> JSON {
        let name = JSON.string(work.name)
        let english = work.facts["name_en"]?.string.map(JSON.string) ?? name
        return [
            "code": .string(work.procedureCode), "title": ["vi": name, "en": english],
            "paper_form": name, "subjects": ["citizen"], "receiving": "commune_committee", "eligibility": [],
            "sections": [],
        ]
    }

    /// `GET /bien-tap/ban/{id}/bieu-mau/{path}`: one question, section or question before filing; `chung` for the form.
    @Sendable func showPiece(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let work = try await work(context, staff)
        let editing = try piece(of: work, context)
        return piecePage(
            work, editing, Answers(values: editing.kind.answers(editing.json)), problems: [], version: work.version,
            request, context, staff)
    }

    /// `POST /bien-tap/ban/{id}/bieu-mau/{path}`
    @Sendable func savePiece(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let work = try await work(context, staff)
        let editing = try piece(of: work, context)
        let post = try await DeskPost.read(
            request, from: staff, editing.form, editing.section, on: Day(of: context.now))
        func again(_ problems: [FieldProblem], _ version: Int) -> Response {
            piecePage(work, editing, post.answers, problems: problems, version: version, request, context, staff)
        }
        guard !post.isEditing, post.problems.isEmpty else { return again(post.problems, post.version) }
        let piece = editing.kind.piece(editing.json, with: post.answers.values)
        let form = editing.path.map { (work.form ?? .null).replacing($0, with: piece) } ?? piece
        do {
            try await publishing.save(
                work.id, version: post.version, facts: work.facts, form: form, summary: work.summary,
                by: try await editor(staff))
        } catch PublishingError.editedMeanwhile {
            return again([FieldProblem(field: editing.section.fields[0].id, code: "edited_meanwhile")], work.version)
        }
        return .seeOther(
            Link(context.language, path: ["bien-tap", "ban", work.id.description, "bieu-mau"]).address)
    }

    /// What of a form is being edited, and the questions that the desk asks about it.
    private struct Editing {
        let kind: FormPiece
        let path: FormPath?
        let json: JSON
        let form: Form
        let section: Form.Section
    }

    private func piece(of work: RevisionWork, _ context: PortalContext) throws -> Editing {
        guard let whole = work.form, let name = context.parameter("path") else { throw RequestFailure.notFound }
        var (kind, path, json) = (FormPiece.settings, FormPath?.none, whole)
        if name != "chung" {
            guard let place = FormPath(name), let found = whole.element(at: place) else {
                throw RequestFailure.notFound
            }
            (kind, path, json) = (
                place.isEligibility ? .eligibility : place.steps.count == 1 ? .section : .field, place, found
            )
        }
        let form = try desk.pieces.questions(
            kind.rawValue, kind: kind == .field ? json["kind"]?.string.flatMap(FormField.Kind.init(rawValue:)) : nil,
            form: whole, at: path)
        guard let section = form.section(kind.rawValue) else { throw RequestFailure.notFound }
        return Editing(kind: kind, path: path, json: json, form: form, section: section)
    }

    private func piecePage(
        _ work: RevisionWork, _ editing: Editing, _ answers: Answers, problems: [FieldProblem], version: Int,
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) -> Response {
        let base = ["bien-tap", "ban", work.id.description, "bieu-mau"]
        return questionsPage(
            editing.form, editing.section, answers, problems: problems, version: version, context: work.name,
            back: Link(context.language, path: base),
            action: Link(context.language, path: base + [editing.path?.description ?? "chung"]), request, context, staff
        )
    }

    private func formPage(
        _ work: RevisionWork, _ request: Request, _ context: PortalContext, _ staff: Staff, problem: FieldProblem?
    ) -> Response {
        let words = words(context)
        let outline = FormOutline(
            form: work.form, revision: work.id.description, version: String(work.version),
            token: FormToken.make(cookie: staff.visitor.secret), words: words)
        let errors = problem.flatMap { problem in
            Link("#sections").map { ErrorLine(link: $0, message: words.message(problem, label: "")) }
        }
        let page = DeskFormPage(
            title: words.title("desk.title.form", ["procedure": work.name], hasErrors: errors != nil),
            id: work.id.description, code: work.procedureCode, version: String(work.version),
            errors: errors.map { [$0] } ?? [], hasErrors: errors != nil, hasForm: work.form != nil,
            problems: (work.form.map(Finding.problems) ?? []).map(words.problem),
            eligibility: outline.eligibility, sections: outline.sections, groups: outline.groups)
        return respond(page, to: staff.visitor, context, request, status: errors == nil ? .ok : .unprocessableContent)
    }
}
