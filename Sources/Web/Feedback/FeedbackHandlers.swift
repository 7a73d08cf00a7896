import Accounts
import Core
import Feedback
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// What everybody reads.
extension Web {
    /// `GET /phan-anh?q=&after=`
    @Sendable func showFeedback(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let words = words(context)
        let query = try request.queryFields()
        let text = String((query["q"] ?? "").cleaned.prefix(200))
        let cursor = query["after"].flatMap { FeedbackCursor($0) }
        async let rules = feedback.rules(on: Day(of: context.now))
        let found = try await feedback.published(about: text, after: cursor, limit: 20)
        let page = FeedbackHomePage(
            title: text.isEmpty ? words("feedback.title.home") : words("feedback.title.search", ["query": text]),
            query: text, isSearch: !text.isEmpty, isEmpty: found.items.isEmpty,
            answers: found.items.map { FeedbackHomePage.AnswerLine($0, words) },
            next: found.next.map {
                Link(words.language, path: ["phan-anh"], query: ["q": text, "after": $0.description])
            }, hasGuide: text.isEmpty && cursor == nil, days: String(try await rules.answer))
        return respond(page, to: visitor, context, request)
    }

    /// `GET /phan-anh/{code}`
    @Sendable func showFeedbackAnswer(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let words = words(context)
        guard let code = FeedbackCode(context.parameter("code") ?? "")?.description,
            let answer = try await feedback.published(code)
        else { throw RequestFailure.notFound }
        var reaction: Bool?
        if let account = visitor.session?.accountID {
            reaction = try await feedback.reaction(of: account, to: answer.id)
        }
        let path = Link(words.language, path: ["phan-anh", code])
        let isThanks = try request.queryFields()["done"] == "reacted"
        let page = FeedbackAnswerPage(
            title: words("feedback.title.answer", ["code": code]),
            notice: isThanks ? words("feedback.done.reacted") : nil, code: code,
            kind: words("feedback.kind.\(answer.kind.rawValue)"),
            topic: words("feedback.topic.\(answer.topic.rawValue)"),
            agency: answer.agencyName, sent: words.formats.date(answer.sentAt),
            answered: words.formats.date(answer.answeredAt), published: words.formats.date(answer.publishedAt),
            procedure: answer.procedureCode, question: answer.question.paragraphs, answer: answer.answer.paragraphs,
            likes: words.formats.number(answer.likes), dislikes: words.formats.number(answer.dislikes),
            canReact: visitor.session?.kind.files == true, likesIt: reaction == true, dislikesIt: reaction == false,
            signIn: Link(words.language, path: ["dang-nhap"], query: ["next": path.address]),
            isUnknown: visitor.session == nil)
        return respond(page, to: visitor, context, request)
    }

    /// `POST /phan-anh/{code}/y-kien`: one opinion for each person, which may be changed.
    @Sendable func reactToFeedback(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        guard let code = FeedbackCode(context.parameter("code") ?? "")?.description, let opinion = form["opinion"],
            opinion == "like" || opinion == "dislike"
        else { throw RequestFailure.notFound }
        try await feedback.react(to: code, likes: opinion == "like", by: caller.session.accountID, at: context.now)
        return .seeOther(Link(context.language, path: ["phan-anh", code], query: ["done": "reacted"]).address)
    }
}

extension FeedbackHomePage.AnswerLine {
    fileprivate init(_ answer: PublishedFeedback, _ words: Words) {
        self.init(
            code: answer.code, question: answer.question.excerpt,
            topic: words("feedback.topic.\(answer.topic.rawValue)"), agency: answer.agencyName,
            published: words.formats.date(answer.publishedAt), likes: words.formats.number(answer.likes),
            dislikes: words.formats.number(answer.dislikes))
    }
}

extension String {
    /// Its lines, without the empty ones.
    var paragraphs: [String] { split(separator: "\n").map(String.init) }

    /// The beginning, on one line.
    var excerpt: String {
        let line = cleaned
        return line.count > 160 ? String(line.prefix(160)).trimmed + "…" : line
    }
}

extension Web {
    /// The keys about feedback that code puts together.
    static var feedbackTextKeys: [String] {
        FeedbackState.allCases.flatMap { ["feedback.state.\($0.rawValue)", "feedback.meaning.\($0.rawValue)"] }
            + FeedbackAct.allCases.map { "feedback.event.\($0.rawValue)" }
            + FeedbackAct.allCases.filter { !$0.isAuthors }.flatMap {
                ["feedback.act.\($0.rawValue)", "feedback.act.\($0.rawValue).explanation"]
            }
            + FeedbackAct.allCases.compactMap(\.topic).flatMap {
                ["notifications.\($0).subject", "notifications.\($0).body"]
            }
            + FeedbackKind.allCases.map { "feedback.kind.\($0.rawValue)" }
            + FeedbackSubject.allCases.map { "feedback.about.\($0.rawValue)" }
            + FeedbackTopic.allCases.map { "feedback.topic.\($0.rawValue)" }
            + NewFeedback.fields.map { "feedback.field.\($0)" }
            + FeedbackFilter.allCases.map { "feedback.filter.\($0.rawValue)" }
    }
}
