import Core
import Foundation
import Testing

@testable import Dossiers

@Suite("What speaks against a report")
struct HonestyFlagTests {
    @Test(
        "numbers that nobody has are known",
        arguments: [
            ("000000001", true), ("000000000000", true), ("111111111", true), ("123456789", true), ("12345", true),
            ("", true), ("001190000012", false), ("0199900120", false), ("012345678901", false),
            ("079085001234", false),
        ])
    func placeholders(number: String, isPlaceholder: Bool) {
        #expect(HonestyFlag.isPlaceholder(number) == isPlaceholder)
    }

    @Test(
        "a code names its ministry or province, in either order of its parts",
        arguments: [
            ("H26.16-261123-0001", "H26"), ("000.00.16.H26-200819-0001", "H26"), ("G09.20-20260609-0092637", "G09"),
            ("H26.00070", "H26"),
        ])
    func organisations(code: String, organisation: String) {
        #expect(HonestyFlag.organisation(ofCode: code) == organisation)
    }

    struct Step: Sendable {
        let status: DossierStatus
        /// Seconds since the dossier was received, since the step before, and until the report came.
        let received: Double
        let last: Double
        let told: Double
        let flags: Set<HonestyFlag>

        init(_ status: DossierStatus, _ received: Double, _ last: Double, _ told: Double, _ flags: HonestyFlag...) {
            (self.status, self.received, self.last, self.told) = (status, received, last, told)
            self.flags = Set(flags)
        }
    }

    static let steps: [Step] = [
        Step(.processing, 600, 600, 60), Step(.processing, 30, 30, 60),
        Step(.decided, 59, 59, 60, .synthesisedHistory), Step(.decided, 61, 61, 60),
        Step(.processing, 600, 0.4, 60, .synthesisedHistory), Step(.processing, 600, 600, 259_200),
        Step(.processing, 600, 600, 259_201, .backdated),
        Step(.decided, 0, 0, 345_600, .backdated, .synthesisedHistory),
    ]

    @Test("steps in no time and steps told late are marked", arguments: steps)
    func haste(step: Step) {
        let occurred = Date(timeIntervalSince1970: 1_780_000_000)
        #expect(
            HonestyFlag.flags(
                occurred: occurred, status: step.status, last: occurred.addingTimeInterval(-step.last),
                received: occurred.addingTimeInterval(-step.received), now: occurred.addingTimeInterval(step.told))
                == step.flags)
    }
}
