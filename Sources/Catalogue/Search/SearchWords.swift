import Core

/// How many slips lie between two words: a letter left out, added, exchanged, or two that changed places.
enum Slips {
    static func between(_ left: [UInt8], _ right: [UInt8], most: Int) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1] + [Int](repeating: 0, count: right.count)
            for j in 0..<right.count {
                row[j + 1] = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    row[j + 1] = min(row[j + 1], before[j - 1] + 1)
                }
            }
            if (row.min() ?? 0) > most { return most + 1 }
            (before, last) = (last, row)
        }
        return last[right.count]
    }
}

extension String {
    /// Its words without accents, `y` as `i`, in the order in which they stand.
    var searchWords: [String] {
        folded.utf8
            .split { byte in !((97...122).contains(byte) || (48...57).contains(byte) || byte >= 128) }
            .prefix(400)
            .map { String(decoding: $0.prefix(64), as: UTF8.self) }
    }
}
