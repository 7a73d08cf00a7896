import Core
package import FoundationEssentials
import Postgres
import Synchronization

/// What someone looks for.
package struct ProcedureSearch: Sendable, Hashable {
    /// Words, a misspelling, or the beginning of a code; empty to browse everything.
    package var text: String
    package var field: String
    /// Name of an agency that promulgates or carries out.
    package var agency: String
    /// For whom, as the national list names it.
    package var subject: String
    /// Only those that can, or can't, be filed here.
    package var isOnline: Bool?
    package var updatedSince: Date?
    /// Where a page of results starts: as given by the page before.
    package var after: String
    /// 1…100.
    package var limit: Int

    package init(
        text: String = "", field: String = "", agency: String = "", subject: String = "", isOnline: Bool? = nil,
        updatedSince: Date? = nil, after: String = "", limit: Int = 20
    ) {
        self.text = text
        self.field = field
        self.agency = agency
        self.subject = subject
        self.isOnline = isOnline
        self.updatedSince = updatedSince
        self.after = after
        self.limit = min(max(limit, 1), 100)
    }

    /// The same question without anything that narrows it down.
    package var widened: ProcedureSearch { ProcedureSearch(text: text, limit: limit) }
}

/// A page of a list, and where the next one starts.
package struct Found<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Nil on the last page.
    package let next: String?
    /// The words weren't found as typed: these merely resemble them.
    package var isApproximate = false
    /// How many there are on all pages.
    package var count = 0
    package var facets: Facets?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

extension Catalogue {
    /// Finds procedures by words, in whatever way they are typed, or by a code or its beginning. Answered from memory.
    ///
    /// Results by words are ranked, so their pages are counted, up to 500 deep; browsing goes by code and has no depth.
    package func search(_ wanted: ProcedureSearch, at now: Date) async throws -> Found<ProcedureSummary> {
        let table = try await table(at: now)
        let (places, isApproximate) = table.places(for: wanted.text)
        let (chosen, facets) = table.narrow(places, to: wanted)
        var found = table.page(of: chosen, wanted)
        (found.isApproximate, found.count, found.facets) = (isApproximate, chosen.count, facets)
        return found
    }

    /// The list for programs: the same, and without words also what is no longer done, in the order of the codes.
    package func list(_ wanted: ProcedureSearch, at now: Date) async throws -> Found<ProcedureSummary> {
        guard wanted.text.isEmpty else { return try await search(wanted, at: now) }
        let table = try await table(at: now)
        return table.page(of: table.narrow(Array(table.procedures.indices), to: wanted).places, wanted)
    }

    /// What is made of the catalogue is good while this stays the same.
    package func state(at now: Date) -> Int { feed?.state(at: now) ?? -Int(now.timeIntervalSince1970) - 1 }

    /// The list in memory, made anew after it changed; callers that come meanwhile wait for the same.
    private func table(at now: Date) async throws -> ProcedureTable {
        let state = state(at: now)
        let task = table.withLock { kept in
            if let kept, kept.state == state { return kept.task }
            let task = Task { [database, synonyms] in
                ProcedureTable(try await database.all(CatalogueQueries.everything, ()), synonyms: synonyms)
            }
            kept = (state, task)
            return task
        }
        do {
            return try await task.value
        } catch {
            table.withLock { if $0?.state == state { $0 = nil } }
            throw error
        }
    }
}

extension ProcedureTable {
    fileprivate func page(of chosen: [Int], _ wanted: ProcedureSearch) -> Found<ProcedureSummary> {
        let isBrowsing = wanted.text.isEmpty
        let start: Int
        if isBrowsing, !wanted.after.isEmpty {
            let first = firstPlace(after: wanted.after)
            start = chosen.firstIndex { $0 >= first } ?? chosen.endIndex
        } else {
            start = min(max(Int(wanted.after) ?? 0, 0), chosen.count)
        }
        let page = chosen[start...].prefix(wanted.limit).map { procedures[$0] }
        let end = start + page.count
        return Found(items: page, next: end < chosen.count ? isBrowsing ? page.last?.code : String(end) : nil)
    }
}
