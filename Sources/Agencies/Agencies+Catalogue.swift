package import Core
import Postgres

/// Finding agencies and reading what is known of them; for everyone.
extension Agencies {
    /// Ministries and other agencies of the whole country that exist on a day.
    package func national(on day: Day) async throws -> [AgencySummary] {
        try await database.all(AgencyQueries.national, day)
    }

    /// The committees of all provinces that exist on a day.
    package func provinceCommittees(on day: Day) async throws -> [AgencySummary] {
        try await database.all(AgencyQueries.provinceCommittees, day)
    }

    /// The agencies that serve a whole province on a day, its committee first.
    package func provincial(_ province: String, on day: Day) async throws -> [AgencySummary] {
        try await database.all(AgencyQueries.provincial, (province, day))
    }

    /// A page of the committees of a province's wards, in the order of the wards' names.
    package func committees(
        of province: String, on day: Day, after code: String, limit: Int
    ) async throws -> AgencyPart {
        AgencyPart(
            try await database.all(AgencyQueries.committees, (province, day, code, limit + 1)), limit: limit)
    }

    /// Agencies whose name or code has words that begin with all of these, in any accent; also those that no longer exist.
    package func search(_ text: String, after code: String, limit: Int) async throws -> AgencyPart {
        AgencyPart(try await database.all(AgencyQueries.search, (text.wanted, code, limit + 1)), limit: limit)
    }

    /// Every agency in the order of the codes, or those with some words, or of a province.
    package func list(
        text: String = "", province: String = "", after code: String, limit: Int
    ) async throws -> AgencyPart {
        AgencyPart(
            try await database.all(AgencyQueries.listing, (text.wanted, "", province, code, limit + 1)), limit: limit)
    }

    package func record(_ code: String) async throws -> AgencyRecord? {
        try await database.first(AgencyQueries.record, code)
    }

    /// The agencies whose work an agency took over.
    package func predecessors(of name: String) async throws -> [AgencySummary] {
        try await database.all(AgencyQueries.predecessors, name)
    }

    /// The pages that search engines are told of: of national agencies and of those of whole provinces.
    package func addresses(on day: Day) async throws -> [AgencyAddress] {
        try await database.all(AgencyQueries.addresses, day)
    }
}

/// A page of agencies, and the code that the next one starts after; nil on the last page.
package struct AgencyPart: Sendable {
    package let items: [AgencySummary]
    package let next: String?

    /// - Parameter found: one more than fit, if there are more.
    init(_ found: [AgencySummary], limit: Int) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last?.code : nil
    }
}

extension String {
    /// The words to look for, folded as the database folds names. A code's dots stay.
    var wanted: [String] { folded.split(separator: " ").prefix(10).map(String.init) }
}
