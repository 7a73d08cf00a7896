package import Core

/// What the JSON of a revision's facts is made of: for documents that come from outside, where a slip in a name would
/// otherwise be kept and never shown.
package indirect enum FactsShape: Sendable {
    case text, number, flag
    case list(FactsShape)
    /// With these members and no others; each may be left out or null.
    case object([String: FactsShape])
    /// With members of any name.
    case table(FactsShape)

    /// Something that is not as it should be.
    package enum Mistake: Sendable, Hashable {
        case unknownMember(String)
        /// Another type than this one is wanted: `text`, `number`, `flag`, `list`, `object`.
        case wrongType(String)
    }

    package static let facts = FactsShape.object([
        "code": .text, "name": .text, "name_en": .text, "state": .text, "type": .text, "promulgator": .text,
        "source": .text, "requirements": .text, "time_conflict": .flag,
        "field": .object(["code": .text, "name": .text]),
        "levels": .list(.text), "executing": .list(.text), "authorised": .list(.text), "coordinating": .list(.text),
        "subjects": .list(.text), "steps": .list(.text), "explanations": .table(.text),
        "decision": .object(["number": .text, "date": .text]), "results": .list(reference),
        "legal_basis": .list(reference),
        "channels": .list(
            .object([
                "method": .text, "case": .text, "quantity": .number, "unit": .text, "description": .text,
                "fees": .list(.object(["type": .text, "amount": .number, "note": .text])),
            ])),
        "cases": .list(.object(["code": .text, "name": .text, "quantity": .number, "unit": .text])),
        "documents": .list(.object(["group": .text, "items": .list(document)])),
    ])

    private static let reference = FactsShape.object(["code": .text, "name": .text])
    private static let document = FactsShape.object([
        "code": .text, "name": .text, "originals": .number, "copies": .number,
        "templates": .list(.object(["name": .text, "sha256": .text, "size": .number, "type": .text])),
    ])

    /// Everything in which a value is not of this shape, and where.
    package func mistakes(in json: JSON, at path: [String] = []) -> [(path: [String], mistake: Mistake)] {
        switch (self, json) {
        case (_, .null), (.text, .string), (.number, .integer), (.flag, .bool): []
        case (.list(let shape), .array(let elements)):
            elements.enumerated().flatMap { index, element in
                // A null among the elements of a list stands for nothing that could be shown.
                element == .null
                    ? [(path + [String(index)], .wrongType(shape.name))]
                    : shape.mistakes(in: element, at: path + [String(index)])
            }
        case (.object(let shapes), .object(let members)):
            members.sorted { $0.key < $1.key }.flatMap { name, value in
                shapes[name]?.mistakes(in: value, at: path + [name]) ?? [(path + [name], .unknownMember(name))]
            }
        case (.table(let shape), .object(let members)):
            members.sorted { $0.key < $1.key }.flatMap { shape.mistakes(in: $1, at: path + [$0]) }
        case (.text, _), (.number, _), (.flag, _), (.list, _), (.object, _), (.table, _):
            [(path, .wrongType(name))]
        }
    }

    /// Every name of a type.
    package static let types = ["text", "number", "flag", "list", "object"]

    private var name: String {
        switch self {
        case .text: "text"
        case .number: "number"
        case .flag: "flag"
        case .list: "list"
        case .object, .table: "object"
        }
    }
}
