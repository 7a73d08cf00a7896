/// Cuts the bytes of a `multipart/form-data` body (RFC 2046 section 5.1, RFC 7578) into heads and contents.
///
/// Given bytes in pieces of any size, asked for the next step until it needs more. Holds no more than one piece, the
/// head of a part and a boundary.
struct MultipartScanner {
    enum Step: Equatable {
        case needsMore
        /// A part begins: the lines of its head, without the blank line after them.
        case head([UInt8])
        case content([UInt8])
        case partEnd
        case end
    }

    /// The bytes aren't a multipart body with this boundary, or a head is too long.
    struct Malformed: Error {}

    private enum State {
        case preamble
        case boundary(ofPart: Bool)
        case head, content, end
    }

    private let delimiter: [UInt8]
    private let headLimit: Int
    private var state = State.preamble
    /// The first boundary has no line break before it when the body begins with it, so one is put there.
    private var buffer: [UInt8] = [0x0D, 0x0A]
    private var start = 0
    private var skipped = 0

    /// - Parameter boundary: 1 to 70 signs (RFC 2046 section 5.1.1).
    init(boundary: String, headLimit: Int) throws {
        guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw Malformed()
        }
        delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + Array(boundary.utf8)
        self.headLimit = headLimit
    }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    mutating func next() throws -> Step {
        switch state {
        case .preamble:
            let (content, found) = takeContent()
            skipped += content.count
            // What stands before the first boundary is for mail programs; browsers write nothing there.
            guard skipped <= 4096 else { throw Malformed() }
            guard found else { return .needsMore }
            state = .boundary(ofPart: false)
            return try next()
        case .content:
            let (content, found) = takeContent()
            if found { state = .boundary(ofPart: true) }
            if !content.isEmpty { return .content(content) }
            return found ? try next() : .needsMore
        case .boundary(let endsPart):
            if endsPart {
                state = .boundary(ofPart: false)
                return .partEnd
            }
            return try afterBoundary()
        case .head:
            return try takeHead()
        case .end:
            start = buffer.count
            return .end
        }
    }

    /// Two hyphens end the body; a line break, perhaps after blanks, begins a part.
    private mutating func afterBoundary() throws -> Step {
        var rest = buffer[start...]
        if rest.starts(with: [0x2D, 0x2D]) {
            state = .end
            return try next()
        }
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
        if rest.starts(with: [0x0D, 0x0A]) {
            // The line break stays: it is the one before the first line of the head, or before the blank line.
            start = rest.startIndex
            state = .head
            return try next()
        }
        let isBeginning = rest.isEmpty || rest.elementsEqual([0x0D]) || buffer[start...].elementsEqual([0x2D])
        guard isBeginning, buffer.count - start < 100 else { throw Malformed() }
        return .needsMore
    }

    private mutating func takeHead() throws -> Step {
        let blankLine: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        var index = start
        while let found = buffer[index...].firstIndex(of: 0x0D) {
            guard found - start <= headLimit else { throw Malformed() }
            if buffer[found...].starts(with: blankLine) {
                let head = found > start ? Array(buffer[start + 2..<found]) : []
                start = found + 4
                state = .content
                return .head(head)
            }
            index = found + 1
        }
        guard buffer.count - start <= headLimit else { throw Malformed() }
        return .needsMore
    }

    /// The bytes up to the next delimiter, or up to what might be its beginning.
    private mutating func takeContent() -> (content: [UInt8], found: Bool) {
        var index = start
        while let found = buffer[index...].firstIndex(of: 0x0D) {
            let candidate = buffer[found...].prefix(delimiter.count)
            if candidate.elementsEqual(delimiter.prefix(candidate.count)) {
                let content = Array(buffer[start..<found])
                let isWhole = candidate.count == delimiter.count
                start = isWhole ? found + delimiter.count : found
                return (content, isWhole)
            }
            index = found + 1
        }
        let content = Array(buffer[start...])
        start = buffer.count
        return (content, false)
    }
}
