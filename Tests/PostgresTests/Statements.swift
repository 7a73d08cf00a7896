import Core
import FoundationEssentials
import Postgres
import TestSupport

/// The statements of these tests, and their declarations.
enum Statements {
    static func catalogue(and more: String = "") throws -> QueryCatalogue {
        try QueryCatalogue(files: [("statements.sql", text), ("more.sql", more)])
    }

    static let user = Query("test.user", returns: String.self)
    static let number = Query("test.number", Int.self, returns: Int.self)
    static let slowNumber = Query("test.slow_number", Int.self, returns: Int.self)
    static let sleep = Query("test.sleep", Double.self, returns: Int.self)
    static let setting = Query("test.setting", returns: String.self)
    static let divide = Query("test.divide", Int.self, returns: Int.self)
    static let bytes = Query("test.bytes", [UInt8].self, returns: [UInt8].self)
    static let add = Query("test.add", Int.self, String.self)
    static let addLate = Query("test.add_late", Int.self)
    static let addLateReturning = Query("test.add_late_returning", Int.self, returns: Int.self)
    static let names = Query("test.names", returns: String.self)
    static let slowPid = Query("test.slow_pid", Double.self, returns: Int32.self)
    static let pid = Query("test.pid", returns: Int32.self)

    static let table = """
        create table things (id bigint not null, name text not null, constraint things_name unique (name));
        grant all on things to public
        """

    private static let text = """
        -- name: test.user :one
        select current_user::text as it;
        -- name: test.number :one
        select $1::bigint as it;
        -- name: test.slow_number :one
        select $1::bigint as it from pg_sleep(0.01);
        -- name: test.sleep :one
        select 1::bigint as it from pg_sleep($1);
        -- name: test.setting :one
        select coalesce(current_setting('portal.test', true), '') as it;
        -- name: test.divide :one
        select 1 / $1::bigint as it;
        -- name: test.bytes :one
        select $1::bytea as it;
        -- name: test.add :exec
        insert into things (id, name) values ($1, $2);
        -- name: test.add_late :exec
        insert into late (id) values ($1);
        -- name: test.add_late_returning :one
        insert into late (id) values ($1) returning id;
        -- name: test.names :many
        select name from things order by id;
        -- name: test.slow_pid :one
        select pg_backend_pid() as it from pg_sleep($1);
        -- name: test.pid :one
        select pg_backend_pid() as it;
        """
}

/// Runs `body` with a database that has the table of these tests, and a client of its own.
/// - Parameter statements: more of them, as in a file.
func withClient<T: Sendable>(
    role: String? = nil, statements: String = "", configure: (inout Database.Configuration) -> Void = { _ in },
    _ body: (Database, TestDatabase) async throws -> T
) async throws -> T {
    try await TestDatabase.with { test in
        try await test.sql(Statements.table)
        let database = test.client(role: role, queries: try Statements.catalogue(and: statements), configure: configure)
        do {
            let value = try await body(database, test)
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }
}
