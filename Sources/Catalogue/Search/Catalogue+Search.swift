import Core
package import FoundationEssentials
import Postgres
import Synchronization

/// What someone looks for.
package struct ProcedureSearch: Sendable, Hashable {
    /// Words, a misspelling, or the beginning of a code; empty to browse everything.
    package var text: String
    package var field: String
    package var agency: String
    /// Where a page of results starts: as given by the page before.
    package var after: String
    /// 1…100.
    package var limit: Int

    package init(text: String = "", field: String = "", agency: String = "", after: String = "", limit: Int = 20) {
        self.text = text
        self.field = field
        self.agency = agency
        self.after = after
        self.limit = min(max(limit, 1), 100)
    }
}

/// A page of a list, and where the next one starts.
package struct Found<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Nil on the last page.
    package let next: String?
    /// The words weren't found as typed: these merely resemble them.
    package let isApproximate: Bool
    /// How many there are of each field, over all pages, the most first; empty when nothing was searched for.
    package let fields: [(name: String, count: Int)]

    package init(
        items: [Item], next: String?, isApproximate: Bool = false, fields: [(name: String, count: Int)] = []
    ) {
        self.items = items
        self.next = next
        self.isApproximate = isApproximate
        self.fields = fields
    }
}

extension Catalogue {
    /// Finds procedures by words, in whatever way they are typed, or by a code or its beginning.
    ///
    /// Results by words are ranked, so their pages are counted, up to 500 deep; browsing goes by code and has no depth.
    package func search(_ wanted: ProcedureSearch, at now: Date) async throws -> Found<ProcedureSummary> {
        guard !wanted.text.isEmpty else { return try await browse(wanted) }
        if let code = Self.code(wanted.text) {
            let items = try await database.all(CatalogueQueries.withCode, (code, wanted.limit))
            if !items.isEmpty { return Found(items: items, next: nil) }
        }
        let (list, index) = try await index(at: now)
        let outcome = index.search(wanted.text)
        let found = outcome.hits.map { list[$0.place] }.filter { procedure in
            wanted.agency.isEmpty || procedure.promulgator == wanted.agency || procedure.executing.contains(wanted.agency)
        }
        let counts = Dictionary(grouping: found, by: \.field).map { (name: $0.key, count: $0.value.count) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        let chosen = found.filter { wanted.field.isEmpty || $0.field == wanted.field }
        let offset = min(max(Int(wanted.after) ?? 0, 0), chosen.count)
        let page = Array(chosen.dropFirst(offset).prefix(wanted.limit))
        let end = offset + page.count
        return Found(
            items: page, next: end < chosen.count ? String(end) : nil, isApproximate: outcome.isApproximate, fields: counts)
    }

    /// What is made of the catalogue is good while this stays the same.
    package func state(at now: Date) -> Int { feed?.state(at: now) ?? -Int(now.timeIntervalSince1970) - 1 }

    private func browse(_ wanted: ProcedureSearch) async throws -> Found<ProcedureSummary> {
        let items = try await database.all(
            CatalogueQueries.browse, (wanted.field, wanted.agency, wanted.after, wanted.limit + 1))
        let page = Array(items.prefix(wanted.limit))
        return Found(items: page, next: items.count > wanted.limit ? page.last?.code : nil)
    }

    /// The beginning of a code in what was typed: `1.00119`, or its seven digits without the dot.
    private static func code(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 > 0x20 }
        guard let first = digits.first, (49...57).contains(first), digits.count > 1 else { return nil }
        if digits[1] == UInt8(ascii: ".") { return String(decoding: digits, as: UTF8.self) }
        guard digits.count == 7, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return String(decoding: [first, UInt8(ascii: ".")] + digits.dropFirst(), as: UTF8.self)
    }

    /// The words of all procedures, made anew after the list changed; callers that come meanwhile wait for the same.
    private func index(at now: Date) async throws -> (list: [ProcedureSummary], index: SearchIndex) {
        let state = state(at: now)
        let task = indexed.withLock { kept in
            if let kept, kept.state == state { return kept.task }
            let task = Task { [database, synonyms] in
                let list = try await database.all(CatalogueQueries.everything, ())
                return (list, SearchIndex(list, synonyms: synonyms))
            }
            kept = (state, task)
            return task
        }
        do {
            return try await task.value
        } catch {
            indexed.withLock { if $0?.state == state { $0 = nil } }
            throw error
        }
    }
}
