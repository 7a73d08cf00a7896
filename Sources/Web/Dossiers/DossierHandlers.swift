import Accounts
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /ho-so?after=`: what needs the applicant first.
    @Sendable func listDossiers(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let cursor = try request.queryFields()["after"].flatMap { DossierCursor($0) }
        async let drafts = cursor == nil ? dossiers.drafts(of: caller.capacity) : []
        let found = try await dossiers.filed(by: caller.capacity, after: cursor ?? .start, limit: 50)
        func lines(_ isWanted: (DossierStatus) -> Bool) -> [DossierLine] {
            found.items.filter { isWanted($0.status) }.map { DossierLine($0, words, at: context.now) }
        }
        let waiting = lines { $0.waitsForApplicant }
        let open = lines { !$0.waitsForApplicant && !$0.isFinal }
        let done = lines { $0.isFinal }
        let started = try await drafts
        let isEmpty = found.items.isEmpty && started.isEmpty
        let page = DossiersPage(
            title: words("dossiers.title.list"), isEmpty: isEmpty, hasWaiting: !waiting.isEmpty, waiting: waiting,
            hasDrafts: !started.isEmpty, drafts: started.map { DraftLine($0, words) }, hasOpen: !open.isEmpty,
            open: open,
            hasDone: !done.isEmpty, done: done,
            next: found.next.map { Link(words.language, path: ["ho-so"], query: ["after": $0]) },
            suggestions: isEmpty ? try await suggestions(for: caller, words) : [])
        return respond(page, to: caller.visitor, context, request)
    }

    /// A few procedures that people of the caller's kind can file.
    private func suggestions(for caller: Applicant, _ words: Words) async throws -> [ProcedureLine] {
        var lines: [ProcedureLine] = []
        for procedure in try await catalogue.online(limit: 50) where lines.count < 3 {
            guard let id = try await catalogue.procedure(procedure.code)?.revisionID,
                let form = try await catalogue.revision(id)?.form, form.subjects.contains(caller.kind.rawValue)
            else { continue }
            lines.append(ProcedureLine(procedure, words.language))
        }
        return lines
    }

    /// `GET /ho-so/{code}`
    @Sendable func showDossier(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let notice = try request.queryFields()["notice"]
        return try await dossierPage(message: "", problem: nil, notice: notice, request, context, caller)
    }

    /// - Parameters:
    ///   - code: of the dossier, where the address doesn't have it.
    ///   - message: what was typed to be sent to the agency.
    ///   - notice: what was just done, by the key of its words.
    ///   - warning: why something was not done, in words.
    func dossierPage(
        of code: String? = nil, message: String, problem: FieldProblem?, notice: String?, warning: String? = nil,
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let code = code ?? context.parameter("code") ?? ""
        async let talking = dossiers.talk(about: code, as: caller.capacity.scope)
        let file = try await dossiers.file(code, of: caller.capacity)
        let talk = try await talking
        if talk.hasUnread(from: .agency) {
            try await dossiers.readMessages(of: code, from: .agency, as: caller.capacity.scope, at: context.now)
        }
        let summary = file.dossier.summary
        let path = ["ho-so", summary.code]
        let slips = try await slipLines(of: code, for: .applicant(caller.capacity), at: path, words)
        let contents = try await contents(of: file, words, on: Day(of: context.now), files: path)
        let form = try await catalogue.revision(file.dossier.revisionID)?.form
        let results = try await resultViews(
            of: summary.code, as: caller.capacity.scope, path: path, mayRevoke: false, words)
        let number = summary.status.rawValue
        let field = FieldBuilder(
            words: words,
            messages: problem.map { ["message": words.message($0, label: words("dossiers.message.text"))] } ?? [:]
        ).area("message", label: words("dossiers.message.text"), hint: words("dossiers.message.hint"), value: message)
        let asked = file.supplements.last.flatMap { $0.isOpen ? $0 : nil }
        let page = DossierPage(
            title: words.title("dossiers.title.show", ["code": summary.code], hasErrors: problem != nil),
            notice: notice.flatMap { words.optional("dossiers.show.notice.\($0)") }, warning: warning,
            code: summary.code,
            procedure: try await filedName(file.dossier, words), agency: summary.agencyName, number: String(number),
            status: words("dossiers.status.\(number).name"), meaning: words("dossiers.status.\(number).meaning"),
            following: words(
                file.dossier.waitsFor == .agency && summary.status == .supplementRequested
                    ? "dossiers.supplement.waiting" : "dossiers.status.\(number).next"),
            representation: RepresentationView(file.representation, path: path, words),
            isAsked: asked != nil, askedBy: asked?.answerBy.map { words.formats.date(Day(of: $0) + -1) },
            submitted: words.formats.dateTime(summary.submittedAt),
            received: summary.receivedAt.map(words.formats.dateTime),
            finished: summary.finishedAt.map(words.formats.dateTime),
            due: DueView(file.dossier, words, at: context.now),
            supplements: try await supplementViews(file, form, words, files: path, context),
            obligations: talk.obligations.map { ObligationView($0, words) },
            events: file.events.filter(\.kind.isForApplicant).map {
                EventView(
                    $0, words, file.representation, of: summary.applicantName, files: file.files(of: $0), path)
            }, answers: contents.answers,
            hasFiles: !contents.files.isEmpty, files: contents.files, hasResults: !results.isEmpty, results: results,
            receipt: receiptLink(summary.code, context), isOpen: !summary.status.isFinal,
            calendar: summary.dueAt == nil || summary.status.isFinal
                ? nil : Link(words.language, path: ["ho-so", summary.code, "hen-tra.ics"]),
            messages: talk.messages.map { MessageView($0, talk.files(of: $0), .applicant, words, path, of: summary) },
            messageID: DossierMessage.ID.make(at: context.now).description, messageField: field,
            canWithdraw: summary.status.canBeWithdrawn, canRate: summary.finishedAt != nil && talk.rating == nil,
            hasSlips: !slips.isEmpty, slips: slips,
            rating: talk.rating.map { RatingView($0, words) }, errors: FieldBuilder.summary([field]),
            hasErrors: problem != nil)
        return respond(
            page, to: caller.visitor, context, request,
            status: warning != nil ? .conflict : problem == nil ? .ok : .unprocessableContent)
    }

    /// `GET /ho-so/{code}/da-nop`: the confirmation, good to be kept as a bookmark.
    @Sendable func showConfirmation(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let dossier = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
        let page = ConfirmationPage(
            title: words("dossiers.title.confirmation"), code: dossier.summary.code,
            procedure: try await filedName(dossier, words), agency: dossier.summary.agencyName,
            submitted: words.formats.dateTime(dossier.summary.submittedAt),
            due: DueView(dossier, words, at: context.now), receipt: receiptLink(dossier.summary.code, context),
            qr: QRView("\(publicURL)/tra-cuu?code=\(dossier.summary.code)"),
            digits: String((caller.session.principal?.login ?? caller.session.login).digits.suffix(4)))
        return respond(page, to: caller.visitor, context, request)
    }

    /// `GET /ho-so/{code}/theo-doi`: an event whenever the dossier changes; the page then fetches itself again.
    @Sendable func watchDossier(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let dossier = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
        let stream = changes.watch(dossier.summary.id)
        // A change between the page's reading and the watch would go unnoticed: the version tells the page at once.
        let hello = EventStream.event(name: "version", data: String(dossier.summary.version))
        let events = AsyncStream<[UInt8]> { continuation in
            continuation.yield(hello)
            let task = Task {
                for await _ in stream { continuation.yield(EventStream.event(name: "change", data: "1")) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        return EventStream.response(events, context: context)
    }

    /// `GET /ho-so/{code}/tep/{id}`
    @Sendable func downloadFile(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        try await download(context, as: caller.capacity.scope, isForAgency: false)
    }

    func download(
        _ context: PortalContext, as scope: Scope, isForAgency: Bool, isInline: Bool = false
    ) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Attachment.ID.init) else { throw DossierError.notFound }
        let attachment = try await dossiers.attachment(
            id, of: context.parameter("code") ?? "", as: scope, isForAgency: isForAgency)
        return try await .download(
            path: dossiers.location(of: attachment), name: attachment.name, type: attachment.mediaType,
            context: context,
            isInline: isInline)
    }

    /// The procedure's name in the revision that a dossier was filed under.
    func filedName(_ dossier: Dossier, _ words: Words) async throws -> String {
        guard let revision = try await catalogue.revision(dossier.revisionID) else {
            return dossier.summary.name(words)
        }
        return words.language == .en ? revision.nameEnglish ?? revision.name : revision.name
    }

    /// What was filed, in words: answers by section, and the files with their links.
    func contents(
        of file: DossierFile, _ words: Words, on day: Day, files path: [String]
    ) async throws -> (answers: [AnswersView], files: [FileLine]) {
        guard let form = try await catalogue.revision(file.dossier.revisionID)?.form else { return ([], []) }
        let answers = try file.answers()
        let rows = AnswerRows(
            form: form, answers: answers, attachments: file.filed, words: words,
            places: try await places(in: answers, of: form, on: day))
        let sections = form.sections.filter { !$0.hasFiles }.map { section in
            AnswersView(title: section.title[words.language], rows: rows.rows(section, includesMissing: false))
        }
        let lines = file.filed.map { attachment in
            FileLine(
                name: attachment.name, label: form.label(of: attachment.fieldID)?[words.language] ?? "",
                size: words.formats.size(bytes: attachment.size),
                link: Link(words.language, path: path + ["tep", attachment.id.description]))
        }
        return (sections.filter { !$0.rows.isEmpty }, lines)
    }
}

extension DossierSummary {
    func name(_ words: Words) -> String {
        words.language == .en ? procedureNameEnglish ?? procedureName : procedureName
    }
}

extension DossierLine {
    init(_ dossier: DossierSummary, _ words: Words, at now: Date) {
        self.init(
            code: dossier.code, procedure: dossier.name(words), agency: dossier.agencyName,
            applicant: dossier.applicantName, number: String(dossier.status.rawValue),
            status: words("dossiers.status.\(dossier.status.rawValue).name"),
            submitted: words.formats.dateTime(dossier.submittedAt), due: dossier.dueAt.map { words.formats.date($0) },
            isLate: dossier.isLate(at: now))
    }
}

extension EventView {
    /// - Parameter representation: who acts for the applicant, whose name it is.
    /// - Parameter path: of the dossier's page, below which its files are.
    init(
        _ event: DossierEvent, _ words: Words, _ representation: Representation? = nil, of applicant: String = "",
        files: [Attachment] = [], _ path: [String] = []
    ) {
        // What was filed elsewhere begins with its agency's word.
        let isSubmission = event.previousStatus == nil && event.agencyCode == nil
        let what =
            isSubmission
            ? words("dossiers.event.submitted")
            : event.kind == .status
                ? words("dossiers.status.\(event.status.rawValue).name")
                : words("dossiers.event.\(event.kind.rawValue)")
        self.init(
            number: String(event.status.rawValue), status: what, at: words.formats.dateTime(event.occurredAt),
            officer: event.officerName.map { name in event.officerTitle.map { "\(name), \($0)" } ?? name },
            note: event.note,
            agent: representation?.agent(event.accountID).map { words.acting($0.name, for: applicant) },
            files: files.map { FileLine($0, nil, words, path) })
    }
}

extension Words {
    /// Both, where somebody acts for another.
    func acting(_ agent: String, for principal: String) -> String {
        self("dossiers.acting", ["agent": agent, "principal": principal])
    }
}

extension DueView {
    init?(_ dossier: Dossier, _ words: Words, at now: Date) {
        guard let due = dossier.summary.dueAt else { return nil }
        let reasoning = dossier.deadline.flatMap(DossierDeadline.init(stored:))
        self.init(
            date: words.formats.dateTime(due), isLate: dossier.summary.isLate(at: now),
            steps: reasoning.map { words.steps(of: $0) } ?? [],
            limit: reasoning?.limit.map(words.limit), line: reasoning.flatMap { words.line(of: $0) },
            isStated: reasoning == nil)
    }
}
