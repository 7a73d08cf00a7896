import Core
import Feedback
import Hummingbird
import Server

extension API {
    /// `GET /api/v1/feedback?q=&agency=&limit=&after=`: published answers, newest first.
    @Sendable func listFeedback(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let query = try request.queryFields()
        let after = query["after"] ?? ""
        let cursor = FeedbackCursor(after)
        guard cursor != nil || after.isEmpty else {
            throw RequestFailure.invalid([FieldProblem(field: "after", code: "not_a_cursor", arguments: [:])])
        }
        let found = try await feedback.published(
            about: String((query["q"] ?? "").cleaned.prefix(200)), agency: query["agency"] ?? "", after: cursor,
            limit: try query.limit())
        let page: JSON = [
            "items": .array(found.items.map { FeedbackJSON.answer($0) }),
            "next": found.next.map { .string($0.description) } ?? .null,
        ]
        return .json(page.serialized())
    }

    /// `GET /api/v1/feedback/{code}`: one published answer; with an entity tag.
    @Sendable func showFeedback(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        guard let code = FeedbackCode(context.parameter("code") ?? "")?.description,
            let answer = try await feedback.published(code)
        else { throw RequestFailure.notFound }
        let bytes = FeedbackJSON.answer(answer).serialized()
        return Response.json(bytes).tagged(by: bytes, for: request)
    }
}

enum FeedbackJSON {
    static func answer(_ answer: PublishedFeedback) -> JSON {
        [
            "code": .string(answer.code), "kind": .string(answer.kind.rawValue),
            "about": .string(answer.subject.rawValue), "topic": .string(answer.topic.rawValue),
            "procedure": answer.procedureCode.map(JSON.string) ?? .null,
            "agency": ["code": .string(answer.agencyCode), "name": .string(answer.agencyName)],
            "question": .string(answer.question), "answer": .string(answer.answer),
            "sent_at": .string(Timestamp.text(answer.sentAt)),
            "answered_at": .string(Timestamp.text(answer.answeredAt)),
            "published_at": .string(Timestamp.text(answer.publishedAt)),
            "in_time": .bool(!answer.isLate), "likes": .integer(answer.likes), "dislikes": .integer(answer.dislikes),
        ]
    }
}
