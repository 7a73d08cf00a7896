package import Accounts
package import Core
package import FoundationEssentials
package import Postgres

/// An opinion on an obstacle, or one with a proposal (NĐ 20/2008/NĐ-CP Đ.2).
package enum FeedbackKind: String, Sendable, CaseIterable, PostgresValue { case reflection, proposal }

/// Rules, policies and procedures, or how officials behave.
package enum FeedbackSubject: String, Sendable, CaseIterable, PostgresValue { case rules, conduct }

/// What it is about, for whoever passes it on.
package enum FeedbackTopic: String, Sendable, CaseIterable, PostgresValue {
    case civilStatus = "civil_status"
    case residence, land, construction, business, tax, insurance, labour, education, health, transport
    case portal
    case other
}

/// Feedback as its agency or its author sees it.
package struct FeedbackItem: PostgresRow {
    package typealias ID = Identifier<FeedbackItem>

    package let id: ID
    package let code: String
    package let kind: FeedbackKind
    package let subject: FeedbackSubject
    package let topic: FeedbackTopic
    /// References that the author gave, unchecked.
    package let procedureCode: String?
    package let dossierCode: String?
    package let body: String
    package let accountID: Account.ID?
    package let author: FeedbackAuthor
    package let agencyCode: String
    package let agencyName: String
    /// Who transferred it last.
    package let fromAgency: String?
    package let state: FeedbackState
    package let sentAt: Date
    package let clockFrom: Date
    package let dueOn: Day?
    package let wasAsked: Bool
    /// An act of the agency that has it now came after its last day.
    package let isLate: Bool
    package let answeredAt: Date?
    /// Grows by one with every event.
    package let version: Int32

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        kind = try row("kind")
        subject = try row("about")
        topic = try row("topic")
        procedureCode = try row("procedure_code")
        dossierCode = try row("dossier_code")
        body = try row("body")
        accountID = try row("account_id")
        author = FeedbackAuthor(
            name: try row("author_name"), address: try row("author_address"), phone: try row("author_phone"),
            email: try row("author_email"))
        agencyCode = try row("agency_code")
        agencyName = try row("agency_name")
        fromAgency = try row("from_agency")
        state = try row("state")
        sentAt = try row("sent_at")
        clockFrom = try row("clock_from")
        dueOn = try row("due_on")
        wasAsked = try row("was_asked")
        isLate = try row("is_late")
        answeredAt = try row("answered_at")
        version = try row("version")
    }

    package var times: FeedbackTimes {
        FeedbackTimes(state: state, clockFrom: clockFrom, answeredAt: answeredAt, wasAsked: wasAsked)
    }

    /// Whether the agency owes something whose last day has passed.
    package func isOverdue(on today: Day) -> Bool { dueOn.map { $0 < today } ?? false }
}

/// Who sent it and how they are reached: required by NĐ 20/2008/NĐ-CP Đ.7, the e-mail apart. Never published.
package struct FeedbackAuthor: Sendable, Hashable {
    package let name: String
    package let address: String
    package let phone: String
    package let email: String?

    package init(name: String, address: String, phone: String, email: String?) {
        self.name = name
        self.address = address
        self.phone = phone
        self.email = email
    }
}

/// Feedback as a line of a list.
package struct FeedbackLine: PostgresRow {
    package let id: FeedbackItem.ID
    package let code: String
    package let kind: FeedbackKind
    package let topic: FeedbackTopic
    package let body: String
    package let authorName: String
    package let agencyName: String
    package let state: FeedbackState
    package let sentAt: Date
    package let clockFrom: Date
    package let dueOn: Day?

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        kind = try row("kind")
        topic = try row("topic")
        body = try row("body")
        authorName = try row("author_name")
        agencyName = try row("agency_name")
        state = try row("state")
        sentAt = try row("sent_at")
        clockFrom = try row("clock_from")
        dueOn = try row("due_on")
    }
}

/// Something that happened to feedback: one row for each act, never altered.
package struct FeedbackEvent: PostgresRow, Hashable {
    package let sequence: Int32
    package let act: FeedbackAct
    /// Where it stood afterwards.
    package let state: FeedbackState
    /// Who had it when it happened.
    package let agencyCode: String
    package let agencyName: String
    package let targetAgency: String?
    package let targetName: String?
    package let isAuthors: Bool
    package let note: String?
    package let dueOn: Day?
    /// Nil for an act without a limit.
    package let inTime: Bool?
    package let occurredAt: Date

    package init(_ row: inout Row) throws {
        sequence = try row("sequence")
        act = try row("act")
        state = try row("state")
        agencyCode = try row("agency_code")
        agencyName = try row("agency_name")
        targetAgency = try row("target_agency")
        targetName = try row("target_name")
        isAuthors = try row("is_authors")
        note = try row("note")
        dueOn = try row("due_on")
        inTime = try row("in_time")
        occurredAt = try row("occurred_at")
    }
}

/// A file that came with an event.
package struct FeedbackFile: PostgresRow {
    package typealias ID = Identifier<FeedbackFile>

    package let id: ID
    package let sequence: Int32
    package let sha256: [UInt8]
    package let name: String
    package let size: Int
    package let mediaType: String

    package init(_ row: inout Row) throws {
        id = try row("id")
        sequence = try row("sequence")
        sha256 = try row("sha256")
        name = try row("name")
        size = try row("size")
        mediaType = try row("media_type")
    }
}

/// Feedback with everything that belongs on its page.
package struct FeedbackRecord: Sendable {
    package let item: FeedbackItem
    package let events: [FeedbackEvent]
    package let files: [FeedbackFile]

    /// The words of the answer; nil before there is one.
    package var answer: String? { events.last { $0.act == .answer }?.note }
}

/// An answer that everybody may read: no personal data.
package struct PublishedFeedback: PostgresRow {
    package let id: FeedbackItem.ID
    package let code: String
    package let agencyCode: String
    package let agencyName: String
    package let kind: FeedbackKind
    package let subject: FeedbackSubject
    package let topic: FeedbackTopic
    package let procedureCode: String?
    package let question: String
    package let answer: String
    package let sentAt: Date
    package let answeredAt: Date
    package let publishedAt: Date
    package let isLate: Bool
    package let likes: Int
    package let dislikes: Int

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        agencyCode = try row("agency_code")
        agencyName = try row("agency_name")
        kind = try row("kind")
        subject = try row("about")
        topic = try row("topic")
        procedureCode = try row("procedure_code")
        question = try row("question")
        answer = try row("answer")
        sentAt = try row("sent_at")
        answeredAt = try row("answered_at")
        publishedAt = try row("published_at")
        isLate = try row("is_late")
        likes = Int(try row("likes") as Int32)
        dislikes = Int(try row("dislikes") as Int32)
    }
}

/// How much an agency has open in one state.
package struct FeedbackCounter: PostgresRow, Hashable {
    package let state: FeedbackState
    package let count: Int
    package let late: Int

    package init(_ row: inout Row) throws {
        state = try row("state")
        count = try row("count")
        late = try row("late")
    }
}
