import Accounts
import Catalogue
import Core
import Cryptography
import Dossiers
import FoundationEssentials
import Journal
import Logging
import Notifications
import Postgres
import ServiceLifecycle

extension House {
    /// The work that follows what people do: any number of processes may do it, each piece is done by one.
    func jobs(_ settings: Settings) throws -> [any Service] {
        let notifications = settings.logger("notifications")
        return [
            Sequencer(database: worker, logger: settings.logger("journal")),
            CheckpointKeeper(
                checkpoints: Checkpoints(path: settings.checkpointsFile), tree: tree,
                logger: settings.logger("journal")),
            Notifications(database: worker, letters: letters, logger: notifications),
            Courier(
                .email, by: try settings.mailTransport(texts), database: worker, letters: letters,
                logger: notifications),
            Courier(
                .sms, by: try settings.smsTransport(), database: worker, letters: letters, logger: notifications),
            Digests(dossiers: jobDossiers, hour: settings.digestHour, logger: settings.logger("digests")),
            Publications(
                publishing: Publishing(database: worker), dossiers: jobDossiers,
                logger: settings.logger("publications")),
            Deadlines(dossiers: jobDossiers, draftDays: settings.draftDays, logger: settings.logger("deadlines")),
            ReportGaps(
                dossiers: jobDossiers, limit: Double(settings.reportGapMinutes) * 60,
                logger: settings.logger("reports")),
            webhookCourier,
            Punctuality(dossiers: jobDossiers, logger: settings.logger("punctuality")),
            Owners(dossiers: jobDossiers, logger: settings.logger("owners")),
            Housekeeping(
                database: worker, dossiers: jobDossiers, calls: calls, callDays: settings.clientCallDays,
                feedMonths: settings.feedMonths,
                logger: settings.logger("housekeeping")),
        ]
    }
}

/// Writes what agencies' systems called, once a second, and what is left when the process stops.
struct CallWriter: Service {
    let calls: ClientCallLog
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await write()
                try? await Task.sleep(for: .seconds(1))
            }
        }
        await write()
    }

    private func write() async {
        do { try await calls.write() } catch {
            logger.warning("calls could not be written yet", metadata: ["error": "\(error)"])
        }
    }
}

/// Tells officers once a working day what waits for them, from a set hour on.
struct Digests: Service {
    let dossiers: Dossiers
    /// Of the clock in Vietnam.
    let hour: Int
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let now = Date()
                    if now >= Day(of: now).instant(minute: hour * 60) {
                        while try await dossiers.makeDigests(at: now) > 0 {}
                    }
                } catch {
                    logger.warning("digests could not be made yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Publishes scheduled revisions on their day, and carries drafts over to what was published.
struct Publications: Service {
    let publishing: Publishing
    let dossiers: Dossiers
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await publishing.publishDue(at: Date())
                    while try await dossiers.carryOver(at: Date()) > 0 {}
                } catch {
                    logger.warning("publications could not be completed yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }
}

/// Marks numbered reports of agencies' systems whose predecessor is missing for too long.
struct ReportGaps: Service {
    let dossiers: Dossiers
    /// Seconds that one may be missing.
    let limit: TimeInterval
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    var overdue = 0
                    while case let count = try await dossiers.alarmGaps(openFor: limit, at: Date()), count > 0 {
                        overdue += count
                    }
                    if overdue > 0 {
                        logger.warning(
                            "reports wait too long for the one before them", metadata: ["reports": "\(overdue)"])
                    }
                } catch {
                    logger.warning("gaps in reports could not be watched yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }
}

/// Counts once an hour how punctual each agency was.
struct Punctuality: Service {
    let dossiers: Dossiers
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Duration.seconds(3600)
                do {
                    try await dossiers.measurePerformance(at: Date())
                } catch {
                    logger.warning("punctuality could not be counted yet", metadata: ["error": "\(error)"])
                    pause = .seconds(60)
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}

/// Links dossiers that were filed elsewhere to accounts of their applicants that came later.
struct Owners: Service {
    let dossiers: Dossiers
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Whoever registered while nobody was at work is looked for once.
            var since = Date.distantPast
            while !Task.isCancelled {
                do {
                    let now = Date()
                    _ = try await dossiers.linkStated(toAccountsSince: since)
                    since = now.addingTimeInterval(-3600)
                } catch {
                    logger.warning("dossiers could not be linked yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Removes what nobody needs any more: old sessions and tokens, answers too old to be repeated, old notices; of agencies'
/// systems old calls, refused reports and events that are no longer followed.
struct Housekeeping: Service {
    let database: Database
    let dossiers: Dossiers
    let calls: ClientCallLog
    let callDays: Int
    /// For how long agencies' systems can follow what happened.
    let feedMonths: Int
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Accounts(database: database, passwords: PasswordHasher()).purge(at: Date())
                    try await Months.make(at: Date(), in: database)
                    try await Idempotency.forget(before: Date().addingTimeInterval(-7 * 86_400), in: database)
                    try await Notices.forget(at: Date(), in: database)
                    try await Dossiers.forgetRefused(before: Date().addingTimeInterval(-90 * 86_400), in: database)
                    let since = Date().addingTimeInterval(-Double(callDays) * 86_400)
                    while try await calls.forget(before: since) > 0 {}
                    while try await dossiers.forgetEvents(at: Date(), months: feedMonths) > 0 {}
                    while try await Dossiers.foldCounts(in: database) > 0 {}
                } catch {
                    logger.warning("old records could not be removed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(600))
            }
        }
    }
}

/// Counts due dates again after a changed calendar, and tells of those that come or passed.
struct Deadlines: Service {
    let dossiers: Dossiers
    let draftDays: Int
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await dossiers.recount(at: Date()) != nil {}
                    while try await dossiers.remind(at: Date(), draftDays: draftDays) > 0 {}
                } catch {
                    logger.warning("deadlines could not be watched yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }
}
