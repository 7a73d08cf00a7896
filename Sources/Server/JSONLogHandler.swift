import FoundationEssentials
import Glibc
package import Logging

/// Writes log entries as JSON objects, one a line, to standard error.
///
/// Line breaks and all other control signs are escaped, so nobody can write an entry of their own into the log.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let write: @Sendable ([UInt8]) -> Void

    package init(
        label: String, level: Logger.Level = .info,
        write: @escaping @Sendable ([UInt8]) -> Void = JSONLogHandler.writeToStandardError
    ) {
        self.label = label
        logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONLine()
        line.time(Date())
        line.member("level", event.level.rawValue)
        line.member("logger", label)
        line.member("message", event.message.description)
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { own, _ in own } }
        if let own = event.metadata { all.merge(own) { _, own in own } }
        if let error = event.error { all["error"] = "\(error)" }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .string(let text): line.member(key, text)
            // Numbers stay numbers, so that the log can be added up.
            case .stringConvertible(let number as Int): line.member(key, raw: String(number))
            case .stringConvertible(let number as Double): line.member(key, raw: String(number))
            default: line.member(key, "\(value)")
            }
        }
        write(line.finished())
    }

    /// One call of write(2) a line: lines of different threads don't mix.
    @Sendable package static func writeToStandardError(_ line: [UInt8]) {
        _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

private struct JSONLine {
    private var bytes: [UInt8]

    init() {
        bytes = [UInt8(ascii: "{")]
        bytes.reserveCapacity(384)
    }

    /// RFC 3339 in UTC to the millisecond.
    mutating func time(_ now: Date) {
        let milliseconds = Int((now.timeIntervalSince1970 * 1000).rounded(.down))
        var seconds = milliseconds / 1000
        var parts = tm()
        gmtime_r(&seconds, &parts)
        begin("time")
        bytes.append(UInt8(ascii: "\""))
        number(parts.tm_year + 1900, "-")
        number(parts.tm_mon + 1, "-")
        number(parts.tm_mday, "T")
        number(parts.tm_hour, ":")
        number(parts.tm_min, ":")
        number(parts.tm_sec, ".")
        let rest = milliseconds % 1000
        bytes.append(UInt8(48 + rest / 100))
        number(Int32(rest % 100), "Z")
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func number(_ value: Int32, _ separator: Unicode.Scalar) {
        if value > 99 { bytes.append(contentsOf: String(value / 100).utf8) }
        bytes.append(UInt8(48 + value / 10 % 10))
        bytes.append(UInt8(48 + value % 10))
        bytes.append(UInt8(ascii: separator))
    }

    mutating func member(_ name: String, _ value: String) {
        begin(name)
        string(value)
    }

    mutating func member(_ name: String, raw value: String) {
        begin(name)
        bytes.append(contentsOf: value.utf8)
    }

    func finished() -> [UInt8] { bytes + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
