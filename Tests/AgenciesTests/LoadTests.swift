import Agencies
import Core
import FoundationEssentials
import Postgres
import TestSupport
import Testing

/// Runs `body` with a database that holds the units, agencies and days off of `SQL/seed`.
func withSeed(_ body: (Agencies, TestDatabase) async throws -> Void) async throws {
    try await TestDatabase.with { test in
        try await load(into: test)
        try await body(Agencies(database: test.application), test)
    }
}

func load(into test: TestDatabase) async throws {
    try await test.owner.transaction {
        try await Agencies.load(from: TestDatabase.root + "/SQL/seed", into: $0, at: Date())
    }
}

func day(_ text: String) throws -> Day { try #require(Day(text)) }

@Suite("Loading units, agencies and days off")
struct LoadTests {
    @Test("loading twice changes nothing")
    func twice() async throws {
        let fingerprint = """
            select md5(string_agg(line, '|' order by line)) from (
                select provinces::text as line from provinces union all select wards::text from wards
                union all select agencies::text from agencies union all select holidays::text from holidays
                union all select deadline_rules::text from deadline_rules) lines
            """
        try await withSeed { _, test in
            let before = try await test.sql(fingerprint)
            try await load(into: test)
            #expect(try await test.sql(fingerprint) == before)
        }
    }

    @Test("there are 63 and 34 provinces, 3,321 wards, and the receiving agencies of each")
    func counts() async throws {
        try await withSeed { _, test in
            #expect(try await test.sql("select count(*) from provinces") == ["97"])
            #expect(try await test.sql("select count(*) from wards") == ["3321"])
            #expect(try await test.sql("select count(distinct province_code) from wards") == ["34"])
            let kinds = try await test.sql(
                """
                select kind || ' ' || count(*) from agencies
                where province_code is not null and kind <> 'department' group by kind
                """
            )
            #expect(
                Set(kinds) == [
                    "commune_committee 3321", "commune_police 3321", "provincial_police 34",
                    "provincial_social_insurance 34",
                    "provincial_trade 34", "province_committee 34",
                ])
            #expect(
                try await test.sql(
                    "select count(*) from agencies where ward_code is not null and code_status <> 'provisional'") == [
                        "0"
                    ])
        }
    }

    @Test("two owners of one code at one time are refused by the database")
    func overlap() async throws {
        try await withSeed { _, test in
            let error = await #expect(throws: PostgresError.self) {
                try await test.sql(
                    """
                    insert into provinces (code, name, kind, valid_from, valid_to, agency_code_status)
                    values ('82', 'Tỉnh Khác', 'tinh', '2025-06-30', '2025-07-02', 'unverified')
                    """)
            }
            if case .server(code: "23P01", constraint: "provinces_one_owner_of_a_code", _) = error {
            } else {
                Issue.record("\(String(describing: error))")
            }
            await #expect(throws: PostgresError.self) {
                try await test.sql(
                    """
                    insert into wards (code, name, kind, province_code, valid_from)
                    values ('00004', 'X', 'xa', '01', '2030-01-01')
                    """
                )
            }
        }
    }

    @Test("the program's roles may read units and not write them", arguments: ["portal_app", "portal_worker"])
    func rights(role: String) async throws {
        try await TestDatabase.with { test async throws in
            #expect(try await test.sql("set role \(role); select count(*) from wards") == ["0"])
            for statement in ["delete from provinces", "update agencies set name = 'x'", "delete from holidays"] {
                await #expect(throws: PostgresError.self) { try await test.sql("set role \(role); \(statement)") }
            }
        }
    }
}
