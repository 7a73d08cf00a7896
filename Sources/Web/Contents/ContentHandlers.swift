import Catalogue
import Core
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /su-kien`
    @Sendable func showLifeEvents(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        try await publicPage(request, context, visitor, canonical: ["su-kien"]) {
            let words = words(context)
            let events = try await lifeEvents(context)
            let (citizen, business) = (events.lines(for: .citizen, words), events.lines(for: .business, words))
            return LifeEventsPage(
                title: words("contents.title.events"), hasCitizenEvents: !citizen.isEmpty, citizenEvents: citizen,
                hasBusinessEvents: !business.isEmpty, businessEvents: business)
        }
    }

    /// `GET /su-kien/{id}`
    @Sendable func showLifeEvent(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let id = context.parameter("id") ?? ""
        return try await publicPage(request, context, visitor, canonical: ["su-kien", id]) {
            let words = words(context)
            guard let (event, steps) = try await lifeEvents(context).first(where: { $0.event.id == id }) else {
                throw RequestFailure.notFound
            }
            return LifeEventPage(
                title: event.title[words.language], heading: event.title[words.language],
                text: event.text[words.language], audience: words("contents.audience.\(event.audience.rawValue)"),
                steps: steps.map { step, procedure in
                    LifeEventPage.StepView(
                        procedure: ProcedureLine(procedure, words.language), note: step.note?[words.language])
                })
        }
    }

    /// `GET /hoi-dap?q=&after=`: by topics, or those about some words.
    @Sendable func showQuestions(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let query = try request.queryFields()
        let canonical = request.uri.query == nil ? ["hoi-dap"] : nil
        return try await publicPage(request, context, visitor, canonical: canonical) {
            let words = words(context)
            let text = String((query["q"] ?? "").cleaned.prefix(200))
            let found = try await contents.shown(at: context.now).questions(about: text)
            let start = min(max(Int(query["after"] ?? "") ?? 0, 0), found.count)
            let page = found[start...].prefix(Self.questionsOnPage)
            let topics = page.map(\.topic).reduce(into: [LocalizedText]()) { topics, topic in
                if !topics.contains(where: { $0.vi == topic.vi }) { topics.append(topic) }
            }
            return CommonQuestionsPage(
                title: text.isEmpty
                    ? words("contents.title.questions") : words("contents.title.search", ["query": text]),
                query: text, isEmpty: found.isEmpty,
                topics: topics.map { topic in
                    CommonQuestionsPage.TopicView(
                        name: topic[words.language],
                        questions: page.filter { $0.topic.vi == topic.vi }.map {
                            CommonQuestionsPage.QuestionLine(id: $0.id, question: $0.question[words.language])
                        })
                },
                next: page.endIndex < found.endIndex
                    ? Link(words.language, path: ["hoi-dap"], query: ["q": text, "after": String(page.endIndex)]) : nil)
        }
    }

    private static let questionsOnPage = 100

    /// `GET /hoi-dap/{id}`
    @Sendable func showQuestion(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let id = context.parameter("id") ?? ""
        return try await publicPage(request, context, visitor, canonical: ["hoi-dap", id]) {
            let words = words(context)
            guard let question = try await contents.shown(at: context.now).questions.first(where: { $0.id == id })
            else {
                throw RequestFailure.notFound
            }
            let known = try await contents.procedures(question.procedures)
            let procedures = question.procedures.compactMap { known[$0] }
            return CommonQuestionPage(
                title: question.question[words.language], topic: question.topic[words.language],
                blocks: TextBlock.blocks(of: question.answer[words.language]).map(CommonQuestionPage.BlockView.init),
                hasProcedures: !procedures.isEmpty,
                procedures: procedures.map { ProcedureLine($0, words.language) },
                updated: words.formats.date(question.updatedAt))
        }
    }

    typealias ShownLifeEvent = (event: LifeEvent, steps: [(LifeEvent.Step, ProcedureSummary)])

    /// The life events with those of their steps that are in the list; without any, an event isn't shown.
    func lifeEvents(_ context: PortalContext) async throws -> [ShownLifeEvent] {
        let events = try await contents.shown(at: context.now).lifeEvents
        let known = try await contents.procedures(events.flatMap { $0.steps.map(\.code) })
        return events.map { event in (event, event.steps.compactMap { step in known[step.code].map { (step, $0) } }) }
            .filter { !$0.steps.isEmpty }
    }
}

extension [Web.ShownLifeEvent] {
    func lines(for audience: LifeEvent.Audience, _ words: Words) -> [LifeEventLine] {
        filter { $0.event.audience == audience }.map { event, steps in
            LifeEventLine(
                id: event.id, title: event.title[words.language], text: event.text[words.language],
                count: words(
                    steps.count == 1 ? "contents.count.one" : "contents.count",
                    ["count": words.formats.number(steps.count)]))
        }
    }
}

extension CommonQuestionPage.BlockView {
    init(_ block: TextBlock) {
        switch block {
        case .paragraph(let words): self.init(paragraph: words, items: [])
        case .list(let items): self.init(paragraph: nil, items: items)
        }
    }
}
