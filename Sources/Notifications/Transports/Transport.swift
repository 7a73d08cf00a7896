package import Core
package import FoundationEssentials
import Postgres

/// A way out of the portal.
package enum Channel: String, Sendable, CaseIterable, PostgresValue {
    case email
    case sms
}

/// One message on its way: to whom, in which words, and under which id it is told apart from any other.
package struct OutgoingMessage: Sendable {
    /// The same however often it is sent.
    package let id: Delivery.ID
    /// An e-mail address, or a telephone number as its owner wrote it.
    package let address: String
    package let letter: Letter
    package let language: Language
    package let date: Date

    package init(id: Delivery.ID, address: String, letter: Letter, language: Language, date: Date) {
        self.id = id
        self.address = address
        self.letter = letter
        self.language = language
        self.date = date
    }
}

/// What became of one attempt.
///
/// A reason is a code that staff and logs may see (`smtp-550`, `timeout`), never the other side's own words, which hold
/// addresses.
package enum Outcome: Sendable, Hashable {
    /// The other side has it. What it calls the message, if it said so.
    case sent(providerID: String?)
    /// The address doesn't take it, and never will.
    case bounced(String)
    /// Refused for good for another reason.
    case failed(String)
    /// Refused for now.
    case later(String)
    /// Nobody answers, or not as they should: nothing is wrong with the message.
    case unreachable(String)
}

/// Carries messages to their addresses. Two are shipped for each channel: a folder, and a server elsewhere.
package protocol Transport: Sendable {
    /// Tries once. Takes as long as it takes, within limits of its own, on a thread that serves nobody else.
    func send(_ message: OutgoingMessage) async -> Outcome
}
