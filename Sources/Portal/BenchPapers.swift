import Core
import Foundation
import Pages
import Papers

/// Slips on the one thread that prints them: how many a second while everybody waits.
struct BenchPapers {
    let settings: Settings

    func measure() async throws {
        let texts = try Texts(directory: settings.path("Templates"))
        let printer = Printer(waitingAllowed: 1000) { key, arguments in texts.text(key, .vi, arguments) }
        let count = 200
        let slip = Self.receipt
        _ = try await printer.print(slip)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { _ = try await printer.print(slip) } }
            try await group.waitForAll()
        }
        let spent = ContinuousClock.now - start
        let milliseconds = (spent / count) / .milliseconds(1)
        print("Slips, a page of A5 with a table and a QR code, on one thread:")
        print(String(format: "  %.1f ms each, %.0f pages a second", milliseconds, 1000 / milliseconds))
    }

    private static var receipt: Slip {
        let office = SlipContent.Office(
            superior: "Ủy ban nhân dân thành phố Hà Nội", agency: "Ủy ban nhân dân phường Hoàn Kiếm",
            receivingPlace: nil, address: nil, phone: nil, locality: "Hà Nội")
        let matter = SlipContent.Matter(
            code: "H26.00070-261124-0001", procedure: "Thủ tục đăng ký khai sinh", applicant: "Nguyễn Thị Ỷ Ẵm",
            number: nil, address: "Số 5 ngõ 12 phố Đội Cấn, phường Ba Đình, Hà Nội", phone: nil, email: nil)
        let now = Date(timeIntervalSince1970: 1_795_485_900)
        return Slip(
            template: .tt03Of2025, number: 1, issuedAt: now,
            content: .receipt(
                SlipContent.Receipt(
                    office: office, matter: matter,
                    documents: (1...5).map {
                        SlipContent.Document(name: "Giấy tờ số \($0) theo quy định", originals: 1, copies: 1, files: 1)
                    }, limit: SlipContent.Limit(quantity: 3, unit: "WORKING_DAY"), receivedAt: now, dueAt: now,
                    returnPlace: nil, fees: [], officer: "Trần Văn Hòa")))
    }
}
