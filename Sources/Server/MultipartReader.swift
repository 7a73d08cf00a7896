import Core
package import Hummingbird
import NIOCore

/// How much a form with files may hold. The whole is bounded by the route's body limit.
package struct MultipartLimits: Sendable {
    package var parts = 600
    package var files = 20
    package var headBytes = 8 * 1024
    /// Content of a part that isn't a file.
    package var fieldBytes = 64 * 1024
    /// Content of a file.
    package var fileBytes = 10 * 1024 * 1024

    package init() {}
}

/// What one part of a form says of itself.
package struct MultipartPart: Sendable, Equatable {
    /// Name of the form's field.
    package let name: String
    /// Name the file had at the sender's: no folders, no control signs, at most 255 bytes. Never a path to write to.
    /// Nil when the part is no file; empty when a file field was left empty.
    package let filename: String?
    /// Type that the sender says it has. To be believed only after a look at the bytes.
    package let type: String
}

/// A part is longer than allowed. The rest of the form can still be read: `nextPart` skips what remains of it.
package struct PartTooLarge: Error, Sendable, Equatable {
    package let part: MultipartPart
    package let limit: Int
}

/// Reads a `multipart/form-data` body part by part as it arrives. A file is never held whole.
///
///     var reader = try MultipartReader(request)
///     while let part = try await reader.nextPart() {
///         while let bytes = try await reader.nextBytes() { … }
///     }
package struct MultipartReader {
    private var source: RequestBody.AsyncIterator
    private var scanner: MultipartScanner
    private let limits: MultipartLimits
    private var parts = 0
    private var files = 0
    private var part: MultipartPart?
    private var count = 0

    /// - Throws: `RequestFailure`: not such a form (415), or without a usable boundary (400).
    package init(_ request: Request, limits: MultipartLimits = MultipartLimits()) throws {
        guard let type = request.mediaType, type.name == "multipart/form-data" else {
            throw RequestFailure.unsupportedMediaType
        }
        try self.init(request.body, boundary: type.parameters["boundary"] ?? "", limits: limits)
    }

    init(_ body: RequestBody, boundary: String, limits: MultipartLimits) throws {
        guard let scanner = try? MultipartScanner(boundary: boundary, headLimit: limits.headBytes) else {
            throw RequestFailure.malformed
        }
        self.scanner = scanner
        self.limits = limits
        source = body.makeAsyncIterator()
    }

    /// The next part, after skipping what was not read of the one before. Nil after the last.
    ///
    /// - Throws: `RequestFailure`: malformed, cut short, too large as a whole, too many parts, too slow.
    package mutating func nextPart() async throws -> MultipartPart? {
        while true {
            switch try await nextStep() {
            case .head(let head):
                let next = try MultipartHead.part(head)
                parts += 1
                if next.filename != nil { files += 1 }
                guard parts <= limits.parts, files <= limits.files else { throw RequestFailure.tooLarge }
                (part, count) = (next, 0)
                return next
            case .end: return nil
            case .content, .partEnd, .needsMore: continue
            }
        }
    }

    /// The next bytes of the part that `nextPart` gave. Nil at its end.
    ///
    /// - Throws: `PartTooLarge` with the first byte over the limit; and what `nextPart` throws.
    package mutating func nextBytes() async throws -> [UInt8]? {
        guard let part else { return nil }
        switch try await nextStep() {
        case .content(let bytes):
            count += bytes.count
            let limit = part.filename == nil ? limits.fieldBytes : limits.fileBytes
            guard count <= limit else {
                self.part = nil
                throw PartTooLarge(part: part, limit: limit)
            }
            return bytes
        default:
            self.part = nil
            return nil
        }
    }

    /// The rest of a part that is a field, as text.
    ///
    /// - Throws: `RequestFailure.malformed` when it isn't UTF-8 or holds NUL; and what `nextBytes` throws.
    package mutating func text() async throws -> String {
        var all: [UInt8] = []
        while let bytes = try await nextBytes() { all += bytes }
        guard let text = String(validating: all, as: UTF8.self), !all.contains(0) else {
            throw RequestFailure.malformed
        }
        return text.nfc
    }

    private mutating func nextStep() async throws -> MultipartScanner.Step {
        while true {
            do {
                let step = try scanner.next()
                guard step == .needsMore else { return step }
            } catch is MultipartScanner.Malformed {
                throw RequestFailure.malformed
            }
            guard let chunk = try await source.next() else { throw RequestFailure.malformed }
            scanner.append(chunk.readableBytesView)
        }
    }
}

/// The head of a part: its header fields, of which two matter.
enum MultipartHead {
    static func part(_ head: [UInt8]) throws -> MultipartPart {
        var disposition: (head: String, parameters: [String: String])?
        var type = "text/plain"
        for line in lines(head) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[..<colon].allSatisfy(FieldParameters.isToken), !line.contains(0)
            else { throw RequestFailure.malformed }
            let value = Array(line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 })
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard disposition == nil, let parsed = FieldParameters.parse(value) else {
                    throw RequestFailure.malformed
                }
                disposition = parsed
            case "content-type":
                type = FieldParameters.parse(value)?.head ?? "application/octet-stream"
            // RFC 7578 section 4.7: no encoding but none.
            case "content-transfer-encoding":
                let encoding = String(decoding: value, as: UTF8.self).lowercased()
                guard ["binary", "8bit", "7bit"].contains(encoding) else { throw RequestFailure.malformed }
            default: continue
            }
        }
        guard let disposition, disposition.head == "form-data", let name = disposition.parameters["name"],
            name.utf8.count <= 200, !name.utf8.contains(0)
        else { throw RequestFailure.malformed }
        return MultipartPart(name: unescaped(name).nfc, filename: filename(disposition.parameters), type: type)
    }

    /// `filename*` (RFC 8187), which browsers don't send but libraries do, goes before `filename`.
    private static func filename(_ parameters: [String: String]) -> String? {
        if let extended = parameters["filename*"] {
            let parts = extended.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            if parts.count == 3, String(Substring(parts[0])).lowercased() == "utf-8",
                let name = PercentEncoding.decode(parts[2])
            {
                return clean(name)
            }
        }
        return parameters["filename"].map { clean(unescaped($0)) }
    }

    /// Browsers write a quote and line breaks in a name as `%22`, `%0D` and `%0A`, and nothing else so (HTML Standard,
    /// multipart/form-data encoding algorithm).
    private static func unescaped(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "%")) else { return name }
        var bytes: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            switch String(decoding: rest.prefix(2), as: UTF8.self).lowercased() {
            case "22" where byte == UInt8(ascii: "%"): bytes.append(UInt8(ascii: "\""))
            case "0d" where byte == UInt8(ascii: "%"): bytes.append(0x0D)
            case "0a" where byte == UInt8(ascii: "%"): bytes.append(0x0A)
            default:
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What stands after the last slash of either kind, without control signs, cut to 255 bytes at a character.
    private static func clean(_ name: String) -> String {
        let slashes = [UInt8(ascii: "/"), UInt8(ascii: "\\")]
        let parts = name.utf8.split(omittingEmptySubsequences: false) { slashes.contains($0) }
        let last = parts.last.map { String(Substring($0)) } ?? ""
        var clean = String(String.UnicodeScalarView(last.nfc.unicodeScalars.filter { !isControl($0) }))
        while clean.utf8.count > 255 { clean.unicodeScalars.removeLast() }
        return clean == "." || clean == ".." ? "" : clean
    }

    /// Control signs, and those that turn the direction of writing: `phiếu‮fdp.exe` looks like a PDF.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    private static func lines(_ head: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = head[...]
        while !rest.isEmpty {
            var end = rest.startIndex
            while end < rest.endIndex, !rest[end...].starts(with: [0x0D, 0x0A]) { end += 1 }
            lines.append(rest[..<end])
            rest = rest[end...].dropFirst(2)
        }
        return lines
    }
}
