import Dispatch
import FoundationEssentials
import Synchronization

/// Turns slips and results into PDF files, one at a time on a thread of its own: what is kept between two files (fonts,
/// mostly) belongs to that thread. The pool of Swift tasks is never held up.
package actor Printer {
    /// The words of a text among `Templates/papers/texts.json`, in Vietnamese.
    package typealias Words = @Sendable (_ key: String, _ arguments: [String: String]) -> String

    private let words: Words
    private let waitingAllowed: Int
    private let waiting = Mutex(0)
    private let thread = PrinterThread()
    private let fonts = Fonts()

    /// - Parameter waitingAllowed: callers that may wait for their turn; a slip takes some twenty milliseconds.
    package init(waitingAllowed: Int = 64, words: @escaping Words) {
        self.words = words
        self.waitingAllowed = max(1, waitingAllowed)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The slip as a PDF. The same slip gives the same bytes, as long as the same fonts are installed.
    /// - Throws: `PaperFailure`.
    package nonisolated func print(_ slip: Slip) async throws -> [UInt8] {
        try await inTurn {
            let writer = SlipWriter(words: self.words)
            return try await self.typeset(
                writer.blocks(of: slip), page: slip.kind.page,
                title: writer.title(of: slip).split(separator: "\n").joined(separator: " "), issuedAt: slip.issuedAt)
        }
    }

    /// A result as a PDF, as `print(_:)` of a slip.
    package nonisolated func print(_ paper: ResultPaper) async throws -> [UInt8] {
        try await inTurn {
            try await self.typeset(
                SlipWriter(words: self.words).blocks(of: paper), page: .a4Document, title: paper.title.printable,
                issuedAt: paper.issuedAt)
        }
    }

    /// What a result will say, line by line.
    package nonisolated func lines(of paper: ResultPaper) -> [String] { SlipWriter(words: words).lines(of: paper) }

    private nonisolated func inTurn(_ work: @Sendable () async throws -> [UInt8]) async throws -> [UInt8] {
        let hasPlace = waiting.withLock { waiting in
            guard waiting < waitingAllowed else { return false }
            waiting += 1
            return true
        }
        guard hasPlace else { throw PaperFailure.busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await work()
    }

    private func typeset(_ blocks: [Block], page: PageSize, title: String, issuedAt: Date) throws -> [UInt8] {
        let typesetter = Typesetter(page: page, fonts: fonts, title: title, issuedAt: issuedAt)
        for block in blocks { typesetter.set(block) }
        return try typesetter.finish()
    }
}

/// Why there is no file.
package enum PaperFailure: Error, Equatable {
    /// Too many are waiting already; try again in a second.
    case busy
    /// A library refused; its own word for why.
    case unprintable(String)
}

private final class PrinterThread: SerialExecutor {
    private let queue = DispatchQueue(label: "papers")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
