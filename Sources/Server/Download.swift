import FoundationEssentials
import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// A file that somebody uploaded: always saved and never shown in our origin, whatever it claims to be.
    ///
    /// - Parameters:
    ///   - path: where it is on disk; streamed from there.
    ///   - name: as the uploader called it (RFC 6266, with RFC 8187 for what isn't ASCII).
    package static func download(
        path: String, name: String, type: String, context: PortalContext, isInline: Bool = false
    ) async throws -> Response {
        let plain = String(
            decoding: name.utf8.map { byte in
                (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") ? byte : 0x5F
            }, as: UTF8.self)
        var headers: HTTPFields = [
            .contentType: type,
            .contentDisposition:
                "\(isInline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))",
            .cacheControl: "private, no-store",
        ]
        var policy = ContentPolicy(isSandboxed: true)
        policy.isFramed = isInline
        if isInline { headers[.xFrameOptions] = "SAMEORIGIN" }
        // Browsers show a PDF by a part of their own, with styles of its own: no page of ours, and no script of anyone's.
        policy.isDocument = isInline && type == "application/pdf"
        headers[.contentSecurityPolicy] = policy.description
        return Response(status: .ok, headers: headers, body: try await FileIO().loadFile(path: path, context: context))
    }
}

extension Response {
    /// A file that the portal itself has made, as a whole.
    /// - Parameter name: of ASCII letters, digits, dots and hyphens; says nothing of anybody.
    package static func file(_ bytes: [UInt8], name: String, type: String) -> Response {
        var response = Response(status: .ok, type: type, bytes)
        response.headers.append(contentsOf: fileHeaders(name))
        return response
    }

    /// A file that is made while it is sent; an error on the way ends the connection, so that a part isn't taken for the
    /// whole.
    package static func file(
        name: String, type: String,
        making make: @escaping @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            var writer = writer
            try await make { bytes in try await writer.write(ByteBuffer(bytes: bytes)) }
            try await writer.finish(nil)
        }
        var response = Response(status: .ok, headers: [.contentType: type], body: body)
        response.headers.append(contentsOf: fileHeaders(name))
        return response
    }

    private static func fileHeaders(_ name: String) -> HTTPFields {
        [
            .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "private, no-store",
            .contentSecurityPolicy: ContentPolicy(isSandboxed: true).description,
        ]
    }
}
