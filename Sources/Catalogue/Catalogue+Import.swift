import Core
package import FoundationEssentials
import Postgres

/// What came of an import of the national list.
package struct CatalogueImport: Sendable {
    package private(set) var added = 0
    package private(set) var updated = 0
    package private(set) var unchanged = 0
    /// What is different in the list now, in the order of the codes of each batch; kept ones among them.
    package private(set) var changes: [ImportedLine] = []
    /// Lines left out, by their number in the file (from 1) with the reason; the rest were taken.
    package private(set) var refused: [(line: Int, reason: CatalogueLine.Refusal)] = []
    /// Codes that are known here and stand in the list no longer. They stay: whether they are still done is for a
    /// publisher to say.
    package fileprivate(set) var absent: [String] = []
    /// Whether nothing was taken because so much is wrong with the file that it can't be the list.
    package fileprivate(set) var isTurnedAway = false
    private var firstLines: [String: Int] = [:]
    private var batch: [CatalogueLine] = []
}

extension Catalogue {
    /// Takes the whole national list, one JSON object a line, in one transaction: all of it or, when the database fails,
    /// nothing. Repeatable: equal lines are untouched; safe twice at once; what a publisher edited here is left alone and
    /// reported. A damaged file isn't taken at all: one with a line that isn't JSON, with no line, or of which more than ten
    /// lines and more than one in twenty are unusable. Runs as the owner of the tables.
    /// - Parameter progress: told after each batch how many bytes of the file are done.
    package func importList(
        _ contents: [UInt8], at now: Date, progress: @Sendable (Int) -> Void
    ) async throws -> CatalogueImport {
        do {
            return try await importLines(contents, at: now, progress: progress)
        } catch let error as TurnedAway {
            var result = error.result
            result.isTurnedAway = true
            return result
        }
    }

    private struct TurnedAway: Error {
        let result: CatalogueImport
    }

    private func importLines(
        _ contents: [UInt8], at now: Date, progress: @Sendable (Int) -> Void
    ) async throws -> CatalogueImport {
        try await database.transaction { transaction in
            _ = try await transaction.one(CatalogueQueries.importLock, ())
            var result = CatalogueImport()
            var number = 0
            // Some programs put the mark of UTF-8 before a file.
            var start = contents.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : contents.startIndex
            while start < contents.endIndex {
                let end = contents[start...].firstIndex(of: UInt8(ascii: "\n")) ?? contents.endIndex
                number += 1
                let line = contents[start..<end]
                if !line.allSatisfy({ $0 == 32 || $0 == 13 }) { result.take(line, number: number) }
                if result.isBatchFull {
                    try await result.flush(into: transaction, at: now)
                    progress(end)
                }
                start = min(end + 1, contents.endIndex)
            }
            try await result.flush(into: transaction, at: now)
            guard !result.isUnlikely else { throw TurnedAway(result: result) }
            result.absent = try await transaction.all(CatalogueQueries.absent, result.codes)
            progress(contents.count)
            return result
        }
    }
}

extension CatalogueImport {
    fileprivate var isBatchFull: Bool { batch.count >= 500 }
    fileprivate var codes: [String] { Array(firstLines.keys) }
    fileprivate var isUnlikely: Bool {
        let isDamaged = refused.contains { if case .notJSON = $0.reason { true } else { false } }
        return isDamaged || firstLines.isEmpty
            || refused.count > 10 && refused.count * 20 > refused.count + firstLines.count
    }

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

    fileprivate mutating func flush(into transaction: Transaction, at now: Date) async throws {
        guard !batch.isEmpty else { return }
        let lines = JSON.array(batch.map(\.json))
        let text = JSONText(String(decoding: lines.serialized(), as: UTF8.self))
        let differing = try await transaction.all(CatalogueQueries.importLines, (text, now))
        let new = differing.count { $0.isNew }
        let kept = differing.count { $0.isKept }
        added += new
        updated += differing.count - new - kept
        unchanged += batch.count - differing.count
        changes += differing
        batch.removeAll(keepingCapacity: true)
    }
}
