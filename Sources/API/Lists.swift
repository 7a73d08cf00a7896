import Catalogue
import Core
import Server

extension JSON {
    /// A page of a list: `{"items": […], "next": "…" | null}`.
    static func page<Item>(_ found: Found<Item>, _ item: (Item) -> JSON) -> JSON {
        ["items": .array(found.items.map(item)), "next": found.next.map(JSON.string) ?? .null]
    }
}

extension FormFields {
    /// How many items a page may have: 1…100, 20 unless said otherwise.
    func limit() throws -> Int { try number("limit", in: 1...100, standard: 20) }

    /// A number within bounds.
    func number(_ field: String, in range: ClosedRange<Int>, standard: Int) throws -> Int {
        guard let text = self[field], !text.isEmpty else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw RequestFailure.invalid([
                FieldProblem(
                    field: field, code: "out_of_range",
                    arguments: ["min": String(range.lowerBound), "max": String(range.upperBound)])
            ])
        }
        return number
    }
}
