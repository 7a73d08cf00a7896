import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Postgres
import Server

/// The revision of a procedure that is at work: an agency that keeps its forms in a repository sends them here, under the
/// same rule of two as people at the desk.
extension API {
    /// `GET /api/v1/procedures/{code}/draft`
    @Sendable func showDraft(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let work = try await publishing.open(context.parameter("code") ?? "", for: try await editor(caller))
        var members = draft(work, request)
        members["document"] = ProcedureDocument(facts: work.facts, form: work.form).json
        var response = Response.json(JSON.object(members).serialized())
        // A tag to write by, not to keep by: the state changes without the version.
        response.headers[.eTag] = "\"\(work.version)\""
        response.headers[.cacheControl] = "private, no-store"
        return response
    }

    /// `PUT /api/v1/procedures/{code}/draft` with `Idempotency-Key`, and `If-Match` where there is a draft: the document in
    /// the place of the draft's contents.
    @Sendable func putDraft(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let (editor, code) = (try await editor(caller), context.parameter("code") ?? "")
        let message = try await message(request, context, caller)
        let version = try request.ifMatch()
        let document = try await document(message.body, about: code, request, context)
        let answer = try await publishing.put(
            document.facts, form: document.form, for: code, version: version, by: editor, message: message,
            at: context.now
        ) { work, isNew in
            (isNew ? 201 : 200, JSON.object(draft(work, request)).serialized())
        }
        return try .draft(answer)
    }

    /// `POST /api/v1/procedures/{code}/draft/submission` with `Idempotency-Key`: hands the draft to somebody else.
    @Sendable func submitDraft(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let (editor, code) = (try await editor(caller), context.parameter("code") ?? "")
        let message = try await message(request, context, caller)
        let summary = try JSON(sent: message.body).summary()
        do {
            let answer = try await publishing.submit(
                code, version: try request.ifMatch(), summary: summary, by: editor, message: message,
                at: context.now
            ) { work in (200, JSON.object(draft(work, request)).serialized()) }
            return try .draft(answer)
        } catch PublishingError.notReady(let findings) {
            var failure = RequestFailure(.unprocessableContent, type: "revision-not-ready")
            failure.extensions["findings"] = .array(findings.map { finding($0, request) })
            throw failure
        }
    }

    /// `POST /api/v1/procedures/{code}/draft/publication` with `Idempotency-Key`: publishes what somebody else wrote and
    /// submitted, now or on a day to come.
    @Sendable func publishDraft(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let (editor, code) = (try await editor(caller), context.parameter("code") ?? "")
        let message = try await message(request, context, caller)
        let day = try JSON(sent: message.body).publicationDay(from: Day(of: context.now))
        let answer = try await publishing.publish(
            code, version: try request.ifMatch(), on: day?.instant(), by: editor, message: message, at: context.now
        ) { work in (200, JSON.object(draft(work, request)).serialized()) }
        return try .draft(answer)
    }

    /// `DELETE /api/v1/procedures/{code}/draft` with `Idempotency-Key`.
    @Sendable func discardDraft(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let message = IdempotentMessage(
            scope: caller.actor, key: "\(context.draftAddress(request)) \(try request.idempotencyKey())", body: [])
        return .remembered(
            try await publishing.discard(
                context.parameter("code") ?? "", version: try request.ifMatch(),
                by: try await editor(caller), message: message, at: context.now))
    }

    /// A client works on the procedures that its agency promulgates.
    private func editor(_ caller: AgencyCaller) async throws -> Editor {
        guard let agency = try await agencies.agency(caller.agency) else { throw RequestFailure.forbidden }
        return Editor(.client(caller.client.id), agency: agency.name)
    }

    private func message(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> IdempotentMessage {
        let key = try request.idempotencyKey()
        return IdempotentMessage(
            scope: caller.actor, key: "\(context.draftAddress(request)) \(key)", body: try await request.jsonBytes())
    }

    private func document(
        _ body: [UInt8], about code: String, _ request: Request, _ context: PortalContext
    ) async throws -> ProcedureDocument {
        do {
            return try await ProcedureDocument(
                parsing: body, about: code, parts: parts, today: Day(of: context.now), files: publishing.templates)
        } catch let error as ProcedureDocument.Problems {
            var failure = RequestFailure(.unprocessableContent, type: "invalid")
            failure.extensions["errors"] = .array(
                error.all.prefix(200).map { problem in
                    [
                        "line": .integer(problem.line), "field": .string(problem.path.joined(separator: ".")),
                        "code": .string(problem.code),
                        "message": .string(
                            problem.sentence(request.language) { words($0, request.language, $1) }),
                    ]
                })
            throw failure
        }
    }

    private func draft(_ work: RevisionWork, _ request: Request) -> [String: JSON] {
        let findings = Finding.all(facts: work.facts, form: work.form)
        return [
            "code": .string(work.procedureCode), "id": .string(work.id.description), "number": .integer(work.number),
            "version": .integer(work.version), "state": .string(work.state.rawValue),
            "summary": work.summary.map(JSON.string) ?? .null,
            "publish_at": work.publishAt.map { .string(Timestamp.text($0)) } ?? .null,
            "published_at": work.publishedAt.map { .string(Timestamp.text($0)) } ?? .null,
            "findings": .array(findings.map { finding($0, request) }),
        ]
    }

    private func finding(_ finding: Finding, _ request: Request) -> JSON {
        [
            "code": .string(finding.kind.rawValue), "subject": .string(finding.subject),
            "message": .string(finding.sentence { words($0, request.language, $1) }),
            "explanation": finding.explanation.map(JSON.string) ?? .null,
        ]
    }
}

extension Response {
    /// The answer to a write with the draft's entity tag.
    fileprivate static func draft(_ answer: RememberedAnswer) throws -> Response {
        var response = Response.remembered(answer)
        response.headers[.eTag] = try JSON(parsing: answer.body)["version"]?.int.map { "\"\($0)\"" }
        return response
    }
}

extension PortalContext {
    /// What a key belongs to: the same key may be used once for each write to each draft.
    fileprivate func draftAddress(_ request: Request) -> String {
        "\(request.method.rawValue) \(path)"
    }
}

extension JSON {
    /// The one member of `{"summary": "…"}`: what changes and why.
    fileprivate func summary() throws -> String {
        try checkMembers(["summary"])
        guard let given = self["summary"], given != .null else { throw Self.wrong("summary", "required") }
        guard let text = given.string?.nfc, !text.utf8.contains(0) else { throw Self.wrong("summary", "not_text") }
        guard !text.trimmed.isEmpty else { throw Self.wrong("summary", "required") }
        guard text.utf8.count <= 4000 else { throw Self.wrong("summary", "too_long", ["max": "4000"]) }
        return text.trimmed
    }

    /// The one member of `{"on": "2026-12-01"}`, which may be left out: from which day on.
    fileprivate func publicationDay(from today: Day) throws -> Day? {
        try checkMembers(["on"])
        guard let given = self["on"], given != .null else { return nil }
        guard let day = given.string.flatMap(Day.init) else { throw Self.wrong("on", "not_a_day") }
        guard day >= today else { throw Self.wrong("on", "day_passed") }
        return day
    }

    private func checkMembers(_ known: Set<String>) throws {
        guard let members = object else { throw Self.wrong("", "not_an_object") }
        if let stranger = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw Self.wrong(stranger, "unknown_field")
        }
    }

    private static func wrong(_ field: String, _ code: String, _ arguments: [String: String] = [:]) -> RequestFailure {
        .invalid([FieldProblem(field: field, code: code, arguments: arguments)])
    }
}
