import Core
import Journal
package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Tells open pages that their dossier changed, and agencies' systems that one of theirs did: listens to the journal and
/// wakes whoever watches the subject.
package final class DossierChanges: Service {
    private let database: Database
    private let logger: Logger
    private let watchers = Mutex<[String: [Int: AsyncStream<Void>.Continuation]]>([:])
    private let nextID = Atomic<Int>(0)

    /// - Parameter database: connected as `portal_worker`, which may read every entry.
    package init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await notice in database.listen("portal_journal") {
                switch notice.kind {
                case .notification: await wake(at: notice.payload)
                case .listening: wakeAll()
                case .lost: continue
                }
            }
        }
        finishAll()
    }

    /// Wakes at each change of a dossier, until the consumer stops looking. A change may wake more than once, and
    /// changes close together may wake once: the watcher reads what is true then.
    package func watch(_ dossier: Dossier.ID) -> AsyncStream<Void> { watch("dossier:\(dossier)") }

    /// The same for what happens to any dossier of an agency; what happens to others' wakes nobody.
    package func watch(agency: String) -> AsyncStream<Void> { watch("feed:\(agency)") }

    private func watch(_ subject: String) -> AsyncStream<Void> {
        let id = nextID.wrappingAdd(1, ordering: .relaxed).newValue
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        watchers.withLock { $0[subject, default: [:]][id] = continuation }
        continuation.onTermination = { [weak self] _ in
            self?.watchers.withLock { watchers in
                watchers[subject]?[id] = nil
                if watchers[subject]?.isEmpty == true { watchers[subject] = nil }
            }
        }
        return stream
    }

    private func wake(at positions: String) async {
        guard watchers.withLock({ !$0.isEmpty }) else { return }
        let bounds = positions.utf8.split(separator: UInt8(ascii: "-")).compactMap { Int(Substring($0)) }
        guard bounds.count == 2 else { return }
        do {
            for subject in try await database.subjects(from: bounds[0], to: bounds[1]) {
                watchers.withLock { $0[subject]?.values.forEach { $0.yield() } }
            }
        } catch {
            logger.warning("watching pages could not be told of changes", metadata: ["error": "\(error)"])
            wakeAll()
        }
    }

    private func wakeAll() {
        watchers.withLock { $0.values.forEach { $0.values.forEach { $0.yield() } } }
    }

    private func finishAll() {
        let all = watchers.withLock { watchers in
            defer { watchers.removeAll() }
            return watchers.values.flatMap(\.values)
        }
        all.forEach { $0.finish() }
    }
}
