package import Core

/// Where something stands in a form: `child` is a section, `child.name` a question of it, `child.workers.name` one that
/// is asked of each item of a group, and `-refused` a question before filing.
package struct FormPath: Sendable, Hashable, CustomStringConvertible {
    package let steps: [String]
    package let isEligibility: Bool

    package init(_ steps: [String], isEligibility: Bool = false) {
        self.steps = steps
        self.isEligibility = isEligibility
    }

    package init?(_ text: String) {
        isEligibility = text.hasPrefix("-")
        steps = text.dropFirst(isEligibility ? 1 : 0).split(separator: ".").map(String.init)
        guard (1...(isEligibility ? 1 : 3)).contains(steps.count) else { return nil }
    }

    package var description: String { (isEligibility ? "-" : "") + steps.joined(separator: ".") }

    package var parent: FormPath? { steps.count > 1 ? FormPath(steps.dropLast()) : nil }

    fileprivate var lists: [String] {
        isEligibility ? ["eligibility"] : ["sections", "fields", "fields"].prefix(steps.count).map(\.self)
    }
}

/// Edits of a form's JSON. Each gives a new form and leaves everything else as it was; an edit of something that isn't
/// there gives the form unchanged.
extension JSON {
    /// The section or question at a path.
    package func element(at path: FormPath) -> JSON? {
        var found = self
        for (list, id) in zip(path.lists, path.steps) {
            guard let next = found[list]?.array?.first(where: { $0["id"]?.string == id }) else { return nil }
            found = next
        }
        return found
    }

    package func replacing(_ path: FormPath, with element: JSON) -> JSON {
        editing(path) { list, index in list[index] = element }
    }

    package func removing(_ path: FormPath) -> JSON {
        editing(path) { list, index in list.remove(at: index) }
    }

    /// One place up (-1) or down (1) among its neighbours.
    package func moving(_ path: FormPath, by step: Int) -> JSON {
        editing(path) { list, index in
            guard list.indices.contains(index + step) else { return }
            list.swapAt(index, index + step)
        }
    }

    /// A new last element: a section of the form, a question of a section or group, a question before filing.
    package func adding(_ element: JSON, to parent: FormPath?, isEligibility: Bool = false) -> JSON {
        let list = isEligibility ? "eligibility" : parent == nil ? "sections" : "fields"
        guard let parent else { return setting(list, (self[list]?.array ?? []) + [element]) }
        guard let found = self.element(at: parent) else { return self }
        return replacing(parent, with: found.setting(list, (found[list]?.array ?? []) + [element]))
    }

    private func setting(_ member: String, _ list: [JSON]) -> JSON {
        var members = object ?? [:]
        members[member] = .array(list)
        return .object(members)
    }

    private func editing(_ path: FormPath, _ edit: (inout [JSON], Int) -> Void) -> JSON {
        descending(path.lists[...], path.steps[...], edit)
    }

    private func descending(
        _ lists: ArraySlice<String>, _ steps: ArraySlice<String>, _ edit: (inout [JSON], Int) -> Void
    ) -> JSON {
        guard let list = lists.first, let id = steps.first, var elements = self[list]?.array,
            let index = elements.firstIndex(where: { $0["id"]?.string == id })
        else { return self }
        if steps.count == 1 {
            edit(&elements, index)
        } else {
            elements[index] = elements[index].descending(lists.dropFirst(), steps.dropFirst(), edit)
        }
        return setting(list, elements)
    }

    /// Every id in the form: those of questions are unique throughout it, since answers go by them.
    package var formIDs: Set<String> {
        var ids: Set<String> = []
        for section in self["sections"]?.array ?? [] {
            if let id = section["id"]?.string { ids.insert(id) }
            for field in section["fields"]?.array ?? [] { if let id = field["id"]?.string { ids.insert(id) } }
        }
        for question in self["eligibility"]?.array ?? [] { if let id = question["id"]?.string { ids.insert(id) } }
        return ids
    }

    /// An id out of a label: `ho_ten_cha` from “Họ tên cha”, with a number behind it when that is taken.
    package static func formID(from label: String, taken: Set<String>) -> String {
        let words = label.folded.utf8.split { !(97...122).contains($0) && !(48...57).contains($0) }
        var base = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "_")
        base = String(base.prefix(40))
        if base.utf8.first.map({ (97...122).contains($0) }) != true { base = "q_" + base }
        if base.hasSuffix("_") { base.removeLast() }
        let reserved: Set<String> = ["action", "change", "csrf", "declaration", "nop", "xoa", "q"]
        guard taken.contains(base) || reserved.contains(base) else { return base }
        var number = 2
        while taken.contains("\(base)_\(number)") { number += 1 }
        return "\(base)_\(number)"
    }
}
