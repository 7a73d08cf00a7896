import Core
import Cryptography
import Dossiers
import Hummingbird
import Server

/// What somebody wants checked: read as it arrives, hashed, and kept only as far as a receipt could be long.
struct CheckedFile: Sendable {
    /// What was pasted.
    var text = ""
    /// Nil when no file came.
    var sha256: [UInt8]?
    /// The beginning of the file; whole when it isn't longer than a receipt.
    var bytes: [UInt8] = []
    var isTooLarge = false

    /// The receipt to check: the file when it looks like one, else what was pasted.
    var receipt: [UInt8]? {
        if sha256 != nil {
            let first = bytes.first { $0 > 0x20 }
            return first == UInt8(ascii: "{") ? bytes : nil
        }
        return text.isEmpty ? nil : Array(text.utf8)
    }

    /// - Throws: `RequestFailure`; the form's token comes before the file, or nothing is read.
    static func read(_ request: Request, from visitor: Visitor) async throws -> CheckedFile {
        var checked = CheckedFile()
        var token: String?
        var limits = MultipartLimits()
        limits.fieldBytes = ReceiptCheck.largest
        limits.files = 1
        var reader = try MultipartReader(request, limits: limits)
        while let part = try await reader.nextPart() {
            do {
                switch part.name {
                case FormToken.field: token = try await reader.text()
                case "text": checked.text = try await reader.text().trimmed
                case "file":
                    guard FormToken.verify(token, cookie: visitor.secret) else { throw RequestFailure.crossSite }
                    guard part.filename?.isEmpty == false else { continue }
                    try await checked.take(&reader)
                default: _ = try await reader.text()
                }
            } catch is PartTooLarge {
                checked.isTooLarge = true
            }
        }
        guard FormToken.verify(token, cookie: visitor.secret) else { throw RequestFailure.crossSite }
        return checked
    }

    private mutating func take(_ reader: inout MultipartReader) async throws {
        let hash = SHA256()
        while let more = try await reader.nextBytes() {
            hash.update(more)
            bytes += more.prefix(ReceiptCheck.largest + 1 - bytes.count)
        }
        sha256 = hash.finalize()
    }
}
