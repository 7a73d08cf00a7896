import Core
import Foundation
import Pages
import Testing

@testable import Papers

@Suite("Results on paper")
struct ResultPaperTests {
    private static let printer: Printer = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let texts = try? Texts(directory: root + "/Templates")
        return Printer { key, arguments in texts?.text(key, .vi, arguments) ?? key }
    }()

    static let verification = ResultPaper.Verification(
        code: "7F3KQ-0M9XN-C2RTW-8ZB4H",
        address: "https://dichvucong.example.gov.vn/xac-minh/ket-qua/7F3KQ-0M9XN-C2RTW-8ZB4H")

    private static func paper(
        isGranted: Bool = true, text: String = "Cấp Giấy khai sinh cho Nguyễn Hải Đăng.", isSigned: Bool = true,
        name: String = "Nguyễn Thị Ỷ Ẵm", verification: ResultPaper.Verification? = verification
    ) -> ResultPaper {
        ResultPaper(
            template: .nd30Of2020,
            office: SlipContent.Office(
                superior: "UBND thành phố Hà Nội", agency: "UBND phường Hoàn Kiếm, thành phố Hà Nội",
                receivingPlace: nil,
                address: nil, phone: nil, locality: "Hà Nội"),
            matter: SlipContent.Matter(
                code: "H26.00070-261124-0001", procedure: "Thủ tục đăng ký khai sinh", applicant: name,
                number: "001190012345", address: nil, phone: nil, email: nil), receivedAt: Sample.issuedAt,
            isGranted: isGranted, title: "Quyết định cấp giấy khai sinh", number: "12/QĐ-UBND", text: text,
            position: "Chủ tịch", signer: "Lê Minh Đức", isSigned: isSigned, issuedAt: Sample.issuedAt,
            verification: verification)
    }

    @Test("a result has all parts of an administrative document in their order, on A4, in fonts that it carries")
    func parts() async throws {
        let file = try PrintedFile(await Self.printer.print(Self.paper()))
        let text = try file.text()
        for part in [
            "UBND THÀNH PHỐ HÀ NỘI", "UBND PHƯỜNG HOÀN KIẾM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc", "Số: 12/QĐ-UBND", "Hà Nội, ngày 24 tháng 11 năm 2026",
            "QUYẾT ĐỊNH CẤP GIẤY KHAI SINH", "Về việc giải quyết thủ tục “Thủ tục đăng ký khai sinh”",
            "H26.00070-261124-0001", "Nguyễn Thị Ỷ Ẵm", "Cấp Giấy khai sinh cho Nguyễn Hải Đăng.", "CHỦ TỊCH",
            "Đã ký số", "Lê Minh Đức", "Nơi nhận:", "Lưu: VT", "7F3KQ-0M9XN-C2RTW-8ZB4H",
        ] { #expect(text.contains(part), "\(part)") }
        // The number of the person is nobody's business but theirs.
        #expect(!text.contains("001190012345"))
        #expect(try file.qr() == Self.verification.address)
        #expect(try file.tool("pdfinfo").contains("A4"))
        let fonts = try file.tool("pdffonts").split(separator: "\n").dropFirst(2)
        #expect(!fonts.isEmpty && fonts.allSatisfy { $0.contains("yes yes yes") })
        #expect(try await Self.printer.print(Self.paper()) == Self.printer.print(Self.paper()))
    }

    @Test("a refusal says so, an unsigned one doesn't call itself signed, and before it is issued it has no code")
    func others() async throws {
        let refused = Self.printer.lines(of: Self.paper(isGranted: false)).joined(separator: "\n")
        #expect(refused.contains("không giải quyết hồ sơ"))
        #expect(!Self.printer.lines(of: Self.paper()).joined().contains("không giải quyết"))
        #expect(!Self.printer.lines(of: Self.paper(isSigned: false)).joined().contains("ký số"))
        let before = Self.printer.lines(of: Self.paper(verification: nil)).joined(separator: "\n")
        #expect(before.contains("được cấp khi ban hành") && !before.contains("7F3KQ"))
    }

    @Test(
        "whatever is typed, the code is read from the last page",
        arguments: [
            String(repeating: "Điều khoản dài của quyết định. ", count: 400), "\u{202E}ngược\u{0}",
            "<b>&amp;</b>\n\n\n",
            String(repeating: "x", count: 3000),
        ])
    func survives(text: String) async throws {
        let file = try PrintedFile(await Self.printer.print(Self.paper(text: text, name: text)))
        let pages = try file.tool("pdfinfo").split(separator: "\n").first { $0.hasPrefix("Pages:") }
        let last = try #require(pages?.split(separator: " ").last.flatMap { Int($0) })
        #expect(try file.qr(page: last) == Self.verification.address)
    }
}
