import HTTPTypes
import Logging
import Server
import TestSupport
import Testing

struct MetricsTests {
    @Test("requests are counted by route, method and class of status, never by address")
    func requests() async throws {
        let metrics = Metrics()
        let client = TestClient(try SampleSite.make(metrics: metrics), peer: "127.0.0.1")
        _ = try await client.get("/ho-so/SECRET1")
        _ = try await client.get("/ho-so/SECRET2")
        _ = try await client.get("/khong-co-SECRET3")
        _ = try await client.send(try #require(HTTPRequest.Method("SECRET4")), "/")
        let text = try await client.get("/metrics").text
        #expect(text.contains("portal_http_requests_total{route=\"/ho-so/:code\",method=\"GET\",status=\"2xx\"} 2\n"))
        #expect(text.contains("portal_http_requests_total{route=\"none\",method=\"GET\",status=\"4xx\"} 1\n"))
        #expect(text.contains("portal_http_requests_total{route=\"none\",method=\"other\",status=\"4xx\"} 1\n"))
        #expect(text.contains("portal_http_requests_in_flight 0\n"))
        #expect(!text.contains("SECRET"))
    }

    @Test("every line is a comment or a sample, and histograms add up")
    func format() async throws {
        let metrics = Metrics()
        metrics.gauge("portal_outbox_oldest_seconds", help: "Age of the oldest message.") { 2.5 }
        metrics.gauge("portal_gone", help: "Not known now.") { nil }
        metrics.count("portal_rate_limited_total", by: 3)
        let client = TestClient(try SampleSite.make(metrics: metrics), peer: "127.0.0.1")
        for _ in 0..<7 { _ = try await client.get("/") }
        let answer = try await client.get("/metrics")
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let sample = /[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+/
        for line in answer.text.split(separator: "\n") where !line.hasPrefix("# ") {
            #expect(line.wholeMatch(of: sample) != nil, "\(line)")
        }
        #expect(answer.text.hasSuffix("\n"))
        #expect(answer.text.contains("portal_outbox_oldest_seconds 2.5\n"))
        #expect(answer.text.contains("portal_rate_limited_total 3\n"))
        #expect(!answer.text.contains("portal_gone"))
        #expect(answer.text.contains("portal_http_request_duration_seconds_bucket{route=\"/\",le=\"+Inf\"} 7\n"))
        #expect(answer.text.contains("portal_http_request_duration_seconds_count{route=\"/\"} 7\n"))
    }

    @Test("ready says what is missing, and a check that hangs counts as missing")
    func readiness() async throws {
        let site = try SampleSite.make()
        let client = TestClient(site)
        #expect(try await client.get("/health/ready").status == .ok)
        site.health.require("database") { false }
        site.health.require("slow") {
            try? await Task.sleep(for: .seconds(60))
            return true
        }
        let answer = try await client.get("/health/ready")
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.text == #"{"status":"unavailable","problems":["database","slow"]}"#)
        #expect(try await client.get("/health/live").status == .ok)
    }

    @Test("once the server is stopping it is not ready, and answers close their connections")
    func stopping() async throws {
        let site = try SampleSite.make()
        site.shutdown.begin()
        let client = TestClient(site)
        #expect(try await client.get("/health/ready").status == .serviceUnavailable)
        #expect(try await client.get("/").headers[.connection] == "close")
    }

    @Test("a log entry is one line whatever is in it")
    func logInjection() throws {
        let log = LogKeeper()
        log.logger.info("a\n{\"level\":\"error\"}", metadata: ["k\"": "v\r\n\u{0}\u{7f}\"\\"])
        let line = try #require(log.lines.first)
        #expect(line.utf8.filter { $0 < 0x20 }.count == 1)
        #expect(line.hasSuffix("}\n"))
        #expect(
            line.prefixMatch(of: /{"time":"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z","level":"info"/)
                != nil)
        #expect(line.contains(#""message":"a\u000a{\"level\":\"error\"}""#))
        #expect(line.contains(#""k\"":"v\u000d\u000a\u0000\u007f\"\\""#))
    }
}
