import CZlib
import HTTPTypes
package import Hummingbird

/// Bodies that are compressed once and sent many times: gzip (RFC 1952). Only for what says the same to everybody: the
/// length of a compressed page that mixes a secret with what a stranger chose tells about the secret.
package enum Gzip {
    /// The same bytes compressed as far as it goes; nil when that gains nothing.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 31: the largest window, and a header of gzip around it.
        let start = deflateInit2_(
            &stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard start == Z_OK, bytes.count <= Int(UInt32.max) else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count)
        let isWhole = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        guard isWhole else { return nil }
        output.removeLast(Int(stream.avail_out))
        return output
    }

    /// Whether a caller takes gzip: `Accept-Encoding` names it and doesn't refuse it by `q=0` (RFC 9110 section 12.5.3).
    package static func isAccepted(by request: Request) -> Bool {
        request.headers[values: .acceptEncoding].contains { field in
            field.lowercased().split(separator: ",").contains { part in
                let pieces = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                guard let name = pieces.first, name == "gzip" || name == "x-gzip" || name == "*" else { return false }
                return !pieces.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
            }
        }
    }
}
