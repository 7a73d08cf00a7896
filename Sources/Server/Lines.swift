/// Cuts what comes in pieces into lines, each ended by a line feed, and forgets those that are too long.
package struct LineCutter {
    package enum Line: Sendable {
        case whole([UInt8])
        /// Longer than the limit: skipped.
        case tooLong
    }

    private let limit: Int
    private var rest: [UInt8] = []
    private var isSkipping = false

    /// - Parameter limit: bytes that a line may have.
    package init(limit: Int) { self.limit = limit }

    /// The lines that end in this piece. Empty ones are left out.
    package mutating func cut(_ piece: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var begin = piece.startIndex
        while let end = piece[begin...].firstIndex(of: 0x0A) {
            close(with: piece[begin..<end], into: &lines)
            begin = end + 1
        }
        keep(piece[begin...])
        return lines
    }

    /// What is left when nothing more comes: the last line needn't be ended.
    package mutating func finish() -> [Line] {
        var lines: [Line] = []
        close(with: [], into: &lines)
        return lines
    }

    private mutating func close(with end: ArraySlice<UInt8>, into lines: inout [Line]) {
        keep(end)
        if isSkipping {
            lines.append(.tooLong)
        } else {
            if rest.last == 0x0D { rest.removeLast() }
            if !rest.isEmpty { lines.append(.whole(rest)) }
        }
        rest.removeAll(keepingCapacity: true)
        isSkipping = false
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        guard rest.count + part.count <= limit else {
            isSkipping = true
            rest.removeAll()
            return
        }
        rest += part
    }
}
