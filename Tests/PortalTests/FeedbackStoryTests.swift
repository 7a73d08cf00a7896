import Core
import Feedback
import Foundation
import HTTPTypes
import Notifications
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Feedback on pages without scripts")
struct FeedbackStoryTests {
    @Test("sent without signing in, passed on, asked, supplemented, answered, published and liked")
    func story() async throws {
        try await Demonstration.with { demonstration async throws in
            let stranger = TestClient(demonstration.house.site)
            let sent = try await Self.send(stranger, agency: "")
            let (code, word) = (sent.code, try #require(sent.word))
            let office = try await demonstration.browser("officer", login: "daumoi.botuphap")
            let ward = try await demonstration.browser("officer")
            #expect(try await office.get("/can-bo/phan-anh").text.contains(code))
            #expect(try await ward.get("/can-bo/phan-anh/\(code)").status == .notFound)

            // Words that several agencies have are no agency yet: the page that follows lets one be chosen.
            var form = [("act", "forward"), ("agency", "hoan kiem"), ("note", "Thuộc thẩm quyền của phường.")]
            let unclear = try await Self.post(office, code, form)
            #expect(unclear.status == .unprocessableContent && unclear.text.contains("value=\"H26.00070\""))
            #expect(unclear.text.contains("Thuộc thẩm quyền của phường."))
            form += [("target", "H26.00070"), ("found", "hoan kiem")]
            #expect(try await Self.preview(office, code, form).contains("Chưa có gì được gửi"))
            let forwarded = try await Self.post(office, code, form + [("step", "send")])
            #expect(forwarded.location == "/can-bo/phan-anh?done=forward")
            #expect(try await office.get("/can-bo/phan-anh/\(code)").status == .notFound)

            #expect(try await Self.act(ward, code, [("act", "ask"), ("note", "Ở quầy nào?")]).status == .seeOther)
            let asked = try await Self.track(stranger, code, word)
            #expect(asked.text.contains("Ở quầy nào?") && asked.text.contains("Bổ sung thông tin"))
            let supplemented = try await stranger.post(
                "/phan-anh/tra-cuu",
                form: [
                    ("csrf", asked.text.formToken), ("code", code), ("word", word), ("act", "supplement"),
                    ("version", "3"), ("note", "Quầy số 3."),
                ])
            #expect(supplemented.location == "/phan-anh/tra-cuu?code=\(code)&done=supplement")
            #expect(
                try await Self.act(ward, code, [("act", "answer"), ("note", "Đã nhắc quầy số 3.")]).status == .seeOther)
            #expect(try await stranger.get("/phan-anh/\(code)").status == .notFound)

            let naming = [("act", "publish"), ("question", "Tôi là Trần Văn Hòa"), ("public_answer", "Đã nhắc.")]
            let refused = try await Self.post(ward, code, naming)
            #expect(refused.status == .unprocessableContent && refused.text.contains("Tôi là Trần Văn Hòa"))
            let wording = [("act", "publish"), ("question", "Quầy đóng cửa sớm."), ("public_answer", "Đã nhắc.")]
            #expect(try await Self.act(ward, code, wording).status == .seeOther)
            let public_ = try await stranger.get("/phan-anh/\(code)")
            #expect(public_.status == .ok && public_.text.contains("Quầy đóng cửa sớm."))
            for personal in ["Trần Văn Hòa", "0912345678", "Hàng Bạc", "Quầy số 3."] {
                #expect(!public_.text.contains(personal))
            }
            #expect(try await stranger.get("/phan-anh?q=dong+cua").text.contains(code))
            #expect(try await stranger.get("/api/v1/feedback/\(code)").text.contains("\"likes\":0"))

            let citizen = try await demonstration.browser("citizen")
            for _ in 1...2 {
                let page = try await citizen.get("/phan-anh/\(code)")
                let answer = try await citizen.post(
                    "/phan-anh/\(code)/y-kien", form: [("csrf", page.text.formToken), ("opinion", "like")])
                #expect(answer.location == "/phan-anh/\(code)?done=reacted")
            }
            #expect(try await citizen.get("/phan-anh/\(code)").text.contains("Hài lòng: 1 · Không hài lòng: 0"))
            #expect(try await ward.get("/can-bo/phan-anh?loc=da-xong").text.contains(code))
            #expect(try await ward.get("/en/can-bo/phan-anh/\(code)").status == .ok)
        }
    }

    @Test("the author without an account is told by mail what waits for them and what it came to, and nobody else is")
    func mailed() async throws {
        try await Demonstration.with { demonstration async throws in
            let house = demonstration.house
            let mailbox = Mailbox()
            let notifications = Notifications(
                database: house.worker, letters: house.letters, logger: TestDatabase.logger)
            let courier = Courier(
                .email, by: mailbox, database: house.worker, letters: house.letters, logger: TestDatabase.logger)
            func mail() async throws -> [OutgoingMessage] {
                while try await notifications.spread(at: Date()) > 0 {}
                while try await courier.carry(at: Date(), jitter: 1) != .nothing {}
                return await mailbox.empty()
            }
            let stranger = TestClient(house.site)
            let officer = try await demonstration.browser("officer")
            _ = try await mail()
            let sent = try await Self.send(stranger, agency: "H26.00070", email: "hoa@example.vn")
            #expect(try await Self.act(officer, sent.code, [("act", "accept"), ("note", "")]).status == .seeOther)
            // Nobody has confirmed the address: that something was sent isn't written to it.
            #expect(try await mail().isEmpty)
            #expect(
                try await Self.act(officer, sent.code, [("act", "ask"), ("note", "Ở quầy nào?")]).status == .seeOther)
            let asked = try await mail()
            #expect(asked.map(\.address) == ["hoa@example.vn"])
            let letter = try #require(asked.first?.letter)
            #expect(letter.subject.contains(sent.code) && letter.body.contains("Trần Văn Hòa"))
            let word = try #require(sent.word)
            #expect(letter.body.contains("/phan-anh/tra-cuu") && !letter.body.contains(word))
            // What was asked and the address stand where they stood, and nowhere else.
            let kept = try await demonstration.test.sql(
                "select n.payload::text || d.recipient from notices n join deliveries d on d.notice_id = n.id"
                    + " where n.feedback_id is not null union all select payload::text from outbox where payload ? 'feedback'"
            )
            #expect(kept.count == 2)
            for line in kept {
                for personal in ["hoa@", "Hòa", "0912", "Hàng Bạc", "Ở quầy nào?"] { #expect(!line.contains(personal)) }
            }
            let seen = try await demonstration.test.sql(
                "set role portal_app; select set_config('portal.account', gen_random_uuid()::text, false);"
                    + " select count(*) from notices")
            #expect(seen.last == "0")

            // Without an address there is nobody to write to, and an account is told as accounts are.
            let silent = try await Self.send(stranger, agency: "H26.00070")
            #expect(
                try await Self.act(officer, silent.code, [("act", "ask"), ("note", "Ở quầy nào?")]).status == .seeOther)
            #expect(try await mail().isEmpty)
        }
    }

    @Test("the author with an account sees it on their own list, is told by letter, and may withdraw it once")
    func account() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let (code, word) = try await Self.send(citizen, agency: "H26.00070")
            #expect(word == nil)
            let own = try await citizen.get("/phan-anh/cua-toi/\(code)")
            #expect(own.status == .ok && own.text.contains("Rút phản ánh, kiến nghị này"))
            #expect(try await citizen.get("/phan-anh/cua-toi").text.contains(code))
            let ward = try await demonstration.browser("officer")
            let preview = try await Self.preview(ward, code, [("act", "accept")])
            #expect(preview.contains("Phản ánh, kiến nghị \(code) đã được tiếp nhận"))
            let business = try await demonstration.browser("business")
            #expect(try await business.get("/phan-anh/cua-toi/\(code)").status == .notFound)
            let withdrawal = [("csrf", own.text.formToken), ("act", "withdraw"), ("version", "1")]
            for _ in 1...2 {
                let answer = try await citizen.post("/phan-anh/cua-toi/\(code)", form: withdrawal)
                #expect(answer.location == "/phan-anh/cua-toi/\(code)?done=withdraw")
            }
            #expect(try await demonstration.test.sql("select count(*) from feedback_events") == ["2"])
            // Who looked at it before is told, and keeps what was typed.
            let late = try await Self.post(
                ward, code, [("act", "refuse"), ("note", "Đã gửi."), ("version", "1"), ("step", "send")])
            #expect(late.status == .unprocessableContent && late.text.contains("vừa có thay đổi"))
        }
    }

    @Test("a form sent twice is one feedback with one word, and errors keep what was typed and what was uploaded")
    func once() async throws {
        try await Demonstration.with { demonstration async throws in
            let stranger = TestClient(demonstration.house.site)
            let page = try await stranger.get("/phan-anh/gui?thu-tuc=1.001193")
            #expect(page.text.contains("value=\"1.001193\""))
            let pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
            var form = Self.form(page.text, agency: "") + [("files", pdf)]
            form.removeAll { $0.0 == "body" }
            let refused = try await Self.multipart(stranger, "/phan-anh/gui", form)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("Trần Văn Hòa") && refused.text.contains("ảnh quầy.pdf"))
            let kept = try #require(refused.text.value(of: "kept-file"))
            form = Self.form(page.text, agency: "") + [("kept-file", kept)]
            var places: Set<String?> = []
            for _ in 1...3 { places.insert(try await stranger.post("/phan-anh/gui", form: form).location) }
            #expect(places.count == 1)
            let count = "select count(*) || ' ' || (select count(*) from feedback_files) from feedback"
            #expect(try await demonstration.test.sql(count) == ["1 1"])
            let place = try #require(places.first ?? nil)
            #expect(try await stranger.get(place).status == .ok)
            // Nobody else's browser makes the word again, and nobody else's code is good for the file.
            let other = TestClient(demonstration.house.site)
            let theirs = try await other.get("/phan-anh/gui")
            #expect(try await other.get(place).status == .notFound)
            let stolen = Self.form(theirs.text, agency: "") + [("kept-file", kept)]
            #expect(try await other.post("/phan-anh/gui", form: stolen).status == .seeOther)
            #expect(try await demonstration.test.sql("select count(*) from feedback_files") == ["1"])
        }
    }

    @Test(
        "hostile input stands escaped on the page, or is found to be nothing",
        arguments: [
            "\"\u{301} autofocus onfocus=alert(1) x", "<script>alert(1)</script>", "{{title}}",
            "'; drop table feedback --",
        ])
    func hostile(text: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let stranger = TestClient(demonstration.house.site)
            let page = try await stranger.get("/phan-anh/gui")
            let form = ["kind", "about", "topic", "agency", "procedure", "dossier", "body", "name", "phone", "email"]
                .map { ($0, text) }
            let ids = [("csrf", page.text.formToken), ("id", try #require(page.text.value(of: "id")))]
            let answer = try await stranger.post("/phan-anh/gui", form: ids + form)
            #expect(answer.status == .unprocessableContent)
            #expect(!answer.text.contains("<script>alert") && !answer.text.contains("\" autofocus"))
            for path in ["/phan-anh?q=", "/phan-anh/tra-cuu?code=", "/phan-anh?after=", "/phan-anh/gui?co-quan="] {
                let encoded = PercentEncoding.encode(text)
                let shown = try await stranger.get(path + encoded)
                #expect(shown.status == .ok && !shown.text.contains("<script>alert"))
            }
            #expect(try await stranger.get("/phan-anh/" + PercentEncoding.encode(text)).status == .notFound)
            let wrong = try await Self.track(stranger, "PA-261124-0001", text)
            #expect(wrong.text.contains("Không tìm thấy"))
        }
    }

    @Test("one address may send so often, then has to wait; nothing is lost but time")
    func limited() async throws {
        try await Demonstration.with { demonstration async throws in
            let stranger = TestClient(demonstration.house.site)
            let page = try await stranger.get("/phan-anh/gui").text
            var statuses: [HTTPResponse.Status] = []
            for _ in 1...16 {
                statuses.append(try await stranger.post("/phan-anh/gui", form: Self.form(page, agency: "")).status)
            }
            #expect(statuses.prefix(15).allSatisfy { $0 == .seeOther } && statuses.last == .tooManyRequests)
            #expect(try await demonstration.test.sql("select count(*) from feedback") == ["1"])
        }
    }

    @Test(
        "each role is let in where it belongs",
        arguments: [
            ("citizen", "/can-bo/phan-anh", HTTPResponse.Status.forbidden),
            ("publisher", "/can-bo/phan-anh", .forbidden),
            ("officer", "/can-bo/phan-anh", .ok), ("officer", "/phan-anh/cua-toi", .ok),
            ("citizen", "/phan-anh/cua-toi", .ok),
        ])
    func roles(role: String, path: String, status: HTTPResponse.Status) async throws {
        try await Demonstration.with { demonstration async throws in
            #expect(try await demonstration.browser(role).get(path).status == status)
        }
    }

    // Steps

    static func form(_ page: String, agency: String, email: String = "") -> [(String, String)] {
        [
            ("csrf", page.formToken), ("id", page.value(of: "id") ?? ""), ("kind", "reflection"), ("about", "conduct"),
            ("topic", "civil_status"), ("agency", agency), ("body", "Quầy đóng cửa sớm.\nTôi phải về."),
            ("name", "Trần Văn Hòa"), ("address", "Số 3, Hàng Bạc"), ("phone", "0912 345 678"),
            ("email", email),
        ]
    }

    /// Sends the sample, and reads code and word off the page that follows.
    static func send(
        _ client: TestClient, agency: String, email: String = ""
    ) async throws -> (code: String, word: String?) {
        let page = try await client.get("/phan-anh/gui")
        let answer = try await client.post("/phan-anh/gui", form: form(page.text, agency: agency, email: email))
        let sent = try await client.get(try #require(answer.location)).text
        let strong = sent.split(separator: "<strong>").dropFirst().map { String($0.prefix { $0 != "<" }) }
        return (
            try #require(strong.first { $0.hasPrefix("PA-") }),
            strong.first { $0.utf8.count == 14 && !$0.hasPrefix("PA-") }
        )
    }

    static func track(_ client: TestClient, _ code: String, _ word: String) async throws -> TestClient.Answer {
        let page = try await client.get("/phan-anh/tra-cuu")
        return try await client.post(
            "/phan-anh/tra-cuu", form: [("csrf", page.text.formToken), ("code", code), ("word", word)])
    }

    /// Posts an officer's form as the page with that act has it.
    static func post(
        _ officer: TestClient, _ code: String, _ form: [(String, String)]
    ) async throws -> TestClient.Answer {
        let act = form.first { $0.0 == "act" }?.1 ?? ""
        let page = try await officer.get("/can-bo/phan-anh/\(code)?viec=\(act)").text
        var fields = [("csrf", page.formToken)]
        if !form.contains(where: { $0.0 == "version" }) { fields.append(("version", page.value(of: "version") ?? "")) }
        return try await officer.post("/can-bo/phan-anh/\(code)", form: fields + form)
    }

    static func preview(_ officer: TestClient, _ code: String, _ form: [(String, String)]) async throws -> String {
        let answer = try await post(officer, code, form)
        #expect(answer.status == .ok)
        return answer.text
    }

    static func act(
        _ officer: TestClient, _ code: String, _ form: [(String, String)]
    ) async throws -> TestClient.Answer {
        try await post(officer, code, form + [("step", "send")])
    }

    static func multipart(
        _ client: TestClient, _ path: String, _ form: [(String, String)]
    ) async throws -> TestClient.Answer {
        let parts = form.map { name, value in
            let file = name == "files" ? "; filename=\"ảnh quầy.pdf\"\r\nContent-Type: application/pdf" : ""
            return "--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n\(value)\r\n"
        }
        return try await client.send(
            .post, path, headers: [.contentType: "multipart/form-data; boundary=xyz"],
            body: Array((parts.joined() + "--xyz--\r\n").utf8))
    }
}

extension String {
    /// The value of the page's first hidden field of a name.
    fileprivate func value(of name: String) -> String? {
        range(of: "name=\"\(name)\" value=\"").map { String(self[$0.upperBound...].prefix { $0 != "\"" }) }
    }
}

/// Takes every message and keeps it.
private actor Mailbox: Transport {
    private var messages: [OutgoingMessage] = []

    func send(_ message: OutgoingMessage) async -> Outcome {
        messages.append(message)
        return .sent(providerID: nil)
    }

    func empty() -> [OutgoingMessage] {
        defer { messages = [] }
        return messages
    }
}
