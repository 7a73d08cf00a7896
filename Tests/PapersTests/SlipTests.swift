import Core
import Foundation
import Pages
import Testing

@testable import Papers

@Suite("Slips on paper")
struct SlipTests {
    private static let printer: Printer = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let texts = try? Texts(directory: root + "/Templates")
        return Printer { key, arguments in texts?.text(key, .vi, arguments) ?? key }
    }()

    /// Every kind of slip under every template that knows it.
    static let all = SlipTemplate.allCases.flatMap { template in
        Sample.contents.filter { template.form(of: $0.kind) != nil }.map { Sample.slip($0, template) }
    }

    /// What stands on every sample of a kind, beside the country, the motto and the date.
    static let expected: [SlipKind: [String]] = [
        .receipt: [
            "GIẤY TIẾP NHẬN HỒ SƠ", "Quyển số: 2026", "Số thứ tự: 12", "Mã hồ sơ: H26.00070-261124-0001",
            "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm", "Nguyễn Thị Ỷ Ẵm", "001190012345",
            "Số 5 ngõ 12 phố Đội Cấn", "0912 345 678", "y.am@example.vn", "Thủ tục đăng ký khai sinh",
            "Tờ khai đăng ký khai sinh theo mẫu", "Bản sao", "01 (bộ)", "03 ngày làm việc",
            "09 giờ 05 phút, ngày 24 tháng 11 năm 2026", "17 giờ 00 phút, ngày 27 tháng 11 năm 2026",
            "Đăng ký nhận kết quả tại", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ", "Trần Văn Hòa",
        ],
        .supplement: ["PHIẾU YÊU CẦU BỔ SUNG", "Số: 12/2026/HDHS", "Thiếu bản chính Giấy chứng sinh", "Trần Văn Hòa"],
        .refusal: ["PHIẾU TỪ CHỐI TIẾP NHẬN", "Lý do từ chối: Thiếu bản chính", "NGƯỜI TỪ CHỐI"],
        .extension: [
            "XIN LỖI", "Số: 12/2026/PXL", "Kính gửi: Nguyễn Thị Ỷ Ẵm", "ngày 27 tháng 11 năm 2026",
            "ngày 02 tháng 12 năm 2026", "Phải xác minh tại nơi sinh.", "Lê Minh Đức",
        ],
        .stop: ["THÔNG BÁO DỪNG", "Người nộp đề nghị rút hồ sơ.", "Lê Minh Đức"],
        .control: ["PHIẾU KIỂM SOÁT", "Giao: Trần Văn Hòa", "Nhận: Phạm Quỳnh Ngà", "Đúng hạn", "17:00 27/11/2026"],
        .register: [
            "SỔ THEO DÕI HỒ SƠ", "Từ ngày 01/11/2026 đến ngày 30/11/2026: 60 hồ sơ", "H26.00070-261124-1060",
            "Trực tuyến",
        ],
    ]

    @Test(
        "each slip says all that its form asks for, in fonts that it carries, on its own size of paper", arguments: all)
    func saysEverything(slip: Slip) async throws {
        let file = try PrintedFile(await Self.printer.print(slip))
        let text = try file.text()
        var wanted = [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Hà Nội, ngày 24 tháng 11 năm 2026",
        ]
        wanted += Self.expected[slip.kind] ?? []
        if slip.kind == .receipt, slip.template == .tt03Of2025 {
            wanted += ["Bản chính", "Bản điện tử", "Phí: 8.000 đồng – chưa nộp", "1.250.000 đồng – đã nộp"]
        }
        for words in wanted { #expect(text.contains(words), "\(slip.kind): \(words)") }
        let fonts = try file.tool("pdffonts").split(separator: "\n").dropFirst(2)
        #expect(!fonts.isEmpty && fonts.allSatisfy { $0.contains("yes yes yes") })
        let facts = try file.tool("pdfinfo")
        let size =
            slip.kind == .control ? "595.28 x 841.89" : slip.kind == .register ? "841.89 x 595.28" : "419.53 x 595.28"
        #expect(facts.contains("Page size:       \(size)"))
        #expect(facts.contains("Pages:           \(slip.kind == .register ? 3 : 1)"))
        #expect(facts.contains("Tagged:          yes") && facts.contains("Title:           "))
    }

    @Test("a slip is printed the same each time, and read back as it was stored", arguments: all)
    func isTheSame(slip: Slip) async throws {
        let first = try await Self.printer.print(slip)
        #expect(try await Self.printer.print(slip) == first)
        #expect(try SlipContent(slip.kind, stored: slip.content.stored().canonical()) == slip.content)
    }

    @Test("a slip names its circular only where the form was compared with it")
    func citesWhatIsVerified() async throws {
        for isVerified in [false, true] {
            let slip = Slip(
                template: .tt03Of2025, number: 1, issuedAt: Sample.issuedAt, content: Sample.contents[0],
                isVerified: isVerified)
            let text = try PrintedFile(await Self.printer.print(slip)).text()
            #expect(text.contains("03/2025/TT-VPCP") == isVerified)
        }
    }

    @Test("a long table goes over pages under its own head")
    func repeatsTheHead() async throws {
        let file = try PrintedFile(await Self.printer.print(Sample.slip(Sample.contents[6])))
        let pages = try file.text().split(separator: "\u{C}").filter { $0.contains("H26") }
        #expect(pages.count == 3 && pages.allSatisfy { $0.contains("Mã hồ sơ") && $0.contains("Hẹn trả") })
    }

    @Test(
        "no text breaks a slip",
        arguments: [
            "שלום (מזמין) עולם 123, مرحبا",
            String(repeating: "Ặ\u{323}\u{323}\u{323}\u{323}\u{300}\u{300}", count: 200),
            String(repeating: "Nghiêng", count: 1500), "a\u{0}b\u{202E}c<b>&amp;\u{1F600}\u{FFFF}",
            String(repeating: "dòng\n", count: 300), "", " ", "\u{2067}\u{2068}\u{2069}%s%n",
        ])
    func survives(text: String) async throws {
        let matter = SlipContent.Matter(
            code: "X-1", procedure: text, applicant: text, number: text, address: text, phone: text, email: text)
        let office = SlipContent.Office(
            superior: text, agency: text, receivingPlace: text, address: text, phone: text, locality: text)
        let slip = Sample.slip(
            .receipt(
                .init(
                    office: office, matter: matter, documents: [.init(name: text, originals: 1, copies: 0, files: 0)],
                    limit: nil, receivedAt: Sample.issuedAt, dueAt: nil, returnPlace: text, fees: [], officer: text)))
        let file = try PrintedFile(await Self.printer.print(slip))
        #expect(try file.text().contains("09 giờ 05 phút"))
    }

    @Test("the QR code on a slip is the dossier's code")
    func codeIsRead() async throws {
        let file = try PrintedFile(await Self.printer.print(Sample.slip(Sample.contents[0])))
        #expect(try file.qr() == "H26.00070-261124-0001")
    }

    @Test("a QR code as an SVG path covers its dark modules")
    func pathOfSVG() throws {
        let code = try #require(QRCode("H26.00070-261124-0001"))
        #expect(code.size == 25 && code.sizeWithQuietZone == 33)
        #expect(code.path.hasPrefix("M4 4h7v1h-7z"))
        #expect(QRCode("") == nil && QRCode(String(repeating: "x", count: 3000)) == nil)
    }
}

/// A PDF on disk, and what tools of others say of it.
struct PrintedFile: ~Copyable {
    private let path = NSTemporaryDirectory() + "slip-\(UUID().uuidString)"

    init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path + ".pdf")) }

    deinit {
        for ending in [".pdf", ".png"] { try? FileManager.default.removeItem(atPath: path + ending) }
    }

    /// With every blank a single one.
    func text() throws -> String {
        try tool("pdftotext", ["-layout"], after: ["-"]).split(separator: " ").joined(separator: " ")
    }

    func qr(page: Int = 1) throws -> String {
        _ = try tool("pdftoppm", ["-r", "200", "-png", "-singlefile", "-f", String(page)], after: [path])
        return try Self.run("zbarimg", ["-q", "--raw", path + ".png"]).split(separator: "\n").joined()
    }

    func tool(_ name: String, _ options: [String] = [], after: [String] = []) throws -> String {
        try Self.run(name, options + [path + ".pdf"] + after)
    }

    private static func run(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
