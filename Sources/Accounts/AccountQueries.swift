import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/accounts.sql`, one typed line each.
package enum AccountQueries {
    static let register = Query(
        "accounts.register", Account.ID.self, Account.Kind.self, String.self, String.self, String.self, Day?.self,
        String?.self, String?.self, String?.self, String?.self, String?.self, Date.self)
    static let enrolStaff = Query(
        "accounts.enrol_staff", Account.ID.self, Account.Kind.self, String.self, String.self, String.self, String.self,
        Bool.self, Date.self)
    static let giveDuties = Query("accounts.give_duties", String.self, UUID?.self, [String].self)
    static let units = Query("accounts.units", String.self, returns: AgencyUnit.self)
    static let openUnit = Query("accounts.open_unit", UUID.self, String.self, String.self)
    static let find = Query("accounts.find", String.self, returns: Credentials.self)
    static let profile = Query("accounts.profile", Account.ID.self, returns: Profile.self)
    static let changePassword = Query("accounts.change_password", Account.ID.self, String.self)
    static let updateContact = Query(
        "accounts.update_contact", Account.ID.self, String?.self, String?.self, String?.self)
    static let notificationChoices = Query(
        "accounts.notification_choices", Account.ID.self, returns: NotificationChoices.self)
    static let chooseNotifications = Query(
        "accounts.choose_notifications", Account.ID.self, String?.self, String?.self, Language.self, Bool.self,
        Bool.self)
    static let failures = Query("accounts.failures", [UInt8].self, Date.self, returns: Failures.self)
    static let countFailure = Query("accounts.count_failure", [UInt8].self, Date.self, Date.self)
    static let countAttempt = Query(
        "accounts.count_attempt", [UInt8].self, Date.self, Date.self, returns: Failures.self)
    static let clearFailures = Query("accounts.clear_failures", [UInt8].self)

    static let startSession = Query(
        "sessions.start", Session.ID.self, [UInt8].self, Account.ID.self, String.self, Date.self, Bool.self,
        [UInt8].self)
    static let openSession = Query(
        "sessions.open", Account.ID.self, Session.ID.self, [UInt8].self, Date.self, returns: Session.ID.self)
    static let endAllSessions = Query("sessions.end_all", Account.ID.self)
    static let trimSessions = Query("sessions.trim", Account.ID.self, Int.self)
    static let findSession = Query(
        "sessions.find", [UInt8].self, Date.self, Date.self, Date.self, Date.self, Day.self, returns: Session.self)
    static let workFor = Query("sessions.work_for", Account.ID.self, Session.ID.self, Mandate.ID?.self)
    static let touchSession = Query("sessions.touch", Session.ID.self, Date.self)
    static let listSessions = Query(
        "sessions.list", Account.ID.self, Date.self, Date.self, returns: SessionSummary.self)
    static let endSession = Query("sessions.end", Account.ID.self, Session.ID.self)
    static let endOtherSessions = Query("sessions.end_others", Account.ID.self, Session.ID.self)
    static let purgeSessions = Query("sessions.purge", Date.self)

    static let factor = Query("factors.find", Account.ID.self, returns: EnrolledFactor.self)
    static let enrolFactor = Query(
        "factors.enrol", Account.ID.self, [UInt8].self, Int.self, Date.self, returns: Account.ID.self)
    static let useFactor = Query("factors.use", Account.ID.self, Int.self, returns: Account.ID.self)
    static let useRecovery = Query(
        "factors.use_recovery", Account.ID.self, [UInt8].self, Date.self, returns: Account.ID.self)
    static let addRecovery = Query("factors.add_recovery", Account.ID.self, [UInt8].self)
    static let dropRecovery = Query("factors.drop_recovery", Account.ID.self)
    static let recoveryLeft = Query("factors.left", Account.ID.self, returns: Int.self)
    static let dropFactor = Query("factors.drop", Account.ID.self, returns: Account.ID.self)

    static let members = Query("staff.members", String.self, returns: Member.self)
    static let lockDuties = Query("staff.lock", String.self, returns: LockedDuties.self)
    static let changeDuties = Query("staff.change", Account.ID.self, UUID?.self, [String].self)
    static let dropDuties = Query("staff.drop", Account.ID.self)
    static let hasLeft = Query("staff.has_left", Account.ID.self, String.self, returns: Bool.self)
    static let disable = Query("staff.disable", Account.ID.self, Date.self)

    static let enrolClient = Query(
        "clients.enrol", String.self, String.self, String.self, [UInt8]?.self, [String].self, [String].self, Date?.self,
        Date.self, Bool.self)
    static let disableClient = Query("clients.disable", String.self, Date.self, String?.self, returns: String.self)
    static let clients = Query("clients.list", String?.self, returns: EnrolledClient.self)
    static let lockClient = Query("clients.lock", String.self, String?.self, returns: EnrolledClient.self)
    static let rotateSecret = Query("clients.rotate_secret", String.self, [UInt8].self, Date?.self, Date.self)
    static let findClient = Query("clients.find", String.self, Date.self, [UInt8]?.self, returns: APIClient.self)
    static let clientKeys = Query("clients.keys", String.self, returns: ClientKey.self)
    static let addClientKey = Query(
        "clients.add_key", String.self, String.self, JSONText.self, Date.self, Date?.self)
    static let revokeClientKey = Query(
        "clients.revoke_key", String.self, String.self, Date.self, returns: String.self)
    static let useAssertion = Query(
        "clients.use_assertion", String.self, [UInt8].self, Date.self, returns: String.self)
    static let purgeAssertions = Query("clients.purge_assertions", Date.self)
    static let issueToken = Query("tokens.issue", [UInt8].self, String.self, Date.self, [UInt8]?.self)
    static let findToken = Query("tokens.find", [UInt8].self, Date.self, [UInt8]?.self, returns: APIClient.self)
    static let revokeToken = Query("tokens.revoke", [UInt8].self, String.self)
    static let revokeTokens = Query("tokens.revoke_all", String.self)
    static let purgeTokens = Query("tokens.purge", Date.self)
    static let noteCalls = Query(
        "calls.note", [Int].self, [String].self, [String].self, [String].self, [String].self, [String].self,
        [Int].self, [String].self)
    static let calls = Query("calls.list", String.self, String?.self, Int.self, returns: ClientCall.self)
    static let forgetCalls = Query("calls.forget", Date.self, Int.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        register, enrolStaff, giveDuties, units, openUnit, find, profile, changePassword, updateContact,
        notificationChoices, chooseNotifications, failures, countFailure, countAttempt, clearFailures,
        startSession, openSession, endAllSessions, trimSessions, findSession, workFor, touchSession, listSessions,
        endSession,
        endOtherSessions,
        purgeSessions, factor, enrolFactor, useFactor, useRecovery, addRecovery, dropRecovery, recoveryLeft,
        dropFactor, members, lockDuties, changeDuties, dropDuties, hasLeft, disable, enrolClient, findClient,
        disableClient, clients, lockClient, rotateSecret, clientKeys, addClientKey, revokeClientKey, useAssertion,
        purgeAssertions, issueToken, findToken, revokeToken, revokeTokens, purgeTokens, noteCalls, calls,
        forgetCalls,
    ]
}

struct Credentials: PostgresRow {
    let id: Account.ID
    let kind: Account.Kind
    let login: String
    let name: String
    let passwordHash: String
    let isDisabled: Bool

    init(_ row: inout Row) throws {
        id = try row("id")
        kind = try row("kind")
        login = try row("login")
        name = try row("name")
        passwordHash = try row("password_hash")
        isDisabled = try row("disabled")
    }
}

struct Failures: PostgresRow {
    let count: Int32
    let since: Date

    init(_ row: inout Row) throws {
        count = try row("failures")
        since = try row("since")
    }
}
