import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Postgres
import Server

extension Staff {
    /// The officer at work.
    var officer: Officer {
        Officer(
            id: session.accountID, name: session.name, agency: agency, unit: session.unitID, duties: session.duties)
    }
}

extension Web {
    /// `GET /can-bo/ho-so/{code}`: everything about a dossier on one page, and what can be done with it.
    @Sendable func showAgencyDossier(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let notice = try request.queryFields()["notice"]
        let page = try await officerDossier(
            context, staff, notice: notice.flatMap { words(context).optional("dossiers.work.notice.\($0)") },
            problem: nil,
            input: FormFields([]))
        return framed(page, to: staff.visitor, context, request)
    }

    /// The page shows files in frames of its own.
    private func framed(
        _ page: OfficerDossierPage, to visitor: Visitor, _ context: PortalContext, _ request: Request
    ) -> Response {
        var response = respond(
            page, to: visitor, context, request, status: page.hasErrors ? .unprocessableContent : .ok)
        var policy = ContentPolicy()
        policy.hasFrames = true
        response.headers[.contentSecurityPolicy] = policy.description
        return response
    }

    /// `POST /can-bo/ho-so/{code}/tin-nhan`: writes to the applicant, with files.
    @Sendable func writeToApplicant(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let (post, files) = try await readMessage(request, from: staff.visitor)
        guard let id = post.input["id"]?.first.flatMap(DossierMessage.ID.init) else { throw RequestFailure.malformed }
        do {
            guard post.refused.isEmpty else { throw ValidationFailure(problems: post.refused) }
            try await dossiers.send(
                (post.input["message"]?.first ?? "").cleanedLines, files: files, id: id, about: code, by: staff.officer,
                at: context.now)
        } catch let failure as ValidationFailure {
            let input = FormFields([("message", post.input["message"]?.first ?? "")])
            let page = try await officerDossier(
                context, staff, notice: nil, problem: failure.problems.first, input: input)
            return framed(page, to: staff.visitor, context, request)
        }
        let link = Link(context.language, path: ["can-bo", "ho-so", code], query: ["notice": "message"])
        return .seeOther(link.address)
    }

    /// `POST /can-bo/ho-so/{code}/ghi-chu`: for the agency's own eyes.
    @Sendable func writeNote(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let fields = try await request.form(from: staff.visitor)
        guard let id = UUID(uuidString: fields["id"] ?? "") else { throw RequestFailure.malformed }
        do {
            try await dossiers.note(
                (fields["text"] ?? "").cleanedLines, id: id, on: code, by: staff.officer, at: context.now)
        } catch let failure as ValidationFailure {
            let page = try await officerDossier(
                context, staff, notice: nil, problem: failure.problems.first, input: fields)
            return framed(page, to: staff.visitor, context, request)
        }
        let link = Link(context.language, path: ["can-bo", "ho-so", code], query: ["notice": "note"])
        return .seeOther(link.address)
    }

    /// A message as it was posted; its files are stored and hang on nothing yet.
    func readMessage(_ request: Request, from visitor: Visitor) async throws -> (SectionPost, [MessageFile]) {
        var files: [MessageFile] = []
        let post = try await SectionPost.read(
            request, from: visitor, most: ["files": Dossiers.mostMessageFiles], counts: [:], dossiers
        ) { file, name, _ in files.append(MessageFile(file: file, name: name)) }
        return (post, files)
    }

    /// `GET /can-bo/ho-so/{code}/tep/{id}`
    @Sendable func downloadAgencyFile(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await download(context, as: .officer(staff.officer), isForAgency: true)
    }

    /// `GET /can-bo/ho-so/{code}/tep/{id}/xem`: the same file in its place on the dossier's page.
    @Sendable func viewAgencyFile(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await download(context, as: .officer(staff.officer), isForAgency: true, isInline: true)
    }

    private func officerDossier(
        _ context: PortalContext, _ staff: Staff, notice: String?, problem: FieldProblem?, input: FormFields
    ) async throws -> OfficerDossierPage {
        let words = words(context)
        let officer = staff.officer
        let code = context.parameter("code") ?? ""
        async let talking = dossiers.talk(about: code, as: .officer(officer))
        async let hidden = dossiers.inside(code, for: officer)
        async let colleagues = dossiers.colleagues(of: officer)
        async let reported = dossiers.openReports(of: code, at: staff.agency)
        let file = try await dossiers.file(code, at: staff.agency)
        try await dossiers.look(at: code, by: officer, at: context.now)
        let summary = file.dossier.summary
        let path = ["can-bo", "ho-so", summary.code]
        let contents = try await contents(of: file, words, on: Day(of: context.now), files: path)
        let slips = try await slipLines(of: code, for: .officer(officer), at: path, words)
        let results = try await resultViews(
            of: summary.code, as: .officer(officer), path: path,
            mayRevoke: officer.duties.contains(.decide)
                && officer.has(heldBy: file.dossier.unitID, assignedTo: file.dossier.assignedTo), words)
        let talk = try await talking
        // Whoever only reads doesn't answer: what they saw is still unread.
        if officer.canAct, talk.hasUnread(from: .applicant) {
            try await dossiers.readMessages(
                of: code, from: .applicant, as: .officer(officer), at: context.now)
        }
        let counts = try await dossiers.indexFigures(of: file, at: context.now).map {
            words.counts(summary, $0, at: context.now)
        }
        let inside = try await hidden
        let reports = try await reported
        let form = try await catalogue.revision(file.dossier.revisionID)?.form
        let acts = ActRule.allowed(
            in: summary.status, isReceived: summary.receivedAt != nil, isExtended: file.isExtended,
            heldBy: file.dossier.unitID, assignedTo: file.dossier.assignedTo, to: officer)
        let holding: UnitHolding? =
            if let unit = file.dossier.unitID { try await dossiers.holding(unit, for: officer) } else { nil }
        let isElsewhere =
            officer.canAct && !officer.has(heldBy: file.dossier.unitID, assignedTo: file.dossier.assignedTo)
        let builder = FieldBuilder(
            words: words,
            messages: problem.map { [$0.field: words.message($0, label: words("dossiers.work.\($0.field)"))] } ?? [:])
        let message = builder.area("message", label: words("dossiers.work.message"), value: input["message"] ?? "")
        let note = builder.area("text", label: words("dossiers.work.text"), value: input["text"] ?? "")
        let holder = try await colleagues.first { $0.id == file.dossier.assignedTo }?.name
        return OfficerDossierPage(
            title: words.title("dossiers.title.show", ["code": summary.code], hasErrors: problem != nil),
            notice: notice,
            code: summary.code, procedure: try await filedName(file.dossier, words), applicant: summary.applicantName,
            representation: RepresentationView(file.representation, path: path, words),
            number: String(summary.status.rawValue), status: words("dossiers.status.\(summary.status.rawValue).name"),
            waits: words("dossiers.work.waits.\(file.dossier.waitsFor.rawValue)"),
            submitted: words.formats.dateTime(summary.submittedAt),
            received: summary.receivedAt.map(words.formats.dateTime), officer: holder, unit: holding?.unit,
            held: isElsewhere
                ? holding.map { words("dossiers.work.held", ["unit": $0.unit, "people": $0.people]) } : nil,
            step: file.dossier.stepDueAt.map(words.formats.dateTime),
            due: DueView(file.dossier, words, at: context.now), counts: counts ?? [],
            acts: acts.enumerated().map { index, rule in
                OfficerDossierPage.ActLink(
                    label: words("dossiers.act.name.\(rule.kind.rawValue)"),
                    link: Link(words.language, path: path + ["viec", rule.kind.slug]), isMain: index == 0)
            }, hasActs: !acts.isEmpty, reports: reports.map { sentence(about: $0, words) },
            hasReports: !reports.isEmpty,
            supplements: try await supplementViews(file, form, words, files: path, context),
            obligations: talk.obligations.map { ObligationView($0, words) },
            consultations: inside.consultations.map { ConsultationView($0, words, at: context.now) },
            events: file.events.map {
                EventView(
                    $0, words, file.representation, of: summary.applicantName, files: file.files(of: $0), path)
            },
            answers: contents.answers,
            hasFiles: !contents.files.isEmpty, files: viewed(file, form, words, path),
            hasResults: !results.isEmpty, results: results,
            messages: talk.messages.map { MessageView($0, talk.files(of: $0), .agency, words, path, of: summary) },
            messageID: DossierMessage.ID.make(at: context.now).description, messageField: message,
            notes: inside.notes.map {
                NoteView(name: $0.name, at: words.formats.dateTime($0.writtenAt), body: $0.body)
            }, noteID: Dossier.ID.make(at: context.now).description, noteField: note, canWrite: officer.canAct,
            hasSlips: !slips.isEmpty, slips: slips, slipID: StoredSlip.ID.make(at: context.now).description,
            rating: talk.rating.map { RatingView($0, words) }, errors: FieldBuilder.summary([message, note]),
            hasErrors: problem != nil)
    }

    /// What became of a report of the agency's system, and what is missing.
    func sentence(about report: OpenReport, _ words: Words) -> String {
        let state = report.outcome == .refused ? "refused" : report.alarmedAt == nil ? "parked" : "overdue"
        return words(
            "dossiers.report.\(state)",
            [
                "status": words("dossiers.status.\(report.status.rawValue).name"),
                "number": String(report.sequence), "missing": String(report.waitsFor),
                "at": words.formats.dateTime(report.parkedAt),
            ])
    }

    private func viewed(
        _ file: DossierFile, _ form: Form?, _ words: Words, _ path: [String]
    ) -> [OfficerDossierPage.ViewedFile] {
        file.filed.map { attachment in
            let link = path + ["tep", attachment.id.description]
            let isShown = attachment.mediaType.hasPrefix("image/") || attachment.mediaType == "application/pdf"
            return OfficerDossierPage.ViewedFile(
                name: attachment.name, label: form?.label(of: attachment.fieldID)?[words.language] ?? "",
                size: words.formats.size(bytes: attachment.size), link: Link(words.language, path: link),
                origin: attachment.origin, view: isShown ? Link(words.language, path: link + ["xem"]) : nil)
        }
    }

    /// What was asked and answered after the dossier was filed.
    func supplementViews(
        _ file: DossierFile, _ form: Form?, _ words: Words, files path: [String], _ context: PortalContext
    ) async throws -> [SupplementView] {
        guard let form, !file.supplements.isEmpty else { return [] }
        let answers = try file.answers()
        let places = try await places(in: answers, of: form, on: Day(of: context.now))
        return try file.supplements.map { supplement in
            let sent = try supplement.answers.map {
                Answers(json: try JSON(parsing: Array($0.text.utf8)))
            }
            let rows = AnswerRows(
                form: form, answers: sent.map { _ in answers } ?? Answers(), attachments: [], words: words,
                places: places)
            let fields = form.sections.flatMap(\.fields).filter { sent?.values[$0.id] != nil }
            return SupplementView(
                heading: words(
                    supplement.number > 1 ? "dossiers.supplement.heading_again" : "dossiers.supplement.heading",
                    ["number": String(supplement.number)]),
                asked: words(
                    "dossiers.supplement.asked",
                    ["name": supplement.officerName, "at": words.formats.dateTime(supplement.askedAt)]),
                items: supplement.items.map { item in
                    SupplementView.ItemView(
                        label: item.field.flatMap(form.label(of:))?[words.language]
                            ?? words("dossiers.supplement.other"),
                        what: item.what)
                }, note: supplement.note, reason: supplement.reason,
                answerBy: supplement.answerBy.map { words.formats.date(Day(of: $0) + -1) },
                answered: supplement.answeredAt.map(words.formats.dateTime), reply: supplement.reply,
                rows: fields.map { RowView(label: $0.label[words.language], value: rows.answer(to: $0)) },
                files: supplement.answeredAt == nil
                    ? [] : file.files(of: supplement).map { FileLine($0, form, words, path) })
        }
    }

    /// `GET /can-bo/y-kien`: what other agencies ask.
    @Sendable func listConsultations(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let asked = try await dossiers.askedOf(staff.officer)
        let isDone = try request.queryFields()["done"] == "1"
        let page = ConsultationsPage(
            title: words("dossiers.title.consultations"), notice: isDone ? words("dossiers.consultation.done") : nil,
            isEmpty: asked.isEmpty,
            lines: asked.map { each in
                ConsultationsPage.Line(
                    code: each.code, procedure: each.procedure, agency: each.fromName,
                    due: words.formats.date(Day(of: each.dueAt) + -1), isLate: each.isLate(at: context.now),
                    link: Link(words.language, path: ["can-bo", "y-kien", each.id.description]))
            })
        return respond(page, to: staff.visitor, context, request)
    }

    /// `GET /can-bo/y-kien/{id}`
    @Sendable func showConsultation(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await consultationPage(input: "", problem: nil, request, context, staff)
    }

    /// `POST /can-bo/y-kien/{id}`: answers, once.
    @Sendable func answerConsultation(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Consultation.ID.init) else { throw RequestFailure.notFound }
        let answer = try await request.form(from: staff.visitor)["answer"] ?? ""
        do {
            try await dossiers.answerConsultation(
                id, with: answer.cleanedLines, by: staff.officer, at: context.now)
        } catch let failure as ValidationFailure {
            return try await consultationPage(
                input: answer, problem: failure.problems.first, request, context, staff)
        } catch DossierError.notFound {
            // Somebody answered before: their answer is shown, and this one with it.
            return try await consultationPage(
                input: answer, problem: FieldProblem(field: "answer", code: "answered_before"), request, context, staff)
        }
        return .seeOther(Link(context.language, path: ["can-bo", "y-kien"], query: ["done": "1"]).address)
    }

    private func consultationPage(
        input: String, problem: FieldProblem?, _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Consultation.ID.init) else { throw RequestFailure.notFound }
        let words = words(context)
        let asked = try await dossiers.consultation(id, for: staff.officer)
        let label = words("dossiers.consultation.answer")
        let field = FieldBuilder(
            words: words, messages: problem.map { ["answer": words.message($0, label: label)] } ?? [:]
        ).area(
            "answer", label: label, hint: words("dossiers.consultation.hint", ["agency": asked.fromName]), value: input)
        let page = ConsultationPage(
            title: words.title("dossiers.title.consultation", ["code": asked.code], hasErrors: problem != nil),
            id: id.description, code: asked.code, procedure: asked.procedure, agency: asked.fromName,
            officer: asked.officerName, asked: words.formats.dateTime(asked.askedAt),
            due: words.formats.date(Day(of: asked.dueAt) + -1), isLate: asked.isLate(at: context.now),
            question: asked.question, answer: asked.answer,
            answered: asked.answeredAt.map {
                words(
                    "dossiers.consultation.answered",
                    ["name": asked.answererName ?? "", "at": words.formats.dateTime($0)])
            }, errors: FieldBuilder.summary([field]), hasErrors: problem != nil,
            field: asked.answer == nil || problem != nil ? field : nil)
        return respond(
            page, to: staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }
}

extension FileLine {
    init(_ attachment: Attachment, _ form: Form?, _ words: Words, _ path: [String]) {
        self.init(
            name: attachment.name, label: form?.label(of: attachment.fieldID)?[words.language] ?? "",
            size: words.formats.size(bytes: attachment.size),
            link: Link(words.language, path: path + ["tep", attachment.id.description]))
    }
}

extension MessageView {
    init(
        _ message: DossierMessage, _ files: [Attachment], _ reader: DossierMessage.Side, _ words: Words,
        _ path: [String], of dossier: DossierSummary
    ) {
        let isOfAgent = message.side == .applicant && message.name != dossier.applicantName
        self.init(
            name: isOfAgent ? words.acting(message.name, for: dossier.applicantName) : message.name,
            isOurs: message.side == reader,
            side: words("dossiers.message.\(message.side.rawValue)"), at: words.formats.dateTime(message.sentAt),
            body: message.body,
            read: message.side == reader
                ? message.readAt.map { words("dossiers.message.read", ["at": words.formats.dateTime($0)]) }
                    ?? words("dossiers.message.unread") : "", files: files.map { FileLine($0, nil, words, path) })
    }
}

extension ObligationView {
    init(_ obligation: Obligation, _ words: Words) {
        self.init(
            amount: words.formats.money(Money(dong: obligation.amount)), reason: obligation.reason,
            state: words("dossiers.obligation.\(obligation.outcome?.rawValue ?? "open")"),
            isOpen: obligation.outcome == nil)
    }
}

extension ConsultationView {
    init(_ asked: Consultation, _ words: Words, at now: Date) {
        self.init(
            agency: asked.toName, question: asked.question, due: words.formats.date(Day(of: asked.dueAt) + -1),
            isLate: asked.isLate(at: now), answer: asked.answer,
            answered: asked.answeredAt.map {
                words(
                    "dossiers.consultation.answered",
                    ["name": asked.answererName ?? "", "at": words.formats.dateTime($0)])
            }, link: Link(words.language, path: ["can-bo", "y-kien"]))
    }
}

extension RatingView {
    init(_ rating: DossierRating, _ words: Words) {
        self.init(
            satisfaction: words("dossiers.rating.satisfaction.\(rating.satisfaction)"),
            contacts: words("dossiers.rating.contacts.\(rating.contacts)"),
            offices: words("dossiers.rating.offices.\(rating.offices)"),
            attitude: words("dossiers.rating.attitude.\(rating.attitude)"), comment: rating.comment)
    }
}
