import Core
import Feedback
import Foundation
import Testing

@Suite("What is typed before feedback is sent or published")
struct NewFeedbackTests {
    static let typed = [
        "kind": "proposal", "about": "rules", "topic": "civil_status", "agency": "h26.00070", "procedure": "1.001193",
        "dossier": "h26.00070–261123–0001", "body": "Xin bớt một bản sao.\r\n\r\nTrân trọng.",
        "name": "Nguyễn Thị  Minh Lan",
        "address": "Số 12, ngõ 7, phường Hoàn Kiếm", "phone": "0912 345 678", "email": "",
    ]

    @Test("what is right is read as it was meant")
    func right() throws {
        let new = try NewFeedback(typed: Self.typed)
        #expect(new.kind == .proposal && new.subject == .rules && new.topic == .civilStatus)
        #expect(new.agency == "H26.00070" && new.procedureCode == "1.001193")
        #expect(new.dossierCode == "H26.00070-261123-0001")
        #expect(new.body == "Xin bớt một bản sao.\n\nTrân trọng.")
        #expect(new.author.name == "Nguyễn Thị Minh Lan" && new.author.phone == "0912345678")
        #expect(new.author.email == nil)
    }

    @Test(
        "each field says what is wrong with it, and none hides another",
        arguments: [
            ("kind", "", "required"), ("kind", "khiếu nại", "invalid_choice"), ("about", "x", "invalid_choice"),
            ("topic", "", "required"), ("agency", "<script>", "unknown_agency"),
            ("procedure", "abc", "invalid_procedure_code"),
            ("dossier", "12", "invalid_dossier_code"), ("body", " \n\u{200B}", "required"),
            ("body", String(repeating: "ộ", count: 1_700), "too_long"), ("name", "12345", "invalid_name"),
            ("address", "", "required"), ("address", String(repeating: "a", count: 501), "too_long"),
            ("phone", "12", "invalid_phone"), ("phone", "", "required"), ("email", "a@b", "invalid_email"),
        ])
    func wrong(field: String, value: String, code: String) throws {
        var typed = Self.typed
        typed[field] = value
        let failure = #expect(throws: ValidationFailure.self) { try NewFeedback(typed: typed) }
        #expect(failure?.problems.map { "\($0.field) \($0.code)" } == ["\(field) \(code)"])
        let empty = #expect(throws: ValidationFailure.self) { try NewFeedback(typed: [:]) }
        #expect(empty?.problems.map(\.field) == ["kind", "about", "topic", "body", "name", "address", "phone"])
    }

    @Test(
        "what would tell who the author is can't be published",
        arguments: [
            ("Tôi là Nguyễn Thị Minh Lan, xin hỏi.", true), ("toi la NGUYEN THI MINH LAN", true),
            ("Gọi 0912.345.678", true), ("Số 0912345678", true), ("Số định danh 001194990127", true),
            ("Nhà ở số 12 ngõ 7 phường Hoàn Kiếm", true), ("Thư lan@example.vn", true),
            ("Thủ tục 1.001193 có lệ phí 50.000 đồng từ ngày 01/01/2026.", false), ("Lan truyền tin đồn", false),
        ])
    func publicWording(text: String, isRefused: Bool) {
        let author = FeedbackAuthor(
            name: "Nguyễn Thị Minh Lan", address: "Số 12, ngõ 7, phường Hoàn Kiếm", phone: "0912345678",
            email: "lan@example.vn")
        let asked = PublicWording(question: text, answer: "Đã rõ.").problems(about: author)
        #expect(asked.map(\.code) == (isRefused ? ["personal_data"] : []))
        let answered = PublicWording(question: "Câu hỏi", answer: text).problems(about: author)
        #expect(answered.map(\.field) == (isRefused ? ["public_answer"] : []))
        #expect(
            PublicWording(question: " ", answer: "").problems(about: author).map(\.code) == ["required", "required"])
    }

    @Test(
        "a code is read as people write it",
        arguments: [
            ("PA-261124-0001", "PA-261124-0001"), (" pa-261124-0001 ", "PA-261124-0001"),
            ("PA–261124–12345", "PA-261124-12345"), ("H26-261124-0001", nil), ("PA", nil), ("", nil), ("PA-'--1", nil),
        ])
    func codes(text: String, expected: String?) {
        #expect(FeedbackCode(text)?.description == expected)
    }

    @Test("a tracking word is the same for the same form, another for any other, and read as people write it")
    func words() throws {
        let id = FeedbackItem.ID.make(at: Date())
        let word = TrackingWord(secret: "secret", id: id)
        #expect(word == TrackingWord(secret: "secret", id: id) && word.description.utf8.count == 14)
        #expect(word != TrackingWord(secret: "other", id: id))
        #expect(word != TrackingWord(secret: "secret", id: .make(at: Date())))
        for text in [word.description, word.description.uppercased(), word.description.replacing("-", with: " ")] {
            #expect(TrackingWord(text) == word)
        }
        for text in ["", "abcd", "<script>alert(1)</script>", String(repeating: "a", count: 61)] {
            #expect(TrackingWord(text) == nil)
        }
    }
}
