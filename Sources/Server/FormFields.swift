import Core
package import Hummingbird
import NIOCore

/// The fields of a form or of a query: names and values in the order they came, a name perhaps more than once.
///
/// All text is UTF-8 and NFC and without NUL; anything else is refused as a whole, as is a 601st field.
package struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]
    private let byName: [String: [Int]]

    package static let most = 600

    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
        byName = Dictionary(grouping: fields.indices) { fields[$0].name }
    }

    /// Decodes `application/x-www-form-urlencoded` (URL Standard section 5.1), which queries use too.
    ///
    /// - Throws: `RequestFailure.malformed`.
    package init(urlEncoded bytes: some Collection<UInt8>) throws {
        var fields: [(name: String, value: String)] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            guard fields.count < Self.most,
                let name = PercentEncoding.decode(pair[..<(equals ?? pair.endIndex)], plusIsSpace: true),
                let value = PercentEncoding.decode(
                    equals.map { pair[pair.index(after: $0)...] } ?? pair[pair.endIndex...], plusIsSpace: true),
                !name.utf8.contains(0), !value.utf8.contains(0), name.utf8.count <= 200
            else { throw RequestFailure.malformed }
            fields.append((name.nfc, value.nfc))
        }
        self.init(fields)
    }

    /// The first value of a field. Nil when there is none by that name; empty when it was left empty.
    package subscript(_ name: String) -> String? {
        byName[name]?.first.map { fields[$0].value }
    }

    /// Every value of a field, as ticked boxes send them.
    package func all(_ name: String) -> [String] {
        byName[name, default: []].map { fields[$0].value }
    }

    /// The names that came, each once, in the order they came first.
    package var names: [String] {
        var seen: Set<String> = []
        return fields.map(\.name).filter { seen.insert($0).inserted }
    }

    package var isEmpty: Bool { fields.isEmpty }
}

extension Request {
    /// The fields of the query. Empty when the address has none.
    ///
    /// - Throws: `RequestFailure.malformed`.
    package func queryFields() throws -> FormFields {
        guard let path = head.path, let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return FormFields([])
        }
        return try FormFields(urlEncoded: path.utf8[path.utf8.index(after: mark)...])
    }

    /// The fields of the form in the body, read whole. The route's body limit holds.
    ///
    /// - Throws: `RequestFailure`: malformed, too large, too slow, or not a form (415).
    package func formFields(upTo limit: Int = .max) async throws -> FormFields {
        guard mediaType?.name == "application/x-www-form-urlencoded" else {
            throw RequestFailure.unsupportedMediaType
        }
        return try await FormFields(urlEncoded: bytes(upTo: limit))
    }

    /// The whole body. The route's body limit holds; `limit` may only narrow it.
    ///
    /// - Throws: `RequestFailure`: too large, too slow, or cut short.
    package func bytes(upTo limit: Int = .max) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard bytes.count + chunk.readableBytes <= limit else { throw RequestFailure.tooLarge }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return bytes
    }

    /// The type of the body, from `Content-Type`. Nil when there is none or it can't be read.
    package var mediaType: ContentType? { headers[.contentType].flatMap { ContentType($0) } }
}
