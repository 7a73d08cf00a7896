import Core
import Dossiers
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Portal

@Suite("The agency that systems practise with")
struct SandboxTests {
    @Test("its system reads and moves the dossiers that are there for it, like any other's")
    func practice() async throws {
        try await Demonstration.with { demonstration async throws in
            let index = try #require(demonstration.facts.clients.firstIndex { $0.clientID == "may-thu-nghiem" })
            let system = try await AgencySystem(demonstration, index)
            let codes = try await system.registered()
            #expect(codes.count == 3 && codes.allSatisfy { $0.hasPrefix("SANDBOX-") })
            #expect(try await system.report(2, of: codes[0], event: "thu-1", sequence: 1).status == 201)
            let own = try await AgencySystem(demonstration, 0)
            #expect(try await own.raw("/api/v1/dossiers/\(codes[0])").status == .notFound)
        }
    }

    @Test("what is finished there counts in no figure, and nobody who looks for an agency finds it")
    func unseen() async throws {
        try await Demonstration.with { demonstration async throws in
            let index = try #require(demonstration.facts.clients.firstIndex { $0.clientID == "may-thu-nghiem" })
            let system = try await AgencySystem(demonstration, index)
            let code = try #require(try await system.registered().first)
            for (number, status) in [2, 4, 9, 10].enumerated() {
                let answer = try await system.report(status, of: code, event: "thu-\(number)")
                #expect(answer.status == 201, "\(status): \(answer.body)")
            }
            try await demonstration.house.jobDossiers.measurePerformance(at: .now)
            let counted = try await demonstration.test.sql(
                "select count(*) filter (where agency_code = 'SANDBOX') || ' ' || (count(*) > 0) from agency_performance"
            )
            #expect(counted == ["0 true"])
            let visitor = TestClient(demonstration.house.site)
            for path in [
                "/co-quan", "/co-quan?q=thu+nghiem", "/co-quan?q=sandbox", "/api/v1/agencies?q=SANDBOX", "/sitemap.xml",
            ] {
                let answer = try await visitor.get(path)
                #expect(answer.status == .ok && !answer.text.contains("SANDBOX"), "\(path)")
            }
            #expect(try await visitor.get("/co-quan/SANDBOX").status == .notFound)
            #expect(try await visitor.get("/api/v1/agencies/SANDBOX").status == .notFound)
        }
    }
}
