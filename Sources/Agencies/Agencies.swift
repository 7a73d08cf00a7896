package import Core
import FoundationEssentials
package import Postgres

/// Organisations and administrative units as they are on a given day, and the calendar they work by.
package struct Agencies: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// The provinces of a day (63 until 30 June 2025, 34 since), in Vietnamese order.
    package func provinces(on day: Day) async throws -> [AdministrativeUnit] {
        try await database.all(AgencyQueries.provinces, day)
    }

    /// The wards, communes and special zones of a province on a day; empty for an unknown province.
    package func wards(of province: String, on day: Day) async throws -> [AdministrativeUnit] {
        try await database.all(AgencyQueries.wards, (province, day))
    }

    /// A ward with its province, nil when the two don't belong together on that day.
    package func place(province: String, ward: String, on day: Day) async throws -> Place? {
        try await database.first(AgencyQueries.place, (province, ward, day))
    }

    /// Several places at once, by `province/ward`; pairs that don't belong together are left out.
    package func places(_ pairs: [(province: String, ward: String)], on day: Day) async throws -> [String: Place] {
        guard !pairs.isEmpty else { return [:] }
        let found = try await database.all(AgencyQueries.places, (pairs.map(\.province), pairs.map(\.ward), day))
        return Dictionary(found.map { ("\($0.provinceCode)/\($0.wardCode)", $0.place) }) { first, _ in first }
    }

    /// The provinces that took over from one valid on `day`; empty while it is still valid.
    package func successors(of province: String, validOn day: Day) async throws -> [AdministrativeUnit] {
        try await database.all(AgencyQueries.successor, (province, day))
    }

    package func agency(_ code: String) async throws -> Agency? {
        try await database.first(AgencyQueries.find, code)
    }

    /// The agency of a kind that receives dossiers for a place; `ward` is ignored by kinds that serve a whole province.
    package func receiving(
        _ kind: String, province: String, ward: String?, on day: Day
    ) async throws -> Agency? {
        try await database.first(AgencyQueries.receiving, (kind, province, ward, day))
    }

    /// The national calendar of days off and exchanged Saturdays, as announced so far.
    package func calendar() async throws -> WorkingCalendar { try await announced().working }

    /// Which minutes an agency works, by the calendar as announced and the hours in force on a day; nil for none in
    /// particular, whose hours are the national ones.
    package func workingTime(of agency: String?, on day: Day) async throws -> WorkingTime {
        let (days, hours) = try await database.together(
            (AgencyQueries.calendar, ()), (AgencyQueries.hours, (agency ?? "", day)), as: .none)
        return try WorkingTime(days, hours, on: day)
    }

    /// The minute of the day at which offices close, by the rule in force on a day.
    package func officeCloses(on day: Day) async throws -> Int {
        Int(try await database.one(AgencyQueries.rule, day))
    }
}

/// A province or a ward: its code in the national list and its name.
package struct AdministrativeUnit: PostgresRow, Hashable {
    package let code: String
    package let name: String

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
    }
}

package struct Place: PostgresRow, Hashable {
    package let ward: String
    package let province: String

    package init(_ row: inout Row) throws {
        ward = try row("ward")
        province = try row("province")
    }
}

/// An organisation that receives or promulgates, under its identifier of QĐ 20/2020/QĐ-TTg.
package struct Agency: PostgresRow, Hashable {
    package let code: String
    package let name: String
    package let kind: String
    package let provinceCode: String?
    package let wardCode: String?
    /// `verified`, `unverified` or `provisional`: how far the identifier can be trusted.
    package let codeStatus: String

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
        kind = try row("kind")
        provinceCode = try row("province_code")
        wardCode = try row("ward_code")
        codeStatus = try row("code_status")
    }
}

extension WorkingTime {
    /// From the rows of `AgencyQueries.calendar` and `.hours`, for whoever reads them with something else.
    package init(_ days: [CalendarDay], _ hours: [AgencyHours], on day: Day) throws {
        guard let hours = hours.first else { throw PostgresError.rowCount(query: AgencyQueries.hours.name, 0) }
        let national = WorkingTime(
            calendar: AnnouncedCalendar(days: days).working, hours: hours.national, closes: hours.closes)
        self = try hours.own.time(on: day, national: national)
    }
}

/// The national hours of a day, and those of an agency's own.
package struct AgencyHours: PostgresRow {
    let closes: Int
    let national: WorkingHours
    let own: OwnHours

    /// - Throws: `MalformedHours` for rows that the loader didn't check.
    package init(_ row: inout Row) throws {
        closes = Int(try row("closes") as Int32)
        let text: String = try row("week")
        guard let hours = WorkingHours(text) else { throw MalformedHours(text: text) }
        national = hours
        let weeks = try Self.lines(row("own_weeks")) { day, text in
            WorkingHours(text).map { OwnHours.Week(validFrom: day, hours: $0, source: "") }
        }
        let days = try Self.lines(row("own_days")) { day, text in
            WorkingHours.spans(text).map { OwnHours.SingleDay(day: day, spans: $0, source: "") }
        }
        own = OwnHours(weeks: weeks, days: days)
    }

    /// Reads lines of `yyyy-mm-dd=…`.
    private static func lines<Value>(_ lines: [String], _ read: (Day, String) -> Value?) throws -> [Value] {
        try lines.map { line in
            let parts = line.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let day = Day(parts[0]), let value = read(day, parts[1]) else {
                throw MalformedHours(text: line)
            }
            return value
        }
    }
}
