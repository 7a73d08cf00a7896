import Catalogue
import Core
import Testing

@testable import Dossiers

@Suite("What the owner of a carried draft is told")
struct CarriedOverTests {
    @Test("what an earlier note said stays while it is so, and goes when a later form asks again or no more")
    func following() throws {
        let (first, second) = (try Self.form(["ten", "cu"]), try Self.form(["ten", "moi"]))
        let answers = Answers(values: ["ten": "Mướp", "cu": "vàng"])
        let note = CarriedOver(answers, from: first, to: second)
        #expect(note.lost.map(\.answer) == ["vàng"] && note.required.map(\.vi) == ["moi"])
        // A third form that changes nothing: its owner may not have read the note yet.
        let third = CarriedOver(answers, from: second, to: second).following(note, answers, in: second)
        #expect(third == note)
        // The first one again: nothing is lost any more, and nothing new is asked.
        let back = CarriedOver(answers, from: second, to: first).following(note, answers, in: first)
        #expect(back.lost.isEmpty && back.required.isEmpty)
        // Answered meanwhile.
        let answered = Answers(values: ["ten": "Mướp", "moi": "x"])
        #expect(CarriedOver(answered, from: second, to: second).following(note, answered, in: second).required.isEmpty)
    }

    private static func form(_ fields: [String]) throws -> Form {
        try Form(json: [
            "code": "1.000001", "title": ["vi": "Thử", "en": "Trial"], "paper_form": "Mẫu", "subjects": ["citizen"],
            "receiving": "commune_committee", "eligibility": [],
            "sections": [
                [
                    "id": "phan", "title": ["vi": "Phần", "en": "Part"],
                    "fields": .array(
                        fields.map {
                            [
                                "id": .string($0), "kind": "text", "required": true,
                                "label": ["vi": .string($0), "en": .string($0)],
                            ]
                        }),
                ]
            ],
        ])
    }
}
