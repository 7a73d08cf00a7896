import Accounts
import Agencies
import Catalogue
import Dossiers
import Feedback
import Files
import FoundationEssentials
import Journal
import Logging
import Notifications
import Postgres
import Server
import Webhooks

extension Settings {
    /// A client for one database role; nil stays the role of DATABASE_URL, which owns the tables.
    func database(role: String?, connections: Int, statementTimeout: Duration? = nil) throws -> Database {
        var configuration = Database.Configuration(url: databaseURL, role: role)
        if let statementTimeout { configuration.statementTimeout = statementTimeout }
        configuration.leasedConnections = connections
        return Database(
            configuration, queries: try QueryCatalogue(directory: path("SQL/queries")), logger: logger("database"))
    }

    /// Runs `body` with a client that is closed afterwards, for commands that do one thing.
    /// - Parameter statementTimeout: for statements that take longer than a request may.
    func withDatabase<T: Sendable>(
        role: String?, statementTimeout: Duration? = nil, _ body: (Database) async throws -> T
    ) async throws -> T {
        let database = try database(role: role, connections: 4, statementTimeout: statementTimeout)
        let value = try await body(database)
        await database.close()
        return value
    }

    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { label in JSONLogHandler(label: label) }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        return logger
    }

    /// Every query that any part of the program declares.
    static let queries: [any AnyQuery] =
        JournalQueries.all + FileQueries.all + AgencyQueries.all + AccountQueries.all + CatalogueQueries.all
        + PublishingQueries.all + ContentsQueries.all
        + DossierQueries.all + ReportQueries.all + ReportedFileQueries.all + SyncQueries.all + CountQueries.all
        + WorkQueries.all
        + ClockQueries.all + SlipQueries.all
        + FeedbackQueries.all
        + MandateQueries.all + ReceiptQueries.all + ResultQueries.all
        + NotificationQueries.all + WebhookQueries.all

    /// The keys that agencies sign results with.
    var signers: AgencySigners {
        AgencySigners(directory: agencyKeysDirectory, allowsUnsigned: allowsUnsignedResults)
    }
}
