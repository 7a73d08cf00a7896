import Foundation
import HTTPTypes
import Postgres
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("What holds for the whole program")
struct InvariantTests {
    @Test("every declared query agrees with the migrated schema, and no statement is without a declaration")
    func queriesAgree() async throws {
        try await TestDatabase.with { test async throws in
            #expect(try await test.owner.check(Settings.queries) == [])
        }
    }

    @Test("SQL/schema.sql is what the migrations make (portal migrate --dump-schema > SQL/schema.sql)")
    func schemaIsDumped() async throws {
        try await TestDatabase.with { test async throws in
            let kept = try String(contentsOfFile: TestDatabase.root + "/SQL/schema.sql", encoding: .utf8)
            #expect(try await Migrator.dumpSchema(url: test.url) == kept)
        }
    }

    /// The national contract isn't ours to describe: `Documentation/national-contract.md`.
    @Test("openapi.yaml describes exactly the routes of the API")
    func descriptionEqualsRoutes() async throws {
        try await Demonstration.with { demonstration async throws in
            let routes = demonstration.house.site.routes.filter {
                $0.path.hasPrefix("/api/v1/") || $0.path.hasPrefix("/oauth/")
            }
            let served = Set(
                routes.map { route in
                    let path = route.path.split(separator: "/").map {
                        $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0)
                    }
                    return "\(route.method.rawValue) /\(path.joined(separator: "/"))"
                })
            let yaml = try String(contentsOfFile: TestDatabase.root + "/Public/openapi.yaml", encoding: .utf8)
            #expect(Self.described(yaml).subtracting(["GET /openapi.yaml"]) == served)
        }
    }

    /// `METHOD /path` of every operation under `paths:`.
    private static func described(_ yaml: String) -> Set<String> {
        var found: Set<String> = []
        var path = ""
        var isInPaths = false
        for line in yaml.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix(" "), !line.isEmpty, !line.hasPrefix("#") { isInPaths = line.hasPrefix("paths:") }
            guard isInPaths else { continue }
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).prefix { $0 != ":" }) }
            for method in ["get", "post", "put", "patch", "delete"] where line.hasPrefix("    \(method):") {
                found.insert("\(method.uppercased()) \(path)")
            }
        }
        return found
    }

    @Test("a stranger gets nothing from a route that isn't for everyone")
    func strangersAreRefused() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            for route in demonstration.house.site.routes where route.audience != "everyone" && route.method == .get {
                let path = route.path.split(separator: "/").map { $0.hasPrefix(":") ? "x" : String($0) }
                let answer = try await client.get("/" + path.joined(separator: "/"))
                #expect(
                    [.seeOther, .unauthorized, .notFound].contains(answer.status), "\(route.path): \(answer.status)")
                if answer.status == .seeOther { #expect(answer.location?.contains("/dang-nhap") == true) }
            }
        }
    }

    @Test(
        "each role is let in where its audience says so, and nowhere else",
        arguments: [
            ("citizen", "/ho-so", true), ("citizen", "/can-bo/ho-so", false), ("citizen", "/bien-tap/thu-tuc", false),
            ("business", "/ho-so", true), ("business", "/can-bo/ho-so", false), ("officer", "/can-bo/ho-so", true),
            ("officer", "/ho-so", false), ("officer", "/bien-tap/thu-tuc", false),
            ("publisher", "/bien-tap/thu-tuc", true),
            ("publisher", "/can-bo/ho-so", false), ("publisher", "/bien-tap/co-quan", true),
            ("publisher", "/bien-tap/lich", false),
            ("officer", "/bien-tap/co-quan", false), ("officer", "/bien-tap/lich", false),
            ("citizen", "/bien-tap/lich", false), ("citizen", "/can-bo/so-theo-doi", false),
            ("officer", "/can-bo/so-theo-doi", true),
            ("officer", "/tai-khoan", true), ("publisher", "/tai-khoan", true),
            ("tiepnhan.hoankiem", "/can-bo/ho-so", true), ("xuly.hoankiem", "/can-bo/ho-so", true),
            ("lanhdao.hoankiem", "/can-bo/ho-so", true), ("xuly.hoankiem", "/bien-tap/thu-tuc", false),
        ])
    func rolesAreHeld(role: String, path: String, isAllowed: Bool) async throws {
        try await Demonstration.with { demonstration async throws in
            let isLogin = role.contains(".")
            let browser = try await demonstration.browser(isLogin ? "officer" : role, login: isLogin ? role : nil)
            let answer = try await browser.get(path)
            #expect(answer.status == (isAllowed ? .ok : .forbidden))
        }
    }
}
