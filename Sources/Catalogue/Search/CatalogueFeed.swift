package import FoundationEssentials
package import Postgres
import ServiceLifecycle
import Synchronization

/// Tells this process that the list of procedures changed somewhere: whatever was made of it before is out of date.
package final class CatalogueFeed: Service {
    private let database: Database
    private let changes = Atomic<Int>(0)
    private let isListening = Atomic<Bool>(false)

    /// - Parameter database: any that may connect; it only listens.
    package init(database: Database) { self.database = database }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await notice in database.listen("portal_catalogue") {
                switch notice.kind {
                case .notification: break
                // What was told before is unknown.
                case .listening: isListening.store(true, ordering: .releasing)
                case .lost: isListening.store(false, ordering: .releasing)
                }
                changes.wrappingAdd(1, ordering: .acquiringAndReleasing)
            }
        }
        isListening.store(false, ordering: .releasing)
    }

    /// Something made at `state` is good while this gives the same. Without a connection to listen on, it is another every
    /// second.
    package func state(at now: Date) -> Int {
        let told = changes.load(ordering: .acquiring)
        return isListening.load(ordering: .acquiring) ? told : -Int(now.timeIntervalSince1970) - 1
    }
}
