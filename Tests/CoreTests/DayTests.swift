import Core
import FoundationEssentials
import Testing

@Suite struct DayTests {
    @Test(
        "every day from 1 to 9999 reads back from what it prints", arguments: [1, 1582, 1899, 1970, 2000, 2026, 9999])
    func roundTrip(_ year: Int) throws {
        let first = try #require(Day(year: year, month: 1, day: 1))
        for offset in 0..<366 {
            let day = first + offset
            guard day.components.year == year else { continue }
            #expect(Day(day.description) == day)
        }
    }

    @Test(
        "only a whole ISO date that exists is a day",
        arguments: [
            "", "2026-1-01", "2026-01-1", "20260101", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31",
            "0000-01-01",
            "+026-01-01", "2026-01-+1", "2026-01-01 ", "٢٠٢٦-٠١-٠١", "2026/01/01", "-026-01-01", "2026-01--1",
        ])
    func refused(_ text: String) { #expect(Day(text) == nil) }

    @Test(
        "weekdays are those of the ISO calendar",
        arguments: [("2026-11-23", 1), ("2026-11-29", 7), ("1969-12-31", 3), ("2024-02-29", 4), ("1900-01-01", 1)])
    func weekday(_ date: String, _ weekday: Int) throws { #expect(try Samples.day(date).weekday == weekday) }

    @Test("a day in Vietnam begins at 17:00 UTC the day before")
    func boundaries() throws {
        let midnight = try Samples.day("2026-11-23").instant()
        #expect(midnight.timeIntervalSince1970 == 1_795_366_800)
        #expect(Day(of: midnight).description == "2026-11-23")
        #expect(Day(of: midnight.addingTimeInterval(-0.001)).description == "2026-11-22")
        #expect(Day(of: Date(timeIntervalSince1970: -7 * 3600 - 1)).description == "1969-12-31")
    }

    @Test(
        "an instant that no clock shows doesn't end the program", arguments: [Double.infinity, -.infinity, .nan, 1e300])
    func endless(_ seconds: Double) {
        let day = Day(of: Date(timeIntervalSince1970: seconds))
        #expect(abs(day.number) <= 11_574_074_075)
    }

    @Test(
        "a month later is the same day or the last of a shorter month",
        arguments: [
            ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-12-31", 2, "2027-02-28"),
            ("2026-11-30", 3, "2027-02-28"), ("2026-12-15", 12, "2027-12-15"), ("2026-03-31", -1, "2026-02-28"),
            ("2026-01-15", -1, "2025-12-15"), ("2026-01-15", -13, "2024-12-15"), ("9999-12-31", 1, "9999-12-31"),
        ])
    func months(_ date: String, _ months: Int, _ result: String) throws {
        #expect(try Samples.day(date).adding(months: months).description == result)
    }
}

@Suite struct IdentifierTests {
    @Test("an identifier reads back from what it prints, in either case")
    func roundTrip() {
        let identifier = Identifier<Day>.make(at: Date(timeIntervalSince1970: 1_795_000_000.5))
        #expect(Identifier(identifier.description) == identifier)
        #expect(Identifier(identifier.description.uppercased()) == identifier)
        #expect(identifier.description == identifier.description.lowercased())
    }

    @Test("it is of version 7 and carries the millisecond it was made")
    func version() throws {
        let text = Identifier<Day>.make(at: Date(timeIntervalSince1970: 1_645_557_742)).description
        #expect(text.hasPrefix("017f22e2-79b0-7"))
        #expect(try "89ab".contains(#require(text.dropFirst(19).first)))
    }

    @Test("identifiers made later sort later")
    func order() {
        let instants = (0..<50).map { Date(timeIntervalSince1970: 1_795_000_000 + Double($0) / 100) }
        let texts = instants.map { Identifier<Day>.make(at: $0).description }
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == 50)
    }

    @Test(
        "nothing but the canonical form is one",
        arguments: [
            "", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ",
            "017f22e2 79b0 7cc3 98c4 dc0c0c07398f", "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
        ])
    func refused(_ text: String) { #expect(Identifier<Day>(text) == nil) }
}
