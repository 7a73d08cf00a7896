import Core
import Dossiers
import Foundation
import Testing

@testable import API

@Suite("What adapters of the national contract push, in our terms")
struct NationalTranslationTests {
    @Test(
        "LoaiDoiTuong means what its version says",
        arguments: [
            (NationalContract.of2020, ["0": nil, "1": .citizen, "2": .business, "3": nil]),
            (.of2023, ["0": nil, "1": .citizen, "2": .business, "3": .agency, "4": .organisation, "5": nil]),
            (.of2026, ["0": .citizen, "1": .business, "2": .household, "3": nil]),
        ] as [(NationalContract, [String: DossierStatement.ApplicantKind?])])
    func kinds(contract: NationalContract, kinds: [String: DossierStatement.ApplicantKind?]) {
        for (number, kind) in kinds { #expect(contract.applicantKind(number) == kind, "\(contract) \(number)") }
    }

    @Test(
        "times are fourteen digits by the clock in Vietnam",
        arguments: [
            ("20260327093000", "2026-03-27T02:30:00Z"), ("20260101000000", "2025-12-31T17:00:00Z"),
            ("20240229235959", "2024-02-29T16:59:59Z"), ("20260229000000", nil), ("20260327240000", nil),
            ("2026032709300", nil), ("2026-03-27 09:30", nil), ("", nil), ("2026032709300a", nil),
        ])
    func times(text: String, expected: String?) {
        let instant = NationalTime.instant(text)
        #expect(instant.map(Timestamp.text) == expected)
        if let instant { #expect(NationalTime.text(instant) == text) }
    }

    @Test(
        "madonvi is the client's own agency in either form",
        arguments: [
            ("H22.01", "000.00.01.H22", true), ("H22.01", "H22.01", true), ("G05", "000.00.00.G05", true),
            ("H22.01", "000.00.02.H22", false), ("H22.01", "H22", false), ("H22.01", "", false),
        ])
    func agencies(agency: String, madonvi: String, isOwn: Bool) {
        #expect(NationalCall.names(agency, madonvi) == isOwn)
    }

    private static let now = Timestamp.instant("2026-11-24T00:00:00Z") ?? .distantPast

    /// As an adapter of 2020 writes it: text everywhere, "" for what is absent, lists that nobody fills.
    static let of2020: JSON = [
        "MaHoSo": "H26.00070-261120-9001", "MaTTHC": "1.001193", "TenTTHC": "Thủ tục đăng ký khai sinh",
        "MaLinhVuc": "G15-TP07", "TenLinhVuc": "Hộ tịch", "ChuHoSo": "Nguyễn Văn An", "LoaiDoiTuong": "1",
        "MaDoiTuong": "", "ThongTinKhac": "", "Email": "an@example.vn", "Fax": "", "SoDienThoai": "0912345678",
        "TrichYeuHoSo": "", "NgayTiepNhan": "20261120083000", "NgayHenTra": "20261127170000", "TrangThaiHoSo": "2",
        "NgayTra": "", "ThongTinTra": "", "HinhThuc": "0", "NgayKetThucXuLy": "", "DonViXuLy": "UBND phường Hoàn Kiếm",
        "GhiChu": "", "TaiLieuNop": [], "DanhSachLePhi": [], "DanhSachTepDinhKemKhac": [], "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
    ]

    /// As an adapter of 2023 writes it: numbers among the text, and more members.
    static let of2023: JSON = [
        "MaHoSo": "H26.00070-261120-9002", "MaTTHC": "1.001193", "TenTTHC": "Thủ tục đăng ký khai sinh",
        "MaLinhVuc": "G15-TP07", "TenLinhVuc": "Hộ tịch", "KenhThucHien": 2, "ChuHoSo": "Công ty TNHH Sao Mai",
        "LoaiDoiTuong": 4, "SoGiayToChuHoSo": "", "DinhDanhCHS": [["LoaiDinhDanh": 1, "SoDinhDanh": "001090000001"]],
        "TrichYeuHoSo": "Đăng ký", "NgayNopHoSo": "20261119210000", "NgayTiepNhan": "20261120083000",
        "NgayHenTra": "", "TrangThaiHoSo": 9, "NgayKetThucXuLy": "20261121100000", "NgayTuChoi": .null,
        "DonViXuLy": "UBND phường Hoàn Kiếm", "NoiNopHoSo": "2", "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0", "DuocThanhToanTrucTuyen": "3", "DSKetNoiCSDL": [["MaCSDL": "7"]],
        "TaiLieuNop": [["TenTepDinhKem": "to-khai.pdf", "IsDeleted": "False", "DuongDanTaiTepTin": "https://x/1"]],
    ]

    @Test("a HoSo of 2020 is a dossier filed when it was received")
    func statement2020() throws {
        let statement = try DossierStatement(Self.of2020, in: .of2020, now: Self.now)
        #expect(statement.code == "H26.00070-261120-9001" && statement.procedureCode == "1.001193")
        #expect(statement.applicantKind == .citizen && statement.applicantName == "Nguyễn Văn An")
        #expect(statement.applicantNumber == nil && statement.channel == .counter && statement.status == .received)
        #expect(statement.submittedAt == statement.receivedAt)
        #expect(statement.dueAt.map(Timestamp.text) == "2026-11-27T10:00:00Z" && statement.finishedAt == nil)
    }

    @Test("a HoSo of 2023 says channel, number and time of filing as well, in numbers or in text")
    func statement2023() throws {
        let statement = try DossierStatement(Self.of2023, in: .of2023, now: Self.now)
        #expect(statement.applicantKind == .organisation && statement.applicantNumber == "001090000001")
        #expect(statement.channel == .online && statement.status == .decided && statement.dueAt == nil)
        #expect(Timestamp.text(statement.submittedAt) == "2026-11-19T14:00:00Z")
        #expect(statement.finishedAt.map(Timestamp.text) == "2026-11-21T03:00:00Z")
    }

    @Test(
        "what is missing or wrong is named, and nothing else",
        arguments: [
            (["MaHoSo": ""], ["MaHoSo required"]), (["LoaiDoiTuong": "4"], ["LoaiDoiTuong invalid_choice"]),
            (["TrangThaiHoSo": "11"], ["TrangThaiHoSo invalid_choice"]),
            (["NgayHenTra": "27/11/2026"], ["NgayHenTra not_a_national_time"]),
            (["NgayTiepNhan": ""], ["NgayTiepNhan required"]), (["ChuHoSo": []], ["ChuHoSo not_text"]),
            (["MaTTHC": .null, "KenhThucHien": "9"], ["KenhThucHien invalid_choice", "MaTTHC required"]),
            (["NgayTiepNhan": "20261124080000"], ["NgayTiepNhan in_future"]),
            (["NgayHenTra": "20261119080000"], ["NgayHenTra before_received_at"]),
            (["TrangThaiHoSo": "9"], ["NgayKetThucXuLy required"]),
            (["TrangThaiHoSo": "3"], ["NgayTuChoi required"]),
            (["Moi": "khác", "HinhThuc": "77"], []),
        ] as [([String: JSON], [String])])
    func problems(changes: [String: JSON], expected: [String]) {
        let members = (Self.of2020.object ?? [:]).merging(changes) { $1 }
        var found: [String] = []
        do { _ = try DossierStatement(.object(members), in: .of2020, now: Self.now) } catch {
            found = (error as? ValidationFailure)?.problems.map { "\($0.field) \($0.code)" } ?? ["\(error)"]
        }
        #expect(found.sorted() == expected)
    }

    /// As public adapters write a step: who did it may be empty.
    static let step: JSON = [
        "MaHoSo": "H26.00070-261120-9001", "NguoiXuLy": "Trần Văn Bình", "ChucDanh": "", "PhongBanXuLy": "Tư pháp",
        "ThoiDiemXuLy": "20261121090000", "NoiDungXuLy": "Chuyển xử lý", "TrangThai": "4", "NgayBatDau": "",
        "NgayKetThucTheoQuyDinh": "",
    ]

    @Test("a step is a report under an identifier of its content: repeated it is the same, changed it is another")
    func steps() throws {
        let now = Self.now
        func change(_ changes: [String: JSON] = [:]) throws -> StatusChange {
            try StatusChange(
                progress: .object((Self.step.object ?? [:]).merging(changes) { $1 }), by: "H26.00070", now: now)
        }
        let first = try change()
        #expect(first.status == .processing && Timestamp.text(first.occurredAt) == "2026-11-21T02:00:00Z")
        #expect(first.officerName == "Trần Văn Bình" && first.officerTitle == nil && first.note == "Chuyển xử lý")
        #expect(first.sequence == nil && first.eventID.hasPrefix("mc:"))
        #expect(try change().eventID == first.eventID)
        #expect(try change(["ThoiDiemXuLy": "20261121090001"]).eventID != first.eventID)
        #expect(try change(["NguoiXuLy": ""]).officerName == "Tư pháp")
        #expect(try change(["NguoiXuLy": "", "PhongBanXuLy": ""]).officerName == "H26.00070")
        #expect(throws: ValidationFailure.self) { try change(["ThoiDiemXuLy": "20261125090000"]) }
        #expect(throws: ValidationFailure.self) { try change(["ThoiDiemXuLy": ""]) }
    }

    @Test(
        "a HoSo that stands elsewhere moved when its own time says, else now",
        arguments: [
            ("2", DossierStatus.received, "2026-11-20T01:30:00Z"), ("4", .processing, "2026-11-24T00:00:00Z"),
            ("9", .decided, "2026-11-23T01:00:00Z"), ("10", .returned, "2026-11-23T02:00:00Z"),
        ])
    func moves(number: String, status: DossierStatus, expected: String) throws {
        let now = Self.now
        let members: [String: JSON] = [
            "TrangThaiHoSo": .string(number), "NgayKetThucXuLy": "20261123080000", "NgayTra": "20261123090000",
        ]
        let record = JSON.object((Self.of2020.object ?? [:]).merging(members) { $1 })
        let change = try StatusChange(moving: record, to: status, by: "H26.00070", now: now)
        #expect(Timestamp.text(change.occurredAt) == expected && change.officerName == "UBND phường Hoàn Kiếm")
    }

    @Test(
        "the portal's own dossier is moved with a reason where the applicant needs one",
        arguments: [("5", "", false), ("5", "Thiếu giấy tờ", true), ("4", "", true), ("8", "", false)])
    func statuses(number: String, content: String, isTaken: Bool) throws {
        let data: JSON = [
            "TrangThai": .string(number), "MaHoSo": "H26.00070-261120-0001", "MaHoSoDonVi": "", "MaDoiTuong": "",
            "NoiDung": .string(content), "NgayXuLy": "20261121090000", "TaiLieuXuLy": [],
        ]
        let now = Self.now
        let change = try? StatusChange(status: data, by: "H26.00070", now: now)
        #expect((change != nil) == isTaken && change?.note == (isTaken && !content.isEmpty ? content : nil))
    }

    @Test(
        "of several records the answer says the worst, and each one's own",
        arguments: [
            ([.success], .success), ([.success, .exists], .exists), ([.exists, .failure, .success], .failure),
            ([.exists], .exists),
        ] as [([NationalAnswer.Code], NationalAnswer.Code)])
    func answers(codes: [NationalAnswer.Code], expected: NationalAnswer.Code) {
        let items = codes.enumerated().map { index, code in
            NationalAnswer.Item(dossier: "\(index)", code: code, name: "x", message: "[\(code.rawValue)]")
        }
        let answer = NationalAnswer(items) { key, _, _ in key }
        #expect(answer.code == expected)
        #expect(answer.result.map { $0["error_code"]?.string } == codes.map(\.rawValue))
        #expect(expected == .success || answer.message.contains("[\(expected.rawValue)]"))
    }
}
