/// The ten national statuses of a dossier and the moves between them.
package enum DossierStatus: Int, Sendable, Hashable, CaseIterable {
    case registered = 1
    case received = 2
    case refusedAtReception = 3
    case processing = 4
    case supplementRequested = 5
    case paymentRequested = 6
    case withdrawn = 7
    case stopped = 8
    case decided = 9
    case returned = 10

    /// One line an edge. `beforeReception`: only while the agency has never accepted the dossier as complete.
    package static let moves: [Move] = [
        Move(.registered, .received),
        Move(.registered, .refusedAtReception),
        // What is incomplete on arrival is asked for at once (NĐ 118/2025/NĐ-CP Đ.17.2a).
        Move(.registered, .supplementRequested),
        Move(.registered, .withdrawn),
        Move(.received, .processing),
        Move(.received, .supplementRequested),
        Move(.received, .paymentRequested),
        Move(.received, .withdrawn),
        Move(.received, .stopped),
        Move(.received, .decided),
        Move(.processing, .supplementRequested),
        Move(.processing, .paymentRequested),
        Move(.processing, .withdrawn),
        Move(.processing, .stopped),
        Move(.processing, .decided),
        Move(.supplementRequested, .received),
        Move(.supplementRequested, .processing),
        Move(.supplementRequested, .stopped),
        Move(.supplementRequested, .withdrawn),
        Move(.supplementRequested, .refusedAtReception, beforeReception: true),
        Move(.paymentRequested, .processing),
        Move(.paymentRequested, .stopped),
        Move(.paymentRequested, .withdrawn),
        Move(.stopped, .processing),
        Move(.decided, .returned),
    ]
}

extension DossierStatus {
    package struct Move: Sendable, Hashable {
        package let from: DossierStatus
        package let to: DossierStatus
        package let beforeReception: Bool

        init(_ from: DossierStatus, _ to: DossierStatus, beforeReception: Bool = false) {
            self.from = from
            self.to = to
            self.beforeReception = beforeReception
        }
    }

    /// A move that the table doesn't have.
    package struct IllegalMove: Error, Hashable {
        package let from: DossierStatus
        package let to: DossierStatus
    }

    /// Where a dossier may go from here, in the order of the codes.
    /// - Parameter received: whether the agency has accepted it as complete before.
    package func allowed(received: Bool) -> [DossierStatus] {
        Self.moves.filter { $0.from == self && !($0.beforeReception && received) }.map(\.to)
            .sorted { $0.rawValue < $1.rawValue }
    }

    package func transition(to next: DossierStatus, received: Bool) throws(IllegalMove) {
        guard allowed(received: received).contains(next) else { throw IllegalMove(from: self, to: next) }
    }

    /// Whether nothing more follows.
    package var isFinal: Bool {
        switch self {
        case .refusedAtReception, .withdrawn, .returned: true
        case .registered, .received, .processing, .supplementRequested, .paymentRequested, .stopped, .decided: false
        }
    }

    /// Whether the next step is the applicant's.
    package var waitsForApplicant: Bool {
        switch self {
        case .supplementRequested, .paymentRequested: true
        case .registered, .received, .refusedAtReception, .processing, .withdrawn, .stopped, .decided, .returned: false
        }
    }

    /// Whether the applicant has to be told why: they are refused, asked for papers or money, or kept waiting.
    package var needsReason: Bool {
        switch self {
        case .refusedAtReception, .supplementRequested, .paymentRequested, .stopped: true
        case .registered, .received, .processing, .withdrawn, .decided, .returned: false
        }
    }
}
