import FoundationEssentials
import HTTPTypes
package import Hummingbird

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
