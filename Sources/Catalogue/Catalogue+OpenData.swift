package import FoundationEssentials
import Postgres

extension Catalogue {
    /// What was published of a procedure, the newest first.
    package func history(of code: String) async throws -> [PublishedRevision] {
        try await database.all(CatalogueQueries.history, code)
    }

    /// The next procedures after a code, whole; for those who take the catalogue away.
    package func openData(after code: String, limit: Int = 200) async throws -> [Procedure] {
        try await database.all(CatalogueQueries.openData, (code, limit))
    }

    /// The address of every procedure that is in use.
    package func places() async throws -> [CataloguePlace] { try await database.all(CatalogueQueries.places, ()) }

    /// The list for programs: what `search` finds, only those that can or can't be filed here, or that changed since.
    package func list(
        _ wanted: ProcedureSearch, online: Bool?, updatedSince: Date?, at now: Date
    ) async throws -> Found<ProcedureSummary> {
        if online == nil, updatedSince == nil, wanted.field.isEmpty, wanted.agency.isEmpty {
            return try await search(wanted, at: now)
        }
        let since = updatedSince ?? Date(timeIntervalSince1970: 0)
        guard !wanted.text.isEmpty else {
            let items = try await database.all(
                CatalogueQueries.listing, (wanted.field, wanted.agency, online, since, wanted.after, wanted.limit + 1))
            let page = Array(items.prefix(wanted.limit))
            return Found(items: page, next: items.count > wanted.limit ? page.last?.code : nil)
        }
        let found = try await everything(like: wanted, at: now)
        let codes = Set(try await database.all(CatalogueQueries.among, (found.items.map(\.code), online, since)))
        let chosen = found.items.filter { procedure in
            codes.contains(procedure.code) && (wanted.field.isEmpty || procedure.field == wanted.field)
                && (wanted.agency.isEmpty || procedure.promulgator == wanted.agency
                    || procedure.executing.contains(wanted.agency))
        }
        let offset = min(max(Int(wanted.after) ?? 0, 0), chosen.count)
        let page = Array(chosen.dropFirst(offset).prefix(wanted.limit))
        let end = offset + page.count
        return Found(items: page, next: end < chosen.count ? String(end) : nil, isApproximate: found.isApproximate)
    }

    /// All that a search by words finds, in its order: some hundreds at most.
    private func everything(like wanted: ProcedureSearch, at now: Date) async throws -> Found<ProcedureSummary> {
        var wanted = wanted
        (wanted.after, wanted.limit) = ("", 100)
        var items: [ProcedureSummary] = []
        while true {
            let found = try await search(wanted, at: now)
            items += found.items
            guard let next = found.next else { return Found(items: items, next: nil, isApproximate: found.isApproximate) }
            wanted.after = next
        }
    }
}
