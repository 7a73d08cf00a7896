package import Core
package import FoundationEssentials
package import Postgres

extension Agencies {
    /// Makes an agency for systems to practise with: nobody finds it to file there, and what happens in it counts in no
    /// figure. Repeatable; for whoever operates the portal.
    package func openSandbox(_ code: String, named name: String, on day: Day) async throws {
        try await database.run(AgencyQueries.openSandbox, (code, name, day))
    }

    /// Loads the units, agencies and days off of `SQL/seed`; repeatable, and updates what changed.
    /// Runs as the owner of the tables: the application role may only read them.
    package static func load(from directory: String, into transaction: Transaction, at now: Date) async throws {
        try await loadProvinces(from: directory, into: transaction)
        let wards = try CSVTable(path: directory + "/wards.csv")
        try await transaction.run(
            AgencyQueries.loadWards,
            try (wards["code"], wards["name"], wards["kind"], wards["province_code"], reorganisation))
        let agencies = try CSVTable(path: directory + "/agencies.csv")
        try await transaction.run(
            AgencyQueries.loadAgencies,
            try (
                agencies["code"], agencies["name"], agencies["kind"], agencies["parent"], agencies["province"],
                agencies["code_status"], agencies["valid_from"], agencies["valid_to"], agencies["successor"]
            ))
        try await transaction.run(AgencyQueries.derive, reorganisation)
        _ = try await transaction.first(AgencyQueries.lockCalendar, ())
        let before = AnnouncedCalendar(days: try await transaction.all(AgencyQueries.calendar, ()))
        let holidays = try CSVTable(path: directory + "/holidays.csv")
        try await transaction.run(
            AgencyQueries.loadHolidays,
            try (holidays["date"], holidays["kind"], holidays["name"], holidays["status"], holidays["source"]))
        let after = AnnouncedCalendar(days: try await transaction.all(AgencyQueries.calendar, ()))
        // What was promised by an older list is counted again, as after an edit.
        if let first = after.firstChange(from: before) {
            try await transaction.run(AgencyQueries.requestRecount, (first, now, nil))
        }
        let rules = try CSVTable(path: directory + "/deadline_rules.csv")
        for (index, day) in try rules["valid_from"].enumerated() {
            guard let from = Day(day), let minute = Int32(try rules["office_closes"][index]) else {
                throw CSVTable.Malformed(path: directory + "/deadline_rules.csv", line: index + 2)
            }
            try await transaction.run(AgencyQueries.loadRule, (from, minute, try rules["source"][index]))
        }
    }

    private static func loadProvinces(from directory: String, into transaction: Transaction) async throws {
        for (file, from, to) in [
            ("provinces63.csv", Day(number: 14_092), reorganisation),  // 1 August 2008: the 63 provinces
            ("provinces34.csv", reorganisation, nil),
        ] {
            let provinces = try CSVTable(path: directory + "/" + file)
            try await transaction.run(
                AgencyQueries.loadProvinces,
                try (
                    provinces["code"], provinces["name"], provinces["type"], provinces["successor"],
                    provinces["org_id"], provinces["org_id_status"], from, to
                ))
        }
    }

    /// 1 July 2025: 63 provinces became 34, and the district level ended (NQ 202/2025/QH15).
    private static let reorganisation = Day(number: 20_270)
}
