import Core
package import FoundationEssentials
import Postgres

/// What came of an import of the national list.
package struct CatalogueImport: Sendable {
    package private(set) var added = 0
    package private(set) var updated = 0
    package private(set) var unchanged = 0
    /// Lines left out, by their number in the file (from 1) with the reason; the rest were taken.
    package private(set) var refused: [(line: Int, reason: CatalogueLine.Refusal)] = []
    private var firstLines: [String: Int] = [:]
    private var batch: [CatalogueLine] = []
}

extension Catalogue {
    /// Takes the whole national list, one JSON object a line. Repeatable: equal lines are untouched; safe twice at once.
    /// Runs as the owner of the tables.
    /// - Parameter progress: told after each batch how many bytes of the file are done.
    package func importList(
        _ contents: [UInt8], at now: Date, progress: @Sendable (Int) -> Void
    ) async throws -> CatalogueImport {
        var result = CatalogueImport()
        var number = 0
        var start = contents.startIndex
        while start < contents.endIndex {
            let end = contents[start...].firstIndex(of: UInt8(ascii: "\n")) ?? contents.endIndex
            number += 1
            let line = contents[start..<end]
            if !line.allSatisfy({ $0 == 32 || $0 == 13 }) { result.take(line, number: number) }
            if result.isBatchFull {
                try await result.flush(into: database, at: now)
                progress(end)
            }
            start = min(end + 1, contents.endIndex)
        }
        try await result.flush(into: database, at: now)
        progress(contents.count)
        return result
    }
}

extension CatalogueImport {
    fileprivate var isBatchFull: Bool { batch.count >= 500 }

    fileprivate mutating func take(_ line: ArraySlice<UInt8>, number: Int) {
        do throws(CatalogueLine.Refusal) {
            let line = try CatalogueLine(line: line)
            if let first = firstLines[line.code] { throw CatalogueLine.Refusal.repeated(firstLine: first) }
            firstLines[line.code] = number
            batch.append(line)
        } catch {
            refused.append((number, error))
        }
    }

    fileprivate mutating func flush(into database: Database, at now: Date) async throws {
        guard !batch.isEmpty else { return }
        // In the order of codes, so that two imports at once never wait for each other in a circle.
        let lines = JSON.array(batch.sorted { $0.code < $1.code }.map(\.json))
        let text = JSONText(String(decoding: lines.serialized(), as: UTF8.self))
        let changed = try await database.all(CatalogueQueries.importLines, (text, now))
        let new = changed.count { $0.isNew }
        added += new
        updated += changed.count - new
        unchanged += batch.count - changed.count
        batch.removeAll(keepingCapacity: true)
    }
}
