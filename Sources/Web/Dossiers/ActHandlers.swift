import Accounts
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

/// What officers do with a dossier, one page an act: it says what will happen and to whom before it does.
extension Web {
    /// `GET /can-bo/ho-so/{code}/viec/{act}`
    @Sendable func showAct(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        guard let kind = context.parameter("act").flatMap(OfficerAct.Kind.init(slug:)) else {
            throw RequestFailure.notFound
        }
        let form = try await actForm(kind, input: FormFields([]), context, staff)
        let summary = form.file.dossier.summary
        guard
            ActRule.allowed(
                in: summary.status, isReceived: summary.receivedAt != nil, isExtended: form.file.isExtended,
                heldBy: form.file.dossier.unitID, assignedTo: form.file.dossier.assignedTo, to: staff.officer
            ).contains(where: { $0.kind == kind })
        else {
            try await dossiers.requireHold(for: .of(kind), of: form.file.dossier, by: staff.officer)
            // It was possible when the link was shown: the page says what happened since.
            let link = Link(context.language, path: ["can-bo", "ho-so", summary.code], query: ["notice": "not_now"])
            return .seeOther(link.address)
        }
        return try await actPage(form, version: summary.version, problems: [], changes: [], request, context, staff)
    }

    /// `POST /can-bo/ho-so/{code}/viec/{act}`
    @Sendable func performAct(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        guard let kind = context.parameter("act").flatMap(OfficerAct.Kind.init(slug:)) else {
            throw RequestFailure.notFound
        }
        let code = context.parameter("code") ?? ""
        let (input, refused, file) = try await readAct(kind, request, staff)
        let form = try await actForm(kind, input: input, context, staff)
        guard let seen = input["version"].flatMap({ Int32($0) }) else { throw RequestFailure.malformed }
        do {
            let unread = form.unread + refused
            guard unread.isEmpty else { throw ValidationFailure(problems: unread) }
            var document = try file.map {
                try dossiers.signResult($0.file, named: $0.name, for: staff.agency, at: context.now)
            }
            if form.isFromTemplate {
                let preview = try await resultPreview(form, context, staff)
                guard form.input["previewed"] == preview.digest else {
                    return try await actPage(
                        form, version: seen, problems: [], changes: [], preview: preview, request, context, staff)
                }
                document = try await makeResult(form, context, staff)
            }
            _ = try await dossiers.act(
                form.act, on: code, seen: seen, document: document, by: staff.officer, at: context.now)
        } catch let failure as ValidationFailure {
            return try await actPage(
                form, version: seen, problems: failure.problems, changes: [], request, context, staff)
        } catch DossierError.changedMeanwhile(let events) {
            let now = form.file.dossier.summary
            guard ActRule.of(kind).from.contains(now.status) else { return notNow(code, context) }
            return try await actPage(
                form, version: now.version, problems: [], changes: events, request, context, staff)
        } catch DossierError.illegalMove {
            return notNow(code, context)
        } catch let error as ResultError {
            let code = error == .noTemplate ? "no_result_template" : "no_signing_key"
            return try await actPage(
                form, version: seen, problems: [FieldProblem(field: "document", code: code)], changes: [],
                request, context, staff)
        }
        let link = Link(context.language, path: ["can-bo", "ho-so", code], query: ["notice": kind.rawValue])
        return .seeOther(link.address)
    }

    /// The form of an act, and the document that came with it.
    private func readAct(
        _ kind: OfficerAct.Kind, _ request: Request, _ staff: Staff
    ) async throws -> (FormFields, [FieldProblem], MessageFile?) {
        guard kind == .decide else { return (try await request.form(from: staff.visitor), [], nil) }
        var file: MessageFile?
        let post = try await SectionPost.read(
            request, from: staff.visitor, most: ["document": 1], counts: [:], dossiers
        ) { stored, name, _ in file = MessageFile(file: stored, name: name) }
        let fields = post.input.flatMap { name, values in values.map { (name: name, value: $0) } }
        return (FormFields(fields), post.refused, file)
    }

    private func notNow(_ code: String, _ context: PortalContext) -> Response {
        .seeOther(Link(context.language, path: ["can-bo", "ho-so", code], query: ["notice": "not_now"]).address)
    }

    private func actForm(
        _ kind: OfficerAct.Kind, input: FormFields, _ context: PortalContext, _ staff: Staff
    ) async throws -> ActForm {
        async let colleagues = dossiers.colleagues(of: staff.officer)
        async let units = accounts.units(of: staff.agency)
        let file = try await dossiers.file(context.parameter("code") ?? "", at: staff.agency)
        let revision = try await catalogue.revision(file.dossier.revisionID)
        return ActForm(
            kind: kind, input: input, file: file, form: revision?.form,
            officer: staff.officer, colleagues: try await colleagues,
            units: try await units, now: context.now, resultName: revision?.facts.results?.first?.name)
    }

    private func actPage(
        _ form: ActForm, version: Int32, problems: [FieldProblem], changes: [DossierEvent],
        preview: ResultPreview? = nil, _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let kind = form.kind
        let summary = form.file.dossier.summary
        func label(_ field: String) -> String {
            words.optional("dossiers.act.field.\(kind.rawValue).\(field)") ?? words("dossiers.act.field.what")
        }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: label($0.field))) },
                uniquingKeysWith: { first, _ in first }))
        let fields = form.fields(builder)
        let groups = kind == .askSupplement ? try await itemGroups(form, builder, context) : []
        let other =
            kind == .askSupplement
            ? builder.input(
                "other", label: words("dossiers.act.other"), hint: words("dossiers.act.other.hint"),
                value: form.input["other"] ?? "", width: "wide", isOptional: true) : nil
        let itemErrors = groups.flatMap(\.items).compactMap { item in
            item.error.map { ErrorLine(link: Link("#\(item.id)") ?? Link(.vi, path: []), message: $0) }
        }
        let shown = Set((fields + [other].compactMap(\.self)).map(\.name)).union(groups.flatMap(\.items).map(\.name))
        let rest = problems.filter { !shown.contains($0.field) }.map {
            ErrorLine(link: Link("#act") ?? Link(.vi, path: []), message: words.message($0, label: label($0.field)))
        }
        let errors = rest + itemErrors + FieldBuilder.summary(fields + [other].compactMap(\.self))
        let expected: DossierDeadline? =
            if kind == .receive, let limit = form.form?.limit?.timeLimit {
                try await dossiers.deadline(for: limit, at: summary.agencyCode, receivedAt: context.now)
            } else { nil }
        let page = ActPage(
            title: words.title(
                "dossiers.act.title", ["act": words("dossiers.act.name.\(kind.rawValue)"), "code": summary.code],
                hasErrors: !errors.isEmpty),
            heading: words("dossiers.act.name.\(kind.rawValue)"),
            back: Link(words.language, path: ["can-bo", "ho-so", summary.code]),
            action: Link(words.language, path: ["can-bo", "ho-so", summary.code, "viec", kind.slug]),
            code: summary.code,
            procedure: try await filedName(form.file.dossier, words), applicant: summary.applicantName,
            version: String(version), hasChanged: !changes.isEmpty, changes: changes.map { EventView($0, words) },
            effects: form.effects(words, expected: expected).map { ActPage.EffectView(text: $0) }, errors: errors,
            hasErrors: !errors.isEmpty, isUpload: kind == .decide, fields: fields, groups: groups,
            hasItems: !groups.isEmpty,
            other: other, preview: preview,
            button: words(preview == nil ? "dossiers.act.button.\(kind.rawValue)" : "dossiers.act.button.issue"))
        let status: HTTPResponse.Status = changes.isEmpty ? errors.isEmpty ? .ok : .unprocessableContent : .conflict
        return respond(page, to: staff.visitor, context, request, status: status)
    }

    /// The questions of the form with what was answered, to be asked for again one by one.
    private func itemGroups(
        _ form: ActForm, _ builder: FieldBuilder, _ context: PortalContext
    ) async throws -> [ActPage.ItemGroup] {
        guard let questions = form.form else { return [] }
        let words = builder.words
        let answers = try form.file.answers()
        let rows = AnswerRows(
            form: questions, answers: answers, attachments: form.file.filed, words: words,
            places: try await places(in: answers, of: questions, on: Day(of: context.now)))
        let chosen = Set(form.input.all("items"))
        let asked = Set(answers.visible(in: questions).map(\.id))
        return questions.sections.compactMap { section in
            let items = section.fields.filter { $0.kind.isAnswered && asked.contains($0.id) }.map { field in
                ActPage.ItemView(
                    id: FieldBuilder.id("what-\(field.id)"), name: "what-\(field.id)",
                    label: field.label[words.language], answer: rows.answer(to: field),
                    value: form.input["what-\(field.id)"] ?? "", isChosen: chosen.contains("what-\(field.id)"),
                    error: builder.messages["what-\(field.id)"])
            }
            return items.isEmpty ? nil : ActPage.ItemGroup(title: section.title[words.language], items: items)
        }
    }

    /// `POST /can-bo/hang-loat`: one act on many dossiers, with an answer for each.
    @Sendable func performBatch(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let words = words(context)
        let fields = try await request.form(from: staff.visitor)
        guard let batch = fields["act"].flatMap(BatchAct.init) else { throw RequestFailure.malformed }
        let chosen = fields.all("chosen")
        guard !chosen.isEmpty, chosen.count <= WorkQuery.sizes.max() ?? 500 else {
            let link = Link(context.language, path: ["can-bo", "ho-so"], query: ["group": "open"])
            return .seeOther(link.address)
        }
        let act = batch.act(by: staff.officer, colleague: fields["officer"].flatMap(Account.ID.init))
        var lines: [BatchPage.Line] = []
        for choice in chosen {
            let parts = choice.split(separator: ":").map(String.init)
            guard parts.count == 2, let version = Int32(parts[1]) else { throw RequestFailure.malformed }
            lines.append(await outcome(of: act, on: parts[0], seen: version, words, context, staff))
        }
        let done = lines.count(where: \.isDone)
        let page = BatchPage(
            title: words("dossiers.title.batch"), act: words("dossiers.batch.\(batch.rawValue)"),
            done: words.formats.number(done), failed: words.formats.number(lines.count - done), lines: lines)
        return respond(page, to: staff.visitor, context, request)
    }

    private func outcome(
        of act: OfficerAct, on code: String, seen: Int32, _ words: Words, _ context: PortalContext, _ staff: Staff
    ) async -> BatchPage.Line {
        func failed(_ key: String, _ arguments: [String: String] = [:]) -> BatchPage.Line {
            BatchPage.Line(code: code, isDone: false, text: words("dossiers.batch.failed.\(key)", arguments))
        }
        do {
            let outcome = try await dossiers.act(act, on: code, seen: seen, by: staff.officer, at: context.now)
            let key = outcome.isRepetition ? "dossiers.batch.repeated" : "dossiers.batch.done"
            return BatchPage.Line(code: code, isDone: true, text: words(key))
        } catch DossierError.changedMeanwhile(let events) {
            return failed("changed", ["who": events.last?.officerName ?? words("dossiers.batch.failed.somebody")])
        } catch DossierError.illegalMove(let current, _) {
            return failed("status", ["status": words("dossiers.status.\(current.rawValue).name")])
        } catch DossierError.dutyLacking {
            return failed("duty")
        } catch DossierError.heldByUnit(let holding) {
            return failed("unit", ["unit": holding.unit, "people": holding.people])
        } catch DossierError.notFound {
            return failed("missing")
        } catch let failure as ValidationFailure {
            let problem = failure.problems.first
            return BatchPage.Line(
                code: code, isDone: false,
                text: problem.map {
                    words.message($0, label: words("dossiers.act.field.\(act.kind.rawValue).\($0.field)"))
                } ?? "")
        } catch {
            return failed("unknown")
        }
    }
}
