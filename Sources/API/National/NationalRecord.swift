import Core
import FoundationEssentials

/// Reads a record as adapters write it: a number as text or as a number, what is absent as nothing, null or "". Members that
/// nobody asks for are ignored; values that are wrong are gathered, each by its name.
struct NationalRecord {
    private let members: JSON
    private(set) var problems: [FieldProblem] = []

    init(_ members: JSON) {
        self.members = members
        if members.object == nil { refuse("data", "not_an_object") }
    }

    mutating func refuse(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
        problems.append(FieldProblem(field: field, code: code, arguments: arguments))
    }

    /// - Parameter most: bytes, beyond which it is refused.
    mutating func text(_ field: String, required: Bool = false, most: Int = 4000) -> String? {
        let text: String
        switch members[field] {
        case .string(let string) where !string.utf8.contains(0): text = string.nfc.trimmed
        case .integer(let number): text = String(number)
        case .bool(let bool): text = bool ? "True" : "False"
        case nil, .null: text = ""
        case .string, .double, .array, .object:
            refuse(field, "not_text")
            return nil
        }
        if text.isEmpty, required { refuse(field, "required") }
        if text.utf8.count > most { refuse(field, "too_long", ["max": String(most)]) }
        return text.isEmpty ? nil : text
    }

    /// One of the values that `find` knows.
    mutating func value<Value>(_ field: String, required: Bool = false, _ find: (String) -> Value?) -> Value? {
        guard let text = text(field, required: required) else { return nil }
        let value = find(text)
        if value == nil { refuse(field, "invalid_choice") }
        return value
    }

    /// - Parameter now: behind which it may not lie, but for the minute by which clocks differ; nil where it may.
    mutating func time(_ field: String, required: Bool = false, now: Date? = nil) -> Date? {
        guard let text = text(field, required: required) else { return nil }
        guard let time = NationalTime.instant(text) else {
            refuse(field, "not_a_national_time")
            return nil
        }
        if let now, time > now.addingTimeInterval(60) { refuse(field, "in_future") }
        return time
    }

    mutating func status(_ field: String) -> DossierStatus? {
        value(field, required: true) { Int($0).flatMap(DossierStatus.init(rawValue:)) }
    }
}

/// Instants of the national contract: `yyyyMMddHHmmss` by the clock in Vietnam.
enum NationalTime {
    static func instant(_ text: String) -> Date? {
        let digits = Array(text.utf8)
        guard digits.count == 14, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 48) } }
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard let day = Day(year: number(0..<4), month: number(4..<6), day: number(6..<8)), hour < 24, minute < 60,
            second < 60
        else { return nil }
        return day.instant(minute: hour * 60 + minute).addingTimeInterval(Double(second))
    }

    static func text(_ instant: Date) -> String {
        let vietnam = instant.addingTimeInterval(TimeInterval(Day.secondsFromUTC))
        return String(Timestamp.text(vietnam).prefix(19).filter { $0.isNumber })
    }
}
