import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// What the applicant does with a dossier that is filed: supplements it, writes about it, takes it back, rates it.
extension Web {
    /// `GET /ho-so/{code}/bo-sung`: what is asked, and nothing else, to be answered again.
    @Sendable func showSupplement(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let open: OpenSupplement
        do {
            open = try await dossiers.openSupplement(of: context.parameter("code") ?? "", by: caller.capacity)
        } catch DossierError.notFound {
            // Sent already, by another tab or click: the dossier's page tells.
            _ = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
            return .seeOther(Link(context.language, path: ["ho-so", context.parameter("code") ?? ""]).address)
        }
        return try await supplementPage(open, reply: nil, problems: [], request, context, caller)
    }

    /// `POST /ho-so/{code}/bo-sung`: keeps what was given, and sends it when told.
    @Sendable func saveSupplement(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let open = try await supplementIfOpen(code, caller)
        var most = open?.section.mostFiles ?? [:]
        if open?.others.isEmpty == false { most[Dossiers.otherFiles] = Dossiers.mostMessageFiles }
        var isOpen = open != nil
        let post = try await SectionPost.read(
            request, from: caller.visitor, most: most, counts: open?.attachmentCounts ?? [:], dossiers
        ) { file, name, field in
            guard let open, isOpen else { return }
            do {
                try await dossiers.attach(file, named: name, to: field, of: open, by: caller.capacity, at: context.now)
            } catch DossierError.notFound { isOpen = false }
        }
        do {
            // A page that was made for an earlier request asked other questions.
            guard let open, isOpen,
                post.input["supplement"]?.first ?? open.number == open.number
            else { throw DossierError.notFound }
            return try await saved(post, in: open, request, context, caller)
        } catch DossierError.notFound {
            return try await tooLate(
                code, post.input, hadFiles: post.hadFiles, notice: "too_late.supplement", request, context, caller)
        }
    }

    private func supplementIfOpen(_ code: String, _ caller: Applicant) async throws -> OpenSupplement? {
        do {
            return try await dossiers.openSupplement(of: code, by: caller.capacity)
        } catch DossierError.notFound {
            _ = try await dossiers.dossier(code, of: caller.capacity)
            return nil
        }
    }

    /// - Throws: `DossierError.notFound` once the supplement is sent or closed.
    private func saved(
        _ post: SectionPost, in open: OpenSupplement, _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        var post = post
        let code = open.file.dossier.summary.code
        let page = Link(context.language, path: ["ho-so", code])
        let action = post.input["action"]?.first ?? "send"
        if action.hasPrefix("remove:") { post.removeItem(String(action.dropFirst(7))) }
        var (answers, unread) = open.section.read(post.input)
        if action.hasPrefix("add:") { answers.addItem(to: String(action.dropFirst(4)), of: open.section) }
        if action.hasPrefix("remove-file:"), let file = Attachment.ID(String(action.dropFirst(12))) {
            try await dossiers.detach(file, from: open, by: caller.capacity)
        }
        try await dossiers.stage(answers, in: open, by: caller.capacity)
        let reply = (post.input["reply"]?.first ?? "").cleanedLines
        let saved = try await dossiers.openSupplement(of: code, by: caller.capacity)
        unread += post.refused
        if action == "later", post.refused.isEmpty { return .seeOther(page.address) }
        guard action == "send" else {
            return try await supplementPage(saved, reply: reply, problems: unread, request, context, caller)
        }
        let found = try await dossiers.problems(of: saved, reply: reply, on: Day(of: context.now))
        unread += found.filter { problem in !unread.contains { $0.field == problem.field } }
        guard unread.isEmpty else {
            return try await supplementPage(saved, reply: reply, problems: unread, request, context, caller)
        }
        try await dossiers.sendSupplement(of: code, reply: reply, by: caller.capacity, at: context.now)
        return .seeOther(Link(context.language, path: ["ho-so", code], query: ["notice": "supplemented"]).address)
    }

    private func supplementPage(
        _ open: OpenSupplement, reply: String?, problems: [FieldProblem], _ request: Request, _ context: PortalContext,
        _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let day = Day(of: context.now)
        let section = open.section
        var wards: [String: [AdministrativeUnit]] = [:]
        for province in SectionQuestions.provincesChosen(section, open.answers) {
            wards[province] = try await agencies.wards(of: province, on: day)
        }
        var messages = SectionQuestions.messages(problems, in: open.form, words)
        for problem in problems where ["reply", Dossiers.otherFiles].contains(problem.field) {
            messages[problem.field] = words.message(problem, label: words("dossiers.supplement.reply"))
        }
        let builder = FieldBuilder(words: words, messages: messages)
        let questions = SectionQuestions(
            form: open.form, section: section, answers: open.answers, attachments: open.attachments, builder: builder,
            provinces: section.fields.contains { $0.kind == .place } ? try await agencies.provinces(on: day) : [],
            wards: wards
        ).questions
        let replyField = builder.area(
            "reply", label: words("dossiers.supplement.reply"),
            hint: words(open.others.isEmpty ? "dossiers.supplement.reply.hint" : "dossiers.supplement.reply.asked"),
            value: reply ?? "", isOptional: open.others.isEmpty)
        let otherFile =
            open.others.isEmpty
            ? nil
            : builder.file(
                Dossiers.otherFiles, label: words("dossiers.supplement.files"),
                files: open.attachments.filter { $0.fieldID == Dossiers.otherFiles }.map {
                    FieldView.UploadedView(
                        id: $0.id.description, name: $0.name, size: words.formats.size(bytes: $0.size))
                }, most: Dossiers.mostMessageFiles, isOptional: true)
        let errors = FieldBuilder.summary(
            questions.flatMap(\.errorHolders) + [replyField] + [otherFile].compactMap(\.self))
        let code = open.file.dossier.summary.code
        let page = SupplementPage(
            title: words.title("dossiers.title.supplement", ["code": code], hasErrors: !errors.isEmpty), code: code,
            number: open.number, procedure: try await filedName(open.file.dossier, words),
            asked: words(
                "dossiers.supplement.asked",
                ["name": open.supplement.officerName, "at": words.formats.dateTime(open.supplement.askedAt)]),
            note: open.supplement.note,
            answerBy: open.supplement.answerBy.map { words.formats.date(Day(of: $0) + -1) },
            errors: errors, hasErrors: !errors.isEmpty,
            questions: questions.map { question in
                let name = question.field?.name ?? question.group?.name ?? ""
                return SupplementPage.AskedView(what: open.what(of: name), field: question.field, group: question.group)
            }, others: open.others.map { SupplementPage.OtherView(what: $0) }, hasOthers: !open.others.isEmpty,
            otherFile: otherFile, reply: replyField)
        return respond(
            page, to: caller.visitor, context, request, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// `POST /ho-so/{code}/tin-nhan`: writes to the agency, with files.
    @Sendable func writeToAgency(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let (post, files) = try await readMessage(request, from: caller.visitor)
        guard let id = post.input["id"]?.first.flatMap(DossierMessage.ID.init) else { throw RequestFailure.malformed }
        let text = post.input["message"]?.first ?? ""
        do {
            guard post.refused.isEmpty else { throw ValidationFailure(problems: post.refused) }
            try await dossiers.send(
                text.cleanedLines, files: files, id: id, about: code, by: caller.capacity, at: context.now)
        } catch let failure as ValidationFailure {
            return try await dossierPage(
                message: text, problem: failure.problems.first, notice: nil, request, context, caller)
        }
        return .seeOther(Link(context.language, path: ["ho-so", code], query: ["notice": "message"]).address)
    }

    /// `GET /ho-so/{code}/rut`
    @Sendable func showWithdrawal(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        try await withdrawPage(reason: "", problem: nil, request, context, caller)
    }

    /// `POST /ho-so/{code}/rut`
    @Sendable func withdraw(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response
    {
        let code = context.parameter("code") ?? ""
        let reason = try await request.form(from: caller.visitor)["reason"] ?? ""
        do {
            try await dossiers.withdraw(code, reason: reason.cleanedLines, by: caller.capacity, at: context.now)
        } catch let failure as ValidationFailure {
            return try await withdrawPage(
                reason: reason, problem: failure.problems.first, request, context, caller)
        } catch DossierError.illegalMove {
            return .seeOther(Link(context.language, path: ["ho-so", code], query: ["notice": "too_late"]).address)
        }
        return .seeOther(Link(context.language, path: ["ho-so", code], query: ["notice": "withdrawn"]).address)
    }

    private func withdrawPage(
        reason: String, problem: FieldProblem?, _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let dossier = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
        guard dossier.summary.status.canBeWithdrawn else {
            return .seeOther(
                Link(context.language, path: ["ho-so", dossier.summary.code], query: ["notice": "too_late"]).address)
        }
        let label = words("dossiers.withdraw.reason")
        let field = FieldBuilder(
            words: words, messages: problem.map { [$0.field: words.message($0, label: label)] } ?? [:]
        ).area("reason", label: label, value: reason, isOptional: true)
        let page = WithdrawPage(
            title: words.title("dossiers.title.withdraw", ["code": dossier.summary.code], hasErrors: problem != nil),
            code: dossier.summary.code, procedure: try await filedName(dossier, words),
            agency: dossier.summary.agencyName, errors: FieldBuilder.summary([field]), hasErrors: problem != nil,
            field: field)
        return respond(
            page, to: caller.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }

    /// `GET /ho-so/{code}/danh-gia`
    @Sendable func showRating(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws
        -> Response
    {
        try await ratingPage(FormFields([]), problems: [], request, context, caller)
    }

    /// `POST /ho-so/{code}/danh-gia`
    @Sendable func rate(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let fields = try await request.form(from: caller.visitor)
        func number(_ name: String) -> Int { fields[name].flatMap { Int($0) } ?? -1 }
        let comment = (fields["comment"] ?? "").cleanedLines
        do {
            try await dossiers.rate(
                code,
                DossierRating(
                    satisfaction: number("satisfaction"), contacts: number("contacts"), offices: number("offices"),
                    attitude: number("attitude"), comment: comment.isEmpty ? nil : comment, ratedAt: context.now),
                by: caller.capacity, at: context.now)
        } catch let failure as ValidationFailure {
            return try await ratingPage(fields, problems: failure.problems, request, context, caller)
        }
        return .seeOther(Link(context.language, path: ["ho-so", code], query: ["notice": "rated"]).address)
    }

    private func ratingPage(
        _ input: FormFields, problems: [FieldProblem], _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let dossier = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
        guard dossier.summary.finishedAt != nil else { throw RequestFailure.notFound }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: words("dossiers.rating.\($0.field)"))) },
                uniquingKeysWith: { first, _ in first }))
        func scale(_ name: String, _ values: [Int]) -> FieldView {
            builder.choice(
                name, label: words("dossiers.rating.\(name)"),
                options: values.map { (String($0), words("dossiers.rating.\(name).\($0)")) }, chosen: input[name])
        }
        let fields = [
            scale("satisfaction", [5, 4, 3, 2, 1]), scale("contacts", [0, 1, 2]), scale("offices", [0, 1, 2]),
            scale("attitude", [2, 1, 0]),
            builder.area(
                "comment", label: words("dossiers.rating.comment"), value: input["comment"] ?? "", isOptional: true),
        ]
        let page = RatingPage(
            title: words.title("dossiers.title.rating", ["code": dossier.summary.code], hasErrors: !problems.isEmpty),
            code: dossier.summary.code, procedure: try await filedName(dossier, words),
            agency: dossier.summary.agencyName, errors: FieldBuilder.summary(fields), hasErrors: !problems.isEmpty,
            fields: fields)
        return respond(
            page, to: caller.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// `GET /ho-so/{code}/da-xem`: who looked at the dossier, and when.
    @Sendable func showReaders(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws
        -> Response
    {
        let words = words(context)
        let dossier = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
        let readers = try await dossiers.readers(of: dossier.summary.code, for: caller.capacity)
        let page = ReadersPage(
            title: words("dossiers.title.readers", ["code": dossier.summary.code]), code: dossier.summary.code,
            agency: dossier.summary.agencyName, isEmpty: readers.isEmpty,
            readers: readers.map { ReadersPage.ReaderView(name: $0.name, at: words.formats.dateTime($0.readAt)) })
        return respond(page, to: caller.visitor, context, request)
    }

    /// `GET /kho-giay-to`: the papers that may be filed again.
    @Sendable func listDocuments(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let documents = try await dossiers.documents(of: caller.capacity)
        var lines: [DocumentsPage.DocumentView] = []
        for document in documents {
            let form = try await catalogue.revision(document.revisionID)?.form
            let origin = document.attachment.origin ?? ""
            lines.append(
                DocumentsPage.DocumentView(
                    name: document.attachment.name,
                    label: form?.label(of: document.attachment.fieldID)?[words.language] ?? "",
                    size: words.formats.size(bytes: document.attachment.size),
                    added: words.formats.date(document.attachment.addedAt), origin: origin,
                    link: Link(words.language, path: ["ho-so", origin, "tep", document.attachment.id.description])))
        }
        let page = DocumentsPage(
            title: words("dossiers.title.documents"), isEmpty: lines.isEmpty, documents: lines)
        return respond(page, to: caller.visitor, context, request)
    }
}

extension DossierStatus {
    /// Whether the applicant may still take the dossier back.
    var canBeWithdrawn: Bool { Self.moves.contains { $0.from == self && $0.to == .withdrawn } }
}

extension OpenSupplement {
    /// Which request of the dossier it is, as its page carries it.
    fileprivate var number: String { String(supplement.number) }
}
