package import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/agencies.sql`, one typed line each.
package enum AgencyQueries {
    static let provinces = Query("agencies.provinces", Day.self, returns: AdministrativeUnit.self)
    static let wards = Query("agencies.wards", String.self, Day.self, returns: AdministrativeUnit.self)
    static let place = Query("agencies.place", String.self, String.self, Day.self, returns: Place.self)
    static let places = Query("agencies.places", [String].self, [String].self, Day.self, returns: NamedPlace.self)
    static let successor = Query("agencies.successor", String.self, Day.self, returns: AdministrativeUnit.self)
    static let find = Query("agencies.find", String.self, returns: Agency.self)
    static let receiving = Query(
        "agencies.receiving", String.self, String.self, String?.self, Day.self, returns: Agency.self)
    package static let calendar = Query("agencies.calendar", returns: CalendarDay.self)
    static let lockCalendar = Query("agencies.lock_calendar", returns: Bool.self)
    static let addDay = Query(
        "agencies.add_day", Day.self, CalendarDay.Kind.self, String.self, String.self, String.self)
    static let removeDay = Query("agencies.remove_day", Day.self)
    static let requestRecount = Query("agencies.request_recount", Day.self, Date.self, String?.self)
    static let ownWeeks = Query("agencies.own_weeks", String.self, returns: OwnHours.Week.self)
    static let ownDays = Query("agencies.own_days", String.self, returns: OwnHours.SingleDay.self)
    static let addWeek = Query("agencies.add_week", String.self, Day.self, String.self, String.self)
    static let removeWeek = Query("agencies.remove_week", String.self, Day.self)
    static let addOwnDay = Query("agencies.add_own_day", String.self, Day.self, String.self, String.self)
    static let removeOwnDay = Query("agencies.remove_own_day", String.self, Day.self)
    static let rule = Query("agencies.rule", Day.self, returns: Int32.self)
    package static let hours = Query("agencies.hours", String.self, Day.self, returns: AgencyHours.self)

    static let national = Query("agencies.national", Day.self, returns: AgencySummary.self)
    static let provinceCommittees = Query(
        "agencies.province_committees", Day.self, returns: AgencySummary.self)
    static let provincial = Query("agencies.provincial", String.self, Day.self, returns: AgencySummary.self)
    static let committees = Query(
        "agencies.committees", String.self, Day.self, String.self, Int.self, returns: AgencySummary.self)
    static let search = Query("agencies.search", [String].self, String.self, Int.self, returns: AgencySummary.self)
    static let listing = Query(
        "agencies.listing", [String].self, String.self, String.self, String.self, Int.self,
        returns: AgencySummary.self)
    static let record = Query("agencies.record", String.self, returns: AgencyRecord.self)
    static let predecessors = Query("agencies.predecessors", String.self, returns: AgencySummary.self)
    static let saveProfile = Query(
        "agencies.save_profile", String.self, String?.self, String?.self, String?.self, String?.self, String?.self,
        String?.self, JSONText.self, Int32.self, UUID.self, Date.self)
    static let openSandbox = Query("agencies.open_sandbox", String.self, String.self, Day.self)
    static let addresses = Query("agencies.addresses", Day.self, returns: AgencyAddress.self)

    static let loadProvinces = Query(
        "agencies.load_provinces", [String].self, [String].self, [String].self, [String].self, [String].self,
        [String].self, Day.self, Day?.self)
    static let loadWards = Query(
        "agencies.load_wards", [String].self, [String].self, [String].self, [String].self, Day.self)
    static let loadAgencies = Query(
        "agencies.load_agencies", [String].self, [String].self, [String].self, [String].self, [String].self,
        [String].self, [String].self, [String].self, [String].self)
    static let derive = Query("agencies.derive", Day.self)
    static let loadHolidays = Query(
        "agencies.load_holidays", [String].self, [String].self, [String].self, [String].self, [String].self)
    static let loadRule = Query("agencies.load_rule", Day.self, Int32.self, String.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        provinces, wards, place, places, successor, find, receiving, calendar, lockCalendar,
        addDay, removeDay, rule, requestRecount, ownWeeks, ownDays, addWeek, removeWeek, addOwnDay, removeOwnDay, hours,
        national, provinceCommittees, provincial, committees, search,
        listing, record, predecessors, saveProfile,
        addresses, openSandbox,
        loadProvinces, loadWards, loadAgencies, derive, loadHolidays, loadRule,
    ]
}

struct NamedPlace: PostgresRow {
    let provinceCode: String
    let wardCode: String
    let place: Place

    init(_ row: inout Row) throws {
        provinceCode = try row("province_code")
        wardCode = try row("ward_code")
        place = try Place(&row)
    }
}
