package import FoundationEssentials

/// An identifier that can't be mistaken for that of another kind of thing: `Identifier<Dossier>`.
///
/// Made here as UUID version 7 (RFC 9562, section 5.7), so that keys made close in time stand close in an index.
package struct Identifier<Subject>: Hashable, Sendable, CustomStringConvertible, Codable {
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    /// Reads the canonical text form, in either case. Nil when it isn't one.
    package init?(_ text: String) {
        guard text.utf8.count == 36, let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// A new identifier that sorts by `now` to the millisecond.
    package static func make(at now: Date) -> Identifier {
        var bytes = UUID().uuid
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1000))
        bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
        bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
        bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
        bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
        bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
        bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
        bytes.6 = 0x70 | (bytes.6 & 0x0F)
        return Identifier(UUID(uuid: bytes))
    }

    package var description: String { uuid.uuidString.lowercased() }
}
