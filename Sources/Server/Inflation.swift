import CZlib
package import NIOCore

/// A compressed body (gzip, RFC 1952) that is unpacked as it comes, piece by piece: whatever it unpacks to, no more than a piece
/// of it is in memory.
package final class Inflation {
    private var stream = z_stream()
    private var isBetween = true

    /// - Throws: `RequestFailure.unavailable` when there is no memory for it.
    package init() throws {
        // 47: the largest window, and a header of gzip or zlib around it.
        let start = inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard start == Z_OK else { throw RequestFailure.unavailable(retryAfter: 5) }
    }

    deinit { inflateEnd(&stream) }

    /// Unpacks what came, handing on pieces of at most 64 KiB.
    /// - Throws: `RequestFailure.malformed` for what isn't gzip, and what `take` throws.
    package func unpack(_ chunk: ByteBuffer, take: ([UInt8]) async throws -> Void) async throws {
        var input = Array(chunk.readableBytesView)
        var consumed = 0
        while consumed < input.count {
            var piece = [UInt8](repeating: 0, count: 64 * 1024)
            var (made, result) = (0, Z_OK)
            input.withUnsafeMutableBufferPointer { bytes in
                piece.withUnsafeMutableBufferPointer { output in
                    stream.next_in = bytes.baseAddress?.advanced(by: consumed)
                    stream.avail_in = UInt32(bytes.count - consumed)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    result = inflate(&stream, Z_NO_FLUSH)
                    made = output.count - Int(stream.avail_out)
                    consumed = bytes.count - Int(stream.avail_in)
                }
            }
            guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR && made > 0 else {
                throw RequestFailure.malformed
            }
            isBetween = result == Z_STREAM_END
            // Several members one behind the other are one body (RFC 1952 section 2.2).
            if isBetween { inflateReset(&stream) }
            if made > 0 { try await take(Array(piece[..<made])) }
        }
        try await drain(take)
    }

    /// Hands on what zlib still holds of what came.
    private func drain(_ take: ([UInt8]) async throws -> Void) async throws {
        while !isBetween {
            var piece = [UInt8](repeating: 0, count: 64 * 1024)
            let made = piece.withUnsafeMutableBufferPointer { output in
                stream.avail_in = 0
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let result = inflate(&stream, Z_NO_FLUSH)
                isBetween = result == Z_STREAM_END
                return output.count - Int(stream.avail_out)
            }
            if isBetween { inflateReset(&stream) }
            guard made > 0 else { return }
            try await take(Array(piece[..<made]))
        }
    }

    /// - Throws: `RequestFailure.malformed` when the body ended in the middle.
    package func finish() throws {
        guard isBetween else { throw RequestFailure.malformed }
    }
}
