package import FoundationEssentials
import Synchronization

/// What is learnt of a request while it is answered, for whoever looks at the answer afterwards.
package final class RequestNotes: Sendable {
    package struct Notes: Sendable {
        /// Which system of which agency called, once its token was good.
        package var caller: (client: String, agency: String)?
        /// What its rate allows from here on: told with the answer, whatever that is.
        package var rate: RateLimiter.Decision?
        /// The kind of failure that was answered.
        package var problem: String?
    }

    private let notes = Mutex(Notes())

    /// What is known by now.
    package var now: Notes { notes.withLock { $0 } }

    package func note(_ change: (inout Notes) -> Void) { notes.withLock { change(&$0) } }
}

/// A request of an agency's system, and what was answered. Nothing personal.
package struct AnsweredCall: Sendable {
    package let at: Date
    package let client: String
    package let agency: String
    /// The request's name in the log.
    package let request: String
    package let method: String
    /// The pattern of the route: nothing of what stood in the address.
    package let route: String
    package let status: Int
    /// The kind of failure, if it was one.
    package let problem: String?
}
