package import Core
package import FoundationEssentials

/// Everything the portal says beside the catalogue, read and in order. What can't be read or was withdrawn is left out.
package struct ShownContents: Sendable {
    package let lifeEvents: [LifeEvent]
    package let questions: [CommonQuestion]
    /// Codes of the services of the home page.
    package let featured: [String]
    let notices: [ServiceNotice]

    package static let none = ShownContents([])

    package init(_ contents: [Content]) {
        let shown = contents.filter { $0.withdrawnAt == nil }
        lifeEvents = shown.compactMap(LifeEvent.init)
        questions = shown.compactMap(CommonQuestion.init)
        notices = shown.compactMap(ServiceNotice.init)
        featured = shown.first { $0.kind == .featured }?.codes ?? []
    }

    package func notices(at now: Date) -> [ServiceNotice] { notices.filter { $0.isActive(at: now) } }

    /// The questions in which each word of the text begins a word, with or without accents; all of them for no words.
    package func questions(about text: String) -> [CommonQuestion] {
        let words = text.searchWords
        return questions.filter { question in words.allSatisfy { question.words.contains(" " + $0) } }
    }
}

/// Procedures that belong together in somebody's life or business.
package struct LifeEvent: Sendable {
    package enum Audience: String, Sendable, CaseIterable {
        case citizen, business
    }

    package struct Step: Sendable {
        package let code: String
        package let note: LocalizedText?
    }

    package let id: String
    package let audience: Audience
    package let title: LocalizedText
    package let text: LocalizedText
    /// Those too whose procedure isn't in the list: whoever shows them looks them up.
    package let steps: [Step]
    package let updatedAt: Date

    init?(_ content: Content) {
        guard content.kind == .lifeEvent, let audience = content.body["audience"]?.string.flatMap(Audience.init),
            let title = content.text("title"), let text = content.text("text")
        else { return nil }
        id = content.id
        self.audience = audience
        self.title = title
        self.text = text
        steps = (content.body["steps"]?.array ?? []).compactMap { step in
            step["code"]?.string.map { Step(code: $0, note: step.bothLanguages("note")) }
        }
        updatedAt = content.updatedAt
    }
}

/// A question that many ask, with its answer.
package struct CommonQuestion: Sendable {
    package let id: String
    package let topic: LocalizedText
    package let question: LocalizedText
    /// Plain text (`TextBlock`).
    package let answer: LocalizedText
    /// Codes of the procedures it has to do with.
    package let procedures: [String]
    package let updatedAt: Date
    /// All its words as they are searched, each behind a space.
    let words: String

    init?(_ content: Content) {
        guard content.kind == .question, let topic = content.text("topic"), let question = content.text("question"),
            let answer = content.text("answer")
        else { return nil }
        id = content.id
        self.topic = topic
        self.question = question
        self.answer = answer
        procedures = content.codes
        updatedAt = content.updatedAt
        let texts = [question.vi, answer.vi, topic.vi, question.en, answer.en, topic.en]
        words = texts.flatMap { $0.searchWords }.map { " " + $0 }.joined()
    }
}

/// A notice on every page.
package struct ServiceNotice: Sendable, Hashable {
    package let id: String
    package let version: Int32
    package let text: LocalizedText
    package let isWarning: Bool
    /// Path of a page of ours in Vietnamese.
    package let link: String?
    package let from: Date
    package let until: Date

    init?(_ content: Content) {
        guard content.kind == .banner, let text = content.text("text"), let from = content.body.minute("from"),
            let until = content.body.minute("until")
        else { return nil }
        id = content.id
        version = content.version
        self.text = text
        isWarning = content.body["level"] == "warning"
        link = content.body["link"]?.string
        self.from = from
        self.until = until
    }

    /// From its first minute up to its last, which it is gone with.
    package func isActive(at now: Date) -> Bool { from <= now && now < until }
}

extension Content {
    /// When a notice begins and ends.
    package var period: (from: Date, until: Date)? { ServiceNotice(self).map { ($0.from, $0.until) } }
}

extension JSON {
    /// `from_date` and `from_time`, as the clock in Vietnam shows them.
    func minute(_ member: String) -> Date? {
        guard let day = self["\(member)_date"]?.string.flatMap(Day.init), let time = self["\(member)_time"]?.string,
            TextPattern.time.matches(time), let hour = Int(time.prefix(2)), let minute = Int(time.suffix(2))
        else { return nil }
        return day.instant(minute: 60 * hour + minute)
    }
}
