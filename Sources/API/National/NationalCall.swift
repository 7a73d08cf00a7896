import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Server

/// A call of the national contract by a system that has shown the session of its login.
struct NationalCall: Sendable {
    let caller: AgencyCaller
    let contract: NationalContract
    let operation: NationalOperation
    /// The members of the body and of the address together; the body's go first.
    let members: JSON

    /// What is pushed: the elements of `data`, or `data` itself where it is one record.
    /// - Throws: `RequestFailure` where there is none.
    func records() throws -> [JSON] {
        switch members["data"] {
        case .array(let records) where !records.isEmpty: return records
        case .object(let record): return [.object(record)]
        default: throw RequestFailure.invalid([FieldProblem(field: "data", code: "required")])
        }
    }

    /// Whether `isUpdating` says that the dossiers are known already.
    func isUpdating() throws -> Bool {
        var record = NationalRecord(members)
        let value = record.value("isUpdating") {
            ["true": true, "1": true, "false": false, "0": false][$0.lowercased()]
        }
        guard record.problems.isEmpty else { throw RequestFailure.invalid(record.problems) }
        return value ?? false
    }

    /// Whether `madonvi` is an agency's identifier, in the form of today or in the padded one of QCVN 102:2016.
    static func names(_ agency: String, _ madonvi: String) -> Bool {
        AgencyCode(madonvi)?.description == AgencyCode(agency)?.description
    }
}

extension Audience<NationalCall> {
    /// Systems whose session is good for the operation that they call, under the conditions of every agency's system.
    /// Whoever isn't let in is told so in the contract's own form.
    static func national(_ api: API) -> Audience<NationalCall> {
        Audience("national") { request, context in
            do {
                return try await api.nationalCall(request, context)
            } catch let failure as RequestFailure {
                throw Detour(api.national(failure))
            }
        }
    }
}

extension API {
    fileprivate func nationalCall(_ request: Request, _ context: PortalContext) async throws -> NationalCall {
        let contract = try nationalContract(context)
        let body = try JSON(sent: try await request.bytes())
        let members = try request.nationalQuery().merging(body.object ?? ["data": body]) { $1 }
        let operation = try nationalOperation(context.parameter("service") ?? members["service"]?.string)
        // Never from the address, which others keep.
        guard let session = body["session"]?.string ?? request.bearerToken else {
            throw RequestFailure.unauthorized(challenge: "Bearer realm=\"portal\"")
        }
        let caller = try await AgencyCaller.holding(
            session, accounts, limiter: clients, scopes: operation.scope.map { [$0] } ?? [], context)
        let named = members["madonvi"] ?? members["MaDinhDanhDV"]
        if let named, !NationalCall.names(caller.agency, named.string ?? "") {
            throw RequestFailure(
                .forbidden, type: "other-agency", problems: [FieldProblem(field: "madonvi", code: "invalid_choice")])
        }
        return NationalCall(caller: caller, contract: contract, operation: operation, members: .object(members))
    }

    /// The version of which the path speaks.
    func nationalContract(_ context: PortalContext) throws -> NationalContract {
        guard let contract = NationalContract(rawValue: context.parameter("version") ?? "") else {
            throw RequestFailure.notFound
        }
        return contract
    }

    func nationalOperation(_ name: String?) throws -> NationalOperation {
        guard let operation = NationalOperation(rawValue: name ?? "") else {
            throw RequestFailure.invalid([FieldProblem(field: "service", code: "invalid_choice")])
        }
        return operation
    }
}

extension Request {
    /// The members of the address.
    func nationalQuery() throws -> [String: JSON] {
        let query = try queryFields()
        return Dictionary(query.names.map { ($0, .string(query[$0] ?? "")) }, uniquingKeysWith: { first, _ in first })
    }
}
