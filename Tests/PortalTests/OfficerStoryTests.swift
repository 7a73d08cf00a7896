import Core
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("What officers and applicants do with a dossier, without scripts")
struct OfficerStoryTests {
    @Test("a dossier is supplemented, received, handed over, extended, decided and returned, and then rated")
    func wholeLife() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let code = desk.code
            #expect(
                try await desk.act(
                    "yeu-cau-bo-sung", [("items", "what-child_name"), ("what-child_name", "Tên khác giấy chứng sinh")])
                    == "ask_supplement")
            // Not before it was answered.
            #expect(try await desk.act("tiep-nhan", []) == nil)
            let page = try await desk.citizen.get("/ho-so/\(code)/bo-sung")
            #expect(page.text.contains("Tên khác giấy chứng sinh") && page.text.contains("name=\"child_name\""))
            // Only what is asked can be changed.
            #expect(!page.text.contains("name=\"mother_name\""))
            let stays = try await desk.citizen.post(
                "/ho-so/\(code)/bo-sung",
                form: [("csrf", page.text.formToken), ("child_name", "Nguyễn Hải Đăng Khoa"), ("action", "later")])
            #expect(stays.location == "/ho-so/\(code)")
            // What is staged isn't the agency's yet.
            #expect(try await !desk.officer.get("/can-bo/ho-so/\(code)").text.contains("Đăng Khoa"))
            let sent = try await desk.citizen.post(
                "/ho-so/\(code)/bo-sung",
                form: [
                    ("csrf", page.text.formToken), ("child_name", "Nguyễn Hải Đăng Khoa"), ("mother_name", "X"),
                    ("reply", "Đã sửa"), ("action", "send"),
                ])
            #expect(sent.location == "/ho-so/\(code)?notice=supplemented")
            let again = try await desk.citizen.post(
                "/ho-so/\(code)/bo-sung",
                form: [("csrf", page.text.formToken), ("child_name", "Khác"), ("action", "send")])
            #expect(again.status == .conflict && again.text.contains("Khác"))
            let seen = try await desk.officer.get("/can-bo/ho-so/\(code)").text
            #expect(seen.contains("Đăng Khoa") && !seen.contains(">X<"))

            #expect(try await desk.act("tiep-nhan", []) == "receive")
            let counted = try await desk.officer.get("/can-bo/ho-so/\(code)").text
            #expect(counted.contains("Theo luật, thời hạn tính lại") && counted.contains("Theo Bộ chỉ số 766"))
            let me = try await desk.officerID()
            #expect(try await desk.act("chuyen-xu-ly", [("officer", me), ("note", "")]) == "hand_over")
            #expect(
                try await desk.act("nghia-vu-tai-chinh", [("amount", "50.000"), ("reason", "Lệ phí")])
                    == "request_payment")
            #expect(try await desk.act("da-nop-tien", [("outcome", "paid"), ("note", "")]) == "settle_payment")
            let day = Desk.workingDay(60)
            let later = [
                ("day.day", "\(day.0)"), ("day.month", "\(day.1)"), ("day.year", "\(day.2)"), ("reason", "Xin lỗi"),
            ]
            #expect(try await desk.act("gia-han", later) == "extend")
            // Once, and no more.
            #expect(try await desk.act("gia-han", later) == "not_now")
            #expect(try await desk.act("dung", [("reason", "Chờ")]) == "stop")
            #expect(try await desk.act("tiep-tuc", [("note", "")]) == "resume")
            #expect(
                try await desk.act("quyet-dinh", [("granted", "yes"), ("title", "Giấy khai sinh"), ("number", "1")])
                    == "decide")
            #expect(try await desk.act("tra-ket-qua", [("way", "online"), ("note", "")]) == "give_back")
            #expect(try await desk.act("phan-cong", [("officer", me)]) == "not_now")

            let rating = try await desk.citizen.get("/ho-so/\(code)/danh-gia")
            let rated = try await desk.citizen.post(
                "/ho-so/\(code)/danh-gia",
                form: [
                    ("csrf", rating.text.formToken), ("satisfaction", "5"), ("contacts", "0"), ("offices", "1"),
                    ("attitude", "2"), ("comment", "Nhanh"),
                ])
            #expect(rated.location == "/ho-so/\(code)?notice=rated")
            #expect(try await desk.citizen.get("/ho-so/\(code)/da-xem").text.contains("Lê Thu Hà"))
            // The state is what its events say, and the journal knows each of them.
            let replayed = try await demonstration.test.sql(
                "select d.status = e.status and d.version = e.sequence and (select count(*) from dossier_events x where x.dossier_id = d.id) = d.version"
                    + " from dossiers d join dossier_events e on e.dossier_id = d.id and e.sequence = d.version where d.code = '\(code)'"
            )
            #expect(replayed == ["t"])
        }
    }

    @Test(
        "of two officers at once the second is told what changed, keeps what was typed, and a second click does nothing"
    )
    func twoOfficers() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let path = "/can-bo/ho-so/\(desk.code)/viec/"
            let receiving = try await desk.officer.get(path + "tiep-nhan")
            let refusing = try await desk.officer.get(path + "tu-choi")
            let form = [("csrf", receiving.text.formToken), ("version", receiving.text.version), ("note", "")]
            let first = try await desk.officer.post(path + "tiep-nhan", form: form)
            #expect(first.location == "/can-bo/ho-so/\(desk.code)?notice=receive")
            let second = try await desk.officer.post(path + "tiep-nhan", form: form)
            #expect(second.location == first.location)
            #expect(try await desk.events() == "2")
            // What the other one wanted isn't possible any more.
            let late = try await desk.officer.post(
                path + "tu-choi",
                form: [
                    ("csrf", refusing.text.formToken), ("version", refusing.text.version), ("reason", "duplicate"),
                    ("note", "N"),
                ])
            #expect(late.location == "/can-bo/ho-so/\(desk.code)?notice=not_now")
            // Possible still, but something happened in between.
            let asking = try await desk.officer.get(path + "yeu-cau-bo-sung")
            let me = try await desk.officerID()
            #expect(try await desk.act("chuyen-xu-ly", [("officer", me), ("note", "đi trước")]) == "hand_over")
            let told = try await desk.officer.post(
                path + "yeu-cau-bo-sung",
                form: [
                    ("csrf", asking.text.formToken), ("version", asking.text.version), ("other", "Nộp thêm bản gốc"),
                ])
            #expect(told.status == .conflict)
            #expect(told.text.contains("đi trước") && told.text.contains("Nộp thêm bản gốc"))
            let then = try await desk.officer.post(
                path + "yeu-cau-bo-sung",
                form: [("csrf", told.text.formToken), ("version", told.text.version), ("other", "Nộp thêm bản gốc")])
            #expect(then.location == "/can-bo/ho-so/\(desk.code)?notice=ask_supplement")
        }
    }

    @Test("a second supplement asks for a reason and is marked as one")
    func secondSupplement() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            #expect(try await desk.act("yeu-cau-bo-sung", [("other", "Một")]) == "ask_supplement")
            #expect(try await desk.act("yeu-cau-bo-sung", [("other", "Hai")]) == nil)
            let page = try await desk.citizen.get("/ho-so/\(desk.code)/bo-sung")
            // Without a word nothing is answered.
            let empty = try await desk.citizen.post(
                "/ho-so/\(desk.code)/bo-sung", form: [("csrf", page.text.formToken), ("action", "send")])
            #expect(empty.status == .unprocessableContent)
            let sent = try await desk.citizen.post(
                "/ho-so/\(desk.code)/bo-sung",
                form: [("csrf", page.text.formToken), ("reply", "Xong"), ("action", "send")])
            #expect(sent.status == .seeOther)
            #expect(try await desk.act("yeu-cau-bo-sung", [("other", "Hai")]) == nil)
            #expect(
                try await desk.act("yeu-cau-bo-sung", [("other", "Hai"), ("reason", "Chưa rõ")]) == "ask_supplement")
            #expect(try await desk.citizen.get("/ho-so/\(desk.code)").text.contains("Yêu cầu bổ sung lần 2"))
        }
    }

    @Test(
        "of two tabs with a supplement the second is told that it was sent, and what it typed is in the message to the agency",
        arguments: ["send", "later", "add:x"])
    func twoTabs(action: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let asked = [("items", "what-child_name"), ("what-child_name", "Tên đầy đủ"), ("other", "Giải thích")]
            #expect(try await desk.act("yeu-cau-bo-sung", asked) == "ask_supplement")
            let path = "/ho-so/\(desk.code)/bo-sung"
            let page = try await desk.citizen.get(path)
            func form(_ name: String, _ reply: String, _ action: String) -> [(String, String)] {
                [
                    ("csrf", page.text.formToken), ("supplement", page.text.value(of: "supplement")),
                    ("child_name", name), ("reply", reply), ("action", action),
                ]
            }
            let sent = try await desk.citizen.post(path, form: form("Trần Lê An", "Đủ rồi", "send"))
            #expect(sent.location == "/ho-so/\(desk.code)?notice=supplemented")
            let events = try await desk.events()
            let second = try await desk.citizen.post(path, form: form("Trần Lê <Bình>", "Khác", action))
            #expect(second.status == .conflict)
            #expect(second.text.contains("đã được gửi ở một cửa sổ khác"))
            let message = try #require(second.text.split(separator: "<textarea").last)
            #expect(message.contains("Trần Lê &lt;Bình&gt;") && message.contains("Khác"))
            #expect(try await desk.events() == events)
            // A second click on the same has lost nothing and is told nothing.
            let again = try await desk.citizen.post(path, form: form("Trần Lê An", "Đủ rồi", action))
            #expect(again.location == "/ho-so/\(desk.code)")
            // The agency asked anew: what was typed for the first request isn't taken for an answer to the second.
            let more = [("other", "Thêm"), ("reason", "Chưa rõ")]
            #expect(try await desk.act("yeu-cau-bo-sung", more) == "ask_supplement")
            let old = try await desk.citizen.post(path, form: form("Trần Lê Bình", "Đủ rồi", action))
            #expect(old.status == .conflict && old.text.contains("Trần Lê Bình"))
            #expect(try await demonstration.test.sql("select staged::text from supplements where number = 2") == ["{}"])
        }
    }

    @Test("another agency sees the question it was asked and nothing else of the dossier")
    func consultation() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let other = try await desk.colleague(login: "canbo.khac", agency: "H26.16")
            #expect(try await desk.act("tiep-nhan", []) == "receive")
            let day = Desk.workingDay(10)
            let asked = [
                ("agency", "h26.16"), ("question", "Nơi cư trú có đúng không?"), ("due.day", "\(day.0)"),
                ("due.month", "\(day.1)"), ("due.year", "\(day.2)"),
            ]
            #expect(
                try await desk.act("xin-y-kien", asked.map { $0.0 == "agency" ? ("agency", "H26.00070") : $0 }) == nil)
            #expect(try await desk.act("xin-y-kien", asked) == "consult")
            #expect(try await desk.act("quyet-dinh", [("granted", "yes"), ("title", "A"), ("number", "1")]) == nil)
            #expect(try await other.get("/can-bo/ho-so/\(desk.code)").status == .notFound)
            let list = try await other.get("/can-bo/y-kien").text
            let link = try #require(list.split(separator: "href=\"/can-bo/y-kien/").dropFirst().first)
            let path = "/can-bo/y-kien/" + link.prefix { $0 != "\"" }
            let question = try await other.get(path)
            #expect(question.text.contains("Nơi cư trú có đúng không?") && !question.text.contains("Minh Lan"))
            #expect(try await desk.officer.get(path).status == .notFound)
            let answer = [("csrf", question.text.formToken), ("answer", "Đúng")]
            #expect(try await other.post(path, form: answer).location == "/can-bo/y-kien?done=1")
            #expect(try await other.post(path, form: answer).status == .unprocessableContent)
            #expect(try await desk.officer.get("/can-bo/ho-so/\(desk.code)").text.contains("Đúng"))
            #expect(
                try await desk.act("quyet-dinh", [("granted", "yes"), ("title", "A"), ("number", "1")]) == "decide")
        }
    }

    @Test("messages go both ways and are read, notes stay inside, and neither is sent twice")
    func messages() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let page = try await desk.citizen.get("/ho-so/\(desk.code)")
            let form = [
                ("csrf", page.text.formToken), ("id", page.text.value(of: "id")), ("message", "Khi nào xong? <b>"),
            ]
            for _ in 1...2 {
                #expect(try await desk.citizen.post("/ho-so/\(desk.code)/tin-nhan", form: form).status == .seeOther)
            }
            let seen = try await desk.officer.get("/can-bo/ho-so/\(desk.code)").text
            #expect(seen.components(separatedBy: "Khi nào xong? &lt;b&gt;").count == 2)
            #expect(try await desk.citizen.get("/ho-so/\(desk.code)").text.contains("Đã xem lúc"))
            let noteForm = [
                ("csrf", seen.formToken), ("id", UUID().uuidString.lowercased()), ("text", "Nghi ngờ giả mạo"),
            ]
            #expect(
                try await desk.officer.post("/can-bo/ho-so/\(desk.code)/ghi-chu", form: noteForm).status == .seeOther)
            #expect(try await desk.officer.get("/can-bo/ho-so/\(desk.code)").text.contains("Nghi ngờ giả mạo"))
            #expect(try await !desk.citizen.get("/ho-so/\(desk.code)").text.contains("Nghi ngờ giả mạo"))
            let empty = try await desk.citizen.post(
                "/ho-so/\(desk.code)/tin-nhan",
                form: [("csrf", page.text.formToken), ("id", UUID().uuidString), ("message", " ")])
            #expect(empty.status == .unprocessableContent)
        }
    }

    @Test(
        "what an officer and an applicant type stands escaped wherever the other reads it, and on the page that comes back",
        arguments: [
            "\"\u{301} autofocus onfocus=alert(1) x", "<script>alert(1)</script>", "'><img src=x onerror=alert(1)>",
            "a\u{200D}\"b onclick=x", "</textarea><b>",
        ])
    func hostileText(text: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let shown = Data(text.nfc.utf8)
            func isSafe(_ answer: TestClient.Answer, _ page: String) {
                // By bytes: an escape followed by a combining mark is another Character.
                #expect(Data(answer.body).range(of: shown) == nil, "\(page)")
            }
            let ward = "/can-bo/ho-so/\(desk.code)"
            let asking = try await desk.officer.get(ward + "/viec/yeu-cau-bo-sung")
            // Refused at first, for the day is past: everything typed comes back.
            var fields = [
                ("csrf", asking.text.formToken), ("version", asking.text.version), ("items", "what-child_name"),
                ("what-child_name", text), ("other", text), ("note", text), ("answer_by.day", text),
                ("answer_by.month", "1"), ("answer_by.year", "2020"),
            ]
            let refused = try await desk.officer.post(ward + "/viec/yeu-cau-bo-sung", form: fields)
            #expect(refused.status == .unprocessableContent)
            isSafe(refused, "the act's page")
            fields.removeAll { $0.0.hasPrefix("answer_by") }
            #expect(try await desk.officer.post(ward + "/viec/yeu-cau-bo-sung", form: fields).status == .seeOther)
            isSafe(try await desk.citizen.get("/ho-so/\(desk.code)/bo-sung"), "the supplement")
            let own = try await desk.citizen.get("/ho-so/\(desk.code)")
            isSafe(own, "the applicant's page")
            let message = [("csrf", own.text.formToken), ("id", own.text.value(of: "id")), ("message", text)]
            #expect(try await desk.citizen.post("/ho-so/\(desk.code)/tin-nhan", form: message).status == .seeOther)
            let page = try await desk.officer.get(ward)
            isSafe(page, "the officer's page")
            let note = [("csrf", page.text.formToken), ("id", UUID().uuidString.lowercased()), ("text", text)]
            #expect(try await desk.officer.post(ward + "/ghi-chu", form: note).status == .seeOther)
            isSafe(try await desk.officer.get(ward), "the officer's page with a note")
            let kept = [("csrf", page.text.formToken), ("query", "group=open&q=\(text)"), ("name", text)]
            _ = try await desk.officer.post("/can-bo/bo-loc", form: kept)
            isSafe(try await desk.officer.get("/can-bo/ho-so?group=open"), "the list")
        }
    }

    @Test("many dossiers are acted on at once, each with its own answer")
    func batch() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let list = try await desk.officer.get("/can-bo/ho-so?group=open").text
            let choices = list.split(separator: "name=\"chosen\" value=\"").dropFirst().map {
                String($0.prefix { $0 != "\"" })
            }
            #expect(choices.count > 1)
            let answer = try await desk.officer.post(
                "/can-bo/hang-loat",
                form: [("csrf", list.formToken), ("act", "receive")] + choices.map { ("chosen", $0) } + [
                    ("chosen", "H26.00070-200101-0001:1")
                ])
            #expect(answer.status == .ok)
            // The new one, and the one whose supplement an agency's system has asked for and got.
            #expect(answer.text.components(separatedBy: "badge done").count == 3)
            #expect(answer.text.contains("Không tìm thấy hồ sơ"))
            #expect(answer.text.components(separatedBy: "badge late").count == choices.count)
        }
    }

    @Test("an applicant takes a dossier back, but not once it is decided")
    func withdrawal() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let page = try await desk.citizen.get("/ho-so/\(desk.code)/rut")
            let form = [("csrf", page.text.formToken), ("reason", "Nộp nhầm")]
            for _ in 1...2 {
                let answer = try await desk.citizen.post("/ho-so/\(desk.code)/rut", form: form)
                #expect(answer.location == "/ho-so/\(desk.code)?notice=withdrawn")
            }
            #expect(try await desk.events() == "2")
            let decided = try #require(
                try await demonstration.test.sql("select code from dossiers where status = 9 limit 1").first)
            #expect(try await desk.citizen.get("/ho-so/\(decided)/rut").location == "/ho-so/\(decided)?notice=too_late")
        }
    }

    @Test("a view is kept for one officer, and the list opens with the one they chose")
    func views() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await Desk(demonstration)
            let list = try await desk.officer.get("/can-bo/ho-so?group=late&columns=due").text
            let kept = try await desk.officer.post(
                "/can-bo/bo-loc",
                form: [
                    ("csrf", list.formToken), ("query", "group=late&columns=due"), ("name", "Quá hạn"),
                    ("first", "yes"),
                ])
            #expect(kept.status == .seeOther)
            #expect(try await desk.officer.get("/can-bo/ho-so").location == "/can-bo/ho-so?group=late&columns=due")
            let other = try await desk.colleague(login: "canbo.khac", agency: "H26.00070")
            #expect(try await other.get("/can-bo/ho-so").status == .ok)
            #expect(try await !other.get("/can-bo/ho-so").text.contains("Quá hạn</a>"))
            let nameless = try await desk.officer.post(
                "/can-bo/bo-loc", form: [("csrf", list.formToken), ("query", "group=late"), ("name", " ")])
            #expect(nameless.status == .unprocessableContent)
        }
    }
}

/// A dossier at the ward's desk, its officer and its applicant.
private struct Desk {
    let demonstration: Demonstration
    let officer: TestClient
    let citizen: TestClient
    /// Of a birth registration that nobody has looked at.
    let code: String

    init(_ demonstration: Demonstration) async throws {
        self.demonstration = demonstration
        officer = try await demonstration.browser("officer")
        citizen = try await demonstration.browser("citizen")
        code = try #require(
            try await demonstration.test.sql(
                "select code from dossiers where agency_code = 'H26.00070' and status = 1 and procedure_code = '1.001193' limit 1"
            ).first)
    }

    /// Does an act over its page; gives the notice that follows, nil when the page came back.
    func act(_ slug: String, _ fields: [(String, String)]) async throws -> String? {
        let path = "/can-bo/ho-so/\(code)/viec/\(slug)"
        let page = try await officer.get(path)
        guard page.status == .ok else { return page.location?.components(separatedBy: "notice=").last }
        let answer = try await officer.post(
            path, form: [("csrf", page.text.formToken), ("version", page.text.version)] + fields)
        return answer.location?.components(separatedBy: "notice=").last
    }

    func events() async throws -> String? {
        try await demonstration.test.sql(
            "select count(*) from dossier_events e join dossiers d on d.id = e.dossier_id where d.code = '\(code)'"
        ).first
    }

    func officerID() async throws -> String {
        try #require(
            try await demonstration.test.sql("select id from accounts where login = 'canbo.hoankiem'").first)
    }

    /// Another officer, who has the first one's password.
    func colleague(login: String, agency: String) async throws -> TestClient {
        _ = try await demonstration.test.sql(
            "insert into accounts (id, kind, login, name, password_hash, agency_code, created_at) select gen_random_uuid(), kind,"
                + " '\(login)', 'Phạm Văn Khác', password_hash, '\(agency)', now() from accounts where login = 'canbo.hoankiem'"
        )
        _ = try await demonstration.test.sql(
            "set portal.agency = '\(agency)'; insert into staff_duties (account_id, agency_code, duties)"
                + " select id, agency_code, '{receive,process,decide,supervise,read}' from accounts where login = '\(login)'"
        )
        let account = try #require(demonstration.facts.accounts.first { $0.role == "officer" })
        let client = TestClient(demonstration.house.site)
        let page = try await client.get("/dang-nhap")
        _ = try await client.post(
            "/dang-nhap",
            form: [("csrf", page.text.formToken), ("login", login), ("password", account.password), ("next", "")])
        return client
    }

    /// A Wednesday some weeks ahead, as day, month and year.
    static func workingDay(_ ahead: Int) -> (Int, Int, Int) {
        var day = Day(of: Date()) + ahead
        while day.weekday != 3 { day = day + 1 }
        let (year, month, number) = day.components
        return (number, month, year)
    }
}

extension String {
    /// The version that a page was made from.
    fileprivate var version: String { value(of: "version") }

    /// The value of the page's first hidden field of a name.
    fileprivate func value(of name: String) -> String {
        guard let range = range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(self[range.upperBound...].prefix { $0 != "\"" })
    }
}
