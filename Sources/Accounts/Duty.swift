/// What an officer may do in an agency.
package enum Duty: String, Sendable, CaseIterable {
    case receive
    case process
    case decide
    case supervise
    case read
}
