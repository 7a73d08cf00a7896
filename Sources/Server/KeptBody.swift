package import HTTPTypes
package import Hummingbird
package import NIOCore

/// A body that doesn't change, as it is and compressed, each with its strong entity tag.
package struct KeptBody: Sendable {
    package let body: ByteBuffer
    package let tag: String
    /// Nil when nothing is gained by it.
    package let compressed: ByteBuffer?
    /// Sent with it each time, beside those that `response` sets.
    package let headers: HTTPFields

    package init(_ bytes: [UInt8], headers: HTTPFields = [:]) {
        self.headers = headers
        body = ByteBuffer(bytes: bytes)
        tag = EntityTag.make(bytes)
        compressed = Gzip.compress(bytes).map { ByteBuffer(bytes: $0) }
    }

    /// The name of the compressed bytes: other bytes, another strong tag.
    package var compressedTag: String { tag.dropLast() + "-gz\"" }

    package var size: Int { body.readableBytes + (compressed?.readableBytes ?? 0) }

    /// The body for a caller: compressed when they take that, or 304 when they have just these bytes already.
    package func response(type: String, cacheControl: String, vary: String = "Accept-Encoding", for request: Request)
        -> Response
    {
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = cacheControl
        headers[.vary] = vary
        guard let compressed, Gzip.isAccepted(by: request) else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body)).tagged(
                tag, for: request)
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: compressed))
            .tagged(compressedTag, for: request)
    }
}
