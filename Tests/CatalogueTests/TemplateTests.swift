import Catalogue
import Core
import Files
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Template files of documents")
struct TemplateTests {
    /// Three documents in two groups; the first and the last have a template.
    private static let facts: JSON = [
        "documents": [
            [
                "group": "",
                "items": [
                    ["code": "G1", "name": "Tờ khai", "originals": 1, "templates": [template("a")]],
                    ["code": "", "name": "Bản sao", "copies": 1],
                ],
            ],
            [
                "group": "Trường hợp hai",
                "items": [["code": "G3", "name": "Văn bản ủy quyền", "templates": [template("c")]]],
            ],
        ]
    ]

    private static func template(_ name: String) -> JSON {
        ["name": .string("\(name).pdf"), "sha256": .string(name), "size": 1, "type": "pdf"]
    }

    private static func row(_ code: String, _ name: String, group: String = "") -> JSON {
        ["code": .string(code), "name": .string(name), "group": .string(group)]
    }

    /// What is saved on the documents' page, and which templates the rows then have.
    private static let edits: [(what: String, rows: [JSON], templates: [[String]])] = [
        (
            "unchanged",
            [row("G1", "Tờ khai"), row("", "Bản sao"), row("G3", "Văn bản ủy quyền", group: "Trường hợp hai")],
            [["a"], [], ["c"]]
        ),
        (
            "moved about",
            [row("G3", "Văn bản ủy quyền"), row("", "Bản sao", group: "X"), row("G1", "Tờ khai", group: "X")],
            [["c"], [], ["a"]]
        ),
        ("renamed", [row("G1", "Tờ khai đăng ký khai sinh"), row("G3", "Giấy ủy quyền")], [["a"], ["c"]]),
        ("given another code", [row("G9", "Tờ khai"), row("", "Văn bản ủy quyền")], [["a"], ["c"]]),
        ("removed", [row("", "Bản sao")], [[]]),
        ("replaced by others", [row("G7", "Khác"), row("", "Khác nữa")], [[], []]),
        ("written twice", [row("G1", "Tờ khai"), row("G1", "Tờ khai")], [["a"], []]),
        ("swapped names under one code", [row("G1", "Mới"), row("G1", "Tờ khai")], [[], ["a"]]),
    ]

    @Test("stay with their documents when the documents' page is saved", arguments: edits.indices)
    func kept(_ index: Int) {
        let (what, rows, templates) = Self.edits[index]
        let saved = FactsPart.documents.facts(Self.facts, with: ["documents": .array(rows)])
        let found = DocumentTemplates(facts: saved).documents.map { $0.templates.map(\.sha256) }
        #expect(found == templates, "\(what)")
    }

    @Test("are changed for one document and leave all else as it was", arguments: 0..<4)
    func replaced(_ index: Int) {
        let changed = DocumentTemplates.replace(of: index, in: Self.facts) { _ in [Self.template("n")] }
        let before = DocumentTemplates(facts: Self.facts).documents.map { $0.templates.map(\.sha256) }
        var after = before
        if index < after.count { after[index] = ["n"] }
        #expect(DocumentTemplates(facts: changed).documents.map { $0.templates.map(\.sha256) } == after)
        let back = DocumentTemplates.replace(of: index, in: changed) { _ in
            (index < before.count ? before[index] : []).map { Self.template($0) }
        }
        #expect(RevisionChange.all(from: Self.facts, to: back).isEmpty)
    }

    @Test("another file in the place of one is one removed and one added, by their names")
    func differences() {
        let changed = DocumentTemplates.replace(of: 0, in: Self.facts) { _ in [Self.template("n")] }
        let kinds = RevisionChange.all(from: Self.facts, to: changed).map(\.kind)
        #expect(kinds == [.removed, .added])
    }

    @Test("are added over the version that the editor saw, once, and taken off; every act stands in the journal")
    func addedAndRemoved() async throws {
        try await withDesk { desk in
            try await withStore { store in
                let id = try await desk.begin()
                try await desk.complete(id)
                let file = try store.keep("một")
                func add(_ version: Int, _ document: Int = 0) async throws {
                    try await desk.publishing.addTemplate(
                        file, named: "to-khai.docx", to: document, of: id, version: version, by: desk.author,
                        at: desk.now)
                }
                await #expect(throws: PublishingError.editedMeanwhile) { try await add(1) }
                await #expect(throws: PublishingError.notFound) { try await add(2, 1) }
                try await add(2)
                let work = try await desk.publishing.work(id, for: desk.author)
                let templates = DocumentTemplates(facts: work.facts).documents[0].templates
                // It is a PDF, whatever its name says.
                #expect(templates.map(\.name) == ["to-khai.pdf"] && templates.map(\.sha256) == [file.digest])
                try await add(3)
                #expect(try await desk.publishing.work(id, for: desk.author).version == 3)
                let known = try await desk.publishing.templates(among: [
                    file.digest, "x", String(repeating: "0", count: 64),
                ])
                #expect(known.map(\.sha256) == [file.digest] && known.map(\.size) == [file.size])
                let catalogue = Catalogue(database: desk.test.application)
                #expect(try await catalogue.template(file.sha256, of: "1.900001") == nil)
                try await desk.publishing.submit(id, version: 3, by: desk.author, at: desk.now)
                try await desk.publishing.publish(id, by: desk.reviewer, at: desk.now)
                #expect(try await catalogue.template(file.sha256, of: "1.900001")?.name == "to-khai.pdf")
                #expect(try await catalogue.template(file.sha256, of: "1.900002") == nil)

                let next = try await desk.publishing.begin(from: id, by: desk.author, at: desk.now)
                try await desk.publishing.removeTemplate(
                    file.digest, from: 0, of: next, version: 1, by: desk.author, at: desk.now)
                let left = try await desk.publishing.work(next, for: desk.author)
                #expect(DocumentTemplates(facts: left.facts).documents[0].templates.isEmpty)
                try await desk.publishing.submit(next, version: 2, by: desk.author, at: desk.now)
                try await desk.publishing.publish(next, by: desk.reviewer, at: desk.now)
                // The revision before still names it: whoever filed under it can see what was asked.
                #expect(try await catalogue.template(file.sha256, of: "1.900001") != nil)
                let noted = try await desk.test.sql(
                    "select kind from journal_entries where kind like '%.template_%' order by kind")
                #expect(noted == ["revision.template_added", "revision.template_removed"])
            }
        }
    }

    @Test("a document has ten at most")
    func most() async throws {
        try await withDesk { desk in
            try await withStore { store in
                let id = try await desk.begin()
                try await desk.complete(id)
                for number in 0...10 {
                    let file = try store.keep("\(number)")
                    func add() async throws {
                        try await desk.publishing.addTemplate(
                            file, named: "\(number).pdf", to: 0, of: id, version: 2 + number, by: desk.author,
                            at: desk.now)
                    }
                    if number < 10 {
                        try await add()
                    } else {
                        await #expect(throws: PublishingError.tooManyTemplates) { try await add() }
                    }
                }
            }
        }
    }

    @Test("the database refuses a revision that names a file nobody uploaded as one, and keeps what a revision names")
    func walls() async throws {
        try await withDesk { desk in
            let (attached, absent) = (String(repeating: "ab", count: 32), String(repeating: "cd", count: 32))
            // A citizen's file: it is there, but no template.
            try await desk.test.sql(
                "insert into files values (decode('\(attached)', 'hex'), 1, 'application/pdf', now())")
            let id = try await desk.begin()
            for (number, digest) in [attached, absent].enumerated() {
                var facts = Desk.facts
                facts["documents"] = [
                    ["group": "", "items": [["name": "A", "templates": [["sha256": .string(digest)]]]]]
                ]
                await #expect(throws: PostgresError.self, "\(number)") { try await desk.save(id, facts, version: 1) }
            }
            try await withStore { store in
                try await desk.complete(id)
                let file = try store.keep("x")
                try await desk.publishing.addTemplate(
                    file, named: "x.pdf", to: 0, of: id, version: 2, by: desk.author, at: desk.now)
                for table in ["files", "template_files"] {
                    await #expect(throws: PostgresError.self) {
                        try await desk.test.sql("delete from \(table) where sha256 = decode('\(file.digest)', 'hex')")
                    }
                }
                try await desk.publishing.discard(id, by: desk.author, at: desk.now)
                #expect(try await desk.test.sql("select count(*) from revision_templates") == ["0"])
            }
        }
    }
}

/// A store of files that is gone afterwards.
private func withStore(_ body: (FileStore) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "portal-files-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(try FileStore(directory: folder))
}

extension FileStore {
    /// Keeps a small PDF with some words.
    fileprivate func keep(_ words: String) throws -> StoredFile {
        let upload = try receive(most: 1000)
        try Array("%PDF-1.4\n% \(words)\n%%EOF\n".utf8).withUnsafeBytes { try upload.write($0) }
        return try upload.finish().get()
    }
}
