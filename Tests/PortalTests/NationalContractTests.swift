import Accounts
import Core
import Cryptography
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Portal

/// An agency's one-stop system that knows the national contract and nothing else.
struct NationalAdapter {
    static let agency = "H26.00070"
    let client: TestClient
    let version: String
    let secret: String
    var session = ""

    init(
        _ demonstration: Demonstration, version: String, scopes: [ClientScope] = [.syncDossiers, .readDossiers]
    ) async throws {
        client = TestClient(demonstration.house.site, peer: "127.0.0.1")
        self.version = version
        secret = try await Accounts(database: demonstration.test.owner, passwords: PasswordHasher()).enrolClient(
            id: "mot-cua-cu", agency: Self.agency, name: "Một cửa cũ", scopes: scopes.map(\.rawValue), at: .now)
    }

    func send(_ path: String, _ body: JSON, headers more: HTTPFields = [:]) async throws -> JSON {
        var headers: HTTPFields = [
            .contentType: "application/json", HTTPField.Name("dstcode")!: "VN:GOV:000.00.00.G22",
        ]
        headers.append(contentsOf: more)
        let answer = try await client.send(
            .post, "/api/national/\(version)\(path)", headers: headers, body: body.serialized())
        return try JSON(parsing: answer.body)
    }

    /// Logs in as the adapters of 2020 do before each call.
    mutating func logIn() async throws -> String? {
        let answer = try await send("/login", ["username": "mot-cua-cu", "password": .string(secret)])
        session = answer["session"]?.string ?? ""
        return answer["error_code"]?.string
    }

    func call(_ service: String, _ more: [String: JSON] = [:], madonvi: String = Self.agency) async throws -> JSON {
        var members: [String: JSON] = [
            "session": .string(session), "madonvi": .string(madonvi), "service": .string(service),
        ]
        members.merge(more) { $1 }
        return try await send("", .object(members))
    }
}

@Suite("Adapters of the national contract")
struct NationalContractTests {
    @Test("a login gives a session; without one, in another's name or without the scope, nothing is done")
    func sessions() async throws {
        try await Demonstration.with { demonstration async throws in
            var adapter = try await NationalAdapter(demonstration, version: "2020", scopes: [.readDossiers])
            let wrong = try await adapter.send("/login", ["username": "mot-cua-cu", "password": "sai"])
            #expect(wrong["error_code"]?.string == "-1" && wrong["session"] == nil)
            #expect(
                try await adapter.call("TraCuuHoSo", ["mahoso": "x"])["message"]?.string?.contains("session") == true)
            #expect(try await adapter.logIn() == "00")
            #expect(try await adapter.call("TraCuuHoSo", ["mahoso": "x"])["error_code"]?.string == "00")
            let other = try await adapter.call("TraCuuHoSo", ["mahoso": "x"], madonvi: "000.00.01.H22")
            #expect(other["error_code"]?.string == "-1" && other["message"]?.string?.contains("madonvi") == true)
            let scope = try await adapter.call("DongBoHoSoMC", ["data": [NationalTranslationTests.of2020]])
            #expect(scope["error_code"]?.string == "-1" && scope["message"]?.string?.contains("phạm vi") == true)
            #expect(try await adapter.call("XoaHoSo")["message"]?.string?.contains("service") == true)
            let path = "/api/national/2020/TraCuuHoSo"
            #expect(try await adapter.client.get(path).status == .methodNotAllowed)
            let unknown = try await adapter.client.get("/api/national/1999/LayThuTuc?maTTHC=1.001193")
            #expect(try JSON(parsing: unknown.body)["error_code"]?.string == "-1")
            // A session in an address is in somebody's log: it is none.
            let leaked = try await adapter.send("/TraCuuHoSo?session=\(adapter.session)", ["mahoso": "x"])
            #expect(leaked["error_code"]?.string == "-1")
        }
    }

    @Test("the catalogue is read by session or by address, under the contract's names")
    func catalogue() async throws {
        try await Demonstration.with { demonstration async throws in
            var adapter = try await NationalAdapter(demonstration, version: "2023", scopes: [])
            #expect(try await adapter.logIn() == "00")
            let byCall = try await adapter.call("LayThuTuc", ["maTTHC": "1.001193"])
            let byAddress = try await adapter.client.get("/api/national/2023/LayThuTuc?maTTHC=1.001193.H26")
            #expect(try JSON(parsing: byAddress.body) == byCall)
            let procedure = try #require(byCall["result"]?.array?.first)
            #expect(procedure["TENTTHC"]?.string?.isEmpty == false && procedure["TRANGTHAI"]?.string == "1")
            #expect(procedure["LINHVUCTHUCHIEN"]?.array?.first?["MALINHVUC"]?.string == "G15-TP07")
            #expect(procedure["CAPTHUCHIEN"]?.array?.last?["CAPTHUCHIEN"]?.string == "3")
            #expect(procedure["THANHPHANHOSO"]?.array?.isEmpty == false)
            let none = try await adapter.call("LayThuTuc", ["maTTHC": "9.999999"])
            #expect(none["error_code"]?.string == "-1" && none["message"]?.string?.contains("maTTHC") == true)
            func list(_ service: String) async throws -> [JSON] {
                let answer = try await adapter.client.get("/api/national/2023/\(service)")
                let limits = JSON.Limits(bytes: 10_000_000, depth: 8, elements: 200_000)
                return try JSON(parsing: answer.body, limits: limits)["result"]?.array ?? []
            }
            #expect(try await list("LayDanhSachTTHC").contains { $0["MATTHC"]?.string == "1.001193" })
            #expect(
                try await list("LayDanhMucLinhVuc").contains {
                    $0["MALINHVUC"]?.string == "G15-TP07" && $0["TENLINHVUC"]?.string == "Hộ tịch"
                        && $0["MANGANH"]?.string == "G15"
                })
            #expect(
                try await list("LayDanhMucCoQuan").contains {
                    $0["MADONVI"]?.string == NationalAdapter.agency && $0["CAPDONVI"]?.string == "3"
                })
        }
    }

    /// What is pushed by the rule: look whether it is there, push it so, and only then its step.
    @Test("an adapter of 2020 looks, pushes and tells the step; repeated, it changes nothing")
    func rule2020() async throws {
        try await Demonstration.with { demonstration async throws in
            var adapter = try await NationalAdapter(demonstration, version: "2020")
            func push(_ dossier: JSON, _ step: JSON) async throws -> [String?] {
                #expect(try await adapter.logIn() == "00")
                let code = dossier["MaHoSo"] ?? .null
                let found = try await adapter.call("TraCuuHoSo", ["mahoso": code])["result"]?.array ?? []
                let pushed = try await adapter.call(
                    "DongBoHoSoMC", ["isUpdating": found.isEmpty ? "False" : "True", "data": [dossier]])
                guard pushed["error_code"]?.string == "00" else {
                    return [pushed["error_code"]?.string, pushed["message"]?.string]
                }
                let told = try await adapter.call("CapNhatTienDoHoSoMC", ["data": [step]])
                return [pushed, told].map { $0["result"]?.array?.first?["code"]?.string }
            }
            let (dossier, step) = Self.dossier(of: "2020")
            #expect(try await push(dossier, step) == ["created", "applied"])
            let again = try await push(
                dossier.changing(["TrangThaiHoSo": "4"]), step)
            #expect(again == ["amended", "replayed"] || again == ["replayed", "replayed"])
            let decided = dossier.changing([
                "TrangThaiHoSo": "9", "NgayKetThucXuLy": .string(Self.time(-60)),
            ])
            #expect(
                try await push(decided, step.changing(["TrangThai": "9", "ThoiDiemXuLy": .string(Self.time(-60))])) == [
                    "applied", "kept",
                ])
            let code = try #require(dossier["MaHoSo"]?.string)
            #expect(
                try await demonstration.test.sql("select status from dossiers where code = '\(code)'") == ["9"])
            #expect(
                try await demonstration.test.sql(
                    """
                    select string_agg(e.status::text, ' ' order by sequence) from dossier_events e
                    join dossiers d on d.id = e.dossier_id where d.code = '\(code)' and e.kind = 'status'
                    """) == ["2 4 9"])
        }
    }

    /// What is pushed by the rule: as new; if it is there already, as known.
    @Test("an adapter of 2023 pushes as new, and as known once it is told that the dossier is there")
    func rule2023() async throws {
        try await Demonstration.with { demonstration async throws in
            var adapter = try await NationalAdapter(demonstration, version: "2023")
            #expect(try await adapter.logIn() == "00")
            let bearer: HTTPFields = [.authorization: "Bearer \(adapter.session)"]
            let (dossier, _) = Self.dossier(of: "2023")
            func push(_ dossier: JSON, isUpdating: String) async throws -> JSON {
                try await adapter.send(
                    "/DongBoHoSoMC?MaDinhDanhDV=H26.00070&isUpdating=\(isUpdating)", [dossier], headers: bearer)
            }
            let first = try await push(dossier, isUpdating: "False")
            #expect(first["response_code"]?.string == "00" && first["message"]?.string?.contains("thành công") == true)
            let changed = dossier.changing(["ChuHoSo": "Trần Thị Bình"])
            let again = try await push(changed, isUpdating: "False")
            #expect(again["response_code"]?.string == "3" && again["message"]?.string?.contains("đã tồn tại") == true)
            let code = try #require(dossier["MaHoSo"]?.string)
            let name = "select applicant_name from dossiers where code = '\(code)'"
            #expect(try await demonstration.test.sql(name) == ["Nguyễn Văn An"])
            let known = try await push(changed, isUpdating: "True")
            #expect(known["response_code"]?.string == "00")
            #expect(try await demonstration.test.sql(name) == ["Trần Thị Bình"])
            // Several at once: one that is wrong spoils no other, and is named.
            let third = dossier.changing(["MaHoSo": .string(code + "1")])
            let both = try await adapter.send(
                "/DongBoHoSoMC?isUpdating=False", [dossier.changing(["LoaiDoiTuong": "9"]), third], headers: bearer)
            #expect(both["response_code"]?.string == "-1")
            #expect(both["message"]?.string?.contains("LoaiDoiTuong") == true)
            #expect(both["result"]?.array?.map { $0["code"]?.string } == ["invalid", "created"])
        }
    }

    @Test("a dossier that was filed at the portal is moved by DongBoTrangThaiHoSo")
    func status() async throws {
        try await Demonstration.with { demonstration async throws in
            var adapter = try await NationalAdapter(demonstration, version: "2023")
            #expect(try await adapter.logIn() == "00")
            let code = try #require(
                try await demonstration.test.sql(
                    "select code from dossiers where agency_code = 'H26.00070' and status = 1 limit 1"
                ).first)
            func data(_ status: String, at time: Int) -> [String: JSON] {
                [
                    "type": "2",
                    "data": [
                        "MaHoSo": .string(code), "TrangThai": .string(status), "MaHoSoDonVi": "", "MaDoiTuong": "",
                        "NoiDung": "", "NgayXuLy": .string(Self.time(time)), "TaiLieuXuLy": [],
                    ],
                ]
            }
            // The demonstration's were filed just now: within the minute by which clocks differ.
            let move = data("2", at: 30)
            let moved = try await adapter.call("DongBoTrangThaiHoSo", move)
            #expect(moved["error_code"]?.string == "00" && moved["result"]?.array?.first?["code"]?.string == "applied")
            let again = try await adapter.call("DongBoTrangThaiHoSo", move)
            #expect(again["error_code"]?.string == "00" && again["result"]?.array?.first?["code"]?.string == "replayed")
            let illegal = try await adapter.call("DongBoTrangThaiHoSo", data("10", at: 40))
            #expect(illegal["error_code"]?.string == "-1")
            #expect(illegal["result"]?.array?.first?["code"]?.string == "illegal-move")
            let found = try await adapter.call("TraCuuHoSo", ["mahoso": .string(code.lowercased())])
            #expect(found["result"]?.array?.first?["TrangThaiHoSo"]?.string == "2")
        }
    }

    /// A dossier that was received two days ago, and a step on it an hour later.
    private static func dossier(of version: String) -> (dossier: JSON, step: JSON) {
        let code = "H26.00070-261120-90\(version)"
        var changes: [String: JSON] = [
            "MaHoSo": .string(code), "NgayTiepNhan": .string(time(-172_800)), "NgayHenTra": .string(time(172_800)),
        ]
        if version == "2023" {
            changes["NgayNopHoSo"] = .string(time(-180_000))
            changes["KenhThucHien"] = "1"
            changes["SoGiayToChuHoSo"] = "001090000001"
        }
        return (
            NationalTranslationTests.of2020.changing(changes),
            NationalTranslationTests.step.changing([
                "MaHoSo": .string(code), "ThoiDiemXuLy": .string(time(-169_200)),
            ])
        )
    }

    /// So many seconds from now, as the contract writes it.
    private static func time(_ seconds: Int) -> String {
        let vietnam = Date.now.addingTimeInterval(TimeInterval(seconds + 7 * 3600))
        return String(Timestamp.text(vietnam).prefix(19).filter(\.isNumber))
    }
}

extension JSON {
    fileprivate func changing(_ members: [String: JSON]) -> JSON { .object((object ?? [:]).merging(members) { $1 }) }
}
