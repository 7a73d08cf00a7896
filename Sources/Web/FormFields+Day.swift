import Core
import Server

extension FormFields {
    /// A day typed in three parts, or given whole in a link.
    func day(_ name: String) -> (day: Day?, parts: [String]) {
        if let whole = self[name].flatMap({ Day($0) }) { return (whole, whole.parts) }
        let parts = ["day", "month", "year"].map { (self["\(name).\($0)"] ?? "").cleaned }
        let numbers = parts.map { Int($0) ?? 0 }
        let day = numbers[2] >= 1000 ? Day(year: numbers[2], month: numbers[1], day: numbers[0]) : nil
        return (day, parts)
    }
}

extension Day {
    /// Day, month and year, as three inputs show them.
    var parts: [String] {
        let (year, month, day) = components
        return [String(day), String(month), String(year)]
    }
}
