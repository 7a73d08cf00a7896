import Core
import HTTPTypes

/// Finds the route of a path. Hummingbird's own router turns what handlers throw into bare answers before anyone else
/// sees it and can't tell an unknown path from an unknown method, hence this one.
struct RouteTree: Sendable {
    private var root = Node()

    private struct Node: Sendable {
        var words: [String: Node] = [:]
        /// What follows `:name` here; the names belong to the routes, which may each use their own.
        var any: [Node] = []
        var routes: [HTTPRequest.Method: (route: Route, names: [String])] = [:]
    }

    enum Match {
        case found(Route, values: [String: String])
        case otherMethods([HTTPRequest.Method])
        case none
    }

    /// A table that can't be served: two routes for the same requests, or a path that none can have.
    struct Conflict: Error, CustomStringConvertible {
        let description: String
    }

    init(_ routes: [Route]) throws {
        for route in routes {
            guard let segments = Self.segments(of: route.path) else {
                throw Conflict(description: "\(route.method) \(route.path) is not a path")
            }
            try Self.insert(route, segments[...], names: [], into: &root)
        }
    }

    private static func insert(
        _ route: Route, _ rest: ArraySlice<Substring>, names: [String], into node: inout Node
    ) throws {
        guard let segment = rest.first else {
            guard node.routes.updateValue((route, names), forKey: route.method) == nil else {
                throw Conflict(description: "\(route.method) \(route.path) is routed twice")
            }
            return
        }
        if segment.first == ":" {
            if node.any.isEmpty { node.any = [Node()] }
            try insert(route, rest.dropFirst(), names: names + [String(segment.dropFirst())], into: &node.any[0])
        } else {
            try insert(route, rest.dropFirst(), names: names, into: &node.words[String(segment), default: Node()])
        }
    }

    /// A word goes before `:name`; where the word leads nowhere, `:name` is tried. Segments match as they were sent,
    /// so there is one way to write the path of a page.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        guard let segments = Self.segments(of: path), segments.count <= 16 else { return .none }
        var values: [Substring] = []
        guard let node = Self.find(segments[...], in: root, &values) else { return .none }
        guard let (route, names) = node.routes[method] ?? (method == .head ? node.routes[.get] : nil) else {
            let known = Array(node.routes.keys)
            return .otherMethods(known.contains(.get) ? known + [.head] : known)
        }
        var named: [String: String] = [:]
        for (name, value) in zip(names, values) {
            guard let decoded = PercentEncoding.decode(value.utf8), Self.isSegment(decoded) else { return .none }
            named[name] = decoded.nfc
        }
        return .found(route, values: named)
    }

    private static func find(_ rest: ArraySlice<Substring>, in node: Node, _ values: inout [Substring]) -> Node? {
        guard let segment = rest.first else { return node.routes.isEmpty ? nil : node }
        if let next = node.words[String(segment)], let found = find(rest.dropFirst(), in: next, &values) {
            return found
        }
        guard let next = node.any.first, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = find(rest.dropFirst(), in: next, &values) { return found }
        values.removeLast()
        return nil
    }

    /// Nil when the path doesn't begin with a slash. `/` has no segments; `/a/` has the segments `a` and the empty one.
    private static func segments(of path: String) -> [Substring]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        if path.utf8.count == 1 { return [] }
        return path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Substring($0) }
    }

    /// A decoded segment holds no slash, no control sign, and isn't a step in a path.
    private static func isSegment(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }
}
