/// A template bound to the struct it prints: literal bytes and the offsets of values, in the order of writing.
struct Program: Sendable {
    /// Where a value lies: in which of the structs entered so far, and how many bytes from its start.
    struct Slot: Sendable {
        /// 0 is the chrome, 1 the page, 2… the values of the sections entered.
        let frame: Int32
        let offset: Int32
    }

    enum Operation: Sendable {
        case literal(from: Int32, count: Int32)
        case string(Slot)
        case integer(Slot)
        case value(Slot, any Printable.Type)
        case component(Slot, any Printable.Type)
        case html(Slot)
        /// Goes to `end` unless the Bool is as wanted.
        case when(Slot, wanted: Bool, end: Int32)
        /// Goes to `end` unless the optional or list is empty.
        case whenEmpty(Slot, any Section.Type, end: Int32)
        /// Runs up to `end` for each value inside, which becomes the frame.
        case forEach(Slot, any Section.Type, frame: Int32, end: Int32)
    }

    private(set) var operations: [Operation] = []
    private(set) var literals: [UInt8] = []
    /// The structs that are entered at once at most.
    var frames = 2
    /// Operations before this index may be jumped behind, so that no literal may grow there.
    private var sealed = 0

    mutating func append(_ operation: Operation) { operations.append(operation) }

    mutating func append(literal bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        literals += bytes
        if operations.count > sealed, case .literal(let from, let count) = operations[operations.count - 1] {
            operations[operations.count - 1] = .literal(from: from, count: count + Int32(bytes.count))
        } else {
            operations.append(.literal(from: Int32(literals.count - bytes.count), count: Int32(bytes.count)))
        }
    }

    /// Opens a section with an operation that `close` gives its end.
    mutating func open(_ operation: Operation) -> Int {
        operations.append(operation)
        return operations.count - 1
    }

    /// Closes the section opened at `start`.
    mutating func close(_ start: Int) {
        let end = Int32(operations.count)
        sealed = operations.count
        switch operations[start] {
        case .when(let slot, let wanted, _): operations[start] = .when(slot, wanted: wanted, end: end)
        case .whenEmpty(let slot, let type, _): operations[start] = .whenEmpty(slot, type, end: end)
        case .forEach(let slot, let type, let frame, _):
            operations[start] = .forEach(slot, type, frame: frame, end: end)
        case .literal, .string, .integer, .value, .component, .html: break
        }
    }

    /// Writes the page. The program must have been bound to these two types.
    func render<P: Page, Chrome: Fields>(_ page: P, chrome: Chrome) -> [UInt8] {
        var out = Out(capacity: literals.count * 2 + 8192)
        withUnsafePointer(to: page) { page in
            withUnsafePointer(to: chrome) { chrome in
                withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: frames) { frames in
                    frames.initialize(repeating: UnsafeRawPointer(chrome))
                    frames[1] = UnsafeRawPointer(page)
                    operations.withUnsafeBufferPointer { operations in
                        literals.withUnsafeBufferPointer { literals in
                            let run = Run(operations: operations, literals: literals, frames: frames)
                            run.write(0, operations.count, into: &out)
                        }
                    }
                }
            }
        }
        return out.bytes()
    }
}

/// One writing of a page.
private struct Run {
    let operations: UnsafeBufferPointer<Program.Operation>
    let literals: UnsafeBufferPointer<UInt8>
    let frames: UnsafeMutableBufferPointer<UnsafeRawPointer>

    func write(_ start: Int, _ end: Int, into out: inout Out) {
        var next = start
        while next < end {
            let operation = operations[next]
            next += 1
            switch operation {
            case .literal(let from, let count):
                if let base = literals.baseAddress { out.writeRaw(base + Int(from), Int(count)) }
            case .string(let slot): out.writeEscaped(load(slot, as: String.self).pointee)
            case .integer(let slot): out.write(load(slot, as: Int.self).pointee)
            case .value(let slot, let type): print(type, slot, into: &out)
            case .component(let slot, let type): printComponent(type, slot, into: &out)
            case .html(let slot): out.writeRaw(load(slot, as: HTML.self).pointee.markup)
            case .when(let slot, let wanted, let end):
                if load(slot, as: Bool.self).pointee != wanted { next = Int(end) }
            case .whenEmpty(let slot, let type, let end):
                if !type.isEmpty(pointer(slot)) { next = Int(end) }
            case .forEach(let slot, let type, let frame, let end):
                let body = next
                type.forEach(pointer(slot)) { item in
                    frames[Int(frame)] = item
                    write(body, Int(end), into: &out)
                }
                next = Int(end)
            }
        }
    }

    @inline(__always)
    private func pointer(_ slot: Program.Slot) -> UnsafeRawPointer { frames[Int(slot.frame)] + Int(slot.offset) }

    @inline(__always)
    private func load<T>(_ slot: Program.Slot, as type: T.Type) -> UnsafePointer<T> {
        pointer(slot).assumingMemoryBound(to: type)
    }

    private func print<T: Printable>(_ type: T.Type, _ slot: Program.Slot, into out: inout Out) {
        load(slot, as: type).pointee.print(into: &out)
    }

    private func printComponent<T: Printable>(_ type: T.Type, _ slot: Program.Slot, into out: inout Out) {
        out.writeComponent(of: load(slot, as: type).pointee)
    }
}
