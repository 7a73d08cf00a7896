import Core
import FoundationEssentials

@testable import Papers

/// Slips as one-stop offices issue them, with every field filled in.
enum Sample {
    static let issuedAt = Day("2026-11-24")!.instant(minute: 9 * 60 + 5)

    static let office = SlipContent.Office(
        superior: "Ủy ban nhân dân thành phố Hà Nội", agency: "Ủy ban nhân dân phường Hoàn Kiếm",
        receivingPlace: "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm",
        address: "126 Hàng Trống, phường Hoàn Kiếm, Hà Nội", phone: "024 3825 4317", locality: "Hà Nội")

    static let matter = SlipContent.Matter(
        code: "H26.00070-261124-0001", procedure: "Thủ tục đăng ký khai sinh", applicant: "Nguyễn Thị Ỷ Ẵm",
        number: "001190012345", address: "Số 5 ngõ 12 phố Đội Cấn, phường Ba Đình, Hà Nội", phone: "0912 345 678",
        email: "y.am@example.vn")

    static let documents = [
        SlipContent.Document(name: "Tờ khai đăng ký khai sinh theo mẫu", originals: 1, copies: 0, files: 1),
        SlipContent.Document(
            name: "Giấy chứng sinh; trường hợp không có Giấy chứng sinh thì nộp văn bản của người làm chứng",
            originals: 1, copies: 2, files: 3),
    ]

    static let fees = [
        SlipContent.FeeLine(kind: "FEE", dong: 8_000, note: "Miễn lệ phí cho trẻ thuộc hộ nghèo", isPaid: false),
        SlipContent.FeeLine(kind: "SERVICE_FEE", dong: 1_250_000, note: "", isPaid: true),
    ]

    static var contents: [SlipContent] {
        let due = Day("2026-11-27")!.instant(minute: 17 * 60)
        let reason =
            "Thiếu bản chính Giấy chứng sinh; thông tin nơi sinh chưa khớp với Cơ sở dữ liệu quốc gia về dân cư."
        let officer = "Trần Văn Hòa"
        return [
            .receipt(
                .init(
                    office: office, matter: matter, documents: documents,
                    limit: .init(quantity: 3, unit: "WORKING_DAY"),
                    receivedAt: issuedAt, dueAt: due, returnPlace: "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm",
                    fees: fees, officer: officer)),
            .supplement(
                .init(office: office, matter: matter, documents: documents, reason: reason, officer: officer)),
            .refusal(.init(office: office, matter: matter, reason: reason, officer: officer)),
            .extension(
                .init(
                    office: office, matter: matter, receivedAt: issuedAt, formerDueAt: due,
                    dueAt: Day("2026-12-02")!.instant(minute: 17 * 60), reason: "Phải xác minh tại nơi sinh.",
                    signer: "Lê Minh Đức")),
            .stop(
                .init(
                    office: office, matter: matter, receivedAt: issuedAt, reason: "Người nộp đề nghị rút hồ sơ.",
                    signer: "Lê Minh Đức")),
            .control(
                .init(
                    office: office, matter: matter, receivedAt: issuedAt, dueAt: due,
                    handovers: [
                        .init(
                            agency: office.agency, at: issuedAt, from: matter.applicant, to: officer, result: nil,
                            note: nil),
                        .init(
                            agency: office.agency, at: due, from: officer, to: "Phạm Quỳnh Ngà", result: .onTime,
                            note: "Chuyển công chức tư pháp – hộ tịch"),
                    ])),
            .register(
                .init(
                    office: office, from: Day("2026-11-01")!, to: Day("2026-11-30")!,
                    rows: (1...60).map { number in
                        .init(
                            code: "H26.00070-261124-\(number + 1000)", procedure: matter.procedure,
                            applicant: matter.applicant, receivedAt: issuedAt, dueAt: due,
                            finishedAt: number % 2 == 0 ? due : nil, manner: "Trực tuyến")
                    })),
        ]
    }

    static func slip(_ content: SlipContent, _ template: SlipTemplate = .tt03Of2025) -> Slip {
        Slip(
            template: template, number: content.kind == .register ? nil : 12, issuedAt: issuedAt, content: content)
    }
}
