import Core
import Postgres

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

    package init(items: [Item], next: String?, isApproximate: Bool = false) {
        self.items = items
        self.next = next
        self.isApproximate = isApproximate
    }
}

extension Catalogue {
    /// Finds procedures by words with or without accents, by the beginning of a code, or by what resembles the words.
    /// Results by words are ranked, so their pages are counted, up to 500 deep; browsing goes by code and has no depth.
    package func search(_ wanted: ProcedureSearch) async throws -> Found<ProcedureSummary> {
        guard !wanted.text.isEmpty else { return try await browse(wanted) }
        if wanted.text.utf8.first.map({ (49...51).contains($0) }) == true, wanted.text.utf8.dropFirst().first == 46 {
            let items = try await database.all(CatalogueQueries.withCode, (wanted.text, wanted.limit))
            if !items.isEmpty { return Found(items: items, next: nil) }
        }
        let folded = try await database.one(CatalogueQueries.fold, wanted.text)
        let words = Self.words(of: folded)
        guard !words.isEmpty else { return Found(items: [], next: nil) }
        let offset = min(max(Int(wanted.after) ?? 0, 0), Self.deepest)
        let items = try await database.all(
            CatalogueQueries.search,
            (wanted.text, Self.query(for: words), wanted.field, wanted.agency, wanted.limit + 1, offset))
        guard items.isEmpty, offset == 0 else {
            let more = items.count > wanted.limit && offset + wanted.limit < Self.deepest
            return Found(items: Array(items.prefix(wanted.limit)), next: more ? String(offset + wanted.limit) : nil)
        }
        let resembling = try await database.all(
            CatalogueQueries.resembling,
            (words.joined(separator: " "), wanted.field, wanted.agency, wanted.limit),
            as: Scope([("pg_trgm.word_similarity_threshold", "0.45")]))
        return Found(items: resembling, next: nil, isApproximate: true)
    }

    private func browse(_ wanted: ProcedureSearch) async throws -> Found<ProcedureSummary> {
        let items = try await database.all(
            CatalogueQueries.browse, (wanted.field, wanted.agency, wanted.after, wanted.limit + 1))
        let page = Array(items.prefix(wanted.limit))
        return Found(items: page, next: items.count > wanted.limit ? page.last?.code : nil)
    }

    /// Runs of letters and digits; everything else only separates. At most twelve words.
    static func words(of folded: String) -> [String] {
        folded.utf8
            .split { byte in
                !((97...122).contains(byte) || (48...57).contains(byte) || byte >= 128)
            }
            .prefix(12)
            .map { String(decoding: $0.prefix(64), as: UTF8.self) }
    }

    /// `dang & ki & khai:*`: every word, the last one possibly unfinished. The words hold no character that tsquery
    /// gives a meaning to.
    static func query(for words: [String]) -> String {
        words.dropLast().map { "'\($0)'" }.joined(separator: " & ")
            + (words.count > 1 ? " & " : "") + (words.last.map { "'\($0)':*" } ?? "")
    }

    private static let deepest = 500
}
