import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Server

extension API {
    /// `POST …/{version}` and `POST …/{version}/{operation}`
    @Sendable func callNational(
        _ request: Request, _ context: PortalContext, _ call: NationalCall
    ) async throws -> Response {
        do {
            switch call.operation {
            case .synchroniseDossiers: return try await synchroniseDossiers(call, at: context.now).response
            case .reportProgress: return try await reportProgress(call, at: context.now).response
            case .reportStatus: return try await reportStatus(call, at: context.now).response
            case .findDossier: return try await findDossier(call).response
            case .showProcedure, .listProcedures, .listAgencies, .listFields:
                return try await readCatalogue(call.operation, call.members, at: context.now).response
            }
        } catch let failure as RequestFailure {
            return national(failure)
        }
    }

    /// `DongBoHoSoMC`: new dossiers are created, and where `isUpdating` says so known ones amended and moved to where they
    /// stand. A known one that is pushed as new stays as it is.
    private func synchroniseDossiers(_ call: NationalCall, at now: Date) async throws -> NationalAnswer {
        let (records, isUpdating) = (try call.records(), try call.isUpdating())
        let known = try await dossiers.standings(of: records.map(\.dossierCode), at: call.caller.agency)
        return try await push(
            records.map { record in
                NationalPush(record) {
                    let statement = try DossierStatement(record, in: call.contract, now: now)
                    let first = SyncLine(.dossier(statement), message: record.canonical())
                    guard let standing = known[record.dossierCode] else { return [first] }
                    guard isUpdating else { throw NationalPush.Refusal.exists }
                    guard standing.status != statement.status else { return [first] }
                    let move = try StatusChange(
                        moving: record, to: statement.status, by: call.caller.agency, now: now)
                    return [first, SyncLine(.report(code: statement.code, move), message: record.canonical())]
                }
            }, call, at: now)
    }

    /// `CapNhatTienDoHoSoMC`: what was done with dossiers, step by step.
    private func reportProgress(_ call: NationalCall, at now: Date) async throws -> NationalAnswer {
        try await report(call, at: now) { try StatusChange(progress: $0, by: call.caller.agency, now: now) }
    }

    /// `DongBoTrangThaiHoSo`: where a dossier stands that was filed at the portal.
    private func reportStatus(_ call: NationalCall, at now: Date) async throws -> NationalAnswer {
        try await report(call, at: now) { try StatusChange(status: $0, by: call.caller.agency, now: now) }
    }

    private func report(
        _ call: NationalCall, at now: Date, _ change: (JSON) throws -> StatusChange
    ) async throws -> NationalAnswer {
        try await push(
            try call.records().map { record in
                NationalPush(record) {
                    var reader = NationalRecord(record)
                    let code = reader.text("MaHoSo", required: true, most: 60)
                    guard reader.problems.isEmpty, let code else {
                        throw ValidationFailure(problems: reader.problems)
                    }
                    return [SyncLine(.report(code: code, try change(record)), message: record.canonical())]
                }
            }, call, at: now)
    }

    /// `TraCuuHoSo`: where a dossier of the agency stands; an empty list for one that isn't there.
    private func findDossier(_ call: NationalCall) async throws -> NationalAnswer {
        var reader = NationalRecord(call.members)
        guard let code = reader.text("mahoso", required: true, most: 60) else {
            throw RequestFailure.invalid(reader.problems)
        }
        let found = try await dossiers.standings(of: [code.normalisedCode], at: call.caller.agency)
        return NationalAnswer(
            code: .success, message: words("national.success", .vi, [:]),
            result: found.values.map { standing in
                [
                    "MaHoSo": .string(standing.code), "TrangThaiHoSo": .string(String(standing.status.rawValue)),
                    "NgayHenTra": .string(standing.dueAt.map(NationalTime.text) ?? ""),
                ]
            })
    }

    /// Synchronises what was pushed, and says of each record what became of it: one that is wrong spoils no other.
    private func push(
        _ pushes: [NationalPush], _ call: NationalCall, at now: Date
    ) async throws -> NationalAnswer {
        let outcomes = try await dossiers.synchronise(
            pushes.flatMap(\.lines), by: call.caller.actor, at: call.caller.agency, now: now)
        var rest = outcomes[...]
        let items = pushes.map { push in
            defer { rest = rest.dropFirst(push.lines.count) }
            let own = rest.prefix(push.lines.count)
            return item(push.code, push.refusal ?? NationalPush.Refusal(own), own.last)
        }
        return NationalAnswer(items, words: words)
    }

    /// A record in the list of an answer, with a code of its own for programs beside the contract's.
    private func item(
        _ code: String, _ refusal: NationalPush.Refusal?, _ outcome: SyncOutcome?
    ) -> NationalAnswer.Item {
        switch refusal {
        case .exists:
            .init(dossier: code, code: .exists, name: "exists", message: words("national.exists", .vi, ["code": code]))
        case .problem(let problem, let fields):
            .init(
                dossier: code, code: .failure, name: problem, message: nationalWords(problem, fields), fields: fields)
        case nil:
            .init(
                dossier: code, code: .success, name: outcome?.name ?? "", message: words("national.success", .vi, [:]))
        }
    }
}

/// A pushed record as lines for the synchronisation, or why there are none.
struct NationalPush {
    enum Refusal: Error {
        /// Pushed as new, it is known already.
        case exists
        case problem(String, [FieldProblem])

        /// The first refusal among what became of a record's lines.
        init?(_ outcomes: some Sequence<SyncOutcome>) {
            for case .refused(let problem, let fields) in outcomes {
                self = .problem(problem, fields)
                return
            }
            return nil
        }
    }

    let code: String
    let lines: [SyncLine]
    let refusal: Refusal?

    /// - Parameter lines: makes them, or throws `Refusal` or `ValidationFailure`.
    init(_ record: JSON, lines: () throws -> [SyncLine]) {
        code = record.dossierCode
        do {
            self.lines = try lines()
            refusal = nil
        } catch {
            self.lines = []
            refusal = error as? Refusal ?? .problem("invalid", (error as? ValidationFailure)?.problems ?? [])
        }
    }
}

extension SyncOutcome {
    /// Stable, for programs.
    fileprivate var name: String {
        switch self {
        case .created: "created"
        case .amended: "amended"
        case .applied: "applied"
        case .kept: "kept"
        case .parked: "parked"
        case .replayed: "replayed"
        case .refused(let problem, _): problem
        }
    }
}

extension JSON {
    /// The code of the dossier that a record is about; empty where it has none.
    fileprivate var dossierCode: String { (self["MaHoSo"]?.string ?? "").normalisedCode }
}

extension String {
    /// A dossier's code as it is kept.
    fileprivate var normalisedCode: String { DossierCode(self)?.description ?? trimmed }
}
