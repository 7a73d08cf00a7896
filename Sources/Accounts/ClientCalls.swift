package import Core
package import FoundationEssentials
package import Postgres
import Synchronization

/// One call of an agency's system, and what it was answered.
package struct ClientCall: PostgresRow {
    package let at: Date
    package let agencyCode: String
    package let clientID: String
    /// The request's name in the log.
    package let request: String
    package let method: String
    /// The pattern of the route: nothing of what stood in the address.
    package let route: String
    package let status: Int
    /// The kind of failure, if it was one.
    package let problem: String?

    package init(
        at: Date, agencyCode: String, clientID: String, request: String, method: String, route: String, status: Int,
        problem: String?
    ) {
        self.at = at
        self.agencyCode = agencyCode
        self.clientID = clientID
        self.request = request
        self.method = method
        self.route = route
        self.status = status
        self.problem = problem
    }

    package init(_ row: inout Row) throws {
        at = try row("at")
        agencyCode = try row("agency_code")
        clientID = try row("client_id")
        request = try row("request_id")
        method = try row("method")
        route = try row("route")
        let status: Int16 = try row("status")
        self.status = Int(status)
        problem = try row("problem")
    }
}

/// Keeps the calls of agencies' systems for their agencies to look at. They are written in batches afterwards, so that no
/// call waits for it: those of the last second before a process dies are lost.
package final class ClientCallLog: Sendable {
    private let database: Database
    private let waiting = Mutex<[ClientCall]>([])

    /// - Parameter database: connected as `portal_worker`, which writes for all agencies.
    package init(database: Database) { self.database = database }

    /// Takes a call to be written. While the database doesn't answer, only so many wait; those beyond are left out.
    package func note(_ call: ClientCall) {
        waiting.withLock { calls in
            if calls.count < Self.most { calls.append(call) }
        }
    }

    /// Writes what waits. What can't be written is there for the next time.
    package func write() async throws {
        let calls = waiting.withLock { calls in
            defer { calls = [] }
            return calls
        }
        guard !calls.isEmpty else { return }
        do {
            try await database.run(
                AccountQueries.noteCalls,
                (
                    calls.map { Int(($0.at.timeIntervalSince1970 * 1000).rounded()) }, calls.map(\.agencyCode),
                    calls.map(\.clientID), calls.map(\.request), calls.map(\.method), calls.map(\.route),
                    calls.map(\.status), calls.map { $0.problem ?? "" }
                ))
        } catch {
            waiting.withLock { $0 = Array((calls + $0).prefix(Self.most)) }
            throw error
        }
    }

    /// Removes a part of what is older than an instant; call again while it isn't 0.
    package func forget(before date: Date) async throws -> Int {
        try await database.run(AccountQueries.forgetCalls, (date, 10_000))
    }

    private static let most = 20_000
}

extension Accounts {
    /// The latest calls of a client, the newest first.
    package func calls(of id: String, by keeper: ClientKeeper, limit: Int) async throws -> [ClientCall] {
        try await database.all(AccountQueries.calls, (id, keeper.agency, limit), as: keeper.scope)
    }
}
