import Core
import Feedback
import FoundationEssentials
import Pages

extension FeedbackState {
    /// The number of the dossiers' status that has the same colour.
    var colour: String {
        switch self {
        case .new, .forwarded: "1"
        case .accepted, .supplemented: "4"
        case .asked: "5"
        case .answered: "9"
        case .published: "10"
        case .refused: "3"
        case .withheld: "8"
        case .withdrawn: "7"
        }
    }
}

extension FeedbackLineView {
    init(_ line: FeedbackLine, path: [String], _ words: Words, at now: Date) {
        self.init(
            link: Link(words.language, path: path + [line.code]), code: line.code, excerpt: line.body.excerpt,
            kind: words("feedback.kind.\(line.kind.rawValue)"), topic: words("feedback.topic.\(line.topic.rawValue)"),
            author: line.authorName, agency: line.agencyName, state: words("feedback.state.\(line.state.rawValue)"),
            number: line.state.colour, sent: words.formats.date(line.sentAt), due: line.dueOn.map(words.formats.date),
            isLate: line.dueOn.map { $0 < Day(of: now) } ?? false)
    }
}

extension FeedbackView {
    /// How files are reached: by a link below a path, or by a form that carries the word.
    struct FileLinks {
        let path: [String]?
        let word: TrackingWord?
        let token: String
    }

    /// - Parameter isStaff: whether to say which acts came in time.
    init(_ record: FeedbackRecord, _ words: Words, at now: Date, files: FileLinks, isStaff: Bool = false) {
        let item = record.item
        self.init(
            code: item.code, state: words("feedback.state.\(item.state.rawValue)"), number: item.state.colour,
            meaning: words("feedback.meaning.\(item.state.rawValue)"),
            kind: words("feedback.kind.\(item.kind.rawValue)"),
            subject: words("feedback.about.\(item.subject.rawValue)"),
            topic: words("feedback.topic.\(item.topic.rawValue)"), agency: item.agencyName,
            sent: words.formats.dateTime(item.sentAt), due: item.dueOn.map(words.formats.date),
            isLate: item.isOverdue(on: Day(of: now)), procedure: item.procedureCode, dossier: item.dossierCode,
            body: item.body.paragraphs,
            events: record.events.map { event in
                EventView(
                    name: words("feedback.event.\(event.act.rawValue)"), at: words.formats.dateTime(event.occurredAt),
                    who: event.isAuthors ? words("feedback.author") : event.agencyName, target: event.targetName,
                    note: event.note?.paragraphs ?? [],
                    files: record.files.filter { $0.sequence == event.sequence }.map { file in
                        FileView(
                            name: file.name, size: words.formats.size(bytes: file.size),
                            link: files.path.map { Link(words.language, path: $0 + [file.id.description]) },
                            id: file.id.description, code: item.code, word: files.word?.description ?? "",
                            token: files.token)
                    },
                    limit: isStaff
                        ? event.dueOn.map { words("feedback.limit", ["day": words.formats.date($0)]) } : nil,
                    isLate: isStaff && event.inTime == false)
            })
    }
}

/// What an officer looks at.
enum FeedbackFilter: String, CaseIterable {
    case open = "dang-mo"
    case new = "moi"
    case working = "dang-xu-ly"
    case asked = "cho-bo-sung"
    case answered = "cho-cong-khai"
    case late = "qua-han"
    case closed = "da-xong"

    var states: [FeedbackState] {
        switch self {
        case .open, .late: FeedbackState.allCases.filter(\.isOpen)
        case .new: [.new, .forwarded]
        case .working: [.accepted, .supplemented]
        case .asked: [.asked]
        case .answered: [.answered]
        case .closed: FeedbackState.allCases.filter { !$0.isOpen }
        }
    }

    /// How many of the counted fall under it; nil for what isn't counted.
    func count(_ counters: [FeedbackCounter]) -> Int? {
        switch self {
        case .closed: nil
        case .late: counters.reduce(0) { $0 + $1.late }
        case .open, .new, .working, .asked, .answered:
            counters.filter { states.contains($0.state) }.reduce(0) { $0 + $1.count }
        }
    }
}
