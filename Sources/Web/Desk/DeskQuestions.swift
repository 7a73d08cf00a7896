import Catalogue
import Core
import Dossiers
import Hummingbird
import Pages
import Server

/// The desk's own forms, read from `Templates/desk` once.
struct DeskForms: Sendable {
    let parts: Form
    let pieces: FormDesk
    let agencies: Form
    /// A form of one section for each kind.
    let contents: [ContentKind: Form]

    /// - Throws: `Form.Malformed`, `JSON.ParseError`, `Web.Missing`.
    init(parts: [UInt8], pieces: [UInt8], contents: [UInt8], agencies: [UInt8]) throws {
        self.parts = try Form(json: JSON(parsing: parts))
        self.pieces = try FormDesk(template: JSON(parsing: pieces))
        self.agencies = try Form(json: JSON(parsing: agencies))
        let whole = try JSON(parsing: contents)
        self.contents = try Dictionary(
            uniqueKeysWithValues: ContentKind.allCases.map { kind in
                let sections = (whole["sections"]?.array ?? []).filter { $0["id"]?.string == kind.rawValue }
                guard !sections.isEmpty else {
                    throw Web.Missing(description: "Templates/desk/contents.json asks nothing about \(kind.rawValue)")
                }
                let alone = (whole.object ?? [:]).merging(["sections": .array(sections)]) { $1 }
                return (kind, try Form(json: .object(alone)))
            })
    }
}

/// A posted page of the desk's questions: what was answered, what is wrong with it, and which button was pressed.
struct DeskPost {
    let answers: Answers
    let problems: [FieldProblem]
    /// Whether rows were added, removed or moved, and the page is shown again.
    let isEditing: Bool
    /// Of the draft, as it was when the page was made.
    let version: Int

    static func read(
        _ request: Request, from staff: Staff, _ form: Form, _ section: Form.Section, on day: Day
    ) async throws -> DeskPost {
        let fields = try await request.form(from: staff.visitor, upTo: BodyLimit.form.bytes)
        var post = SectionPost(input: Dictionary(uniqueKeysWithValues: fields.names.map { ($0, fields.all($0)) }))
        let action = fields["action"] ?? "continue"
        let argument = action.split(separator: ":", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        if action.hasPrefix("remove:") { post.removeItem(argument) }
        if action.hasPrefix("up:") { post.moveItem(argument, by: -1) }
        if action.hasPrefix("down:") { post.moveItem(argument, by: 1) }
        var (answers, unread) = section.read(post.input)
        if action.hasPrefix("add:") { answers.addItem(to: argument, of: section) }
        let isEditing = action.contains(":")
        let found =
            isEditing
            ? []
            : form.validate(
                answers, attachments: [:], today: day, placeExists: { _ in true })
        unread += found.filter { problem in
            section.holds(problem.field) && !unread.contains { $0.field == problem.field }
        }
        return DeskPost(
            answers: answers, problems: unread, isEditing: isEditing, version: Int(fields["version"] ?? "") ?? 0)
    }
}

extension Web {
    /// A page of the desk's questions, with what was answered or typed.
    func questionsPage(
        _ form: Form, _ section: Form.Section, _ answers: Answers, problems: [FieldProblem], version: Int,
        context line: String, back: Link, action: Link, more: DeskQuestionsPage.MoreView? = nil, _ request: Request,
        _ context: PortalContext, _ staff: Staff
    ) -> Response {
        let words = words(context)
        var questions = SectionQuestions(
            form: form, section: section, answers: answers, attachments: [],
            builder: FieldBuilder(words: words, messages: SectionQuestions.messages(problems, in: form, words)),
            provinces: [], wards: [:])
        questions.canMove = true
        let views = questions.questions
        let errors = FieldBuilder.summary(views.flatMap(\.errorHolders))
        let page = DeskQuestionsPage(
            title: words.title(
                "desk.title.questions", ["part": section.title[words.language], "procedure": line],
                hasErrors: !errors.isEmpty),
            heading: section.title[words.language], context: line, back: back, action: action, version: String(version),
            guidance: section.guidance?[words.language], more: more, errors: errors,
            hasErrors: !errors.isEmpty, questions: views)
        return respond(
            page, to: staff.visitor, context, request, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
