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
    func limit() throws -> Int {
        guard let text = self["limit"], !text.isEmpty else { return 20 }
        guard let limit = Int(text), (1...100).contains(limit) else {
            throw RequestFailure.invalid([
                FieldProblem(field: "limit", code: "out_of_range", arguments: ["min": "1", "max": "100"])
            ])
        }
        return limit
    }
}
