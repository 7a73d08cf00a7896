import Core
import Foundation
import Notifications
import Pages
import TestSupport
import Testing

@Suite("What is written to people")
struct LettersTests {
    private let letters: Letters

    init() throws {
        letters = try Letters(
            texts: Texts(directory: TestDatabase.root + "/Templates"), publicURL: "https://dichvucong.example.vn")
    }

    @Test("every topic that code enqueues has its words")
    func topics() throws {
        var found: Set<String> = []
        let folder = TestDatabase.root + "/Sources"
        for case let name as String in try #require(FileManager.default.enumerator(atPath: folder))
        where name.hasSuffix(".swift") {
            let source = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            found.formUnion(source.matches(of: /topic: "([a-z_.]+)"/).map { String($0.1) })
        }
        #expect(found.isSuperset(of: ["dossier.status", "draft.carried"]))
        #expect(found.filter { !letters.knows($0) } == [])
    }

    @Test(
        "a message is in its reader's language, and leads to the page in that language",
        arguments: [
            (
                Language.vi, "Hồ sơ H26.16-261124-0001: Yêu cầu bổ sung",
                "https://dichvucong.example.vn/ho-so/H26.16-261124-0001"
            ),
            (.en, "Application H26.16-261124-0001:", "https://dichvucong.example.vn/en/ho-so/H26.16-261124-0001"),
        ])
    func language(language: Language, subject: String, url: String) {
        let letter = letters.letter(
            "dossier.status", ["code": "H26.16-261124-0001", "status": 5], to: "Đỗ Ỷ", in: language)
        #expect(letter.subject.hasPrefix(subject))
        #expect(letter.body.contains("Đỗ Ỷ") && letter.body.contains(url))
        #expect(!letter.short.contains("http"))
        #expect(![letter.subject, letter.body, letter.short].contains { $0.contains("{") })
    }

    @Test("members of the payload are values: texts as they are, days as people write them, objects by language")
    func values() throws {
        let carried = letters.letter(
            "draft.carried",
            ["draft": "x", "path": "/ho-so-nhap/1", "procedure": ["vi": "Khai sinh", "en": "Birth"]], to: "A", in: .en)
        #expect(carried.subject.contains("Birth") && carried.body.contains("/en/ho-so-nhap/1"))
        let day = letters.letter("draft.carried", ["procedure": "2026-11-24"], to: "A", in: .vi)
        #expect(day.subject.contains("24/11/2026"))
    }

    @Test(
        "only a path of this site is a page to lead to",
        arguments: [
            (["path": "/ho-so/A"], "/ho-so/A"), (["code": "A"], "/ho-so/A"), (["draft": "D"], "/ho-so-nhap/D"),
            (["path": "//evil.example"], nil), (["path": "https://evil.example"], nil), (["path": "/a b"], nil),
            (["path": "/\\evil"], nil), ([:], nil),
        ] as [(JSON, String?)])
    func paths(payload: JSON, path: String?) {
        #expect(Letters.path(of: payload) == path)
    }
}
