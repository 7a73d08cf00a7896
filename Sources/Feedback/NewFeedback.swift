package import Core

/// Feedback as it was typed, judged before it is sent.
package struct NewFeedback: Sendable, Hashable {
    package let kind: FeedbackKind
    package let subject: FeedbackSubject
    package let topic: FeedbackTopic
    /// The agency it is sent to; nil: the author doesn't know which.
    package let agency: String?
    package let procedureCode: String?
    package let dossierCode: String?
    package let body: String
    package let author: FeedbackAuthor

    /// Bytes that a text, a name or an address may have.
    package static let longestBody = 5_000
    package static let longestAddress = 500

    /// The names of its inputs, in the order in which they are asked for.
    package static let fields = [
        "kind", "about", "topic", "agency", "procedure", "dossier", "body", "name", "address", "phone", "email",
    ]

    /// Reads what was typed into `fields`.
    /// - Throws: `ValidationFailure` with everything that is wrong.
    package init(typed: [String: String]) throws {
        var problems: [FieldProblem] = []
        func wrong(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
            problems.append(FieldProblem(field: field, code: code, arguments: arguments))
        }
        func text(_ field: String) -> String { (typed[field] ?? "").cleaned }
        func required<Value>(_ field: String, _ code: String, _ read: (String) -> Value?) -> Value? {
            let given = text(field)
            guard !given.isEmpty else {
                wrong(field, "required")
                return nil
            }
            let value = read(given)
            if value == nil { wrong(field, code) }
            return value
        }
        func optional<Value>(_ field: String, _ code: String, _ read: (String) -> Value?) -> Value? {
            guard !text(field).isEmpty else { return nil }
            let value = read(text(field))
            if value == nil { wrong(field, code) }
            return value
        }
        let kind = required("kind", "invalid_choice", FeedbackKind.init)
        let subject = required("about", "invalid_choice", FeedbackSubject.init)
        let topic = required("topic", "invalid_choice", FeedbackTopic.init)
        let agency = optional("agency", "unknown_agency") { AgencyCode($0)?.description }
        let procedure = optional("procedure", "invalid_procedure_code") { ProcedureCode($0)?.description }
        let dossier = optional("dossier", "invalid_dossier_code") { DossierCode($0)?.description }
        let body = (typed["body"] ?? "").cleanedLines
        if body.isEmpty { wrong("body", "required") }
        if body.utf8.count > Self.longestBody { wrong("body", "too_long", ["max": String(Self.longestBody)]) }
        let name = required("name", "invalid_name", PersonName.init)
        let address = text("address")
        if address.isEmpty { wrong("address", "required") }
        if address.utf8.count > Self.longestAddress {
            wrong("address", "too_long", ["max": String(Self.longestAddress)])
        }
        let phone = required("phone", "invalid_phone", PhoneNumber.init)
        let email = optional("email", "invalid_email", EmailAddress.init)
        guard problems.isEmpty, let kind, let subject, let topic, let name, let phone else {
            throw ValidationFailure(problems: problems)
        }
        self.kind = kind
        self.subject = subject
        self.topic = topic
        self.agency = agency
        procedureCode = procedure
        dossierCode = dossier
        self.body = body
        author = FeedbackAuthor(
            name: name.description, address: address, phone: phone.description, email: email?.description)
    }
}

/// The wording of question and answer that everybody is to read.
package struct PublicWording: Sendable, Hashable {
    package let question: String
    package let answer: String

    package init(question: String, answer: String) {
        self.question = question.cleanedLines
        self.answer = answer.cleanedLines
    }

    /// What keeps it from being published, by the names of the desk's inputs: what is missing or too long, and where the
    /// author can be recognised by what they gave of themselves, or somebody by a personal number.
    package func problems(about author: FeedbackAuthor) -> [FieldProblem] {
        [
            ("question", question, NewFeedback.longestBody),
            ("public_answer", answer, FeedbackAct.answer.longestNote ?? 0),
        ]
        .flatMap { field, text, most -> [FieldProblem] in
            if text.isEmpty { return [FieldProblem(field: field, code: "required")] }
            if text.utf8.count > most {
                return [FieldProblem(field: field, code: "too_long", arguments: ["max": String(most)])]
            }
            let found = Self.recognisable(author, in: text)
            return found.map { FieldProblem(field: field, code: "personal_data", arguments: ["found": $0]) }
                .prefix(1).map(\.self)
        }
    }

    /// The first thing by which somebody can be recognised.
    private static func recognisable(_ author: FeedbackAuthor, in text: String) -> [String] {
        let folded = " " + text.folded.words.joined(separator: " ") + " "
        func stands(_ given: String) -> Bool {
            let words = given.folded.words
            return words.count > 1 && folded.contains(" " + words.joined(separator: " ") + " ")
        }
        var found = [author.name, author.address, author.email ?? ""].filter(stands)
        for number in text.numbers where number.utf8.count == 12 || number == author.phone { found.append(number) }
        return found
    }
}

extension String {
    /// Runs of letters and digits.
    var words: [String] { split { !$0.isLetter && !$0.isNumber }.map(String.init) }

    /// Runs of digits, with what people write between the groups of a number left out.
    fileprivate var numbers: [String] {
        var numbers: [String] = []
        var current = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "0"..."9": current.unicodeScalars.append(scalar)
            case " ", ".", "-", "\u{A0}": continue
            default:
                if !current.isEmpty { numbers.append(current) }
                current = ""
            }
        }
        return current.isEmpty ? numbers : numbers + [current]
    }
}
