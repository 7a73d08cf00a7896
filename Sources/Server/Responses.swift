import Core
import Cryptography
package import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// A page.
    package static func html(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, type: "text/html; charset=utf-8", bytes)
    }

    /// A JSON document.
    package static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, type: "application/json", bytes)
    }

    /// A problem document (RFC 9457).
    package static func problem(_ bytes: [UInt8], status: HTTPResponse.Status) -> Response {
        Response(status: status, type: "application/problem+json", bytes)
    }

    /// Plain text.
    package static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, type: "text/plain; charset=utf-8", Array(text.utf8))
    }

    /// Sends the browser on with GET (303). `location` comes from us, never from a caller: see `LocalPath`.
    package static func seeOther(_ location: String) -> Response {
        Response(status: .seeOther, headers: [.location: PercentEncoding.encodeLocation(location)])
    }

    /// Bytes of any type.
    package init(status: HTTPResponse.Status, type: String, _ bytes: [UInt8]) {
        self.init(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The answer with an entity tag of `bytes`, which are its body; or 304 when the caller has just these already.
    ///
    /// The caller may keep it but has to ask each time (`private, no-cache`).
    package func tagged(by bytes: [UInt8], for request: Request) -> Response {
        tagged(EntityTag.make(bytes), for: request)
    }

    /// The same with a tag that is known already.
    package func tagged(_ tag: String, for request: Request) -> Response {
        var response = self
        response.headers[.eTag] = tag
        response.headers[.cacheControl] = response.headers[.cacheControl] ?? "private, no-cache"
        guard EntityTag.matches(tag, request.headers[values: .ifNoneMatch]) else { return response }
        for name in [HTTPField.Name.contentType, .contentLength, .contentEncoding] { response.headers[name] = nil }
        return Response(status: .notModified, headers: response.headers)
    }
}

/// Names of a state of a resource (RFC 9110 section 8.8.3).
package enum EntityTag {
    /// A strong tag: equal tags, equal bytes.
    package static func make(_ bytes: some Collection<UInt8>) -> String {
        "\"\(Base64URL.encode(SHA256.hash(bytes).prefix(16)))\""
    }

    /// Whether `If-None-Match` names the tag, compared weakly (RFC 9110 section 13.1.2).
    package static func matches(_ tag: String, _ fields: [String]) -> Bool {
        let opaque = bare(tag[...])
        return fields.contains { field in
            field.split(separator: ",").contains { part in
                let given = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
                return String(given) == "*" || bare(String(given)[...]) == opaque
            }
        }
    }

    private static func bare(_ tag: Substring) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag }
}

/// A place on this portal that a caller asked to be sent to afterwards (`next=`). Any other address is no such place.
package struct LocalPath: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Nil unless `text` is a path of our own: one slash, then neither slash nor backslash, no control sign anywhere.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2000,
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            bytes.count == 1 || bytes[1] != UInt8(ascii: "/"),
            // `/./` and `/../` are resolved by browsers and may uncover a second slash.
            !text.split(separator: "?", maxSplits: 1)[0].split(separator: "/", omittingEmptySubsequences: false)
                .dropFirst().dropLast().contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
        else { return nil }
        description = text
    }
}
