import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Server
import Synchronization
import TestSupport

/// A small site with one route of each kind, for the tests of what holds for all routes.
enum SampleSite {
    struct Secret: Error, CustomStringConvertible {
        var description: String { "password=hunter2 at /var/lib/portal" }
    }

    static let signedIn = Audience<String>("citizen") { request, _ in
        guard let cookie = request.cookie("session") else { throw Redirection(to: "/dang-nhap?next=%2Fho-so") }
        return cookie
    }

    static let routes: [Route] = [
        get("/", .everyone) { _, context, _ in .html(Array("home \(context.language.rawValue)".utf8)) },
        get("/ho-so", signedIn) { _, _, cookie in .html(Array("dossiers of \(cookie)".utf8)) },
        get("/ho-so/tra-cuu", .everyone) { _, _, _ in .html(Array("search".utf8)) },
        get("/ho-so/:code", .everyone) { _, context, _ in
            .html(Array("dossier \(context.parameter("code") ?? "none")".utf8))
        },
        post("/ho-so/:code/binh-luan", .everyone) { request, _, _ in
            let form = try await request.formFields()
            return .html(Array("said \(form["text"] ?? "")".utf8))
        },
        post("/di-tiep", .everyone) { _, _, _ in .seeOther("/hồ-sơ?x=1") },
        post("/tai-len", .everyone, body: .upload) { request, _, _ in
            var reader = try MultipartReader(request)
            var names: [String] = []
            while let part = try await reader.nextPart() {
                var count = 0
                while let bytes = try await reader.nextBytes() { count += bytes.count }
                names.append("\(part.name)=\(count)")
            }
            return .html(Array(names.joined(separator: " ").utf8))
        },
        get("/hong", .everyone) { _, _, _ in throw Secret() },
        get("/etag", .everyone) { request, _, _ in
            let bytes = Array("same".utf8)
            return .html(bytes).tagged(by: bytes, for: request)
        },
        get("/api/v1/hong", .everyone) { _, _, _ in throw Secret() },
        post("/api/v1/echo", .everyone, body: .json) { request, _, _ in .json(try await request.bytes()) },
        get("/api/v1/limited", .everyone) { _, _, _ in .json(Array("{}".utf8)) }.limited(by: limiter),
        get("/cham", .everyone) { _, _, _ in
            try await Task.sleep(for: .milliseconds(700))
            return .html(Array("slow but sure".utf8))
        },
        get("/cho", .everyone) { _, context, _ in
            let (silence, silent) = AsyncStream.makeStream(of: Void.self)
            let isSignalled = await context.wait(for: silence, until: .now + .milliseconds(700))
            silent.finish()
            return .html(Array((isSignalled ? "something came" : "nothing came").utf8))
        },
        get("/su-kien", .everyone) { _, context, _ in
            let (events, feed) = AsyncStream<[UInt8]>.makeStream()
            feed.yield(EventStream.event(id: "1", name: "status", data: "a\nb"))
            return EventStream.response(events, context: context, heartbeat: .milliseconds(100))
        },
    ]

    static let limiter = RateLimiter(RateLimit(name: "limited", count: 2, per: .seconds(60), burst: 2))

    static func make(
        publicURL: String = "http://localhost:8080", routes: [Route] = routes, assets: AssetIndex = AssetIndex(),
        limits: ServerLimits = ServerLimits(), trustedProxies: [AddressRange] = [], metrics: Metrics = Metrics(),
        now: @escaping @Sendable () -> Date = { Date(timeIntervalSince1970: 1_800_000_000) }
    ) throws -> Site {
        guard let url = PublicURL(publicURL) else { throw RequestFailure.malformed }
        let settings = ServerSettings(publicURL: url, port: 0, trustedProxies: trustedProxies, limits: limits)
        return try Site(
            settings, routes: routes, assets: assets, metrics: metrics,
            renderPage: { failure, _, _ in
                .html(Array("<h1>\(failure.titleKey)</h1>\(failure.incident ?? "")".utf8), status: failure.status)
            },
            renderProblem: { failure, _, _ in
                let incident = failure.incident.map { #","incident":"\#($0)""# } ?? ""
                return .problem(Array(#"{"type":"\#(failure.type)"\#(incident)}"#.utf8), status: failure.status)
            },
            clock: now)
    }
}

/// Keeps log lines instead of writing them.
final class LogKeeper: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { label in
            JSONLogHandler(label: label) { line in
                self.kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
        }
    }
}
