import Catalogue
import Core
import Foundation
import TestSupport
import Testing

@Suite("Editing forms at the desk")
struct FormEditTests {
    @Test("every piece of every form we ship goes through the desk unchanged", arguments: SeedForms.forms)
    func roundTrip(_ code: String) throws {
        let form = try SeedForms.form(code)
        let settings = FormPiece.settings
        #expect(RevisionChange.all(from: form, to: settings.piece(form, with: settings.answers(form))) == [])
        for (kind, path) in SeedForms.pieces(of: form) {
            let piece = try #require(form.element(at: path))
            #expect(RevisionChange.all(from: piece, to: kind.piece(piece, with: kind.answers(piece))) == [], "\(path)")
        }
    }

    @Test("whether a limit is counted to the minute is asked at the desk, and kept", arguments: [true, false, nil])
    func exactLimit(_ isExact: Bool?) throws {
        let form = try SeedForms.form("1.001193")
        var answers = FormPiece.settings.answers(form)
        #expect(answers["quantity"] != nil && answers["exact"] == nil)
        answers["exact"] = isExact.map(JSON.bool)
        let edited = FormPiece.settings.piece(form, with: answers)
        #expect(try Form(json: edited).limit?.timeLimit.isExact == (isExact == true))
        #expect((FormPiece.settings.answers(edited)["exact"] == true) == (isExact == true))
    }

    @Test("any sequence of edits leaves the pieces it doesn't touch as they were", arguments: 0..<20)
    func untouched(_ seed: Int) throws {
        var random = Linear(state: UInt64(seed) &* 7_919 &+ 1)
        var form = try SeedForms.form("1.001193")
        for _ in 0..<60 {
            let before = Dictionary(
                uniqueKeysWithValues: SeedForms.pieces(of: form).map { ($0.path, form.element(at: $0.path)) })
            let (edited, touched) = edit(form, &random)
            for (path, piece) in before where !touched.contains(where: { SeedForms.overlap($0, path) }) {
                #expect(edited.element(at: path) == piece, "\(path)")
            }
            form = edited
            // It is a form, or the desk says what is wrong with it.
            if Finding.problems(of: form).isEmpty { #expect(throws: Never.self) { try Form(json: form) } }
        }
    }

    @Test(
        "ids come out of labels, without accents, and never twice",
        arguments: [
            ("Họ tên cha", "ho_ten_cha"), ("Ngày sinh (dương lịch)", "ngai_sinh_duong_lich"), ("123", "q_123"),
            ("!", "q"),
        ])
    func ids(_ label: String, _ id: String) {
        #expect(JSON.formID(from: label, taken: []).hasPrefix(id))
        #expect(
            JSON.formID(from: label, taken: [JSON.formID(from: label, taken: [])])
                != JSON.formID(from: label, taken: []))
    }

    /// A random edit, and the paths that it may have changed.
    private func edit(_ form: JSON, _ random: inout Linear) -> (JSON, [FormPath]) {
        let paths = SeedForms.pieces(of: form).map(\.path)
        guard let path = paths.randomElement(using: &random) else { return (form, []) }
        switch Int.random(in: 0..<4, using: &random) {
        // Only the order changes, so no piece does; the list's owner holds it and does.
        case 0: return (form.moving(path, by: Bool.random(using: &random) ? 1 : -1), path.parent.map { [$0] } ?? [])
        case 1 where paths.count > 20: return (form.removing(path), [path])
        default:
            let section = FormPath([path.steps[0]])
            guard !path.isEligibility else { return (form, []) }
            let kind = FormField.Kind.allCases.randomElement(using: &random) ?? .text
            let id = JSON.formID(from: "Câu hỏi \(kind)", taken: form.formIDs)
            return (form.adding(kind.newField(id: id, vi: id, en: id), to: section), [section])
        }
    }
}

@Suite("Comparing revisions")
struct RevisionDifferenceTests {
    @Test("equal documents have no changes, in whatever order their members stand")
    func equal() throws {
        let form = try SeedForms.form("1.001193")
        #expect(RevisionChange.all(from: form, to: form) == [])
        #expect(RevisionChange.all(from: ["a": .null, "b": ""], to: ["c": []]) == [])
    }

    @Test("a question that was added, removed, changed or moved is one change each")
    func questions() throws {
        let form = try SeedForms.form("1.001193")
        let field = FormPath(["child", "child_name"])
        #expect(changes(form, form.removing(field)) == [.removed])
        #expect(changes(form.removing(field), form) == [.added])
        #expect(changes(form, form.moving(field, by: 1)) == [.moved])
        var members = try #require(form.element(at: field)?.object)
        members["label"] = ["vi": "Khác", "en": "Other"]
        let renamed = RevisionChange.all(from: form, to: form.replacing(field, with: .object(members)))
        #expect(renamed.map(\.kind) == [.changed])
        #expect(renamed.first?.path.last == .member("label"))
        #expect(renamed.first?.after?["vi"] == "Khác")
    }

    @Test("a fee that changed is named by its channel and what it is for")
    func fees() {
        func facts(_ amount: Int) -> JSON {
            [
                "channels": [
                    ["method": "ONLINE", "fees": [["type": "FEE", "note": "Lệ phí", "amount": .integer(amount)]]]
                ]
            ]
        }
        let found = RevisionChange.all(from: facts(5000), to: facts(8000))
        #expect(found.count == 1)
        #expect(found.first?.before == 5000)
        #expect(found.first?.after == 8000)
    }

    private func changes(_ old: JSON, _ new: JSON) -> [RevisionChange.Kind] {
        RevisionChange.all(from: old, to: new).map(\.kind)
    }
}

@Suite("Findings about procedures")
struct FindingTests {
    @Test(
        "contradictions are found",
        arguments: [
            (#"[{"method":"ONLINE","quantity":1,"unit":"OTHER"}]"#, "[]", ["unit_other:ONLINE"]),
            (
                #"[{"method":"ONLINE","quantity":5,"unit":"DAY"}]"#, #"[{"code":"a","quantity":10,"unit":"DAY"}]"#,
                ["time_conflict:ONLINE"]
            ),
            (#"[{"method":"ONLINE","quantity":5,"unit":"DAY"}]"#, #"[{"code":"a","quantity":5,"unit":"DAY"}]"#, []),
            (
                #"[{"method":"ONLINE","quantity":5,"unit":"DAY"},{"method":"ONLINE","quantity":3,"unit":"DAY"}]"#, "[]",
                ["channel_twice:ONLINE"]
            ),
            (
                #"[{"method":"ONLINE","fees":[{"type":"FEE","note":"x","amount":100}]},{"method":"DIRECT","fees":[{"type":"FEE","note":"x","amount":100000}]}]"#,
                "[]", ["fee_scale:FEE x"]
            ),
            (
                #"[{"method":"ONLINE","fees":[{"type":"FEE","note":"Mức thu 50.000 đồng","amount":0}]}]"#, "[]",
                ["fee_in_words:Mức thu 50.000 đồng"]
            ),
            (#"[{"method":"ONLINE","fees":[{"type":"FEE","note":"Theo quy định năm 24","amount":0}]}]"#, "[]", []),
        ] as [(String, String, [String])])
    func contradictions(_ channels: String, _ cases: String, _ expected: [String]) throws {
        let facts: JSON = [
            "channels": try JSON(parsing: Array(channels.utf8)), "cases": try JSON(parsing: Array(cases.utf8)),
        ]
        #expect(Finding.all(facts: facts, form: nil).filter { $0.kind != .missing }.map(\.id) == expected)
    }

    @Test("every part of every procedure we ship goes through the desk without losing anything")
    func parts() throws {
        let procedures = try JSON(
            parsing: Array(try Data(contentsOf: URL(filePath: TestDatabase.root + "/SQL/seed/procedures.json"))),
            limits: JSON.Limits(bytes: 20_000_000, depth: 32, elements: 2_000_000))
        for facts in procedures.array ?? [] {
            for part in FactsPart.allCases {
                let again = part.facts(facts, with: part.answers(facts))
                #expect(part.answers(again) == part.answers(facts), "\(facts["code"]?.string ?? "") \(part)")
            }
        }
    }
}

/// The forms of `SQL/seed`, and their pieces.
enum SeedForms {
    static let forms: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: TestDatabase.root + "/SQL/seed/forms")) ?? []
        return names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func form(_ code: String) throws -> JSON {
        func json(_ path: String) throws -> JSON {
            try JSON(
                parsing: Array(try Data(contentsOf: URL(filePath: TestDatabase.root + "/SQL/seed/" + path))),
                limits: JSON.Limits(bytes: 20_000_000, depth: 32, elements: 2_000_000))
        }
        return Form.resolving(try json("forms/\(code).json"), optionSets: try json("option_sets.json"))
    }

    static func pieces(of form: JSON) -> [(kind: FormPiece, path: FormPath)] {
        func ids(_ json: JSON, _ list: String) -> [String] { (json[list]?.array ?? []).compactMap { $0["id"]?.string } }
        var pieces = ids(form, "eligibility").map { (FormPiece.eligibility, FormPath([$0], isEligibility: true)) }
        for section in form["sections"]?.array ?? [] {
            guard let id = section["id"]?.string else { continue }
            pieces.append((.section, FormPath([id])))
            for field in section["fields"]?.array ?? [] {
                guard let fieldID = field["id"]?.string else { continue }
                pieces.append((.field, FormPath([id, fieldID])))
                pieces += ids(field, "fields").map { (.field, FormPath([id, fieldID, $0])) }
            }
        }
        return pieces
    }

    /// Whether one of two places holds the other.
    static func overlap(_ left: FormPath, _ right: FormPath) -> Bool {
        left.isEligibility == right.isEligibility && zip(left.steps, right.steps).allSatisfy { $0 == $1 }
    }
}

/// The same numbers for the same seed, everywhere.
private struct Linear: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
