import Agencies
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Server

extension API {
    /// `GET /api/v1/agencies?q=&province=&limit=&after=`
    @Sendable func listAgencies(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let query = try request.queryFields()
        let found = try await agencies.list(
            text: String((query["q"] ?? "").cleaned.prefix(200)), province: query["province"] ?? "",
            after: query["after"] ?? "", limit: try query.limit())
        let today = Day(of: context.now)
        let page: JSON = [
            "items": .array(found.items.map { .object(AgencyJSON.summary($0, on: today)) }),
            "next": found.next.map(JSON.string) ?? .null,
        ]
        return .json(page.serialized())
    }

    /// `GET /api/v1/agencies/{code}`
    @Sendable func showAgency(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        guard let code = AgencyCode(context.parameter("code") ?? ""),
            let agency = try await agencies.record(code.description)
        else { throw RequestFailure.notFound }
        let today = Day(of: context.now)
        let performance = try await dossiers.performance(of: agency.code)
        let flags = try await dossiers.flags(of: agency.code, since: today + -365)
        let bytes = AgencyJSON.whole(agency, performance, flags, on: today).serialized()
        return Response.json(bytes).tagged(by: bytes, for: request)
    }
}

enum AgencyJSON {
    static func summary(_ agency: AgencySummary, on today: Day) -> [String: JSON] {
        [
            "code": .string(agency.code), "name": .string(agency.name), "kind": .string(agency.kind),
            "code_status": .string(agency.codeStatus.rawValue), "valid_from": .string(agency.validFrom.description),
            "valid_to": agency.validTo.map { .string($0.description) } ?? .null,
            "valid": .bool(agency.exists(on: today)),
        ]
    }

    static func whole(
        _ agency: AgencyRecord, _ performance: AgencyPerformance?, _ flags: [FlagCount], on today: Day
    ) -> JSON {
        var members = summary(agency.summary, on: today)
        func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
        members["province"] = text(agency.provinceCode)
        members["ward"] = text(agency.wardCode)
        members["parent"] = agency.parentCode.map { ["code": .string($0), "name": text(agency.parentName)] } ?? .null
        members["successor"] =
            agency.successorName.map { ["code": text(agency.successorCode), "name": .string($0)] } ?? .null
        members["address"] = text(agency.profile.address)
        members["phone"] = text(agency.profile.phone)
        members["email"] = text(agency.profile.email)
        members["website"] = text(agency.profile.website)
        members["hours"] = ["vi": text(agency.profile.hours.vi), "en": text(agency.profile.hours.en)]
        members["receiving_places"] = .array(
            agency.profile.places.map { place in
                [
                    "name": .string(place.name), "address": text(place.address), "phone": text(place.phone),
                    "hours": ["vi": text(place.hours.vi), "en": text(place.hours.en)],
                ]
            })
        members["updated_at"] = agency.updatedAt.map { .string(Timestamp.text($0)) } ?? .null
        members["on_time"] =
            performance.map { performance in
                [
                    "since": .string(performance.since.description), "finished": .integer(performance.finished),
                    "on_time": .integer(performance.onTime), "indexed": .integer(performance.indexed),
                    "on_time_by_index": .integer(performance.indexOnTime),
                    "computed_at": .string(Timestamp.text(performance.computedAt)),
                ]
            } ?? .null
        members["flags"] = .object(Dictionary(flags.map { ($0.flag, .integer($0.count)) }) { $1 })
        return .object(members)
    }
}
