import Core
import Cryptography
import Dossiers
import FoundationEssentials

/// What adapters push, as what the rest of the portal takes.
extension DossierStatement {
    /// A `HoSo` of `DongBoHoSoMC`.
    /// - Throws: `ValidationFailure` naming every member that is missing or wrong.
    init(_ json: JSON, in contract: NationalContract, now: Date) throws {
        var record = NationalRecord(json)
        let code = record.text("MaHoSo", required: true, most: 60)
        let procedure = record.text("MaTTHC", required: true, most: 60)
        let kind = record.value("LoaiDoiTuong", required: true, contract.applicantKind)
        let name = record.text("ChuHoSo", required: true, most: 400)
        let number = record.text("SoGiayToChuHoSo", most: 40) ?? Self.identity(json)
        let channel = record.value("KenhThucHien") { Self.channels[$0] }
        let status = record.status("TrangThaiHoSo")
        let isReceived = status.map { ![.registered, .refusedAtReception, .withdrawn].contains($0) } ?? false
        let received = record.time("NgayTiepNhan", required: isReceived, now: now)
        // The version of 2020 doesn't say when a dossier was filed.
        let submitted = record.time("NgayNopHoSo", now: now) ?? received
        if submitted == nil, !record.problems.contains(where: { $0.field.hasPrefix("Ngay") }) {
            record.refuse(contract == .of2020 ? "NgayTiepNhan" : "NgayNopHoSo", "required")
        }
        let due = record.time("NgayHenTra")
        let finished =
            record.time(
                status == .refusedAtReception ? "NgayTuChoi" : "NgayKetThucXuLy",
                required: status.map { [.refusedAtReception, .decided, .returned].contains($0) } ?? false, now: now)
        if let submitted, let received, received < submitted { record.refuse("NgayTiepNhan", "before_submitted_at") }
        if let first = received ?? submitted {
            if let due, due < first { record.refuse("NgayHenTra", "before_received_at") }
            if let finished, finished < first { record.refuse("NgayKetThucXuLy", "before_received_at") }
        }
        guard record.problems.isEmpty, let code, let procedure, let kind, let name, let submitted, let status else {
            throw ValidationFailure(problems: record.problems)
        }
        self.init(
            code: code, procedureCode: procedure, applicantKind: kind, applicantName: name, applicantNumber: number,
            channel: channel ?? .counter, submittedAt: submitted, receivedAt: received, dueAt: due,
            finishedAt: finished, status: status)
    }

    private static let channels: [String: Channel] = ["1": .counter, "2": .online, "3": .post]

    /// The first number of `DinhDanhCHS`.
    private static func identity(_ json: JSON) -> String? {
        guard let identity = json["DinhDanhCHS"]?.array?.first else { return nil }
        var record = NationalRecord(identity)
        return record.text("SoDinhDanh", most: 40)
    }
}

extension StatusChange {
    /// That a dossier stands where a `HoSo` says, if it stood elsewhere.
    /// - Parameter agency: who did it, where the record doesn't say.
    init(moving json: JSON, to status: DossierStatus, by agency: String, now: Date) throws {
        var record = NationalRecord(json)
        let times: [DossierStatus: String] = [
            .received: "NgayTiepNhan", .refusedAtReception: "NgayTuChoi", .decided: "NgayKetThucXuLy",
            .returned: "NgayTra",
        ]
        let occurred = times[status].flatMap { record.time($0, now: now) }
        let office = record.text("DonViXuLy", most: 400)
        let note = record.text("GhiChu")
        try self.init(
            record, of: json, status: status, at: occurred ?? now, note: note, officer: office ?? agency, now: now)
    }

    /// A `TienDo` of `CapNhatTienDoHoSoMC`.
    init(progress json: JSON, by agency: String, now: Date) throws {
        var record = NationalRecord(json)
        let status = record.status("TrangThai")
        let occurred = record.time("ThoiDiemXuLy", required: true, now: now)
        let (officer, title) = (record.text("NguoiXuLy", most: 400), record.text("ChucDanh", most: 400))
        let office = record.text("PhongBanXuLy", most: 400)
        let note = record.text("NoiDungXuLy")
        try self.init(
            record, of: json, status: status, at: occurred, note: note, officer: officer ?? office ?? agency,
            title: title, now: now)
    }

    /// The `data` of `DongBoTrangThaiHoSo`.
    init(status json: JSON, by agency: String, now: Date) throws {
        var record = NationalRecord(json)
        let status = record.status("TrangThai")
        let occurred = record.time("NgayXuLy", required: true, now: now)
        let note = record.text("NoiDung")
        if status?.needsReason == true, note == nil { record.refuse("NoiDung", "required") }
        try self.init(record, of: json, status: status, at: occurred, note: note, officer: agency, now: now)
    }

    /// Adapters number nothing and repeat at will: the same record again is the same event, by its content.
    private init(
        _ record: NationalRecord, of json: JSON, status: DossierStatus?, at occurred: Date?, note: String?,
        officer: String, title: String? = nil, now: Date
    ) throws {
        guard record.problems.isEmpty, let status, let occurred else {
            throw ValidationFailure(problems: record.problems)
        }
        self.init(
            status: status, occurredAt: occurred,
            eventID: "mc:\(Hex.encode(SHA256.hash(json.canonical()).prefix(16)))", note: note, officerName: officer,
            officerTitle: title, dueAt: nil)
    }
}
