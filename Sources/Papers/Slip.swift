package import FoundationEssentials

/// The kinds of slips of one-stop offices (TT 01/2018/TT-VPCP, TT 03/2025/TT-VPCP Phụ lục I).
package enum SlipKind: String, Sendable, Hashable, CaseIterable {
    /// Giấy tiếp nhận hồ sơ và hẹn trả kết quả.
    case receipt
    /// Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
    case supplement
    /// Phiếu từ chối tiếp nhận, giải quyết hồ sơ.
    case refusal
    /// Phiếu xin lỗi và hẹn lại ngày trả kết quả; since 2025 Văn bản xin lỗi và đề nghị gia hạn.
    case `extension`
    /// Thông báo dừng giải quyết hồ sơ.
    case stop
    /// Phiếu kiểm soát quá trình giải quyết hồ sơ.
    case control
    /// Sổ theo dõi hồ sơ: of an agency, not of one dossier.
    case register

    var page: PageSize {
        switch self {
        case .receipt, .supplement, .refusal, .extension, .stop: .a5
        case .control: .a4
        case .register: .a4Landscape
        }
    }
}

/// The forms that slips have had, each from a day on that `slip_templates` names with its source.
package enum SlipTemplate: String, Sendable, Hashable, CaseIterable {
    case tt01Of2018 = "tt01-2018"
    case tt03Of2025 = "tt03-2025"

    /// Number of the form among the template's own, as `01`; nil for a kind of slip that it doesn't know.
    package func form(of kind: SlipKind) -> String? {
        switch (self, kind) {
        case (_, .receipt): "01"
        case (_, .supplement): "02"
        case (_, .refusal): "03"
        case (_, .extension): "04"
        case (.tt01Of2018, .stop): nil
        case (.tt01Of2018, .control): "05"
        case (.tt01Of2018, .register): "06"
        case (.tt03Of2025, .stop): "05"
        case (.tt03Of2025, .control): "06"
        case (.tt03Of2025, .register): "07"
        }
    }
}

/// A slip as it is printed: everything on it was known when it was issued, so that it can be printed again the same.
package struct Slip: Sendable, Hashable {
    package let kind: SlipKind
    package let template: SlipTemplate
    /// Counts the agency's slips of this kind in this year of Vietnam's calendar, from 1 without gaps; nil for a register.
    package let number: Int?
    package let issuedAt: Date
    package let content: SlipContent
    /// Whether the form is held to be the one of its circular, and may say so.
    package let isVerified: Bool

    package init(
        template: SlipTemplate, number: Int?, issuedAt: Date, content: SlipContent, isVerified: Bool = false
    ) {
        kind = content.kind
        self.template = template
        self.number = number
        self.issuedAt = issuedAt
        self.content = content
        self.isVerified = isVerified
    }
}
