import Agencies
import Catalogue
import Core
import FoundationEssentials
import Hummingbird
import Postgres
import Server

extension API {
    /// `GET …/{version}/{operation}`: what everyone may read, without a session.
    @Sendable func readNational(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        do {
            _ = try nationalContract(context)
            let operation = try nationalOperation(context.parameter("service"))
            guard operation.scope == nil else { throw RequestFailure.methodNotAllowed(allowed: [.post]) }
            return try await readCatalogue(operation, .object(try request.nationalQuery()), at: context.now).response
        } catch let failure as RequestFailure where failure.status != .methodNotAllowed {
            return national(failure)
        }
    }

    /// `LayThuTuc`, `LayDanhSachTTHC`, `LayDanhMucCoQuan` and `LayDanhMucLinhVuc`.
    func readCatalogue(
        _ operation: NationalOperation, _ members: JSON, at now: Date
    ) async throws -> NationalAnswer {
        let result: [JSON] =
            switch operation {
            case .showProcedure: [try await nationalProcedure(members)]
            case .listProcedures: try await nationalProcedures(at: now)
            case .listAgencies: try await nationalAgencies(on: Day(of: now))
            case .listFields: try await catalogue.codedFields().map(NationalCatalogue.field)
            case .synchroniseDossiers, .reportProgress, .reportStatus, .findDossier: []
            }
        return NationalAnswer(code: .success, message: words("national.success", .vi, [:]), result: result)
    }

    private func nationalProcedure(_ members: JSON) async throws -> JSON {
        var record = NationalRecord(members)
        guard let code = record.text("maTTHC", required: true, most: 60) else {
            throw RequestFailure.invalid(record.problems)
        }
        // A case or an organisation's variant is of the procedure's record.
        var found = try await catalogue.procedure(code)
        if found == nil, let base = ProcedureCode(code)?.base { found = try await catalogue.procedure(base) }
        guard let found else {
            throw RequestFailure.invalid([FieldProblem(field: "maTTHC", code: "invalid_choice")])
        }
        return try NationalCatalogue.procedure(found)
    }

    private func nationalProcedures(at now: Date) async throws -> [JSON] {
        let all = ProcedureSearch(
            text: "", field: "", agency: "", subject: "", isOnline: nil, updatedSince: nil, after: "", limit: 100_000)
        return try await catalogue.list(all, at: now).items.map { procedure in
            [
                "MATTHC": .string(procedure.code), "TENTTHC": .string(procedure.name),
                "TENLINHVUC": .string(procedure.field), "TRANGTHAI": procedure.isRetired ? "0" : "1",
            ]
        }
    }

    private func nationalAgencies(on day: Day) async throws -> [JSON] {
        try await agencies.list(after: "", limit: 100_000).items.filter { $0.exists(on: day) }
            .map(NationalCatalogue.agency)
    }
}

/// The catalogue under the names of the contract: upper case, values as text.
enum NationalCatalogue {
    static func procedure(_ procedure: Procedure) throws -> JSON {
        let facts = try procedure.facts.map { try ProcedureFacts(json: JSON(parsing: Array($0.text.utf8))) }
        let executing = procedure.executing.isEmpty ? [procedure.promulgator] : procedure.executing
        var members: [String: JSON] = [
            "ID": .string(procedure.code), "MATTHC": .string(procedure.code), "MATTHCDP": "",
            "TENTTHC": .string(procedure.name), "LOAITTHC": .string(procedure.kind),
            "TRANGTHAI": procedure.retiredAt == nil ? "1" : "0", "MOTADOITUONGTHUCHIEN": "",
        ]
        members["IDQUYETDINHCONGBO"] = .string(facts?.decision?.number ?? "")
        members["LINHVUCTHUCHIEN"] = [
            ["MALINHVUC": .string(procedure.fieldCode ?? ""), "TENLINHVUC": .string(procedure.field)]
        ]
        let steps: [JSON] = (facts?.steps ?? []).map { ["TENTRINHTU": .string($0)] }
        members["TRINHTUTHUCHIEN"] = [["TRUONGHOP": "", "TRINHTU": .array(steps)]]
        members["CACHTHUCTHUCHIEN"] = .array((facts?.channels ?? []).map(channel))
        members["THANHPHANHOSO"] = .array((facts?.documents ?? []).map(documents))
        members["DOITUONGTHUCHIEN"] = .array(procedure.subjects.map { ["TENDOITUONG": .string($0)] })
        members["KETQUATHUCHIEN"] = references(facts?.results, "MAKETQUA", "TENKETQUA")
        members["CANCUPHAPLY"] = references(facts?.legalBasis, "SOVANBAN", "TENVANBAN")
        members["COQUANTHUCHIEN"] = .array(executing.map { ["MADONVI": "", "TENDONVI": .string($0)] })
        let levels: [JSON] = (facts?.levels ?? []).compactMap { Self.levels[$0] }.map { level in
            ["CAPTHUCHIEN": .string(level), "MOTACOQUANTHUCHIEN": "", "DIACHITIEPNHAN": ""]
        }
        members["CAPTHUCHIEN"] = .array(levels)
        members["YEUCAU"] = .string(facts?.requirements ?? "")
        return .object(members)
    }

    private static func references(_ listed: [ProcedureFacts.Reference]?, _ code: String, _ name: String) -> JSON {
        .array((listed ?? []).map { .object([code: .string($0.code ?? ""), name: .string($0.name)]) })
    }

    static func agency(_ agency: AgencySummary) -> JSON {
        [
            "MADONVI": .string(agency.code), "TENDONVI": .string(agency.name),
            "CAPDONVI": .string(AgencyKind(rawValue: agency.kind).map(level) ?? ""),
        ]
    }

    /// The prefix of a field's code is the branch that it belongs to (TT 01/2018/TT-VPCP Đ.20).
    static func field(_ field: CodedField) -> JSON {
        [
            "MALINHVUC": .string(field.code), "TENLINHVUC": .string(field.name),
            "MANGANH": .string(field.code.split(separator: "-").first.map(String.init) ?? ""),
        ]
    }

    private static func channel(_ channel: ProcedureFacts.Channel) -> JSON {
        let fees: [JSON] = channel.fees.map { fee in
            [
                "MAPHILEPHI": "", "SOTIEN": .string(String(fee.amount.dong)), "DONVI": "VND",
                "MOTA": .string(fee.note),
            ]
        }
        return [
            "KENH": .string(channels[channel.method] ?? ""),
            "THOIGIAN": [
                [
                    "THOIGIANGIAIQUYET": .string(channel.time.map { String($0.quantity) } ?? ""),
                    "DONVITINH": .string(channel.time?.unit ?? ""), "MOTA": .string(channel.description ?? ""),
                    "PHILEPHI": .array(fees),
                ]
            ],
        ]
    }

    /// A document with several files to fill in stands once for each of them.
    private static func documents(_ group: ProcedureFacts.DocumentGroup) -> JSON {
        let papers = group.items.flatMap { item in
            let templates = item.templates.isEmpty ? [""] : item.templates.map(\.name)
            return templates.map { paper(item, template: $0) }
        }
        return ["TRUONGHOP": .string(group.name), "GIAYTO": .array(papers)]
    }

    private static func paper(_ document: ProcedureFacts.Document, template: String) -> JSON {
        [
            "MAGIAYTO": .string(document.code), "TENGIAYTO": .string(document.name),
            "SOBANCHINH": .string(String(document.originals)), "SOBANSAO": .string(String(document.copies)),
            "TENMAUDON": .string(template), "URL": "",
        ]
    }

    private static let channels = ["DIRECT": "1", "ONLINE": "2", "POSTAL": "3"]
    private static let levels = ["bo": "0", "tinh": "1", "huyen": "2", "xa": "3"]

    private static func level(_ kind: AgencyKind) -> String {
        switch kind {
        case .ministry, .ministerialAgency, .governmentAgency: "0"
        case .department, .provinceCommittee, .provincialTrade, .provincialPolice, .provincialSocialInsurance: "1"
        case .communeCommittee, .communePolice: "3"
        }
    }
}
