import Core
import FoundationEssentials
import Postgres
import TestSupport
import Testing

private enum Colour: String, CaseIterable, PostgresValue {
    case red
    case green
}

private enum Thing {}

@Suite("Values between Swift and PostgreSQL")
struct ValueTests {
    /// Sends values through the server as the type that the declaration says, and reads them back.
    private func roundTrip<Value: PostgresValue & Equatable>(_ values: [Value], as type: String) async throws {
        try await TestDatabase.with { test in
            let database = test.client(
                queries: try QueryCatalogue(files: [("v.sql", "-- name: v.echo :one\nselect $1::\(type) as it")]))
            let echo = Query("v.echo", Value.self, returns: Value.self)
            let echoOptional = Query("v.echo", Value?.self, returns: Value?.self)
            let echoNull = Query("v.echo", Value?.self, returns: Value.self)
            for value in values {
                #expect(try await database.one(echo, value) == value)
                #expect(try await database.one(echoOptional, value) == value)
            }
            #expect(try await database.one(echoOptional, nil) == nil)
            await #expect(throws: PostgresError.self, "NULL is no value") { try await database.one(echoNull, nil) }
            await database.close()
        }
    }

    @Test("numbers come back as they went, and NULL is nil or an error")
    func numbers() async throws {
        try await roundTrip([0, 1, -1, Int.max, Int.min], as: "bigint")
        try await roundTrip([0, -1, Int32.max, Int32.min], as: "integer")
        try await roundTrip([0, -1, Int16.max, Int16.min], as: "smallint")
        try await roundTrip([0, -0.1, 5e-324, .infinity, .greatestFiniteMagnitude], as: "double precision")
        try await roundTrip([true, false], as: "boolean")
    }

    @Test("text and bytes come back as they went")
    func text() async throws {
        try await roundTrip(["", "Nguyễn Thị Ưởng", "'; drop table things; --", "😀\u{1}\r\n", "\\x00"], as: "text")
        try await roundTrip([[], [0], Array(0...255), [UInt8](repeating: 7, count: 100_000)] as [[UInt8]], as: "bytea")
        try await roundTrip([JSONText(#"{"a": [1, "é", null]}"#), JSONText("null")], as: "jsonb")
        try await roundTrip(Colour.allCases, as: "text")
    }

    @Test("times, days and identifiers come back as they went")
    func times() async throws {
        try await roundTrip(
            [
                Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 1_795_417_500.123456),
                Date(timeIntervalSince1970: -1.5),
            ],
            as: "timestamptz")
        try await roundTrip(
            [Day(number: 0), Day(number: 10_957), Day(number: 20_270), Day(number: -719_162)], as: "date")
        try await roundTrip([Identifier<Thing>.make(at: Date(timeIntervalSince1970: 1_795_417_500))], as: "uuid")
    }

    @Test("arrays come back as they went")
    func arrays() async throws {
        try await roundTrip([[], [1], [3, -2, .max]], as: "bigint[]")
        try await roundTrip([[], ["", "a,b", "{\"}", "Ưởng"]], as: "text[]")
        let ids = (0..<3).map { _ in Identifier<Thing>.make(at: Date(timeIntervalSince1970: 1)) }
        try await roundTrip([[], ids], as: "uuid[]")
    }

    @Test("the server understands a day and an instant as Swift does")
    func meaning() async throws {
        try await TestDatabase.with { test in
            let database = test.client(
                queries: try QueryCatalogue(files: [
                    (
                        "v.sql",
                        """
                        -- name: v.day :one
                        select to_char($1::date, 'YYYY-MM-DD') as it;
                        -- name: v.instant :one
                        select to_char($1::timestamptz at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI:SS.US') as it;
                        """
                    )
                ]))
            let day = try #require(Day("2024-02-29"))
            let dayText = Query("v.day", Day.self, returns: String.self)
            #expect(try await database.one(dayText, day) == "2024-02-29")
            let instant = Date(timeIntervalSince1970: 1_795_417_500.25)
            let instantText = Query("v.instant", Date.self, returns: String.self)
            #expect(try await database.one(instantText, instant) == "2026-11-23 14:05:00.250000")
            await database.close()
        }
    }

    @Test("a time or day that the server can't hold is an error that names the statement, and nothing is sent")
    func outOfRange() async throws {
        try await TestDatabase.with { test async throws in
            let text = "-- name: v.time :one\nselect $1 as it;\n-- name: v.day :one\nselect $1 as it;"
            let database = test.client(queries: try QueryCatalogue(files: [("v.sql", text)]))
            let time = Query("v.time", Date?.self, returns: Date.self)
            let day = Query("v.day", Day.self, returns: Day.self)
            for seconds in [Double.nan, .infinity, -.infinity, 1e300, -1e13, 1e13] {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.one(time, Date(timeIntervalSince1970: seconds))
                }
                #expect(error?.description == "v.time: a value is no time of PostgreSQL")
            }
            for number in [Int.max, .min, 3_000_000_000] {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.one(day, Day(number: number))
                }
                #expect(error?.description == "v.day: a value is no day of PostgreSQL")
            }
            #expect(try await database.one(time, .distantFuture) == .distantFuture)
            await database.close()
        }
    }

    @Test("the server's infinite times and days are no times of the program")
    func infinite() async throws {
        try await TestDatabase.with { test async throws in
            for (sign, type) in [("", "timestamptz"), ("-", "timestamptz"), ("", "date"), ("-", "date")] {
                let text = "-- name: v.it :one\nselect '\(sign)infinity'::\(type) as it"
                let database = test.client(queries: try QueryCatalogue(files: [("v.sql", text)]))
                let time = Query("v.it", returns: Date.self)
                let day = Query("v.it", returns: Day.self)
                await #expect(throws: PostgresError.self) {
                    if type == "date" {
                        _ = try await database.one(day, ())
                    } else {
                        _ = try await database.one(time, ())
                    }
                }
                await database.close()
            }
        }
    }

    @Test("a word that the enumeration doesn't have is an error that names the statement, not the word")
    func unknownWord() async throws {
        try await TestDatabase.with { test in
            let database = test.client(
                queries: try QueryCatalogue(files: [("v.sql", "-- name: v.colour :one\nselect 'purple'::text as it")]))
            let error = try #require(
                await #expect(throws: PostgresError.self) {
                    try await database.one(Query("v.colour", returns: Colour.self), ())
                })
            #expect(error.description.contains("v.colour") && !error.description.contains("purple"))
            await database.close()
        }
    }

    @Test(
        "text is folded in the database as in the program",
        arguments: [
            "Đường Trần Hưng Đạo", "KỸ THUẬT", "kĩ", "Ưởng", "hoà hòa", "o\u{300}", "Quý 1/2026 (số 2)",
            "àáảãạăằắẳẵặâầấẩẫậ",
            "èéẻẽẹêềếểễệìíỉĩị", "òóỏõọôồốổỗộơờớởỡợ", "ùúủũụưừứửữựỳýỷỹỵđ", "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊ",
            "ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ", " !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~",
        ])
    func folding(text: String) async throws {
        try await TestDatabase.with { test in
            let database = test.client(
                queries: try QueryCatalogue(files: [("v.sql", "-- name: v.fold :one\nselect vn_fold($1) as it")]))
            let fold = Query("v.fold", String.self, returns: String.self)
            #expect(try await database.one(fold, text) == text.folded)
            await database.close()
        }
    }
}
