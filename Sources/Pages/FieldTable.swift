@_spi(Reflection) import Swift

/// Where the stored fields of a struct lie, by name.
struct FieldTable {
    struct Field {
        let type: any Any.Type
        /// In bytes from the start of the struct.
        let offset: Int
    }

    let type: any Fields.Type
    let fields: [String: Field]

    /// The struct's name and those of its fields, for messages.
    var description: String { "\(type) (\(fields.keys.sorted().joined(separator: ", ")))" }

    /// Reads the layout from the struct's metadata. This is the one place where the standard library's reflection
    /// interface is used; a list of key paths with `MemoryLayout.offset(of:)` could stand in for it.
    init(_ type: any Fields.Type) {
        self.type = type
        var fields: [String: Field] = [:]
        let isStruct = _forEachField(of: type) { name, offset, type, _ in
            fields[String(cString: name)] = Field(type: type, offset: offset)
            return true
        }
        self.fields = isStruct ? fields : [:]
    }

    /// What is wrong with the struct and those within it: nothing a template could print, or a name with a meaning of
    /// its own.
    func problems() -> [TemplateProblem] {
        var seen: Set<ObjectIdentifier> = []
        return problems(&seen)
    }

    private func problems(_ seen: inout Set<ObjectIdentifier>) -> [TemplateProblem] {
        guard seen.insert(ObjectIdentifier(type)).inserted else { return [] }
        let place = Place(file: "\(type)", line: 0)
        guard !fields.isEmpty else { return [TemplateProblem(place, "isn't a struct with stored fields")] }
        var problems: [TemplateProblem] = []
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) {
            if ["page", "content", "t"].contains(name) {
                problems.append(
                    TemplateProblem(place, "'\(name)' has a meaning of its own in templates: choose another name"))
            }
            var type = field.type
            while let section = type as? any Section.Type, let item = section.item { type = item }
            if let nested = type as? any Fields.Type {
                problems += FieldTable(nested).problems(&seen)
            } else if !(type is any Printable.Type || type is HTML.Type || type is any Section.Type) {
                let kinds = "Printable, HTML, Bool, Fields, nor an optional or array of these"
                problems.append(TemplateProblem(place, "'\(name)' is a \(field.type), which is neither \(kinds)"))
            }
        }
        return problems
    }
}

/// A field that `{{#name}}` may stand over.
protocol Section: SendableMetatype {
    /// What is inside, or nil for a `Bool`, which only says whether.
    static var item: (any Any.Type)? { get }
    /// Whether there can be more than one inside.
    static var isList: Bool { get }
    /// Whether `{{^name}}` is printed for the value at `pointer`.
    static func isEmpty(_ pointer: UnsafeRawPointer) -> Bool
    /// Calls `body` with a pointer to each value inside the one at `pointer`, valid during the call.
    static func forEach(_ pointer: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void)
}

extension Bool: Section {
    static var item: (any Any.Type)? { nil }
    static var isList: Bool { false }
    static func isEmpty(_ pointer: UnsafeRawPointer) -> Bool { !pointer.assumingMemoryBound(to: Bool.self).pointee }
    static func forEach(_ pointer: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void) {}
}

// Unconditional, because a conformance may not depend on Sendable; that the inside is printable is checked at start.
extension Optional: Section {
    static var item: (any Any.Type)? { Wrapped.self }
    static var isList: Bool { false }

    static func isEmpty(_ pointer: UnsafeRawPointer) -> Bool {
        if case .none = pointer.assumingMemoryBound(to: Self.self).pointee { true } else { false }
    }

    static func forEach(_ pointer: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void) {
        guard let value = pointer.assumingMemoryBound(to: Self.self).pointee else { return }
        withUnsafePointer(to: value) { body(UnsafeRawPointer($0)) }
    }
}

extension Array: Section {
    static var item: (any Any.Type)? { Element.self }
    static var isList: Bool { true }

    static func isEmpty(_ pointer: UnsafeRawPointer) -> Bool {
        pointer.assumingMemoryBound(to: Self.self).pointee.isEmpty
    }

    static func forEach(_ pointer: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void) {
        pointer.assumingMemoryBound(to: Self.self).pointee.withUnsafeBufferPointer { elements in
            guard var element = UnsafeRawPointer(elements.baseAddress) else { return }
            for _ in 0..<elements.count {
                body(element)
                element += MemoryLayout<Element>.stride
            }
        }
    }
}
