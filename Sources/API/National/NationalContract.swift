import Accounts
import Dossiers

/// The contract by which agencies' one-stop systems already speak with a national portal, in the versions that their
/// adapters speak; each version has an address of its own (`Documentation/national-contract.md`).
enum NationalContract: String, Sendable, CaseIterable {
    case of2020 = "2020"
    case of2023 = "2023"
    case of2026 = "2026"

    /// What `LoaiDoiTuong` says: a number means another kind in each version.
    func applicantKind(_ number: String) -> DossierStatement.ApplicantKind? { Self.applicantKinds[self]?[number] }

    private static let applicantKinds: [NationalContract: [String: DossierStatement.ApplicantKind]] = [
        .of2020: ["1": .citizen, "2": .business],
        .of2023: ["1": .citizen, "2": .business, "3": .agency, "4": .organisation],
        .of2026: ["0": .citizen, "1": .business, "2": .household],
    ]
}

/// An operation, as calls name it in `service` or in their path.
enum NationalOperation: String, Sendable, CaseIterable {
    case synchroniseDossiers = "DongBoHoSoMC"
    case reportProgress = "CapNhatTienDoHoSoMC"
    case reportStatus = "DongBoTrangThaiHoSo"
    case findDossier = "TraCuuHoSo"
    case showProcedure = "LayThuTuc"
    case listProcedures = "LayDanhSachTTHC"
    case listAgencies = "LayDanhMucCoQuan"
    case listFields = "LayDanhMucLinhVuc"

    /// What a client must be allowed to do; nil for what is open to everyone.
    var scope: ClientScope? {
        switch self {
        case .synchroniseDossiers, .reportProgress, .reportStatus: .syncDossiers
        case .findDossier: .readDossiers
        case .showProcedure, .listProcedures, .listAgencies, .listFields: nil
        }
    }
}
