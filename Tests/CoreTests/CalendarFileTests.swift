import Core
import Foundation
import Testing

@testable import Core

@Suite("Due dates for calendars")
struct CalendarFileTests {
    private let file = CalendarFile(
        uid: "1@portal", sequence: 3, madeAt: Date(timeIntervalSince1970: 1_795_417_500), day: Day("2026-11-30")!,
        summary: "Hẹn trả; hồ sơ, một\\hai",
        description: String(repeating: "Đăng ký khai sinh có yếu tố nước ngoài ", count: 8) + "\ndòng hai",
        place: "Phường Hoàn Kiếm", url: "https://example.vn/ho-so/A", isCancelled: false)

    @Test("lines end in CR LF, have at most 75 bytes, and unfolded say what was meant")
    func folded() {
        let text = String(decoding: file.bytes, as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.last == "" && lines.allSatisfy { $0.utf8.count <= 75 && !$0.contains("\n") })
        let unfolded = text.replacingOccurrences(of: "\r\n ", with: "").components(separatedBy: "\r\n")
        #expect(unfolded.contains("SUMMARY:Hẹn trả\\; hồ sơ\\, một\\\\hai"))
        #expect(unfolded.contains { $0.hasPrefix("DESCRIPTION:Đăng ký") && $0.hasSuffix("\\ndòng hai") })
        #expect(unfolded.contains("DTSTART;VALUE=DATE:20261130") && unfolded.contains("DTEND;VALUE=DATE:20261201"))
        #expect(unfolded.contains("SEQUENCE:3") && unfolded.contains("UID:1@portal"))
    }

    @Test(
        "the moment it was made is in UTC", arguments: [(0.0, "19700101T000000Z"), (1_795_417_500, "20261123T070500Z")])
    func stamp(seconds: Double, written: String) {
        var file = file
        file.madeAt = Date(timeIntervalSince1970: seconds)
        #expect(String(decoding: file.bytes, as: UTF8.self).contains("DTSTAMP:\(written)\r\n"))
    }

    @Test("no value adds a line", arguments: ["a\r\nATTENDEE:x", "a\nATTENDEE:x", "a\rATTENDEE:x"])
    func injection(text: String) {
        var file = file
        file.summary = text
        #expect(
            !String(decoding: file.bytes, as: UTF8.self).components(separatedBy: "\r\n").contains {
                $0.hasPrefix("ATTENDEE")
            })
    }
}
