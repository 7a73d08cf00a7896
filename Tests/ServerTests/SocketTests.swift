import HTTPTypes
import Logging
import Server
import ServiceLifecycle
import Testing

/// Over a real socket: what the site alone can't see.
@Suite(.serialized)
struct SocketTests {
    /// Runs a server, gives its port and a way to stop it, and waits until it has stopped.
    static func serve<Result: Sendable>(
        limits: ServerLimits = ServerLimits(), routes: [Route] = SampleSite.routes,
        _ body: @escaping @Sendable (_ port: Int, _ stop: @escaping @Sendable () async -> Void) async throws -> Result
    ) async throws -> Result {
        let site = try SampleSite.make(routes: routes, limits: limits)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ports, found) = AsyncStream<Int>.makeStream()
        let server = HTTPServer(site, logger: logger) { port in found.yield(port) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask {
                var iterator = ports.makeAsyncIterator()
                guard let port = await iterator.next() else { return nil }
                let result = try await body(port) { await group.triggerGracefulShutdown() }
                await group.triggerGracefulShutdown()
                return result
            }
            var result: Result?
            for try await one in tasks { result = one ?? result }
            return try #require(result)
        }
    }

    static func ask(_ port: Int, _ text: String) async throws -> String {
        let connection = try RawConnection(port: port)
        connection.send(text)
        return await connection.read()
    }

    @Test("a request over a socket is answered, and the connection serves another")
    func keepAlive() async throws {
        try await Self.serve { port, _ in
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let first = await connection.read(until: "home vi")
            #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(first.contains("Content-Security-Policy: default-src 'none'"))
            connection.send("GET /en HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(await connection.read().hasSuffix("home en"))
        }
    }

    @Test(
        "requests that two servers could read differently are refused and the connection closed",
        arguments: [
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n11",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n11",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n1",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\n1",
            "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\nHost: x\n\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{0}b\r\n\r\n",
            "GET / HTTP/1.1\r\nX: y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}",
        ])
    func smuggling(text: String) async throws {
        try await Self.serve { port, _ in
            let connection = try RawConnection(port: port, timeout: 4)
            connection.send(text + "GET /ho-so/SMUGGLED HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.finishSending()
            let answer = await connection.read()
            #expect(!answer.contains("SMUGGLED"))
            #expect(!answer.hasSuffix("…"), "the connection stays open")
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
            if !answer.isEmpty { #expect(answer.lowercased().contains("content-security-policy")) }
        }
    }

    @Test("heads of any size are bounded")
    func longHeads() async throws {
        try await Self.serve { port, _ in
            for text in [
                "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n" + (0..<200).map { "X\($0): a\r\n" }.joined() + "\r\n",
            ] {
                let answer = try await Self.ask(port, text)
                #expect(!answer.contains("200 OK") && !answer.hasSuffix("…"))
            }
        }
    }

    @Test("a body declared too long is refused before it comes, and the sender gets to read why")
    func tooLarge() async throws {
        try await Self.serve { port, _ in
            let connection = try RawConnection(port: port)
            connection.send("POST /di-tiep HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n")
            for _ in 0..<20 { connection.send(String(repeating: "a", count: 10_000)) }
            let answer = await connection.read()
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.lowercased().contains("connection: close"))
            #expect(answer.contains("error.too-large"))
        }
    }

    @Test("a body that drips is answered 408 and the connection closed")
    func slowBody() async throws {
        var limits = ServerLimits()
        limits.bodyGrace = .milliseconds(500)
        limits.idle = .seconds(20)
        try await Self.serve(limits: limits) { port, _ in
            let connection = try RawConnection(port: port)
            connection.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
            let dripping = Task {
                while connection.send("a") { try await Task.sleep(for: .milliseconds(50)) }
            }
            let answer = await connection.read()
            dripping.cancel()
            #expect(answer.hasPrefix("HTTP/1.1 408"))
            #expect(answer.contains("too-slow"))
        }
    }

    @Test("a body in small pieces that keeps the pace is read to its end")
    func steadyBody() async throws {
        var limits = ServerLimits()
        limits.bodyGrace = .milliseconds(200)
        try await Self.serve(limits: limits) { port, _ in
            let connection = try RawConnection(port: port)
            connection.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
            connection.send("Content-Length: 10000\r\n\r\n")
            for _ in 0..<10 {
                connection.send(String(repeating: "a", count: 1000))
                try await Task.sleep(for: .milliseconds(60))
            }
            let answer = await connection.read()
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.utf8.suffix(10_000).allSatisfy { $0 == UInt8(ascii: "a") })
        }
    }

    @Test("a head that drips, and a connection that says nothing, are closed after the idle time")
    func slowHead() async throws {
        var limits = ServerLimits()
        limits.idle = .milliseconds(600)
        try await Self.serve(limits: limits) { port, _ in
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\n")
            let dripping = Task {
                while connection.send("X: a\r\n") { try await Task.sleep(for: .milliseconds(50)) }
            }
            let answer = await connection.read()
            dripping.cancel()
            #expect(!answer.contains("200") && !answer.hasSuffix("…"))
            #expect(await (try RawConnection(port: port)).read() == "")
        }
    }

    @Test("a body cut off before its end is never taken for a whole one", arguments: [true, false])
    func cutOff(chunked: Bool) async throws {
        try await Self.serve { port, _ in
            let connection = try RawConnection(port: port)
            let length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 10"
            let body = chunked ? "2\r\n{}\r\n" : "{}"
            connection.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\n\(length)\r\n\r\n\(body)")
            connection.finishSending()
            #expect(await !connection.read().contains("200 OK"))
        }
    }

    @Test("requests being answered when the server is told to stop are answered, and new ones are not taken")
    func gracefulShutdown() async throws {
        try await Self.serve { port, stop in
            let connections = try (0..<8).map { _ in try RawConnection(port: port) }
            for connection in connections { connection.send("GET /cham HTTP/1.1\r\nHost: x\r\n\r\n") }
            try await Task.sleep(for: .milliseconds(300))
            await stop()
            for connection in connections {
                let answer = await connection.read()
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("slow but sure"))
                #expect(answer.lowercased().contains("connection: close"))
            }
            // On a busy machine the socket may be closed a moment after the last answer.
            var isRefused = false
            for _ in 0..<50 where !isRefused {
                do {
                    _ = try RawConnection(port: port)
                    try await Task.sleep(for: .milliseconds(100))
                } catch is RawConnection.Failure {
                    isRefused = true
                }
            }
            #expect(isRefused)
        }
    }

    @Test("while others look elsewhere, the server still answers but says it isn't ready")
    func drainDelay() async throws {
        var limits = ServerLimits()
        limits.drainDelay = .milliseconds(1500)
        try await Self.serve(limits: limits) { port, stop in
            await stop()
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await Self.ask(port, "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 503"))
            #expect(try await Self.ask(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").hasSuffix("home vi"))
        }
    }

    @Test("events come with heartbeats until the server stops")
    func events() async throws {
        try await Self.serve { port, stop in
            let connection = try RawConnection(port: port)
            connection.send("GET /su-kien HTTP/1.1\r\nHost: x\r\n\r\n")
            let beginning = await connection.read(until: ":\n\n")
            #expect(beginning.contains("id: 1\nevent: status\ndata: a\ndata: b\n\n"))
            await stop()
            #expect(await !connection.read().hasSuffix("…"))
        }
    }

    @Test("when a browser leaves, whoever makes its events learns of it well before the next heartbeat")
    func browserLeaves() async throws {
        let (endings, ended) = AsyncStream<Void>.makeStream()
        let routes = [
            get("/su-kien", .everyone) { _, context, _ in
                let (events, feed) = AsyncStream<[UInt8]>.makeStream()
                feed.onTermination = { _ in ended.finish() }
                feed.yield(EventStream.event(data: "x"))
                return EventStream.response(events, context: context, heartbeat: .seconds(3600))
            }
        ]
        let isTold = try await Self.serve(routes: routes) { port, _ in
            var connection: RawConnection? = try RawConnection(port: port)
            connection?.send("GET /su-kien HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await connection?.read(until: "data: x")
            connection = nil
            return await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for await _ in endings {}
                    return !Task.isCancelled
                }
                group.addTask {
                    try? await Task.sleep(for: .seconds(5))
                    return false
                }
                let first = await group.next() ?? false
                group.cancelAll()
                return first
            }
        }
        #expect(isTold)
    }
}
