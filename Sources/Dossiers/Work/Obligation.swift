package import Core
package import FoundationEssentials
package import Postgres

/// What an applicant has to pay before the work goes on (status 6).
package struct Obligation: PostgresRow {
    /// Đồng.
    package let amount: Int
    package let reason: String
    package let requestedAt: Date
    package let outcome: PaymentOutcome?
    package let settledAt: Date?
    package let settledNote: String?

    package init(_ row: inout Row) throws {
        amount = try row("amount")
        reason = try row("reason")
        requestedAt = try row("requested_at")
        let outcome: String? = try row("outcome")
        self.outcome = outcome.flatMap(PaymentOutcome.init)
        settledAt = try row("settled_at")
        settledNote = try row("settled_note")
    }
}
