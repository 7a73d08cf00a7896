import Core
import Cryptography
import FoundationEssentials
import Synchronization

/// What an agency's system did while it was watched, call by call.
struct ConformanceLog: Sendable {
    struct Call: Sendable {
        enum Kind: String, Sendable {
            case token
            case status
            case events
            case sync
            case other
        }

        /// What was put between the call and its answer.
        enum Fault: String, Sendable, CaseIterable {
            /// Done, but the answer never arrives.
            case lost
            /// Not done: 503.
            case refused
            /// Not done: 429, to come again after some seconds.
            case limited
            /// Not done: 401, as for a token that is over.
            case expired
        }

        var at: Date
        let kind: Kind
        /// The request's name in the portal's log.
        let id: String
        var key: String?
        var body: [UInt8] = []
        /// The token by which it was let in, as a digest.
        var token: [UInt8]?
        /// Where it reads the feed on.
        var after: Int?
        var fault: Fault?
        var status = 0
        /// Where the feed's answer says to read on.
        var next: Int?
    }

    /// A report as it was sent, alone or as a line.
    struct Report: Sendable {
        let code: String
        let sequence: Int?
        let eventID: String
        let occurredAt: String
        let message: [UInt8]
        let call: Int
    }

    var calls: [Call] = []
    /// How often its reports were flagged meanwhile.
    var flags: [String: Int] = [:]

    /// In the order in which they were sent, repetitions included.
    var reports: [Report] {
        calls.enumerated().flatMap { index, call -> [Report] in
            switch call.kind {
            case .status: Report(call.body, code: call.code, call: index).map { [$0] } ?? []
            case .sync:
                call.body.split(separator: 0x0A).compactMap { Report(Array($0), code: nil, call: index) }
            case .token, .events, .other: []
            }
        }
    }
}

extension ConformanceLog.Call {
    /// The dossier that a report names, which its key begins with here.
    fileprivate var code: String? { key?.split(separator: " ").first.map(String.init) }
}

extension ConformanceLog.Report {
    /// Nil for what is no report.
    fileprivate init?(_ message: [UInt8], code: String?, call: Int) {
        guard let json = try? JSON(parsing: message), let eventID = json["event_id"]?.string,
            let code = code ?? json["code"]?.string
        else { return nil }
        self.code = code
        sequence = json["sequence"]?.int
        self.eventID = eventID
        occurredAt = json["occurred_at"]?.string ?? ""
        self.message = message
        self.call = call
    }
}
