import HTTPTypes
import Synchronization

/// What operators watch, in the text format of Prometheus (version 0.0.4).
///
/// Labels are route patterns, methods and classes of status: bounded in number, and nothing of a person.
package final class Metrics: Sendable {
    /// Upper edges of the latency buckets, in seconds.
    static let edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct Series: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Latency {
        var buckets = [Int](repeating: 0, count: Metrics.edges.count)
        var sum = 0.0
        var count = 0
    }

    private struct State {
        var requests: [Series: Int] = [:]
        var latencies: [String: Latency] = [:]
        var counters: [String: Int] = [:]
        var gauges: [Gauge] = []
    }

    private struct Gauge: Sendable {
        let name: String
        let help: String
        let value: @Sendable () async -> Double?
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds a value that is asked for whenever somebody looks. Nil leaves it out this time.
    ///
    /// - Parameter name: as Prometheus wants it, unit at the end: `portal_outbox_oldest_seconds`.
    package func gauge(_ name: String, help: String, value: @escaping @Sendable () async -> Double?) {
        state.withLock { $0.gauges.append(Gauge(name: name, help: help, value: value)) }
    }

    /// Adds to a counter that begins at nought: `portal_rate_limited_total`.
    package func count(_ name: String, by amount: Int = 1) {
        state.withLock { $0.counters[name, default: 0] += amount }
    }

    func record(route: String, method: HTTPRequest.Method, status: Int, seconds: Double) {
        let series = Series(route: route, method: Self.label(method), status: status / 100)
        state.withLock { state in
            state.requests[series, default: 0] += 1
            var latency = state.latencies[route] ?? Latency()
            if let bucket = Self.edges.firstIndex(where: { seconds <= $0 }) { latency.buckets[bucket] += 1 }
            latency.sum += seconds
            latency.count += 1
            state.latencies[route] = latency
        }
    }

    /// Everything known now.
    package func exposition() async -> String {
        let (requests, latencies, counters, gauges) = state.withLock {
            ($0.requests, $0.latencies, $0.counters, $0.gauges)
        }
        var out = Exposition()
        out.head("portal_http_requests_total", "counter", "Requests answered, by route pattern.")
        for (series, count) in requests.sorted(by: { Self.isBefore($0.key, $1.key) }) {
            out.line(
                "portal_http_requests_total",
                [("route", series.route), ("method", series.method), ("status", "\(series.status)xx")], "\(count)")
        }
        out.head("portal_http_request_duration_seconds", "histogram", "Time until the answer was ready.")
        for (route, latency) in latencies.sorted(by: { $0.key < $1.key }) {
            var cumulated = 0
            for (edge, count) in zip(Self.edges, latency.buckets) {
                cumulated += count
                out.line(
                    "portal_http_request_duration_seconds_bucket", [("route", route), ("le", "\(edge)")],
                    "\(cumulated)")
            }
            out.line(
                "portal_http_request_duration_seconds_bucket", [("route", route), ("le", "+Inf")], "\(latency.count)")
            out.line("portal_http_request_duration_seconds_sum", [("route", route)], "\(latency.sum)")
            out.line("portal_http_request_duration_seconds_count", [("route", route)], "\(latency.count)")
        }
        for (name, count) in counters.sorted(by: { $0.key < $1.key }) {
            out.head(name, "counter", nil)
            out.line(name, [], "\(count)")
        }
        for gauge in gauges {
            guard let value = await gauge.value() else { continue }
            out.head(gauge.name, "gauge", gauge.help)
            out.line(gauge.name, [], value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)")
        }
        return out.text
    }

    private static func isBefore(_ left: Series, _ right: Series) -> Bool {
        (left.route, left.method, left.status) < (right.route, right.method, right.status)
    }

    /// Anyone may send any word as a method; only the known ones become labels.
    static func label(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .patch, .delete, .options: method.rawValue
        default: "other"
        }
    }
}

private struct Exposition {
    var text = ""

    mutating func head(_ name: String, _ kind: String, _ help: String?) {
        if let help { text += "# HELP \(name) \(help)\n" }
        text += "# TYPE \(name) \(kind)\n"
    }

    mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        let written = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += written.isEmpty ? "\(name) \(value)\n" : "\(name){\(written)} \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
